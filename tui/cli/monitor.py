"""How a repeated sync fares, for the health file and the metrics (`sync --watch --health`, `--metrics`)."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.cli.exits import ExitCode, explain
from tui.clock import Clock, system_clock
from tui.store.errors import StoreError
from tui.sync.events import Reason, SyncEvent, SyncProgress
from tui.text import one_line

if TYPE_CHECKING:
    from tui.cli.syncing import SyncResult
    from tui.workspace import Workspace

BEAT = 30.0
"""Seconds between two reports at most, so that their age shows that the program still works."""

logger = logging.getLogger(__name__)


class WatchState(Enum):
    STARTING = "starting"
    """No sync of this process has ended yet."""
    OK = "ok"
    """The last sync read everything."""
    FAILING = "failing"
    """The last sync failed or is incomplete; it is tried again."""
    NOT_AUTHORISED = "not_authorised"
    """There is no token, or Intercom refuses it; the program has ended, or ends."""
    STOPPED = "stopped"
    """Somebody stopped the program, or it could not go on."""


@dataclass(frozen=True, slots=True)
class MirrorFacts:
    """What is in the mirror."""

    now: Clock
    """The server's time."""
    last_success: datetime | None
    """When the newest sync that read everything ended, of whatever process."""
    covered_until: datetime | None
    """The end of the newest synced range."""
    conversations: int
    pending_threads: int
    unreadable: int
    """Conversations that cannot be read at present."""
    outbox_waiting: int
    outbox_held: int
    outbox_failed: int

    @property
    def age(self) -> float | None:
        """Seconds since `covered_until`."""
        if self.covered_until is None:
            return None
        return max((self.now() - self.covered_until).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Totals:
    """What this process has done, in numbers."""

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    """Answers with status 429."""
    held: float = 0.0
    """Seconds in which the rate limit held calls back noticeably."""


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """What is known of a repeated sync at one moment. Never changed, so that any thread may read it."""

    state: WatchState
    started_at: datetime
    at: datetime
    beat: float
    """`time.monotonic()` of that moment."""
    last_error: str | None = None
    """One line, without secrets; None if the last sync read everything."""
    failures: int = 0
    """Syncs in a row that did not read everything."""
    next_sync: datetime | None = None
    """None while a sync runs, and when there will be none."""
    mirror: MirrorFacts | None = None
    """None before the database was opened."""
    totals: Totals = Totals()
    outcomes: Mapping[str, int] | None = None
    """Outcome → how many syncs ended so."""
    reasons: Mapping[str, int] | None = None
    """Reason → how many syncs failed for it; "incomplete" for those that came to their end."""


INCOMPLETE = "incomplete"
OUTCOMES = ("complete", "partial", "failed")
REASONS = (INCOMPLETE, *(reason.value for reason in Reason if reason is not Reason.INTERRUPTED))
Outlet = Callable[[WatchFacts], None]


class Monitor:
    """Keeps the facts of a repeated sync, and gives them to outlets at each change and twice a minute.

    Used by the thread of the watch: as long as the facts get newer, that thread works. Without outlets
    nothing is read. At the end of the block the outlets learn how it ended.
    """

    def __init__(
        self, outlets: Sequence[Outlet], redact: Callable[[str], str], clock: Clock = system_clock
    ) -> None:
        self._outlets = outlets
        self._redact = redact
        self._clock = clock
        self._workspace: Workspace | None = None
        self._requests_of_run = 0
        self._totals = Totals()
        self._outcomes = Counter(dict.fromkeys(OUTCOMES, 0))
        self._reasons = Counter(dict.fromkeys(REASONS, 0))
        now = clock()
        self._facts = WatchFacts(WatchState.STARTING, started_at=now, at=now, beat=time.monotonic())

    def __enter__(self) -> Self:
        self._publish(self._facts)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        state, said = self._facts.state, self._facts.last_error
        if state is not WatchState.NOT_AUTHORISED:
            state = WatchState.STOPPED
        if isinstance(error, Exception):
            words, code = explain(error) or (f"{type(error).__name__}: {error}", ExitCode.ERROR)
            said = self._safe(words)
            if code is ExitCode.NOT_AUTHORISED:
                state = WatchState.NOT_AUTHORISED
        self._publish(replace(self._facts, state=state, last_error=said, next_sync=None))

    def opened(self, workspace: Workspace) -> None:
        """The database is open, for the next syncs."""
        if self._outlets:
            self._workspace = workspace
            workspace.subscribe(self._heard)

    def closing(self) -> None:
        """The database will be closed."""
        self._workspace = None

    def syncing(self) -> None:
        """A sync begins."""
        self._refresh(replace(self._facts, next_sync=None))

    def tick(self) -> None:
        """Time has passed."""
        if self._outlets and time.monotonic() - self._facts.beat >= BEAT:
            self._refresh(self._facts)

    def synced(self, result: SyncResult, delay: float | None) -> None:
        """A sync ended; the next one begins after `delay` seconds, or never (None)."""
        summary, before = result.summary, self._totals
        self._requests_of_run = 0
        self._totals = Totals(
            before.requests + summary.requests,
            before.retries + summary.retries,
            before.rate_limited + summary.rate_limited,
            before.held + summary.held,
        )
        if result.code is ExitCode.INTERRUPTED:  # after which the workspace is closed
            self._workspace = None
            return
        self._outcomes[summary.outcome] += 1
        is_ok = result.code is ExitCode.OK
        if not is_ok:
            self._reasons[result.reason or INCOMPLETE] += 1
        self._refresh(
            replace(
                self._facts,
                state=self._state_after(result),
                last_error=None if is_ok else self._safe(result.error),
                failures=0 if is_ok else self._facts.failures + 1,
                next_sync=None if delay is None else self._clock() + timedelta(seconds=delay),
            )
        )

    def _state_after(self, result: SyncResult) -> WatchState:
        if result.code is ExitCode.OK:
            return WatchState.OK
        if result.code is ExitCode.NOT_AUTHORISED:
            return WatchState.NOT_AUTHORISED
        if result.reason == Reason.LOCKED.value:  # another process does the work
            return self._facts.state
        return WatchState.FAILING

    def _heard(self, event: SyncEvent) -> None:
        """On the engine's thread."""
        if isinstance(event, SyncProgress):
            self._requests_of_run = event.requests

    def _refresh(self, facts: WatchFacts) -> None:
        """Report these facts, with the mirror as it is now."""
        if not self._outlets:
            return
        if self._workspace is not None:
            try:
                facts = replace(facts, mirror=_read_mirror(self._workspace))
            except StoreError as error:  # the sync meets it too, and says so; what was known stays
                logger.warning("the mirror could not be read for its monitoring: %s", error)
        self._publish(facts)

    def _publish(self, facts: WatchFacts) -> None:
        totals = replace(self._totals, requests=self._totals.requests + self._requests_of_run)
        self._facts = replace(
            facts,
            at=self._clock(),
            beat=time.monotonic(),
            totals=totals,
            outcomes=dict(self._outcomes),
            reasons=dict(self._reasons),
        )
        for outlet in self._outlets:
            outlet(self._facts)

    def _safe(self, words: str) -> str:
        return one_line(self._redact(words))


def _read_mirror(workspace: Workspace) -> MirrorFacts:
    """Raises `StoreError`."""
    status, outbox = workspace.get_sync_status(), workspace.outbox.counts()
    return MirrorFacts(
        now=workspace.clock,
        last_success=workspace.succeeded_at(),
        covered_until=status["last_sync"],
        conversations=status["total_conversations"],
        pending_threads=status["pending_threads"],
        unreadable=status["problem_count"],
        outbox_waiting=outbox.going,
        outbox_held=outbox.held,
        outbox_failed=outbox.failed,
    )
