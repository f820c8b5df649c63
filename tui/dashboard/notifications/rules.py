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

    def happened(self, changes: Changes, at: float) -> Notice | None:
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
            Amount(changes.waiting, f"waiting over {duration(changes.waited)}", standing=True),
        )
        self.told_otherwise(at)
        return Notice("Inbox", amount_words(amounts), kind="changes", amounts=amounts)

    def told_otherwise(self, at: float) -> None:
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
    """A number that a notice tells: what happened or, `standing`, how things are."""

    number: int
    words: str
    standing: bool = False


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

    def happened(self, event: SyncEvent) -> Notice | None:
        """The engine told something."""
        match event:
            case SyncStarted():
                self._running = True
            case SyncProgress():
                return self.progressed(event)
            case SyncFinished(summary):
                return self.completed(summary)
            case SyncFailed():
                return self.broke(event)
            case _:
                pass
        return None

    def standing(self, standing: QueryFreshness, query: str) -> Notice | None:
        """The verdict on `query` was asked for. Another query starts anew, unless it turns out stale."""
        before, changed = self._state, query != self._query
        self._query = query
        if standing.state is SyncState.FRESH and self._running and not changed:
            return None  # told when the sync is over and its numbers are known
        self._state = standing.state
        if before is None or before is standing.state:
            return None
        message = standing.message or ""
        if standing.state is SyncState.STALE:
            return Notice("Stale", message, "warning")
        if changed:
            return None
        if standing.state is SyncState.PARTIAL:
            return Notice("Partial", message, "warning") if before is SyncState.FRESH else None
        if self._summary is None:
            return None
        return Notice("Fresh", changes(self._summary), amounts=amounts_of(self._summary))

    def completed(self, summary: SyncSummary) -> Notice | None:
        """A sync completed. What it brought is told with the change to fresh that follows, if one does."""
        self._limited = self._running = False
        self._summary = summary
        if self._failed is None:
            return None
        self._failed = self._summary = None
        words = f"Syncing again: {changes(summary)}."
        return Notice("Recovered", words, kind="failures", amounts=amounts_of(summary))

    def broke(self, event: SyncFailed) -> Notice | None:
        """A sync failed; the same failure again is not news."""
        self._limited = self._running = False
        failure = (event.reason, event.message)
        if event.reason in QUIET_REASONS or failure == self._failed:
            return None
        self._failed = failure
        severity: Severity = "information" if event.reason is Reason.LOCKED else "error"
        title = FAILURE_WORDS[event.reason]
        return Notice(title[:1].upper() + title[1:], event.message, severity, "failures")

    def progressed(self, progress: SyncProgress) -> Notice | None:
        """Told once a run when the rate limit holds it up."""
        if progress.waiting < 1 or self._limited:
            return None
        self._limited = True
        return Notice(
            "Rate limited",
            f"Intercom asks to wait; going on in {duration(progress.waiting)}.",
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
