"""The answer of `stats` as text: aligned numbers with small bars."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta, tzinfo

from tui.cells import align, cell_width
from tui.cli.output import paint
from tui.clock import from_epoch
from tui.formatting import date_time, duration, number
from tui.insights import DayVolume, Distribution, Group, OpenNow, Report, Rising
from tui.query import describe
from tui.visible import visible_name

BAR = 20
"""Cells of the longest bar."""
NAME = 20
"""Cells of a name."""
MOST_DAYS = 16
"""A longer period is shown by weeks."""
MOST_GROUPS = 8
EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS = " ▁▂▃▄▅▆▇█"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Line = tuple[str, int]


def lines(report: Report, tz: tzinfo | None) -> Iterator[str]:
    """The lines of the answer; times on the clock of `tz` (None: the machine's)."""
    start, end = (date_time(from_epoch(second), tz) for second in report.window)
    yield _title(f"{describe(report.query, tz)} ({start} – {end})")
    opened, active = number(report.created.value), number(report.active.value)
    yield f"{opened} opened, {active} last active in this period"
    yield from _volume(report.days)
    yield from _response(report)
    yield from _hours(report)
    yield from _rising(report.rising)
    yield from _ratings(report)
    yield from _open(report.open)
    yield from _distribution("Waiting now", "waiting", report.waiting)


def bar(value: int, largest: int, cells: int = BAR) -> str:
    """A bar of at most `cells` cells; a value above zero shows at least an eighth of a cell."""
    if value <= 0:
        return ""
    eighths = max(1, round(value * cells * 8 / largest))
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _title(text: str) -> str:
    return paint(text, "1", sys.stdout)


def _bars(rows: Sequence[Line]) -> Iterator[str]:
    """A name, a number and a bar on each line."""
    largest = max((value for _, value in rows), default=0)
    digits = max((len(number(value)) for _, value in rows), default=0)
    names = _names_width(name for name, _ in rows)
    for name, value in rows:
        yield f"  {align(name, names)}  {value:>{digits},} {bar(value, largest)}".rstrip()


def _names_width(names: Iterable[str]) -> int:
    return min(NAME, max(map(cell_width, names), default=0))


def _volume(days: Sequence[DayVolume]) -> Iterator[str]:
    by_week = len(days) > MOST_DAYS
    periods = list(_weeks(days) if by_week else _days(days))
    most = max((max(opened, active) for _, opened, active in periods), default=0)
    digits = len(number(most))
    half = BAR // 2
    names = max((len(name) for name, _, _ in periods), default=0)
    yield ""
    head = f"{'Weeks' if by_week else 'Days'}"
    yield _title(f"{head:<{names + 2}}  {'opened':<{digits + 1 + half}}  last active")
    for name, opened, active in periods:
        left = f"{opened:>{digits},} {bar(opened, most, half):<{half}}"
        yield f"  {name:<{names}}  {left}  {active:>{digits},} {bar(active, most, half)}".rstrip()


def _days(days: Iterable[DayVolume]) -> Iterator[tuple[str, int, int]]:
    for day in days:
        name = f"{day.date} {WEEKDAYS[day.date.weekday()]}{'' if day.whole else ' (part)'}"
        yield name, day.created.value, day.active.value


def _weeks(days: Iterable[DayVolume]) -> Iterator[tuple[str, int, int]]:
    weeks: dict[date, list[DayVolume]] = {}
    for day in days:
        weeks.setdefault(day.date - timedelta(days=day.date.weekday()), []).append(day)
    for week in weeks.values():
        name = f"{week[0].date}" + (f" – {week[-1].date:%m-%d}" if len(week) > 1 else "")
        yield name, sum(d.created.value for d in week), sum(d.active.value for d in week)


def _response(report: Report) -> Iterator[str]:
    response = report.first_response
    yield from _distribution("First response", "answered", response.times)
    if response.unanswered.value:
        yield f"  {number(response.unanswered.value)} not answered yet"


def _distribution(title: str, word: str, found: Distribution) -> Iterator[str]:
    yield ""
    if found.median is None or found.p90 is None:
        yield f"{_title(title)} · none {word}"
        return
    times = f"median {duration(found.median)} · p90 {duration(found.p90)}"
    yield f"{_title(title)} · {number(found.number.value)} {word} · {times}"
    yield from _bars([(bucket.label, bucket.number.value) for bucket in found.buckets])


def _hours(report: Report) -> Iterator[str]:
    most = max(cell.value for hours in report.busiest for cell in hours)
    if not most:
        return
    yield ""
    yield f"{_title('Busiest hours')} · opened conversations by weekday and hour, peak {number(most)}"
    yield "       " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
    for weekday, hours in enumerate(report.busiest):
        cells = (LEVELS[-(-cell.value * (len(LEVELS) - 1) // most)] for cell in hours)
        yield f"  {WEEKDAYS[weekday]}  {''.join(cell * 2 for cell in cells)}".rstrip()


def _rising(rising: Rising) -> Iterator[str]:
    yield ""
    if not rising.weeks:
        yield f"{_title('Rising tags')} · no earlier week is synced to compare with"
        return
    before = "the week before" if rising.weeks == 1 else f"the mean of the {rising.weeks} weeks before"
    yield f"{_title('Rising tags')} · last 7 days compared with {before}"
    if not rising.tags:
        yield "  none"
    names = _names_width(visible_name(tag.name) for tag in rising.tags)
    for tag in rising.tags:
        yield f"  {align(visible_name(tag.name), names)}  {tag.number.value:>5,}  (before: {tag.mean:,.1f})"


def _ratings(report: Report) -> Iterator[str]:
    ratings = report.ratings
    yield ""
    if ratings.mean is None:
        yield f"{_title('Ratings')} · none"
        return
    yield f"{_title('Ratings')} · {number(ratings.number.value)} · mean {ratings.mean:.2f}"
    yield from _bars([(str(rating), found.value) for rating, found in reversed(ratings.stars)])


def _open(now: OpenNow) -> Iterator[str]:
    yield ""
    yield f"{_title('Open now')} · {number(now.total.value)}"
    for word, groups in (("By team", now.by_team), ("By assignee", now.by_assignee)):
        if groups:
            yield f" {word}"
            yield from _bars(_largest(groups))


def _largest(groups: Sequence[Group]) -> list[Line]:
    shown = groups if len(groups) <= MOST_GROUPS + 1 else groups[:MOST_GROUPS]
    rest = groups[len(shown) :]
    rows = [(visible_name(group.name), group.number.value) for group in shown]
    if rest:
        rows.append((f"{number(len(rest))} others", sum(group.number.value for group in rest)))
    return rows
