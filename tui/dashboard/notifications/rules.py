"""The rules by which changes and events become notices. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tui.dashboard.sync_status.sync_words import FAILURE_WORDS
from tui.domain import Changes
from tui.formatting import counts_in_words, duration
from tui.freshness import SyncState, Verdict
from tui.sync.events import (
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
    changes_in_words,
)

Severity = Literal["information", "warning", "error"]
Kind = Literal["freshness", "changes", "failures", "rate_limit", "followups"]
"""The kinds that the settings switch on and off."""
SILENT_REASONS = frozenset({Reason.INTERRUPTED})
"""Failures without a notice: the user stopped the sync."""
TOLD_IN_FULL = frozenset({Reason.SETTINGS, Reason.STORE, Reason.INTERNAL})
"""Failures whose message is a sentence that the state line may have no room for."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a notice: of events or, with `is_total`, of conversations at present."""

    number: int
    words: str
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What a toast shows."""

    title: str
    message: str
    severity: Severity = "information"
    kind: Kind = "freshness"
    seconds: float | None = None
    """How long the toast stays; None for Textual's default."""
    is_on_line: bool = False
    """Whether the state line says it: then it is no toast, but the bell and the desktop still tell it."""
    includes_changes: bool = field(default=False, compare=False)
    """Whether the message names the changes of a sync."""
    amounts: tuple[Amount, ...] = field(default=(), compare=False)
    """The numbers in the message, by which several notices can be combined."""


CHANGES_EVERY = 60.0
"""Seconds between two notices about changes; changes in between are added to the next."""


class ChangeNotices:
    """Collects changes, and makes a notice of them at most every `CHANGES_EVERY` seconds."""

    def __init__(self) -> None:
        self._new = self._reopened = 0
        self._waiting: int | None = None
        """How many customers were waiting for long at the last count."""
        self._has_first_waiting = False
        """Whether customers wait for long and none did before, which no notice has said yet."""
        self._noticed_at: float | None = None

    def changes_counted(self, changes: Changes, at: float) -> Notice | None:
        """Add what was counted at epoch second `at`. Returns the notice, if one is due."""
        self._new += changes.new
        self._reopened += changes.reopened
        if not changes.waiting:
            self._has_first_waiting = False
        elif self._waiting == 0:
            self._has_first_waiting = True
        self._waiting = changes.waiting
        if not (self._new or self._reopened or self._has_first_waiting):
            return None
        if self._noticed_at is not None and at - self._noticed_at < CHANGES_EVERY:
            return None
        amounts = (
            Amount(self._new, "new"),
            Amount(self._reopened, "reopened"),
            Amount(changes.waiting, f"waiting over {duration(changes.waited)}", is_total=True),
        )
        self.reset(at)
        words = counts_in_words((amount.number, amount.words) for amount in amounts)
        return Notice("Inbox", words, kind="changes", amounts=amounts)

    def reset(self, at: float) -> None:
        """Forget the changes so far: another notice at epoch second `at` named them."""
        self._new = self._reopened = 0
        self._has_first_waiting = False
        self._noticed_at = at


class TransitionNotices:
    """Makes notices of transitions: of the freshness, and between a failing and a working sync."""

    def __init__(self) -> None:
        self._state: SyncState | None = None
        self._was_too_new = False
        """Whether the period was too new to be proven: then it becomes stale again and again."""
        self._query = ""
        self._failure: tuple[Reason, str] | None = None
        self._is_rate_limited = False
        self._is_running = False
        self._summary: SyncSummary | None = None

    def sync_event(self, event: SyncEvent) -> Notice | None:
        """The notice for an event of the sync engine, if any."""
        match event:
            case SyncStarted():
                self._is_running = True
            case SyncProgress():
                return self._progressed(event)
            case SyncFinished(summary):
                return self._completed(summary)
            case SyncFailed():
                return self._failed_sync(event)
            case _:
                pass
        return None

    def freshness_shown(self, verdict: Verdict, words: str | None, query: str) -> Notice | None:
        """The notice for the verdict on the shown `query`, with its `words`, if it changed.

        With another query there is one only if that is stale.
        """
        before, changed, was_too_new = self._state, query != self._query, self._was_too_new
        self._query = query
        if verdict.state is SyncState.FRESH and self._is_running and not changed:
            return None  # wait for the end of the sync, which gives the numbers
        self._state = verdict.state
        if verdict.state is not SyncState.STALE:
            self._was_too_new = verdict.listed_until is not None
        if before is None or before is verdict.state:
            return None
        if verdict.state is SyncState.STALE:
            stale = Notice("Stale", words or "", "warning", is_on_line=True)
            return None if was_too_new and not changed else stale
        if changed:
            return None
        if verdict.state is SyncState.PARTIAL:
            partial = Notice("Partial", words or "", "warning", is_on_line=True)
            return partial if before is SyncState.FRESH else None
        if self._summary is None:
            return None
        return Notice(
            "Fresh",
            changes_in_words(self._summary),
            amounts=amounts_of(self._summary),
            includes_changes=True,
            is_on_line=not brought_changes(self._summary),
        )

    def _completed(self, summary: SyncSummary) -> Notice | None:
        """The notice that the sync works again. Otherwise the change to fresh names what the sync brought."""
        self._is_rate_limited = self._is_running = False
        self._summary = summary
        if self._failure is None:
            return None
        self._failure = self._summary = None
        words = f"Syncing again: {changes_in_words(summary)}."
        return Notice(
            "Recovered",
            words,
            kind="failures",
            amounts=amounts_of(summary),
            includes_changes=True,
            is_on_line=not brought_changes(summary),
        )

    def _failed_sync(self, event: SyncFailed) -> Notice | None:
        """The notice for a failure, unless the last run failed in the same way."""
        self._is_rate_limited = self._is_running = False
        failure = (event.reason, event.message)
        if event.reason in SILENT_REASONS or failure == self._failure:
            return None
        self._failure = failure
        severity: Severity = "information" if event.reason is Reason.LOCKED else "error"
        shown = event.reason not in TOLD_IN_FULL
        return Notice(FAILURE_WORDS[event.reason], event.message, severity, "failures", is_on_line=shown)

    def _progressed(self, progress: SyncProgress) -> Notice | None:
        """The notice that the rate limit pauses the sync, once in each run."""
        if progress.waiting < 1 or self._is_rate_limited:
            return None
        self._is_rate_limited = True
        return Notice(
            "Rate limited",
            f"Intercom asks to wait; resuming in {duration(progress.waiting)}.",
            "warning",
            "rate_limit",
            is_on_line=True,
        )


def sync_notices(summary: SyncSummary) -> list[Notice]:
    """What the sync itself tells, such as a list that the token may not read; it tells each once."""
    return [Notice("Sync", f"{words}.", kind="failures") for words in summary.notices]


def brought_changes(summary: SyncSummary) -> bool:
    """Whether a sync has something to tell: what came, or what could not be read."""
    return bool(summary.new or summary.updated or summary.deleted or summary.problems)


def amounts_of(summary: SyncSummary) -> tuple[Amount, ...]:
    """The changes of a sync."""
    return (
        Amount(summary.new, "new"),
        Amount(summary.updated, "updated"),
        Amount(summary.deleted, "deleted"),
    )
