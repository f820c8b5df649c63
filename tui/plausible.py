"""Which times, sizes and ratings can be true; for any other number None: it is not known."""

from __future__ import annotations

UNKNOWN = "unknown"
"""Stands for a number that was sent and cannot be true."""
RATINGS = range(1, 6)
MAX_SIZE = 10**15
"""Bytes; no file of a conversation has more."""
MAX_COUNT = 10**9
_MILLISECONDS_FROM = 100_000_000_000
"""Epochs from here on are milliseconds: as seconds this is the year 5138."""
_FAR_FUTURE = 4_102_444_800
"""2100-01-01. Older versions of Intercom mark "not waiting" with times beyond it (API reference 1.4)."""


def plausible_time(seconds: int | None) -> int | None:
    """Epoch seconds between 1970 and 2100, which may be given as milliseconds."""
    if seconds is None:
        return None
    if seconds >= _MILLISECONDS_FROM:
        seconds //= 1000
    return seconds if 0 < seconds < _FAR_FUTURE else None


def plausible_size(size: int | None) -> int | None:
    """Bytes of a file."""
    return size if size is not None and 0 <= size <= MAX_SIZE else None


def plausible_count(count: int | None) -> int | None:
    """How many there are of something."""
    return count if count is not None and 0 <= count <= MAX_COUNT else None


def plausible_rating(rating: int | None) -> int | None:
    """From 1 (worst) to 5."""
    return rating if rating in RATINGS else None
