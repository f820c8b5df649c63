"""What a report says of a period, of now, and of its own completeness."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.insights.support import DAY, NOW, at, check_queries, opened_conversation, reply, workspace
from tui.clock import to_epoch
from tui.freshness import Interval, LatestListing, SyncState
from tui.insights import Number, Report
from tui.query import QueryError
from tui.records import ConversationRecord
from tui.store.database import Database
from tui.store.listing import write_listing

MOMENT = to_epoch(NOW)
WEEK = 7 * DAY
WEEK_AGO = "2026-10-19T13:30:17Z"
ALL = [(MOMENT - 100 * DAY, MOMENT)]


def report(
    path: Path,
    query: str,
    records: list[ConversationRecord] | None = None,
    covered: list[tuple[int, int]] | None = None,
) -> Report:
    with workspace(path / "mirror.db", records or (), covered=ALL if covered is None else covered) as opened:
        found = opened.insights.report(opened.parse(query))
        check_queries(opened, found)
        return found


def test_an_empty_mirror_has_a_report_and_its_verdict(tmp_path: Path) -> None:
    found = report(tmp_path, "since:7d", covered=[])
    assert found.verdict.state is SyncState.STALE
    assert found.verdict_now.state is SyncState.STALE
    assert found.created == Number(0, f"created:>={WEEK_AGO} since:{WEEK_AGO} sort:created")
    assert found.active == Number(0, "since:7d")
    assert len(found.days) == 8
    assert (found.first_response.times.median, found.waiting.p90, found.ratings.mean) == (None, None, None)
    assert (found.open.total.value, found.open.by_team, found.rising.tags) == (0, (), ())
    assert [len(hours) for hours in found.busiest] == [24] * 7


def test_the_period_may_be_left_open(tmp_path: Path) -> None:
    found = report(tmp_path, "")
    assert (found.window.start, found.window.end) == (MOMENT - 90 * DAY, MOMENT)
    assert str(found.query) == "since:90d"
    earlier = report(tmp_path, "until:2026-10-01")
    assert (earlier.window.start, earlier.window.end) == (MOMENT - 90 * DAY, at(2026, 10, 2) - 1)
    long_ago = report(tmp_path, "until:2020-01-01")
    assert long_ago.window.end == at(2020, 1, 2) - 1
    assert long_ago.window.end - long_ago.window.start == 90 * DAY
    assert long_ago.verdict.state is SyncState.STALE


def test_the_time_since_a_past_period_counts_for_its_verdict(tmp_path: Path) -> None:
    """What was opened in the period and changed later is missing while the time since is."""
    old = (at(2026, 10, 1), at(2026, 10, 11) - 1)
    gone_on = report(tmp_path, "on:2026-10-05", covered=[old, (at(2026, 10, 20), MOMENT)])
    assert gone_on.verdict.state is SyncState.PARTIAL
    assert gone_on.verdict.gaps == (Interval(at(2026, 10, 11), at(2026, 10, 20) - 1),)
    since = report(tmp_path / "b", "on:2026-10-05", covered=[(old[0], MOMENT)])
    assert since.verdict.state is SyncState.FRESH
    never = report(tmp_path / "c", "on:2026-10-05", covered=[(at(2026, 10, 20), MOMENT)])
    assert never.verdict.state is SyncState.STALE


def test_now_is_judged_by_the_whole_history(tmp_path: Path) -> None:
    found = report(tmp_path, "since:7d", covered=[(MOMENT - 8 * DAY, MOMENT)])
    assert found.verdict.state is SyncState.FRESH
    assert found.verdict_now.state is SyncState.PARTIAL


def test_a_period_that_no_sync_can_prove_yet_is_partial(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    with workspace(path) as opened:
        query = opened.parse("since:30s")
        assert opened.insights.report(query).verdict.state is SyncState.STALE
        with closing(Database(path)) as database, database.transaction():
            write_listing(database, LatestListing(MOMENT, MOMENT - 60))
        assert opened.insights.report(query).verdict == opened.verdict(query)
        assert opened.verdict(query).state is SyncState.PARTIAL


def test_what_an_older_version_stored_makes_a_report_partial(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    records = [opened_conversation(1, MOMENT - DAY)]
    with workspace(path, records, covered=[(MOMENT - 100 * DAY, MOMENT)]) as opened:
        with closing(Database(path)) as database, database.transaction() as connection:
            connection.execute("UPDATE conversation SET decoded_with = 0")
        query = opened.parse("from:ada since:7d")
        assert opened.verdict(query).state is SyncState.PARTIAL
        found = opened.insights.report(query)
        assert found.verdict == opened.verdict(query)
        assert found.verdict_now.state is SyncState.PARTIAL
        plain = opened.parse("ada since:7d")
        assert opened.insights.report(plain).verdict.state is SyncState.FRESH


def test_names_that_two_share_are_not_exact(tmp_path: Path) -> None:
    people = [(37, 5), (50, 6), (51, 7), (60, 8), (None, None), (None, 9), (None, 10)]
    records = [
        opened_conversation(n, MOMENT - n * DAY, assignee_id=assignee, team_id=team)
        for n, (assignee, team) in enumerate(people, 1)
    ]
    found = report(tmp_path, "since:30d", records)
    assert {(g.name, g.number) for g in found.open.by_assignee} == {
        ("Ada Lovelace", Number(1, 'is:open assignee:"Ada Lovelace"')),
        ("Sam", Number(1, "is:open assignee:sam@x.example")),
        ("Sam", Number(1, "is:open assignee:sam2@x.example")),
        ("Teammate 60", Number(1, "is:open", exact=False)),
        ("Unassigned", Number(3, "is:open assignee:none")),
    }
    assert {(g.name, g.number) for g in found.open.by_team} == {
        ("Billing", Number(1, "is:open team:Billing")),
        ('Tier "2"', Number(1, 'is:open team:"Tier \\"2\\""')),
        ("Twins", Number(1, "is:open", exact=False)),
        ("No team", Number(1, "is:open team:none")),
        ("None", Number(1, "is:open", exact=False)),
        ("Team 10", Number(1, "is:open", exact=False)),
    } | {("Twins", Number(1, "is:open", exact=False))}
    assert found.open.by_assignee[0].name == "Unassigned"


def test_a_first_reply_is_a_teammates_message(tmp_path: Path) -> None:
    start = at(2026, 10, 20, 9)
    records = [
        opened_conversation(1, start, reply(1, start + 50, type="note"), reply(2, start + 100)),
        opened_conversation(
            2, start, reply(1, start + 30, author_kind="bot"), reply(2, start + 200, type="close")
        ),
        opened_conversation(3, start, reply(1, start + 10, "", type="assignment"), reply(2, start + 300)),
        opened_conversation(4, start, reply(1, start + 10, type="note")),
        opened_conversation(5, start, parts=None),  # not fetched yet: nobody knows
        opened_conversation(6, start, reply(1, start + 10), total_parts=700),  # its oldest parts are gone
        opened_conversation(
            7, start, reply(9, start + 5000), reply(10, start + 400)
        ),  # not in the order of time
    ]
    found = report(tmp_path, "since:7d", records).first_response
    assert (found.times.number.value, found.unanswered.value) == (4, 1)
    assert (found.times.median, found.times.p90) == (200, 400)
    assert [(b.label, b.number.value) for b in found.times.buckets if b.number.value] == [
        ("under 5m", 2),
        ("5m–15m", 2),
    ]


def test_what_a_teammate_opened_has_no_first_response(tmp_path: Path) -> None:
    start = at(2026, 10, 20, 9)
    opening = reply(0, start, "we have news", type="source", author_kind="admin")
    found = report(
        tmp_path, "since:7d", [opened_conversation(1, start, reply(2, start + 60), source=opening)]
    )
    assert found.created.value == 1
    assert found.first_response.times.number.value == found.first_response.unanswered.value == 0


def _tagged(first: int, tag: int, name: str, per_week: list[int]) -> list[ConversationRecord]:
    """So many conversations a week that carry a tag, the last week first."""
    return [
        opened_conversation(
            first + 100 * week + n, MOMENT - week * WEEK - 3600 * (n + 1), tags=((tag, name),)
        )
        for week, count in enumerate(per_week)
        for n in range(count)
    ]


RISING = [
    *_tagged(1000, 1, "late refund", [9, 3, 2, 1, 2]),
    *_tagged(2000, 2, "bug", [4, 0, 0, 0, 0]),  # too few to tell
    *_tagged(3000, 3, "steady", [9, 8, 9, 7, 8]),
    *_tagged(4000, 4, "new", [6, 0, 0, 0, 0]),
]


def test_tags_that_rise(tmp_path: Path) -> None:
    found = report(tmp_path, "since:7d", RISING).rising
    assert found.weeks == 4
    assert [(t.name, t.number.value, t.mean) for t in found.tags] == [
        ("new", 6, 0.0),
        ("late refund", 9, 2.0),
    ]
    assert found.tags[1].number.query == (
        f'tag:"late refund" created:>={WEEK_AGO} since:{WEEK_AGO} sort:created'
    )


def test_tags_are_compared_with_synced_weeks_only(tmp_path: Path) -> None:
    two = report(tmp_path, "since:7d", RISING, covered=[(MOMENT - 3 * WEEK, MOMENT)]).rising
    assert two.weeks == 2
    assert [(t.name, t.mean) for t in two.tags] == [("new", 0.0), ("late refund", 2.5)]
    none = report(tmp_path / "b", "since:7d", RISING, covered=[(MOMENT - WEEK, MOMENT)]).rising
    assert (none.weeks, none.tags) == (0, ())


def test_the_hour_that_occurs_twice_is_one_hour_of_the_week(tmp_path: Path) -> None:
    twice = at(2026, 10, 25, 2, 30)
    records = [
        opened_conversation(1, twice),
        opened_conversation(2, twice + 3600),
        opened_conversation(3, twice + 7200),
    ]
    found = report(tmp_path, "on:2026-10-25", records)
    assert [(h, n.value) for h, n in enumerate(found.busiest[6]) if n.value] == [(2, 2), (3, 1)]
    assert [(d.created.value, d.whole) for d in found.days] == [(3, True)]


def test_what_was_opened_is_listed_by_fixed_times(tmp_path: Path) -> None:
    """On another day the same query lists the same conversations, and asks for no more of the mirror."""
    records = [opened_conversation(n, MOMENT - n * DAY // 2) for n in range(1, 12)]
    path = tmp_path / "mirror.db"
    with workspace(path, records, covered=ALL) as opened:
        found = opened.insights.report(opened.parse("since:3d until:yesterday"))
        period = opened.insights.report(opened.parse("since:2026-10-24 until:2026-10-25"))
    assert period.created.query == (
        "created:>=2026-10-24 created:<=2026-10-25T22:59:59Z since:2026-10-24 sort:created"
    )
    assert [day.created.query for day in found.days[-2:]] == [
        "created:2026-10-24 since:2026-10-24 sort:created",
        "created:2026-10-25 since:2026-10-25 sort:created",
    ]
    with workspace(path, now=NOW + timedelta(days=9), covered=ALL) as later:
        for number in (found.created, *(day.created for day in found.days), period.created):
            assert len(later.search_ids(later.parse(number.query))) == number.value
        assert sum(day.created.value for day in found.days) == found.created.value > 3


def test_a_name_that_nobody_has_is_told(tmp_path: Path) -> None:
    with (
        workspace(tmp_path / "mirror.db") as opened,
        pytest.raises(QueryError, match="no teammate is called"),
    ):
        opened.insights.report(opened.parse("assignee:nobody"))
