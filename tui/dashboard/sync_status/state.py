"""The state of the sync, and the freshness of the shown query. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.freshness import Coverage, Interval, SyncState, Verdict
from tui.freshness_words import SyncOutlook
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    OutboxChanged,
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
)
from tui.sync.lease import OtherSync


@dataclass(frozen=True, slots=True)
class QueryFreshness:
    """The freshness of the shown query's results, read from the workspace at once."""

    verdict: Verdict
    total: int
    """The number of stored conversations."""
    coverage: Coverage
    horizon: Interval
    """The configured history, up to now."""
    synced_at: int | None = None
    """When the newest sync that came to its end did so (epoch seconds); None if none is known."""

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
    failing_since: float = 0.0
    """Epoch seconds of the first of the failures in a row with that reason."""
    is_requested: bool = False
    """Whether a sync was requested here, and nothing was heard of it yet."""
    other: OtherSync | None = None
    """Who else syncs the database."""
    summary: SyncSummary | None = None
    """The last completed run."""

    def after(self, event: SyncEvent, at: float) -> SyncActivity:
        """The activity after `event`, which came at epoch second `at`."""
        match event:
            case SyncStarted():
                return replace(self, running=True, progress=None, is_requested=False)
            case SyncProgress():
                return replace(self, running=True, progress=event, progress_at=at)
            case SyncFinished(summary):
                return replace(
                    self, running=False, progress=None, failure=None, summary=summary, is_requested=False
                )
            case SyncFailed():
                since = at
                if self.failure is not None and self.failure.reason is event.reason:
                    since = self.failing_since
                return replace(
                    self, running=False, progress=None, failure=event, failing_since=since, is_requested=False
                )
            case ConversationsStored() | OutboxChanged() | FreshnessChanged():
                return self

    @property
    def fraction(self) -> float | None:
        """The share of the threads fetched, 0.0 to 1.0; None while their number is not known."""
        progress = self.progress
        if progress is None or not progress.total or progress.phase not in {"threads", "finishing"}:
            return None
        return min(1.0, progress.done / progress.total)

    def outlook(self) -> SyncOutlook:
        """Whether a sync will bring what is missing."""
        failure = None if self.obstacle is None else self.obstacle.message
        return SyncOutlook(self.running or (self.is_requested and failure is None), failure)

    @property
    def obstacle(self) -> SyncFailed | None:
        """The failure, unless it was that somebody else synced who does so no more."""
        failure = self.failure
        if failure is not None and failure.reason is Reason.LOCKED and self.other is None:
            return None
        return failure

    def waiting(self, now: float) -> float:
        """Seconds until the rate limit allows requests again; 0 when not waiting."""
        if self.progress is None:
            return 0.0
        return max(0.0, self.progress.waiting - max(0.0, now - self.progress_at))
