"""Any small store: the numbers are those a plain count in Python gives, and their queries list them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.insights.support import BERLIN, DAY, NOW, at, check_queries, opened_conversation, reply, workspace
from tui.clock import to_epoch
from tui.freshness import Interval
from tui.insights import Distribution, Report
from tui.records import ConversationRecord
from tui.store.database import Database
from tui.store.ingest import tombstone

MOMENT = to_epoch(NOW)
Pick = Callable[[ConversationRecord], bool]
FILTERS: dict[str, Pick] = {
    "": lambda r: True,
    "is:open": lambda r: r.state == "open",
    "team:billing": lambda r: r.team_id == 5,
    "(tag:bug OR is:snoozed)": lambda r: (2, "bug") in r.tags or r.state == "snoozed",
    "refund -assignee:none": lambda r: (
        r.source is not None and "refund" in r.source.text and r.assignee_id is not None
    ),
}
PERIODS: dict[str, tuple[int, int]] = {
    "since:7d": (MOMENT - 7 * DAY, MOMENT),
    "": (MOMENT - 90 * DAY, MOMENT),
    "on:2026-10-25": (at(2026, 10, 25), at(2026, 10, 26) - 1),
    "on:today": (at(2026, 10, 26), MOMENT),
    "since:2026-10-20T09:30 until:yesterday": (at(2026, 10, 20, 9, 30), at(2026, 10, 26) - 1),
}
EDGES = [
    at(2026, 10, 25),
    at(2026, 10, 25) - 1,
    at(2026, 10, 26),
    at(2026, 10, 26) - 1,
    MOMENT - 7 * DAY,
    MOMENT - 7 * DAY - 1,
    MOMENT,
]
moments = st.sampled_from(EDGES) | st.integers(MOMENT - 40 * DAY, MOMENT)
delays = st.sampled_from([0, 299, 300, 3600, DAY]) | st.integers(0, 4 * DAY)


@st.composite
def parts(draw: st.DrawFn, start: int) -> tuple[Any, ...]:
    return tuple(
        reply(
            100 + number,
            start + draw(delays),
            draw(st.sampled_from(["", "words"])),
            type=draw(st.sampled_from(["comment", "note", "note_and_reopen", "close", "assignment"])),
            author_kind=draw(st.sampled_from(["admin", "bot", "user"])),
            attachments=draw(
                st.sampled_from(["", "", '[{"name":"a","content_type":"b","size":1,"url":""}]'])
            ),
        )
        for number in range(draw(st.integers(0, 3)))
    )


@st.composite
def records(draw: st.DrawFn) -> list[ConversationRecord]:
    result = []
    for id_ in range(1, draw(st.integers(0, 12)) + 1):
        created = draw(moments)
        thread = draw(parts(created))
        record = opened_conversation(
            id_,
            created,
            *thread,
            text=draw(st.sampled_from(["a refund", "hello"])),
            updated_at=min(MOMENT, created + draw(delays)),
            state=draw(st.sampled_from(["open", "closed", "snoozed"])),
            assignee_id=draw(st.sampled_from([None, 37, 50, 51, 60])),
            team_id=draw(st.sampled_from([None, 5, 6, 7, 8, 9, 10])),
            tags=draw(st.sampled_from([(), ((2, "bug"),), ((1, "late refund"), (2, "bug"))])),
            rating=draw(st.sampled_from([None, 1, 4, 5])),
            waiting_since=draw(st.none() | moments),
        )
        if draw(st.integers(0, 5)) == 0:
            record = opened_conversation(id_, created, state="open", parts=None)
        result.append(record)
    return result


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    stored=records(),
    chosen=st.sampled_from(list(FILTERS)),
    period=st.sampled_from(list(PERIODS)),
    deleted=st.booleans(),
)
def test_the_numbers_are_those_of_a_plain_count(
    stored: list[ConversationRecord], chosen: str, period: str, deleted: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mirror.db"
        covered = [(MOMENT - 100 * DAY, MOMENT)]
        with workspace(path, stored, covered=covered) as opened:
            if deleted and stored:
                database = Database(path)
                with database.transaction() as connection:
                    tombstone(connection, [stored[0].id], MOMENT)
                database.close()
            report = opened.insights.report(opened.parse(f"{chosen} {period}"))
            alive = [r for r in stored[1 if deleted else 0 :] if FILTERS[chosen](r)]
            _compare_period(report, alive, Interval(*PERIODS[period]))
            _compare_now(report, alive)
            assert check_queries(opened, report) >= 15


def _compare_period(report: Report, alive: list[ConversationRecord], window: Interval) -> None:
    assert report.window == window
    created = [r for r in alive if window.start <= r.created_at <= window.end]
    active = [r for r in alive if window.start <= r.updated_at <= window.end]
    assert (report.created.value, report.active.value) == (len(created), len(active))
    by_day = Counter(_local(r.created_at).date() for r in created)
    assert {d.date: d.created.value for d in report.days if d.created.value} == by_day
    by_day = Counter(_local(r.updated_at).date() for r in active)
    assert {d.date: d.active.value for d in report.days if d.active.value} == by_day
    first, last = (_local(second).date() for second in window)
    assert [d.date for d in report.days] == [
        first + timedelta(days=n) for n in range((last - first).days + 1)
    ]
    hours = Counter((_local(r.created_at).weekday(), _local(r.created_at).hour) for r in created)
    assert {
        (d, h): n.value for d, hs in enumerate(report.busiest) for h, n in enumerate(hs) if n.value
    } == hours
    replies = [_first_reply(r) for r in created]
    _compare_lengths(report.first_response.times, [r for r in replies if r is not None])
    unanswered = [r for r in created if _first_reply(r) is None and r.parts is not None]
    assert report.first_response.unanswered.value == len(unanswered)
    ratings = [r.rating for r in active if r.rating is not None]
    assert report.ratings.number.value == len(ratings)
    assert {s: n.value for s, n in report.ratings.stars if n.value} == Counter(ratings)
    if ratings:
        assert report.ratings.mean == pytest.approx(sum(ratings) / len(ratings))


def _compare_now(report: Report, alive: list[ConversationRecord]) -> None:
    opened = [r for r in alive if r.state == "open"]
    assert report.open.total.value == len(opened)
    assert {g.id: g.number.value for g in report.open.by_team} == Counter(r.team_id for r in opened)
    assert {g.id: g.number.value for g in report.open.by_assignee} == Counter(r.assignee_id for r in opened)
    waiting = [r for r in alive if r.waiting_since is not None and r.state != "closed"]
    _compare_lengths(report.waiting, [MOMENT - (r.waiting_since or 0) for r in waiting])


def _compare_lengths(found: Distribution, lengths: list[int]) -> None:
    assert found.number.value == len(lengths)
    for bucket in found.buckets:
        high = bucket.high or 1 << 40
        assert bucket.number.value == sum(bucket.low <= length < high for length in lengths)
    assert sum(b.number.value for b in found.buckets) == len(lengths)
    for percent, value in ((50, found.median), (90, found.p90)):
        enough = [n for n in sorted(lengths) if sum(m <= n for m in lengths) * 100 >= percent * len(lengths)]
        assert value == (enough[0] if lengths else None)


def _first_reply(record: ConversationRecord) -> int | None:
    times = [
        part.created_at - record.created_at
        for part in record.parts or ()
        if part.author_kind == "admin"
        and not part.type.startswith("note")
        and (part.type == "comment" or part.text or part.attachments)
    ]
    return min(times) if times else None


def _local(second: int) -> datetime:
    return datetime.fromtimestamp(second, BERLIN)
