"""Quiet hours: the part of the local day without notifications. Pure."""

from __future__ import annotations

import re
from datetime import time

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


def parse_quiet_hours(text: str) -> tuple[time, time] | None:
    """Start and end, which may be on the next day; None for an empty text. Raises `ValueError`."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not two times such as 22:00-07:00")
    hours = [int(number) for number in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def is_quiet(hours: tuple[time, time] | None, at: time) -> bool:
    """Whether the local time `at` is in the quiet hours (end excluded). Equal times mean the whole day."""
    if hours is None:
        return False
    start, end = hours
    if start < end:
        return start <= at < end
    return at >= start or at < end
