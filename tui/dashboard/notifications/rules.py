"""Which changes become notices. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tui.dashboard.formatting import duration
from tui.dashboard.sync_status.state import FAILURE_WORDS, QueryFreshness, changes
from tui.domain import Changes
from tui.freshness import SyncState
from tui.sync.events import (
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
)

CHANGES_EVERY = 60.0
"""Seconds between two toasts about changes; what happens in between is added to the next."""


class ChangeNotices:
    """Gathers changes and tells them not too often."""

    def __init__(self) -> None:
        self._new = self._reopened = 0
        self._waiting: int | None = None
        """How many have been waiting for long, when it was looked at last."""
        self._first_waits = False
        """Whether somebody has been waiting for long by now and nobody was before; to be told."""
        self._told_at: float | None = None

    def changes_counted(self, changes: Changes, at: float) -> Notice | None:
        """This was found at epoch second `at`."""
        self._new += changes.new
        self._reopened += changes.reopened
        if not changes.waiting:
            self._first_waits = False
        elif self._waiting == 0:
            self._first_waits = True
        self._waiting = changes.waiting
        if not (self._new or self._reopened or self._first_waits):
            return None
        if self._told_at is not None and at - self._told_at < CHANGES_EVERY:
            return None
        amounts = (
            Amount(self._new, "new"),
            Amount(self._reopened, "reopened"),
            Amount(changes.waiting, f"waiting over {duration(changes.waited)}", is_total=True),
        )
        self.reset(at)
        return Notice("Inbox", amount_words(amounts), kind="changes", amounts=amounts)

    def reset(self, at: float) -> None:
        """Another toast said what a sync brought."""
        self._new = self._reopened = 0
        self._first_waits = False
        self._told_at = at


Severity = Literal["information", "warning", "error"]
Kind = Literal["freshness", "changes", "failures", "rate_limit", "followups"]
"""The kinds that the settings switch on and off."""
QUIET_REASONS = frozenset({Reason.INTERRUPTED})
"""Failures nobody needs a toast for: the user stopped it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that a notice tells: what happened or, with `is_total`, how many there are now."""

    number: int
    words: str
    is_total: bool = False


def amount_words(amounts: Sequence[Amount]) -> str:
    """ "12 new, 3 reopened"."""
    told = [f"{amount.number:,} {amount.words}" for amount in amounts if amount.number]
    return ", ".join(told) or "nothing new"


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    message: str
    severity: Severity = "information"
    kind: Kind = "freshness"
    seconds: float | None = None
    """How long the toast stays; None: as long as any other."""
    includes_changes: bool = field(default=False, compare=False)
    """Whether it says already what a sync brought."""
    amounts: tuple[Amount, ...] = field(default=(), compare=False)
    """The numbers in its message, so that several notices can be added up."""


class TransitionNotices:
    """Remembers the last state of things and names what became different."""

    def __init__(self) -> None:
        self._state: SyncState | None = None
        self._query = ""
        self._failed: tuple[Reason, str] | None = None
        self._limited = False
        self._running = False
        self._summary: SyncSummary | None = None

    def sync_event(self, event: SyncEvent) -> Notice | None:
        """The engine told something."""
        match event:
            case SyncStarted():
                self._running = True
            case SyncProgress():
                return self._progressed(event)
            case SyncFinished(summary):
                return self._completed(summary)
            case SyncFailed():
                return self._failed_sync(event)
            case _:
                pass
        return None

    def freshness_shown(self, freshness: QueryFreshness, query: str) -> Notice | None:
        """The verdict on `query` was asked for. Another query starts anew, unless it turns out stale."""
        before, changed = self._state, query != self._query
        self._query = query
        if freshness.state is SyncState.FRESH and self._running and not changed:
            return None  # told when the sync is over and its numbers are known
        self._state = freshness.state
        if before is None or before is freshness.state:
            return None
        message = freshness.message or ""
        if freshness.state is SyncState.STALE:
            return Notice("Stale", message, "warning")
        if changed:
            return None
        if freshness.state is SyncState.PARTIAL:
            return Notice("Partial", message, "warning") if before is SyncState.FRESH else None
        if self._summary is None:
            return None
        return Notice(
            "Fresh", changes(self._summary), amounts=amounts_of(self._summary), includes_changes=True
        )

    def _completed(self, summary: SyncSummary) -> Notice | None:
        """A sync completed. What it brought is told with the change to fresh that follows, if one does."""
        self._limited = self._running = False
        self._summary = summary
        if self._failed is None:
            return None
        self._failed = self._summary = None
        words = f"Syncing again: {changes(summary)}."
        return Notice("Recovered", words, kind="failures", amounts=amounts_of(summary), includes_changes=True)

    def _failed_sync(self, event: SyncFailed) -> Notice | None:
        """A sync failed; the same failure again is not news."""
        self._limited = self._running = False
        failure = (event.reason, event.message)
        if event.reason in QUIET_REASONS or failure == self._failed:
            return None
        self._failed = failure
        severity: Severity = "information" if event.reason is Reason.LOCKED else "error"
        title = FAILURE_WORDS[event.reason]
        return Notice(title[:1].upper() + title[1:], event.message, severity, "failures")

    def _progressed(self, progress: SyncProgress) -> Notice | None:
        """Told once a run when the rate limit holds it up."""
        if progress.waiting < 1 or self._limited:
            return None
        self._limited = True
        return Notice(
            "Rate limited",
            f"Intercom asks to wait; resuming in {duration(progress.waiting)}.",
            "warning",
            "rate_limit",
        )


def amounts_of(summary: SyncSummary) -> tuple[Amount, ...]:
    """What a sync brought."""
    return (
        Amount(summary.new, "new"),
        Amount(summary.updated, "updated"),
        Amount(summary.deleted, "deleted"),
    )
