"""Why a run stopped, as a reason for programs and words for people, and when to try again."""

from __future__ import annotations

from tui.intercom.errors import (
    BadAddress,
    BadEnvironment,
    Forbidden,
    IntercomError,
    RateLimited,
    Unauthorized,
    Unreachable,
    WrongRegion,
)
from tui.settings import SettingsError, TokenError
from tui.store.errors import DatabaseBusy, FenceLost, StoreError
from tui.sync.events import Reason
from tui.sync.jobs import SyncError
from tui.sync.lease import LeaseHeld

_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (LeaseHeld, Reason.LOCKED),
    (FenceLost, Reason.LOCKED),
    (DatabaseBusy, Reason.BUSY),
    (Unauthorized, Reason.UNAUTHORIZED),
    (WrongRegion, Reason.UNAUTHORIZED),
    (TokenError, Reason.UNAUTHORIZED),
    (SettingsError, Reason.SETTINGS),
    (BadAddress, Reason.SETTINGS),
    (BadEnvironment, Reason.SETTINGS),
    (Forbidden, Reason.FORBIDDEN),
    (RateLimited, Reason.RATE_LIMITED),
    (Unreachable, Reason.UNREACHABLE),
    (IntercomError, Reason.BAD_ANSWER),
    (StoreError, Reason.STORE),
)

TEMPORARY = frozenset({Reason.UNREACHABLE, Reason.RATE_LIMITED, Reason.LOCKED, Reason.BUSY})
"""Reasons that go away by themselves: the next try may come soon."""
LASTING = frozenset({Reason.UNAUTHORIZED, Reason.FORBIDDEN, Reason.WRONG_WORKSPACE})
"""Reasons that stay until somebody changes a token or a setting."""
FIRST_RETRY = 5.0
"""Seconds."""


def explain_failure(error: BaseException) -> SyncError:
    """The `SyncError` for whatever stopped a run."""
    if isinstance(error, SyncError):
        return error
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return SyncError(reason, str(error))
    return SyncError(
        Reason.INTERNAL, f"the sync failed unexpectedly ({type(error).__name__}); the log has the details"
    )


def retry_delay(failures: int, interval: float) -> float:
    """Seconds until the next try after one more failure than `failures` in a row: `FIRST_RETRY`, doubled with
    each, up to `interval`."""
    return min(interval, FIRST_RETRY * 2.0 ** min(failures, 20))
