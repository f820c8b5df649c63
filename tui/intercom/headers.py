"""Reads times and numbers out of headers: whatever stands there, the result is plausible or None."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST = 64
"""Characters; nothing longer is a number or a date."""


def parse_date(text: str) -> datetime | None:
    """The moment of a Date header, in UTC; None when it names none of the years 2000 to 2199."""
    if len(text) > _LONGEST:
        return None
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if _EARLIEST <= moment < _LATEST else None


def parse_number(text: str) -> float | None:
    """A finite number; None for anything else."""
    if len(text) > _LONGEST:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def parse_epoch(text: str) -> float | None:
    """A moment in seconds since 1970; None when it is none of the years 2000 to 2199."""
    number = parse_number(text)
    if number is None or not _EARLIEST.timestamp() <= number < _LATEST.timestamp():
        return None
    return number


def parse_pause(headers: Mapping[str, str], longest: float) -> float | None:
    """The seconds that Retry-After asks to wait (a number, or a moment, which is compared with the answer's
    own Date), from 0 to `longest`; None when it says nothing that can be read."""
    text = headers.get("retry-after", "")
    pause = parse_number(text)
    if pause is None:
        until, now = parse_date(text), parse_date(headers.get("date", ""))
        if until is None or now is None:
            return None
        pause = (until - now).total_seconds()
    return min(max(pause, 0.0), longest)
