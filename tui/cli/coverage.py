"""`fastintercom coverage`: which days are in the mirror."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, timedelta
from math import floor
from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.freshness_line import sync_command
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, paint, text_width, write
from tui.cli.period import print_freshness, since_moment
from tui.formatting import counted, number
from tui.freshness_words import DAY, name_gap

if TYPE_CHECKING:
    from tui.cli.json_shapes import CoverageJson
    from tui.freshness import Interval, Verdict
    from tui.insights import DayCoverage
    from tui.workspace import Workspace

LABEL = 5
"""Cells to the left of the calendar."""
WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
DAY_STATES = {
    "synced": ("█", "32", "synced"),
    "partial": ("▄", "33", "partly synced"),
    "pending": ("░", "36", "threads still to be fetched"),
    "never": ("·", "2", "never synced"),
    "not-kept": ("×", "2", "not kept"),
}
"""State of a day → glyph, colour, words."""
MOST_GAPS = 10


@command("coverage")
@click.option(
    "--since",
    metavar="WHEN",
    help="The first day, such as 90d, 2024-01-01 or monday (default: the configured history).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def coverage_command(invocation: Invocation, since: str | None, as_json: bool) -> int:
    """Show which days are in the mirror. Does not use the network."""
    from tui.cli.syncing import sync_demo

    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        first = _first_day(workspace, since)
        today = workspace.insights.horizon()[1]
        days = workspace.insights.days(first, today)
        verdict = workspace.verdict(workspace.parse(f"since:{first.isoformat()}"))
        if as_json:
            write(json_answer(_json(workspace, days, verdict)))
        else:
            for line in [*calendar(days), "", *_words(workspace, days, verdict)]:
                write(line)
        flush()
        print_freshness(invocation, workspace, verdict)
    return ExitCode.OK


def _first_day(workspace: Workspace, since: str | None) -> date:
    if since is None:
        return workspace.insights.horizon()[0]
    return since_moment(workspace, since).astimezone(workspace.tz).date()


def calendar(days: list[DayCoverage]) -> list[str]:
    """Weeks as columns, weekdays as rows, in as many blocks as the width requires, and the legend."""
    space = text_width() or 80
    state = {day.date: day.state.value for day in days}
    monday = days[0].date - timedelta(days=days[0].date.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range((days[-1].date - monday).days // 7 + 1)]
    per_block = max(4, (space - LABEL) // 2)
    lines: list[str] = []
    for start in range(0, len(weeks), per_block):
        block = weeks[start : start + per_block]
        lines += [_months(block), *(_row(weekday, block, state) for weekday in range(7)), ""]
    present = {*state.values()}
    legend = (f"{_glyph(name)} {words}" for name, (_, _, words) in DAY_STATES.items() if name in present)
    return [*lines, " " * LABEL + "   ".join(legend)]


def _months(weeks: list[date]) -> str:
    """The names of the months, each above the week of its first day."""
    line = " " * LABEL
    sundays = [week + timedelta(days=6) for week in weeks]
    for week, sunday in enumerate(sundays):
        # The first week names its month only where the next one does not name another.
        first = week == 0 and all(other.day > 7 for other in sundays[1:2])
        if sunday.day <= 7 or first:
            line = f"{line:<{LABEL + 2 * week}}{sunday:%b} "
    return line.rstrip()


def _row(weekday: int, weeks: list[date], state: dict[date, str]) -> str:
    cells = (state.get(week + timedelta(days=weekday)) for week in weeks)
    return f"{WEEKDAYS[weekday]:<{LABEL}}" + " ".join(_glyph(c) if c else " " for c in cells).rstrip()


def _glyph(state: str) -> str:
    glyph, colour, _ = DAY_STATES[state]
    return paint(glyph, colour, sys.stdout)


def _words(workspace: Workspace, days: list[DayCoverage], verdict: Verdict) -> list[str]:
    counts = Counter(day.state.value for day in days)
    states = ", ".join(
        f"{number(counts[name])} {words}" for name, (_, _, words) in DAY_STATES.items() if counts[name]
    )
    conversations = sum(day.conversations.value for day in days)
    pending = sum(day.pending_threads for day in days)
    lines = [
        f"{counted(len(days), 'day')} from {days[0].date} to {days[-1].date}: {states}",
        f"{counted(conversations, 'conversation')}, {counted(pending, 'thread')} still to be fetched",
    ]
    if verdict.unsynced:
        gaps = [_gap(workspace, gap) for gap in verdict.unsynced[-MOST_GAPS:]]
        older = len(verdict.unsynced) - len(gaps)
        lines += ["", "Not synced:", *([f"  {counted(older, 'older gap')}"] if older else [])]
        lines += [f"  {gap}" for gap in gaps]
        if command := sync_command(verdict):
            lines.append(f"Run: {command}")
    return lines


def _gap(workspace: Workspace, gap: Interval) -> str:
    named = name_gap(gap, workspace.clock().astimezone(workspace.tz), workspace.tz)
    days = round((gap.end - gap.start + 1) / DAY)
    return f"{named} ({counted(days, 'day')})" if days > 1 else named


def _json(workspace: Workspace, days: list[DayCoverage], verdict: Verdict) -> CoverageJson:
    from tui.answers import spans
    from tui.insights import DayState

    counts = Counter(day.state for day in days)
    return {
        "days": [
            {
                "date": day.date,
                **spans([day.span])[0],
                "state": day.state.value,
                "share": floor(day.share * 10_000) / 10_000,
                "conversations": day.conversations.value,
                "pending_threads": day.pending_threads,
                "query": day.conversations.query,
            }
            for day in days
        ],
        "counts": {
            "synced": counts[DayState.SYNCED],
            "partial": counts[DayState.PARTIAL],
            "pending": counts[DayState.PENDING],
            "never": counts[DayState.NEVER],
            "not_kept": counts[DayState.NOT_KEPT],
        },
        "conversations": sum(day.conversations.value for day in days),
        "pending_threads": sum(day.pending_threads for day in days),
        "sync_info": workspace.sync_info(verdict, workspace.outlook()),
    }
