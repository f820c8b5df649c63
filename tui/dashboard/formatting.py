"""Short texts for ages, durations, amounts and coverage. Pure; times are UTC-aware, durations seconds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from tui.domain import Count
from tui.freshness import Coverage, Interval

BARS = "▁▂▃▄▅▆▇"
NO_COVERAGE = "·"


def shares(coverage: Coverage, horizon: Interval, cells: int) -> list[float]:
    """The covered share (0.0 to 1.0) of each of `cells` equal stretches of `horizon`, oldest first."""
    length = horizon.end - horizon.start + 1
    result = []
    for cell in range(cells):
        start = horizon.start + length * cell // cells
        end = max(start, horizon.start + length * (cell + 1) // cells - 1)
        covered = sum(i.end - i.start + 1 for i in coverage.within(Interval(start, end)))
        result.append(covered / (end - start + 1))
    return result


def bars(coverage: Coverage, horizon: Interval, cells: int) -> str:
    """One character per stretch: "·" never synced, then ▁ to ▇; only a wholly synced stretch shows ▇."""
    return "".join(bar(share) for share in shares(coverage, horizon, cells))


def bar(share: float) -> str:
    if share <= 0:
        return NO_COVERAGE
    if share >= 0.995:
        return BARS[-1]
    return BARS[min(len(BARS) - 2, int(share * (len(BARS) - 1)))]


MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800


def number(value: int) -> str:
    """10231 → "10,231"."""
    return f"{value:,}"


def amount(count: Count) -> str:
    """Exact up to 1,000, then "1,000+"."""
    return number(count.total) + ("" if count.exact else "+")


def counts_in_words(counts: Iterable[tuple[int, str]]) -> str:
    """ "14 new, 32 updated"; zeros are left out, "nothing new" where all are."""
    return ", ".join(f"{number(count)} {words}" for count, words in counts if count) or "nothing new"


def short_age(seconds: float) -> str:
    """An age for a narrow column, at most four cells: "now", "45s", "12m", "3h", "2d", "5w", "2y"."""
    whole = max(0, int(seconds))
    if whole < 5:
        return "now"
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    if whole < DAY:
        return f"{whole // HOUR}h"
    if whole < 3 * WEEK:
        return f"{whole // DAY}d"
    if whole < 2 * 365 * DAY:
        return f"{whole // WEEK}w"
    return f"{whole // (365 * DAY)}y"


def duration(seconds: float) -> str:
    """A duration to read in a sentence: "4 s", "3 min", "2 h 10 min", "5 d"."""
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR} h" + (f" {minutes} min" if minutes else "")
    return f"{whole // DAY} d"


def ago(seconds: float) -> str:
    """ "just now", "12 s ago", "3 min ago", "2 h 10 min ago", "5 d ago"."""
    return "just now" if seconds < 2 else f"{duration(seconds)} ago"


def elapsed(seconds: float) -> str:
    """How long a search took: "0.4 ms", "12 ms", "1.2 s"."""
    milliseconds = seconds * 1000
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{seconds:.1f} s"


def moment(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time on the reader's clock: "14:30" today, "Tue 14:30" this week, "12 Aug 14:30", "12 Aug 2023"."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if days == 0:
        return local.strftime("%H:%M")
    if 0 < days < 7:
        return local.strftime("%a %H:%M")
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def size(count: int | None) -> str:
    """Bytes for people: "812 B", "120 kB", "3.4 MB"; empty when the size is not known."""
    if count is None:
        return ""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def clock_time(at: datetime, zone: tzinfo | None) -> str:
    """ "14:30" on the reader's clock."""
    return at.astimezone(zone).strftime("%H:%M")
