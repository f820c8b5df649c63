"""Parses times of reminders and snoozes: `2h`, `in 3 days`, `tomorrow at 9`, `mon 14:00`, `eod`. Pure.

`tui.timeframe` parses times in the past, this module times in the future. A day without a clock time means
the morning.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta, tzinfo

from tui.text import nearest
from tui.timeframe import LAST_YEAR, WEEKDAYS, TimeframeError, parse_moment

MORNING, EVENING = "09:00", "17:00"
LATER_EXAMPLES = "2h · 1h30m · eod · tomorrow at 9 · mon 14:00 · in 3 days"
LATER_FORMS = (
    "30m, 1h30m, in 2 hours, in 3 days, eod, tonight, tomorrow, mon … sun, next mon, next week or 2024-12-20;"
    " a day can have a clock time, such as tomorrow at 14:30"
)
"""The forms that `parse_later` accepts, as the end of a sentence."""

LONGEST_NUMBER = 9
"""Digits of a number that is read; more are too far away in any unit."""
_END_OF_DAY = ("eod", "end of day")
_EVENINGS = ("today", "tonight")
_WORDS = (*_EVENINGS, *_END_OF_DAY, "tomorrow", "next week", *WEEKDAYS)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LENGTH = r"(\d+ ?|an? )(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])"
_ONE_LENGTH = re.compile(_LENGTH)
_LENGTHS = re.compile(rf"(?:in )?{_LENGTH}(?: ?(?:and )?{_LENGTH})*")
_CLOCK = re.compile(
    r"(?:(?P<day>.*?) )??(?P<at>at )?(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?: ?(?P<half>am|pm))?"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})t(\d{1,2}:\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_later(text: str, *, now: datetime, tz: tzinfo | None) -> datetime:
    """The time that `text` means, UTC-aware and after `now`.

    A clock time alone, and the end of the day, mean today, or tomorrow when that has passed. Hours and
    minutes count from now; days and weeks end in the morning. "next mon" is the Monday of next week. Raises
    `TimeframeError` with one line that says what is allowed.
    """
    words = _ISO.sub(r"\1 \2", " ".join(text.lower().replace(",", " ").split()))
    if not words:
        raise TimeframeError(f"enter a time: {LATER_FORMS}")
    try:
        at = _read(words, now, tz)
    except OverflowError:
        raise TimeframeError(f"“{_short(words)}” is too far away") from None
    if at <= now:
        raise TimeframeError(f"{at.astimezone(tz):%Y-%m-%d %H:%M} is in the past; enter a later time")
    return at


def _read(words: str, now: datetime, tz: tzinfo | None) -> datetime:
    today = now.astimezone(tz).date()
    day, clock = (words, None) if _LENGTHS.fullmatch(words) else _split(words)
    if _LENGTHS.fullmatch(day):
        length, is_days = _length(day)
        if is_days:
            return _at(today + length, clock or MORNING, now, tz)
        if clock is not None:
            raise TimeframeError(f"“{_short(words)}”: hours count from now; a clock time needs a day")
        at = now.astimezone(UTC).replace(microsecond=0) + length
        if at.year > LAST_YEAR:
            raise OverflowError
        return at
    if day in _END_OF_DAY and clock is None:
        day, clock = "", EVENING
    if not day and clock is not None:
        at = _at(today, clock, now, tz)
        return at if at > now else _at(today + timedelta(days=1), clock, now, tz)
    return _at(_day(day, today), clock or (EVENING if day in _EVENINGS else MORNING), now, tz)


def _split(words: str) -> tuple[str, str | None]:
    """The day and the clock time ("14:30") in the text."""
    match = _CLOCK.fullmatch(words)
    if match is None:
        return words, None
    day, number = match["day"] or "", match["hour"]
    if not (match["minute"] or match["half"] or match["at"] or day):
        raise TimeframeError(
            f"“{number}” could be a time of day or a length: write {number}:00, {number}h or {number}d"
        )
    hour, minute = int(number), int(match["minute"] or 0)
    half = match["half"]
    if hour > (12 if half else 23) or minute > 59 or (half and not hour):
        clock = words.removeprefix(day).strip()
        raise TimeframeError(f"“{clock}” is not a time of day: hours run to 23, minutes to 59")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return day, f"{hour:02}:{minute:02}"


def _length(words: str) -> tuple[timedelta, bool]:
    """A length of time, and whether it is one of whole days."""
    lengths: Counter[str] = Counter()
    for number, unit in _ONE_LENGTH.findall(words):
        if len(number) > LONGEST_NUMBER:
            raise OverflowError
        lengths[_UNITS[unit[0]]] += int(number) if number[0].isdigit() else 1
    is_days = not lengths.keys().isdisjoint({"days", "weeks"})
    if is_days and not lengths.keys() <= {"days", "weeks"}:
        raise TimeframeError(
            f"“{_short(words)}” mixes days and hours: write hours alone (30h),"
            " or a day with a clock time (1d 14:00)"
        )
    return timedelta(**lengths), is_days


def _day(day: str, today: date) -> date | str:
    """A day in the future, or a date as it was typed."""
    if day in _EVENINGS:
        return today
    if day == "tomorrow":
        return today + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    if day == "next week":
        return monday
    name = day.removeprefix("next ")
    for index, weekday in enumerate(WEEKDAYS):
        if len(name) >= 3 and weekday.startswith(name):
            if name != day:
                return monday + timedelta(days=index)
            return today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)
    if _DATE.fullmatch(day):
        return day
    close = nearest(day, _WORDS)
    raise TimeframeError(
        f"“{_short(day)}” is not a time in the future: "
        + (f"did you mean “{close}”? Enter " if close else "enter ")
        + LATER_FORMS
    )


def _at(day: date | str, clock: str, now: datetime, tz: tzinfo | None) -> datetime:
    """The local time in UTC. `parse_moment` refuses impossible dates and times that the clocks skip.

    Of a time that occurs twice, because the clocks go back, it is the first one to come.
    """
    first, last = parse_moment(f"{day}T{clock}", now=now, tz=tz)
    again = last.replace(second=0)
    return first if first > now else again


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
