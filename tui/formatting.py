"""How numbers, sizes, durations, ages and dates are written for people: one form everywhere.

Built on humanize, shortened where its words are too long for a status line or a column of a table. Times are
UTC-aware, durations are seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from tui.plausible import RATINGS, UNKNOWN, plausible_size

_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86_400, 604_800, 31_536_000
_UNITS = {"second": "s", "minute": "min", "hour": "h", "day": "d"}
_UNIT = re.compile(rf"({'|'.join(_UNITS)})s?(?: and)?")


class Total(Protocol):
    """A number of matches, such as `tui.domain.Count`."""

    @property
    def total(self) -> int: ...

    @property
    def exact(self) -> bool:
        """False: there are at least `total`."""


def number(value: int) -> str:
    """10231 → "10,231"."""
    return f"{value:,}"


def amount(count: Total) -> str:
    """ "1,000", or "1,000+" for a count that is not exact."""
    return number(count.total) + ("" if count.exact else "+")


def counted(value: int, singular: str, plural: str | None = None) -> str:
    """1 → "1 row", 2000 → "2,000 rows"."""
    return f"{number(value)} {singular if value == 1 else plural or f'{singular}s'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"; the last two are joined by `last`. Empty without words."""
    *most, end = [*words] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def counts_in_words(counts: Iterable[tuple[int, str]]) -> str:
    """ "14 new, 32 updated": zeros are left out; "nothing new" where all are."""
    return ", ".join(f"{number(count)} {words}" for count, words in counts if count) or "nothing new"


def size(count: int | None) -> str:
    """Bytes: "812 Bytes", "120 kB", "3.4 MB"; "unknown size" for one that is not known."""
    from humanize import naturalsize  # here, because most commands start without it

    known = plausible_size(count)
    return f"{UNKNOWN} size" if known is None else naturalsize(known).replace(".0 ", " ")


def rating_words(rating: int | None, remark: str) -> str:
    """ "4 of 5", with what the customer remarked; empty without a rating and a remark."""
    if rating is None and not remark:
        return ""
    return f"{UNKNOWN if rating is None else f'{rating} of {RATINGS[-1]}'} {remark}".rstrip()


def duration(seconds: float) -> str:
    """A length of time in at most two units, rounded down to the smaller: "4 s", "3 min 20 s", "2 d 3 h"."""
    whole = max(0, round(seconds))
    return _in_units(whole, "seconds" if whole < _HOUR else "minutes" if whole < _DAY else "hours")


def ago(seconds: float) -> str:
    """An age in its largest unit: "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago"."""
    if seconds < 2:
        return "just now"
    whole = round(seconds)
    unit = (
        "seconds" if whole < _MINUTE else "minutes" if whole < _HOUR else "hours" if whole < _DAY else "days"
    )
    return f"{_in_units(whole, unit)} ago"


def short_age(seconds: float) -> str:
    """An age for a narrow column, at most four cells: "now", "45s", "12m", "3h", "2d", "5w", "2y"."""
    whole = max(0, int(seconds))
    if whole < 5:
        return "now"
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < _DAY:
        return f"{whole // _HOUR}h"
    if whole < 3 * _WEEK:
        return f"{whole // _DAY}d"
    if whole < 2 * _YEAR:
        return f"{whole // _WEEK}w"
    return f"{whole // _YEAR}y"


def elapsed(seconds: float) -> str:
    """How long something took: "0.4 ms", "12 ms", "1.2 s", "3 min 20 s"."""
    milliseconds = seconds * 1000
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def clock_time(at: datetime, zone: tzinfo | None) -> str:
    """ "14:30" on the clock of `zone` (None: the machine's)."""
    return at.astimezone(zone).strftime("%H:%M")


def date_time(at: datetime, zone: tzinfo | None = None) -> str:
    """ "2024-12-20 14:30" on the clock of `zone` (None: the machine's)."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def moment(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time as short as `now` allows: "14:30" today, "Tue 14:30" in the last week, "12 Aug 14:30" this year,
    "12 Aug 2023" otherwise; on the clock of `zone` (None: the machine's).
    """
    # humanize's naturalday compares with the machine's clock; here `now` may come from another one.
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if days == 0:
        return local.strftime("%H:%M")
    if 0 < days < 7:
        return local.strftime("%a %H:%M")
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def _in_units(seconds: int, smallest: str) -> str:
    from humanize import precisedelta  # here, because most commands start without it

    words = precisedelta(
        timedelta(seconds=seconds), minimum_unit=smallest, suppress=("months", "years"), format="%d"
    )
    return _UNIT.sub(lambda found: _UNITS[found[1]], words).replace(", ", " ")
