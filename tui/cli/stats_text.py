"""What `stats` prints for people: aligned numbers with small bars."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta, tzinfo

from tui.cli.output import paint
from tui.cli.table import cut, width
from tui.clock import from_epoch
from tui.insights import DayVolume, Distribution, Group, OpenNow, Report, Rising
from tui.query import describe
from tui.text import one_line

BAR = 20
"""Cells of the longest bar."""
NAME = 20
"""Cells of a name."""
MOST_DAYS = 16
"""A longer period is told by weeks."""
MOST_GROUPS = 8
EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS = " ▁▂▃▄▅▆▇█"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Line = tuple[str, int]


def lines(report: Report, tz: tzinfo | None) -> Iterator[str]:
    """The whole answer."""
    start, end = (from_epoch(second).astimezone(tz) for second in report.window)
    yield _title(f"{describe(report.query, tz)} ({start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M})")
    yield f"{report.created.value:,} began, {report.active.value:,} were last active in this period"
    yield from _volume(report.days)
    yield from _response(report)
    yield from _hours(report)
    yield from _rising(report.rising)
    yield from _ratings(report)
    yield from _open(report.open)
    yield from _distribution("Waiting now", "waiting", report.waiting)


def bar(value: int, largest: int, cells: int = BAR) -> str:
    """A bar of at most `cells` cells; whatever is not zero shows at least a sliver."""
    if value <= 0:
        return ""
    eighths = max(1, round(value * cells * 8 / largest))
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def length(seconds: int) -> str:
    """45s, 12m, 4h 05m, 2d 3h."""
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3_600:
        return f"{seconds // 60}m"
    if seconds < 86_400:
        return f"{seconds // 3_600}h {seconds % 3_600 // 60:02}m"
    return f"{seconds // 86_400}d {seconds % 86_400 // 3_600}h"


def _title(text: str) -> str:
    return paint(text, "1", sys.stdout)


def _bars(rows: Sequence[Line]) -> Iterator[str]:
    """A name, a number and a bar on each line."""
    largest = max((value for _, value in rows), default=0)
    digits = max((len(f"{value:,}") for _, value in rows), default=0)
    names = min(NAME, max((width(name) for name, _ in rows), default=0))
    for name, value in rows:
        name = cut(name, names)
        padding = " " * (names - width(name))
        yield f"  {name}{padding}  {value:>{digits},} {bar(value, largest)}".rstrip()


def _volume(days: Sequence[DayVolume]) -> Iterator[str]:
    by_week = len(days) > MOST_DAYS
    periods = list(_weeks(days) if by_week else _days(days))
    created = [began for _, began, _ in periods]
    active = [last for _, _, last in periods]
    most = max([*created, *active], default=0)
    digits = len(f"{most:,}")
    half = BAR // 2
    names = max((len(name) for name, _, _ in periods), default=0)
    yield ""
    head = f"{'Weeks' if by_week else 'Days'}"
    yield _title(f"{head:<{names + 2}}  {'began':<{digits + 1 + half}}  last active")
    for name, began, last in periods:
        left = f"{began:>{digits},} {bar(began, most, half):<{half}}"
        yield f"  {name:<{names}}  {left}  {last:>{digits},} {bar(last, most, half)}".rstrip()


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
        yield f"  {response.unanswered.value:,} without an answer so far"


def _distribution(title: str, word: str, spread: Distribution) -> Iterator[str]:
    yield ""
    if spread.median is None or spread.p90 is None:
        yield f"{_title(title)} · none {word}"
        return
    times = f"median {length(spread.median)} · 90 % within {length(spread.p90)}"
    yield f"{_title(title)} · {spread.number.value:,} {word} · {times}"
    yield from _bars([(bucket.label, bucket.number.value) for bucket in spread.buckets])


def _hours(report: Report) -> Iterator[str]:
    most = max(number.value for hours in report.busiest for number in hours)
    if not most:
        return
    yield ""
    yield f"{_title('Busiest hours')} · conversations that began, by the hour of the week, up to {most:,}"
    yield "       " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
    for weekday, hours in enumerate(report.busiest):
        cells = (LEVELS[-(-number.value * (len(LEVELS) - 1) // most)] for number in hours)
        yield f"  {WEEKDAYS[weekday]}  {''.join(cell * 2 for cell in cells)}".rstrip()


def _rising(rising: Rising) -> Iterator[str]:
    yield ""
    if not rising.weeks:
        yield f"{_title('Tags rising')} · no week before the last one is synced to compare with"
        return
    before = "the week before" if rising.weeks == 1 else f"the mean of the {rising.weeks} weeks before"
    yield f"{_title('Tags rising')} · begun in the last 7 days, against {before}"
    if not rising.tags:
        yield "  none"
    names = min(NAME, max((width(one_line(tag.name)) for tag in rising.tags), default=0))
    for tag in rising.tags:
        name = cut(one_line(tag.name), names)
        yield f"  {name}{' ' * (names - width(name))}  {tag.number.value:>5,}  (before: {tag.mean:,.1f})"


def _ratings(report: Report) -> Iterator[str]:
    ratings = report.ratings
    yield ""
    if ratings.mean is None:
        yield f"{_title('Ratings')} · none"
        return
    yield f"{_title('Ratings')} · {ratings.number.value:,} · mean {ratings.mean:.2f}"
    yield from _bars([(str(rating), number.value) for rating, number in reversed(ratings.stars)])


def _open(now: OpenNow) -> Iterator[str]:
    yield ""
    yield f"{_title('Open now')} · {now.total.value:,}"
    for word, groups in (("By team", now.by_team), ("By assignee", now.by_assignee)):
        if groups:
            yield f" {word}"
            yield from _bars(_largest(groups))


def _largest(groups: Sequence[Group]) -> list[Line]:
    shown = groups if len(groups) <= MOST_GROUPS + 1 else groups[:MOST_GROUPS]
    rest = groups[len(shown) :]
    rows = [(one_line(group.name), group.number.value) for group in shown]
    if rest:
        rows.append((f"{len(rest):,} others", sum(group.number.value for group in rest)))
    return rows
