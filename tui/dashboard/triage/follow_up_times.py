"""Parses times of reminders: `2h`, `tomorrow`, `monday 14:00`, `2024-12-20 09:00`. Pure.

`tui.timeframe` parses times in the past, this module times in the future. A day without a clock time means
the morning.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from tui.text import nearest
from tui.timeframe import WEEKDAYS, TimeframeError, parse_duration, parse_moment

MORNING, EVENING = "09:00", "17:00"
LATER_FORMS = (
    "30m, 2h, 3d, tonight, tomorrow, monday … sunday, next week or 2024-12-20, optionally with a clock time,"
    " such as tomorrow 14:30"
)
"""The forms that `parse_later` accepts, as the end of a sentence."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\s*(am|pm))?|(\d{1,2})\s*(am|pm)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}t\d{1,2}:\d{2}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = ("today", "tonight", "tomorrow", "next week", *WEEKDAYS)


def parse_later(text: str, *, now: datetime, tz: tzinfo | None) -> datetime:
    """The time that `text` means, UTC-aware and after `now`.

    A clock time alone means today, or tomorrow when that has passed. Hours and minutes count from now; days
    and weeks end in the morning. Raises `TimeframeError` with one line that says what is allowed.
    """
    words = " ".join(text.lower().split())
    if not words:
        raise TimeframeError(f"enter a time: {LATER_FORMS}")
    day, clock = _split(words)
    if day and clock is None and re.fullmatch(r"\d+[smh]", day):
        at = now.astimezone(UTC).replace(microsecond=0) + parse_duration(day)
    elif not day and clock is not None:
        at = _at(_day("today", now, tz), clock, now, tz)
        if at <= now:
            at = _at(_day("tomorrow", now, tz), clock, now, tz)
    else:
        default = EVENING if day in {"today", "tonight"} else MORNING
        at = _at(_day(day, now, tz), clock or default, now, tz)
    if at <= now:
        local = at.astimezone(tz)
        raise TimeframeError(f"{local:%Y-%m-%d %H:%M} is in the past; enter a later time")
    return at


def _split(words: str) -> tuple[str, str | None]:
    """The day and the clock time ("14:30") in the text."""
    if _ISO.fullmatch(words):
        words = words.replace("t", " ", 1)
    head, _, last = words.rpartition(" ")
    if last in {"am", "pm"} and head:
        head, _, number = head.rpartition(" ")
        last = f"{number}{last}"
    match = _CLOCK.fullmatch(last)
    if match is None:
        return words, None
    hour, minute = int(match[1] or match[4]), int(match[2] or 0)
    half = match[3] or match[5]
    if hour > (12 if half else 23) or minute > 59 or (half and not hour):
        raise TimeframeError(f"“{last}” is not a time of day: hours run to 23, minutes to 59")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return head.removesuffix(" at"), f"{hour:02}:{minute:02}"


def _day(day: str, now: datetime, tz: tzinfo | None) -> str:
    """The date ("2024-12-20") of a day in the future."""
    today = now.astimezone(tz).date()
    if day in {"today", "tonight"}:
        return today.isoformat()
    if day == "tomorrow":
        return (today + timedelta(days=1)).isoformat()
    if day == "next week":
        return (today + timedelta(days=7 - today.weekday())).isoformat()
    for index, name in enumerate(WEEKDAYS):
        if day.removeprefix("next ") in (name, name[:3]):
            return (today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)).isoformat()
    if re.fullmatch(r"\d+[dw]", day):
        try:
            return (today + parse_duration(day)).isoformat()
        except OverflowError:
            raise TimeframeError(f"“{day}” is too far away") from None
    if _DATE.fullmatch(day):
        return day
    shown = day if len(day) <= 40 else day[:39] + "…"
    close = nearest(day, _WORDS)
    raise TimeframeError(
        f"“{shown}” is not a time in the future: "
        + (f"did you mean “{close}”? Enter " if close else "enter ")
        + LATER_FORMS
    )


def _at(date: str, clock: str, now: datetime, tz: tzinfo | None) -> datetime:
    """The local time in UTC. `parse_moment` refuses impossible dates and hours that the clocks skip."""
    return parse_moment(f"{date}T{clock}", now=now, tz=tz)[0]
