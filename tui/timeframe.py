"""Moments and durations as people type them: `7d`, `yesterday`, `2024-12-20`, `2024-12-20T14:30`.

Days, months and clock times are those of the wall clock in a time zone, so a day may last 23 or 25 hours.
Lengths ("7d", "24h") are absolute: 7d is always 7 × 24 hours. Months and years follow the calendar.
Results are UTC-aware whole seconds; ends are inclusive.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEYWORDS = ("now", "today", "yesterday", *WEEKDAYS)
FIRST_YEAR, LAST_YEAR = 1970, 2999

_SECOND = timedelta(seconds=1)
CALENDAR_UNITS = ("mo", "y")
"""The units of lengths that differ with the calendar."""
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_MONTHS = {"mo": 1, "y": 12}
_UNIT_WORDS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}

_LENGTH = re.compile(r"([0-9]+)(mo|[smhdwy])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(z|[+-][0-9]{2}:[0-9]{2})?"
)
_OTHER_DATE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}(?:[-./][0-9]{1,4}\.?)?")
_UNFINISHED = re.compile(
    r"[0-9]{1,9}|[0-9]{4}-(?:[0-9]|[0-9]{2}-(?:[0-9]|[0-9]{2}[t ](?:[0-9]|[0-9]{2}(?::"
    r"(?:[0-9]|[0-9]{2}(?::[0-9]?|(?::[0-9]{2})?[+-](?:[0-9]|[0-9]{2}:?[0-9]?)?))?)?)?)?)?"
)

MOMENT_FORMS = (
    "a date (2024-12-20, 2024-12, 2024-12-20T14:30), today, yesterday, monday … sunday, now, "
    "or how long ago (30m, 24h, 7d, 2w, 3mo, 1y)"
)
"""What `parse_moment` accepts, as the end of a sentence."""
DURATION_FORMS = "a whole number and a unit: 30s, 45m, 2h, 90d or 2w"
"""What `parse_duration` accepts, as the end of a sentence."""


class TimeframeError(ValueError):
    """A time or length that cannot be parsed; the text is one line that says what is allowed.

    `suggestion` is the word that was probably meant; None if nothing is close.
    """

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parse_moment(text: str, *, now: datetime, tz: tzinfo | None) -> tuple[datetime, datetime]:
    """The first and the last second (UTC, inclusive) that `text` names.

    A day gives its first and last second on the wall clock of `tz` (None: the machine's zone), a month,
    year or minute likewise; `now` and lengths ("7d": so long ago) give one second twice. A clock time that
    occurs twice when the clocks go back spans both. A weekday is the most recent one, today included.

    Raises `TimeframeError`, and `ValueError` when `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now!r} has no time zone; pass an aware datetime")
    text = " ".join(text.split())
    now = now.astimezone(UTC).replace(microsecond=0)
    try:
        return _read_moment(text, now, tz)
    except (OverflowError, OSError) as error:
        raise TimeframeError(f"“{_short(text)}” is out of range") from error


def parse_duration(text: str) -> timedelta:
    """A length of time such as `90d`, `2h`, `45m`, `30s` or `2w`. Raises `TimeframeError`."""
    text = text.strip()
    match = _LENGTH.fullmatch(text.lower())
    if match is None:
        if text.isascii() and text.isdigit():
            raise TimeframeError(f"“{_short(text)}” needs a unit: s, m, h, d or w, as in {_short(text)}h")
        raise TimeframeError(f"“{_short(text)}” is not a length of time: write {DURATION_FORMS}")
    if match[2] in _MONTHS:
        raise TimeframeError(f"“{_short(text)}”: months and years differ in length, write days, as in 90d")
    _refuse_capital_m(text)
    return _length(text, match)


def is_unfinished_moment(text: str) -> bool:
    """Whether more typing could still make a moment of `text` (“yest”, “2024-1”, “7”)."""
    lowered = text.lower()
    return any(word.startswith(lowered) for word in KEYWORDS) or _UNFINISHED.fullmatch(lowered) is not None


def ago_in_words(text: str) -> str | None:
    """“7 days” for `7d`, “1 month” for `1mo`; None for everything that is not a length."""
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None:
        return None
    number = match[1].lstrip("0") or "0"
    return f"{number} {_UNIT_WORDS[match[2]]}{'' if number == '1' else 's'}"


def duration_text(duration: timedelta) -> str:
    """The shortest exact spelling of a whole number of seconds: `2h` rather than `120m`."""
    seconds = int(duration.total_seconds())
    for unit in ("w", "d", "h", "m"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def _read_moment(text: str, now: datetime, tz: tzinfo | None) -> tuple[datetime, datetime]:
    lowered = text.lower()
    if lowered == "now":
        return now, now
    today = now.astimezone(tz).date()
    if lowered == "today":
        return _days(today, today, tz, text)
    if lowered == "yesterday":
        yesterday = today - timedelta(days=1)
        return _days(yesterday, yesterday, tz, text)
    for index, name in enumerate(WEEKDAYS):
        if lowered in (name, name[:3]):
            day = today - timedelta(days=(today.weekday() - index) % 7)
            return _days(day, day, tz, text)
    if match := _LENGTH.fullmatch(lowered):
        _refuse_capital_m(text)
        moment = _ago(text, match, now, tz)
        return moment, moment
    if match := _DATE.fullmatch(lowered):
        return _calendar(text, match, tz)
    if match := _TIME.fullmatch(lowered):
        return _clock(text, match, tz)
    raise _not_a_moment(text, lowered)


def _not_a_moment(text: str, lowered: str) -> TimeframeError:
    shown = _short(text)
    if not text:
        return TimeframeError(f"a time is missing: write {MOMENT_FORMS}")
    if text.isascii() and text.isdigit() and len(text) < 8:
        example = f"as in {shown}d for {shown} days ago"
        return TimeframeError(f"“{shown}” needs a unit (m, h, d, w, mo or y), {example}")
    if (text.isascii() and text.isdigit()) or _OTHER_DATE.fullmatch(lowered):
        return TimeframeError(f"“{shown}” is not a date: write year-month-day, as in 2024-12-20")
    close = next(iter(get_close_matches(lowered[:20], KEYWORDS, n=1)), None)
    hint = f"did you mean “{close}”? Write" if close else "write"
    return TimeframeError(f"“{shown}” is not a time: {hint} {MOMENT_FORMS}", close)


def _ago(text: str, match: re.Match[str], now: datetime, tz: tzinfo | None) -> datetime:
    if match[2] not in _MONTHS:
        moment = now - _length(text, match)
    else:
        local = now.astimezone(tz).replace(tzinfo=None)
        months = local.year * 12 + local.month - 1 - int(match[1][:9]) * _MONTHS[match[2]]
        year, month = divmod(months, 12)
        if year < FIRST_YEAR:
            raise TimeframeError(f"“{_short(text)}” is before {FIRST_YEAR}")
        day = min(local.day, monthrange(year, month + 1)[1])
        moment = _to_utc(local.replace(year=year, month=month + 1, day=day), tz)
    if moment.year < FIRST_YEAR:
        raise TimeframeError(f"“{_short(text)}” is before {FIRST_YEAR}")
    return moment


def _length(text: str, match: re.Match[str]) -> timedelta:
    if len(match[1].lstrip("0")) > 10:
        raise TimeframeError(f"“{_short(text)}” is too long")
    try:
        return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    except OverflowError as error:
        raise TimeframeError(f"“{_short(text)}” is too long") from error


def _refuse_capital_m(text: str) -> None:
    if text.endswith("M"):
        number = _short(text[:-1])
        raise TimeframeError(f"“{_short(text)}” could be minutes or months: write {number}m or {number}mo")


def _calendar(text: str, match: re.Match[str], tz: tzinfo | None) -> tuple[datetime, datetime]:
    year = int(match[1])
    month = int(match[2]) if match[2] else None
    day = int(match[3]) if match[3] else None
    _check_date(text, year, month, day)
    if month is None:
        return _days(date(year, 1, 1), date(year, 12, 31), tz, text)
    if day is None:
        return _days(date(year, month, 1), date(year, month, monthrange(year, month)[1]), tz, text)
    return _days(date(year, month, day), date(year, month, day), tz, text)


def _check_date(text: str, year: int, month: int | None, day: int | None) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise TimeframeError(f"“{text}”: the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    if month is None:
        return
    if not 1 <= month <= 12:
        raise TimeframeError(f"“{text}” is not a date: there is no month {month}, months are 01 to 12")
    last = monthrange(year, month)[1]
    if day is not None and not 1 <= day <= last:
        raise TimeframeError(f"“{text}” is not a date: {month_name[month]} {year} has {last} days")


def _clock(text: str, match: re.Match[str], tz: tzinfo | None) -> tuple[datetime, datetime]:
    year, month, day = (int(part) for part in match[1].split("-"))
    _check_date(text, year, month, day)
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise TimeframeError(f"“{text}” is not a time of day: hours end at 23, minutes and seconds at 59")
    wall = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (a reading of the wall clock)
    length = timedelta(seconds=0 if match[4] else 59)
    if match[5]:
        first = wall.replace(tzinfo=_offset(text, match[5])).astimezone(UTC)
        return first, first + length
    first, again = _to_utc(wall, tz), _to_utc(wall.replace(fold=1), tz)
    if first.astimezone(tz).replace(tzinfo=None) != wall:
        raise TimeframeError(f"“{text}” does not exist in this time zone: the clocks go forward at that time")
    return first, again + length


def _offset(text: str, offset: str) -> tzinfo:
    if offset == "z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise TimeframeError(f"“{text}”: the offset from UTC must be from -23:59 to +23:59")
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _days(first: date, last: date, tz: tzinfo | None, text: str) -> tuple[datetime, datetime]:
    start = _midnight(first, tz)
    end = _midnight(last + timedelta(days=1), tz) - _SECOND
    if end < start:  # Samoa had no 30 December 2011
        raise TimeframeError(f"“{text}” does not exist in this time zone: the calendar skips it")
    return start, end


def _midnight(day: date, tz: tzinfo | None) -> datetime:
    """The first instant of the day: midnight, or the end of the gap where the clocks go forward at midnight.

    Midnight comes twice where the clocks go back over it. If they go back into the day before, as in
    Newfoundland from 00:01 to 23:01, the second one counts: that hour belongs to the day before.
    """
    wall = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (the wall clock's midnight)
    first, second = _to_utc(wall, tz), _to_utc(wall.replace(fold=1), tz)
    is_back = second > first and (second - _SECOND).astimezone(tz).date() < day
    return second if is_back else first


def _to_utc(wall: datetime, tz: tzinfo | None) -> datetime:
    """A reading of the wall clock in UTC; one that the clocks skip, by the offset before the change."""
    if tz is None:  # astimezone() uses the offset after the change, and would be an hour too early
        return datetime.fromtimestamp(wall.timestamp(), UTC)
    return wall.replace(tzinfo=tz).astimezone(UTC)


def _short(text: str) -> str:
    printable = "".join(c if c.isprintable() else "�" for c in text[:41])
    return printable if len(text) <= 40 else printable[:39] + "…"
