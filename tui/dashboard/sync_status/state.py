"""The state of the sync and the freshness of the shown query, with texts for both. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from tui.formatting import duration, number
from tui.freshness import Coverage, Interval, SyncState, Verdict
from tui.freshness_words import SyncOutlook
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
)


class Tone(Enum):
    """How a text is coloured."""

    QUIET = "quiet"
    BUSY = "busy"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class QueryFreshness:
    """The freshness of the shown query's results, read from the workspace at once."""

    verdict: Verdict
    total: int
    """The number of stored conversations."""
    coverage: Coverage
    horizon: Interval
    """The configured history, up to now."""

    @property
    def state(self) -> SyncState:
        return self.verdict.state


@dataclass(frozen=True, slots=True)
class SyncActivity:
    """The state of the sync after its last event."""

    running: bool = False
    progress: SyncProgress | None = None
    progress_at: float = 0.0
    """Epoch seconds of `progress`, from which the waiting time counts down."""
    failure: SyncFailed | None = None
    """The failure of the last run, until a run completes."""
    summary: SyncSummary | None = None
    """The last completed run."""

    def after(self, event: SyncEvent, at: float) -> SyncActivity:
        """The activity after `event`, which came at epoch second `at`."""
        match event:
            case SyncStarted():
                return replace(self, running=True, progress=None)
            case SyncProgress():
                return replace(self, running=True, progress=event, progress_at=at)
            case SyncFinished(summary):
                return replace(self, running=False, progress=None, failure=None, summary=summary)
            case SyncFailed():
                return replace(self, running=False, progress=None, failure=event)
            case ConversationsStored() | FreshnessChanged():
                return self

    @property
    def fraction(self) -> float | None:
        """The share of the threads fetched, 0.0 to 1.0; None while their number is not known."""
        progress = self.progress
        if progress is None or not progress.total or progress.phase not in {"threads", "finishing"}:
            return None
        return min(1.0, progress.done / progress.total)

    def outlook(self, *, starting: bool) -> SyncOutlook:
        """Whether a sync will bring what is missing; `starting`: one was requested and has not ended."""
        failure = None if self.failure is None else self.failure.message
        return SyncOutlook(self.running or (starting and failure is None), failure)

    def waiting(self, now: float) -> float:
        """Seconds until the rate limit allows requests again; 0 when not waiting."""
        if self.progress is None:
            return 0.0
        return max(0.0, self.progress.waiting - max(0.0, now - self.progress_at))


FAILURE_WORDS = {
    Reason.UNREACHABLE: "offline, retrying",
    Reason.RATE_LIMITED: "rate limited, retrying",
    Reason.LOCKED: "another fastintercom is syncing",
    Reason.BUSY: "another program holds the database, retrying",
    Reason.BAD_ANSWER: "Intercom's answer was not understood, retrying",
    Reason.SETTINGS: "wrong setting",
    Reason.UNAUTHORIZED: "not authorised",
    Reason.FORBIDDEN: "not permitted",
    Reason.WRONG_WORKSPACE: "another workspace’s token",
    Reason.STORE: "database problem",
    Reason.INTERRUPTED: "sync interrupted",
    Reason.INTERNAL: "sync failed",
}

NEEDS_USER = {
    Reason.SETTINGS,
    Reason.UNAUTHORIZED,
    Reason.FORBIDDEN,
    Reason.WRONG_WORKSPACE,
    Reason.STORE,
    Reason.INTERNAL,
}
"""Failures that only the user can resolve: their message is shown in full."""


def activity_text(activity: SyncActivity, now: float, *, brief: bool = False) -> tuple[str, Tone]:
    """The text about the sync at epoch second `now`, which may be empty, and its tone."""
    waiting = activity.waiting(now)
    if activity.running and waiting >= 1:
        return f"waiting for rate limit {duration(waiting)}", Tone.WARNING
    if activity.running:
        return running_words(activity, brief=brief), Tone.BUSY
    if activity.failure is not None:
        return failure_words(activity.failure)
    return "", Tone.QUIET


def running_words(activity: SyncActivity, *, brief: bool = False) -> str:
    progress = activity.progress
    if progress is None or progress.phase == "connecting":
        return "↻ Syncing…"
    if progress.phase == "finishing":
        return "↻ finishing"
    if not progress.total:
        return "↻ looking for changes"
    done = f"{number(progress.done)}/{number(progress.total)}"
    if progress.phase == "listing" or not progress.listing_done:
        return f"↻ {done}" if brief else f"↻ listing · {done} threads"
    words = [f"↻ {100 * progress.done // progress.total} %"]
    if progress.rate >= 0.5 and not brief:
        words.append(f"{progress.rate:.0f}/s")
    if progress.eta is not None and progress.eta >= 1:
        words.append(f"{duration(progress.eta)} left")
    return " · ".join(words)


def failure_words(failure: SyncFailed) -> tuple[str, Tone]:
    words = FAILURE_WORDS[failure.reason]
    if failure.reason in NEEDS_USER and failure.message:
        return f"{words}: {failure.message}", Tone.ERROR
    tone = Tone.QUIET if failure.reason is Reason.LOCKED else Tone.WARNING
    return words, tone
