"""The one source of "now", so that a demo, a test or a screenshot can hold time still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present as a UTC-aware datetime."""


def system_clock() -> datetime:
    """The present by the system's clock, in UTC."""
    return datetime.now(UTC)


def to_epoch(moment: datetime) -> int:
    """Whole seconds since 1970 UTC, rounded down. Raises `ValueError` for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; pass an aware datetime such as datetime.now(UTC)")
    return int(moment.timestamp() // 1)


def from_epoch(seconds: int) -> datetime:
    """The moment so many seconds after 1970 UTC, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


class OffsetClock:
    """The server's time: a local clock plus its measured offset.

    Offsets below `LEAST` are ignored: the freshness verdict tolerates them, and a network answer cannot tell
    them from its own delay.
    """

    LEAST = timedelta(seconds=30)

    def __init__(self, local: Clock, offset: timedelta = timedelta(0)) -> None:
        self.local = local
        self.offset = offset
        """Server minus local."""

    def __call__(self) -> datetime:
        return self.local() + self.offset

    def learn(self, server_now: datetime) -> bool:
        """Measure the offset, given what the server's time is now (UTC). Returns whether it changed."""
        off = server_now - self.local()
        offset = timedelta(seconds=round(off.total_seconds())) if abs(off) >= self.LEAST else timedelta(0)
        changed = abs(offset - self.offset) >= self.LEAST
        if changed:
            self.offset = offset
        return changed
