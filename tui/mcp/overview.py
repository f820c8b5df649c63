"""The state of the mirror, its views, and statistics. All on a thread that uses the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from mcp_types import CallToolResult

from tui.clock import from_epoch
from tui.domain import Count
from tui.formatting import amount, counted, date_time, duration, number, size
from tui.freshness import Verdict
from tui.freshness_words import SyncOutlook
from tui.insights import Number
from tui.mcp import shapes
from tui.mcp.fence import NOTICE
from tui.mcp.mirror import MOST_GAPS, Mirror
from tui.mcp.reply import reply
from tui.mcp.searching import Search
from tui.query import Query, TimeTerm
from tui.visible import visible_line, visible_name
from tui.workspace import Workspace

MOST_DAYS = 31
"""A longer period is not told day by day."""
MOST_GROUPS = 8
DEFAULT_PERIOD = TimeTerm("since", "30d")


def program_version() -> str:
    try:
        return version("fastintercom")
    except PackageNotFoundError:
        return "unknown"


def status(mirror: Mirror, interval: int | None) -> CallToolResult:
    """The state of the mirror; `interval`: seconds between two syncs of this server."""
    workspace, found = mirror.workspace, mirror.workspace.get_sync_status()
    verdict, outlook = workspace.verdict(), workspace.outlook()
    lag = found["search_lag"]
    shape = shapes.SyncStatus(
        version=program_version(),
        last_sync=found["last_sync"],
        total_conversations=found["total_conversations"],
        sync_in_progress=found["sync_in_progress"],
        syncs_every=interval,
        covered_from=found["sync_coverage"]["start_date"],
        covered_until=found["sync_coverage"]["end_date"],
        coverage=[shapes.Span(start=start, end=end) for start, end in found["coverage"][-MOST_GAPS:]],
        pending_threads=found["pending_threads"],
        outdated_conversations=found["outdated_conversations"],
        purged_conversations=found["purged_conversations"],
        kept_since=found["kept_since"],
        problem_count=found["problem_count"],
        problems=[
            shapes.Problem(id=visible_line(each["id"]), problem=visible_line(each["problem"]))
            for each in found["problems"]
        ],
        search_lag_seconds=None if lag is None else lag["seconds"],
        database=found["database"],
        database_size=found["database_size"],
        last_error=found["last_error"],
        syncing_now=found["lease_owner"],
        sync_info=mirror.sync_info(verdict, outlook),
    )
    last = "never" if shape.last_sync is None else date_time(shape.last_sync, workspace.tz)
    syncing = shape.syncing_now or ("yes" if shape.sync_in_progress else "no")
    words = [
        f"{counted(shape.total_conversations, 'conversation')} in the mirror, {size(shape.database_size)}.",
        f"Last sync: {last}. Syncing now: {syncing}.",
    ]
    if shape.problem_count:
        words.append(f"{counted(shape.problem_count, 'conversation')} cannot be read.")
    if shape.last_error:
        words.append(f"Last error: {visible_line(shape.last_error)}.")
    return reply(mirror.sentence(verdict, outlook), shape, " ".join(words))


def views(mirror: Mirror) -> CallToolResult:
    """The views with their counts."""
    workspace = mirror.workspace
    verdict, outlook = workspace.verdict(), workspace.outlook()
    counts = workspace.views.counts()
    found = []
    for view in workspace.views.all():
        count = counts.get(view.name)
        found.append(
            shapes.View(
                name=visible_line(view.name),
                query=visible_line(view.source),
                built_in=view.built_in,
                hidden=view.hidden,
                count=None if count is None else count.total,
                count_is_exact=count is not None and count.exact,
            )
        )
    shape = shapes.ViewList(views=found, notice=NOTICE, sync_info=mirror.sync_info(verdict, outlook))
    lines = [f"{each.name}: {_matches(each)} · {each.query}" for each in found]
    words = f"{counted(len(found), 'view')}; search_view lists the conversations of one."
    return reply(mirror.sentence(verdict, outlook), shape, words, others="\n".join(lines))


def _matches(view: shapes.View) -> str:
    if view.count is None:
        return "its query cannot be read any more"
    return amount(Count(view.count, view.count_is_exact))


def window(workspace: Workspace, start: datetime, end: datetime) -> Verdict:
    """How complete the mirror is for a period that does not begin in the future."""
    return workspace.verdict(Query("", start=start, end=end))


def coverage(mirror: Mirror, start: datetime, end: datetime) -> CallToolResult:
    """How complete the mirror is for a period; no sync is started."""
    verdict, outlook = window(mirror.workspace, start, end), mirror.workspace.outlook()
    shape = shapes.Coverage(
        start=from_epoch(verdict.window.start),
        end=from_epoch(verdict.window.end),
        sync_info=mirror.sync_info(verdict, outlook),
    )
    return reply(mirror.sentence(verdict, outlook), shape)


def sync_start(mirror: Mirror, *, is_started: bool) -> CallToolResult:
    """What became of the wish for a sync; an error when none can run, or it failed."""
    workspace = mirror.workspace
    verdict, outlook, found = workspace.verdict(), workspace.outlook(), workspace.get_sync_status()
    other = workspace.other_sync()
    obstacle = None if other is not None else mirror.obstacle()
    if obstacle is None and is_started and not workspace.sync_in_progress:
        obstacle = outlook.reason
    if obstacle is not None:
        words = f"The sync did not work: {visible_line(obstacle)}."
    elif other is not None:
        words = f"Nothing was started: {other.name} is syncing this mirror."
    else:
        words = "The sync runs." if workspace.sync_in_progress else "The sync has come to its end."
    shape = shapes.SyncStart(
        started=is_started,
        sync_in_progress=found["sync_in_progress"],
        syncing_now=found["lease_owner"],
        obstacle=obstacle,
        sync_info=mirror.sync_info(verdict, outlook),
    )
    answer = reply(mirror.sentence(verdict, outlook), shape, words)
    answer.is_error = obstacle is not None
    return answer


def statistics_query(workspace: Workspace, search: Search) -> Query:
    """The query with its period, which is by default the last 30 days. Raises what `Search.query` does."""
    query = search.query(workspace)
    if query.start is not None or query.end is not None:
        return query
    return workspace.parse(str(replace(query, times=(DEFAULT_PERIOD,))))


def statistics(mirror: Mirror, search: Search, outlook: SyncOutlook) -> CallToolResult:
    """The numbers of a period. Raises what `Search.query` does."""
    workspace = mirror.workspace
    report = workspace.insights.report(statistics_query(workspace, search))
    period, response, waiting = report.window, report.first_response, report.waiting
    shape = shapes.Statistics(
        query=str(report.query),
        period=shapes.Span(start=from_epoch(period.start), end=from_epoch(period.end)),
        opened=report.created.value,
        active=report.active.value,
        days=[
            shapes.Day(date=day.date, opened=day.created.value, active=day.active.value)
            for day in (report.days if len(report.days) <= MOST_DAYS else ())
        ],
        first_response=shapes.FirstResponse(
            answered=response.times.number.value,
            unanswered=response.unanswered.value,
            median_seconds=response.times.median,
            p90_seconds=response.times.p90,
        ),
        ratings=report.ratings.number.value,
        rating_mean=None if report.ratings.mean is None else round(report.ratings.mean, 2),
        rising_tags=_groups((tag.name, tag.number) for tag in report.rising.tags),
        now=shapes.Now(
            open=report.open.total.value,
            open_by_team=_groups((group.name, group.number) for group in report.open.by_team),
            open_by_assignee=_groups((group.name, group.number) for group in report.open.by_assignee),
            waiting=waiting.number.value,
            waiting_median_seconds=waiting.median,
            waiting_p90_seconds=waiting.p90,
            sync_info=mirror.sync_info(report.verdict_now, outlook),
        ),
        notice=NOTICE,
        sync_info=mirror.sync_info(report.verdict, outlook),
    )
    return reply(
        mirror.sentence(report.verdict, outlook),
        shape,
        *_words(workspace, shape),
        f"Of what is open and waiting now: {mirror.sentence(report.verdict_now, outlook)}",
        others="\n".join(_named(shape)),
    )


def _groups(found: Iterable[tuple[str, Number]]) -> list[shapes.Group]:
    largest = list(found)[:MOST_GROUPS]
    return [shapes.Group(name=visible_name(name), count=count.value) for name, count in largest]


def _words(workspace: Workspace, shape: shapes.Statistics) -> list[str]:
    start, end = (date_time(at, workspace.tz) for at in (shape.period.start, shape.period.end))
    response, now = shape.first_response, shape.now
    answered = f"{number(response.answered)} answered, {number(response.unanswered)} not yet"
    rating = "none" if shape.rating_mean is None else f"{shape.rating_mean} of 5 ({number(shape.ratings)})"
    waiting = _times(now.waiting_median_seconds, now.waiting_p90_seconds)
    lines = [
        f"{start} – {end}: {number(shape.opened)} opened, {number(shape.active)} last active.",
        f"First response: {answered}{_times(response.median_seconds, response.p90_seconds)}.",
        f"Rating: {rating}.",
        f"Now: {number(now.open)} open, {number(now.waiting)} waiting{waiting}.",
    ]
    return lines + [f"{day.date}: {day.opened} opened, {day.active} last active" for day in shape.days]


def _times(median: int | None, p90: int | None) -> str:
    if median is None or p90 is None:
        return ""
    return f"; median {duration(median)}, p90 {duration(p90)}"


def _named(shape: shapes.Statistics) -> Iterator[str]:
    """The names that others chose, and the query, which may hold some."""
    yield f"Query: {shape.query}"
    for title, groups in (
        ("Open by team", shape.now.open_by_team),
        ("Open by assignee", shape.now.open_by_assignee),
        ("Rising tags", shape.rising_tags),
    ):
        if groups:
            yield f"{title}: " + ", ".join(f"{group.name} {number(group.count)}" for group in groups)
