"""The local annotation and its journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.records import START, conversation
from tui.annotations import Annotations
from tui.domain import Action, Annotation, FollowUp, SharedNote
from tui.store.action_log import KEPT, pack, unpack
from tui.store.database import Database
from tui.store.errors import FenceLost
from tui.store.ingest import store_headers, tombstone

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2024, 12, 20, 11, 0, tzinfo=UTC)  # in Berlin
MIDNIGHT = datetime(2024, 12, 20, 23, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
IDS = range(1, 9)


class Desk:
    """A database with conversations 1 to 8, and a clock to turn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOON
        self.database = Database(path)
        with self.database.transaction() as connection:
            store_headers(connection, [conversation(i, updated_at=START + i) for i in IDS])
        self.triage = self.open()

    def open(self) -> Annotations:
        return Annotations(self.database, lambda: self.now, BERLIN)

    def annotations(self) -> dict[int, Annotation]:
        return dict(self.triage.read(IDS))

    def delete(self, *ids: int) -> None:
        with self.database.transaction() as connection:
            tombstone(connection, ids, START)

    def stored(self, table: str) -> int:
        return int(self.database.one(f"SELECT count(*) FROM {table}")[0])  # noqa: S608


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "test.db")
    yield desk
    desk.database.close()


def test_each_step_says_what_it_did(desk: Desk) -> None:
    triage = desk.triage
    assert triage.star([1, 2, 3]) == Action(1, "Starred 3 conversations", 3)
    assert triage.star([3], on=False) == Action(2, "Unstarred 1 conversation", 1)
    assert triage.done_today([1]).description == "Marked 1 conversation done for today"
    assert triage.done_today([1], on=False).description == "Marked 1 conversation as not done"
    shown = "Set the follow-up of 2 conversations for 2024-12-20 15:00"
    assert triage.follow_up([1, 4], LATER).description == shown
    assert triage.follow_up([4], None).description == "Cleared the follow-up of 1 conversation"
    assert triage.write_note([5], "call\r\nback ").description == "Wrote a note on 1 conversation"
    assert triage.write_note([5], "").description == "Removed the note on 1 conversation"
    triage.write_note([2], "call\r\nback\x1b[31m ")
    assert desk.annotations() == {
        1: Annotation(starred=True, follow_up_at=LATER),
        2: Annotation(starred=True, note="call\nback"),
    }


def test_what_changes_nothing_is_no_step(desk: Desk) -> None:
    desk.triage.star([1, 2])
    assert desk.triage.star([1, 2, 2, 99]) == Action(0, "Nothing to change", 0)
    assert desk.triage.star([]).count == 0
    assert desk.triage.star([2, 2, 3, 99]).count == 1
    desk.triage.undo()
    assert desk.annotations() == {1: Annotation(starred=True), 2: Annotation(starred=True)}
    assert desk.triage.star([1]).id == 0
    assert desk.triage.can_redo == "Starred 1 conversation"  # not a step: nothing is lost to redo


def test_done_lasts_until_the_local_midnight(desk: Desk) -> None:
    desk.triage.done_today([1])
    assert desk.annotations() == {1: Annotation(done_until=MIDNIGHT)}
    assert desk.triage.done_today([1]).count == 0
    desk.now = MIDNIGHT
    assert desk.annotations() == {}
    assert desk.triage.done_today([1], on=False).count == 0  # it is not done any more
    assert desk.stored("overlay") == 0
    assert desk.triage.done_today([1]).count == 1
    assert desk.annotations() == {1: Annotation(done_until=MIDNIGHT + timedelta(days=1))}


def test_midnight_is_where_the_clocks_say_it_is(desk: Desk) -> None:
    desk.now = datetime(2024, 10, 26, 22, 30, tzinfo=UTC)  # a day of 25 hours has begun
    desk.triage.done_today([1])
    assert desk.annotations()[1].done_until == datetime(2024, 10, 27, 23, 0, tzinfo=UTC)


def test_undo_and_redo_walk_the_journal(desk: Desk) -> None:
    triage = desk.triage
    assert (triage.can_undo, triage.can_redo, triage.undo(), triage.redo()) == (None, None, None, None)
    triage.star([1])
    triage.star([2, 3])
    assert triage.can_undo == "Starred 2 conversations"
    assert triage.undo() == Action(2, "Starred 2 conversations", 2)
    assert (triage.can_undo, triage.can_redo) == ("Starred 1 conversation", "Starred 2 conversations")
    assert desk.annotations().keys() == {1}
    assert triage.redo() == Action(2, "Starred 2 conversations", 2)
    assert desk.annotations().keys() == {1, 2, 3}
    triage.undo()
    triage.undo()
    assert desk.annotations() == {}
    triage.star([4])
    assert (triage.can_redo, triage.redo()) == (None, None)
    assert desk.annotations().keys() == {4}


def test_the_journal_survives_a_restart(desk: Desk) -> None:
    desk.triage.star([1])
    desk.triage.write_note([1], "first")
    desk.triage.write_note([1], "second")
    desk.database.close()
    desk.database = Database(desk.path)
    again = desk.triage = desk.open()
    assert again.can_undo == "Wrote a note on 1 conversation"
    again.undo()
    assert desk.annotations() == {1: Annotation(starred=True, note="first")}
    again.undo()
    again.undo()
    assert desk.annotations() == {}
    assert again.undo() is None


def test_the_oldest_steps_are_forgotten(desk: Desk) -> None:
    for step in range(KEPT + 5):
        desk.triage.write_note([1], f"note {step}")
    assert (desk.stored("triage_action"), desk.stored("triage_before")) == (KEPT, KEPT)
    while desk.triage.undo():
        pass
    assert desk.annotations() == {1: Annotation(note="note 4")}


def test_a_follow_up_is_announced_once(desk: Desk) -> None:
    desk.triage.follow_up([2, 1], LATER)
    desk.triage.follow_up([3], LATER + timedelta(hours=1))
    due = [FollowUp(1, LATER), FollowUp(2, LATER)]
    assert desk.triage.take_due(NOON) == []
    assert desk.triage.due_follow_ups(LATER) == due
    assert desk.triage.take_due(LATER) == due
    assert desk.triage.take_due(LATER) == []
    assert desk.open().take_due(LATER) == []
    assert desk.triage.due_follow_ups(LATER) == due  # until they are cleared
    desk.triage.follow_up([1], None)
    assert desk.triage.due_follow_ups(LATER) == [FollowUp(2, LATER)]
    desk.triage.undo()
    assert desk.triage.take_due(LATER) == []  # undoing does not announce it again
    desk.now = LATER
    again = LATER + timedelta(minutes=5)
    desk.triage.follow_up([1], again)
    assert desk.triage.take_due(LATER + timedelta(days=1)) == [
        FollowUp(1, again),
        FollowUp(3, LATER + timedelta(hours=1)),
    ]


@pytest.mark.parametrize("at", [NOON, NOON - timedelta(days=1), NOON.replace(tzinfo=None)])
def test_a_follow_up_lies_in_the_future(desk: Desk, at: datetime) -> None:
    with pytest.raises(
        ValueError, match=r"time zone|a follow-up must lie in the future, 2024-12-.* does not"
    ):
        desk.triage.follow_up([1], at)
    assert desk.annotations() == {}


def test_a_note_needs_its_conversation_and_has_a_limit(desk: Desk) -> None:
    with pytest.raises(LookupError, match="conversation 99 is not in the mirror"):
        desk.triage.write_note([99], "hello")
    with pytest.raises(LookupError, match="none of the conversations is in the mirror"):
        desk.triage.write_note([98, 99], "hello")
    with pytest.raises(ValueError, match="20,001 characters; 20,000 are allowed"):
        desk.triage.write_note([1], "x" * 20_001)
    assert desk.triage.can_undo is None


def test_what_is_noted_goes_with_a_deleted_conversation(desk: Desk) -> None:
    desk.triage.star([1, 2])
    desk.triage.write_note([1], "secret")
    desk.triage.write_note([2], "kept")
    desk.triage.skip(1, "secret reason")
    desk.delete(1)
    assert desk.annotations() == {2: Annotation(starred=True, note="kept")}
    assert desk.triage.skips(1) == []
    dump = [str(row) for table in ("overlay", "triage_action", "triage_before", "skip")
            for row in desk.database.all(f"SELECT * FROM {table}")]  # fmt: skip  # noqa: S608
    assert not any("secret" in row for row in dump)
    desk.triage.undo()
    desk.triage.undo()
    assert desk.annotations() == {}
    desk.triage.redo()
    assert desk.annotations() == {2: Annotation(starred=True)}
    assert desk.triage.star([1]).count == 0


def test_a_note_on_many_is_one_step_that_is_forgotten_with_any_of_them(desk: Desk) -> None:
    desk.triage.write_note([1], "mine alone")
    assert desk.triage.shared_note([1, 2, 3, 99]) == SharedNote(None, 1)
    assert desk.triage.write_note([1, 2, 3], "ours") == Action(2, "Wrote a note on 3 conversations", 3)
    assert desk.triage.shared_note([1, 2, 3, 99]) == SharedNote("ours", 3)
    desk.triage.undo()
    assert desk.annotations() == {1: Annotation(note="mine alone")}
    desk.triage.redo()
    desk.triage.write_note([4, 5], "theirs")
    desk.delete(3)
    assert desk.annotations() == {i: Annotation(note="ours") for i in (1, 2)} | {
        i: Annotation(note="theirs") for i in (4, 5)
    }
    told = [description for (description,) in desk.database.all("SELECT description FROM triage_action")]
    assert told == ["Wrote a note on 1 conversation", "Wrote a note on 2 conversations"]
    assert desk.triage.shared_note([99]) == SharedNote("", 0)


def test_whether_all_are_starred_or_done_is_asked_of_those_that_are_stored(desk: Desk) -> None:
    desk.triage.star([1, 2])
    desk.triage.done_today([1])
    assert desk.triage.are_starred([1, 2, 99])
    assert not desk.triage.are_starred([1, 2, 3])
    assert desk.triage.are_done([1])
    desk.now = MIDNIGHT
    assert not desk.triage.are_done([1])


def test_a_sync_that_lost_its_lease_does_not_stop_the_person(desk: Desk) -> None:
    desk.database.fence(1)
    with pytest.raises(FenceLost), desk.database.transaction():
        pass
    assert desk.triage.star([1]).count == 1
    assert desk.triage.undo() is not None


def test_skips_keep_their_reason(desk: Desk) -> None:
    desk.triage.skip(1, "waits for\nthe bank")
    desk.now += timedelta(minutes=1)
    desk.triage.skip(1)
    assert [(skip.at, skip.reason) for skip in desk.triage.skips(1)] == [
        (NOON + timedelta(minutes=1), ""),
        (NOON, "waits for the bank"),
    ]
    assert desk.triage.can_undo is None
    with pytest.raises(LookupError):
        desk.triage.skip(99)


@given(st.lists(st.integers(0, 2**62), min_size=1, unique=True))
def test_packed_ids_come_back(ids: list[int]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        assert json.loads(unpack(connection, pack(connection, json.dumps(ids)))) == sorted(ids)


chosen = st.lists(st.sampled_from(IDS), max_size=8)
moments = st.none() | st.integers(1, 3).map(lambda hours: NOON + timedelta(hours=hours))
steps = st.one_of(
    st.tuples(st.just("star"), chosen, st.booleans()),
    st.tuples(st.just("done"), chosen, st.booleans()),
    st.tuples(st.just("follow up"), chosen, moments),
    st.tuples(
        st.just("note"),
        st.lists(st.sampled_from(IDS), min_size=1, max_size=8),
        st.sampled_from(["", "a", "b"]),
    ),
)
Step = tuple[str, list[int], bool | datetime | str | None]
State = dict[int, Annotation]


def take(triage: Annotations, step: Step) -> Action:
    kind, ids, value = step
    if isinstance(value, str):
        return triage.write_note(ids, value)
    if isinstance(value, bool):
        return triage.star(ids, value) if kind == "star" else triage.done_today(ids, value)
    return triage.follow_up(ids, value)


def expected(state: State, step: Step) -> State:
    kind, ids, value = step
    changed = dict(state)
    for i in ids:
        old = changed.get(i, Annotation())
        if isinstance(value, str):
            changed[i] = replace(old, note=value)
        elif kind == "star":
            changed[i] = replace(old, starred=bool(value))
        elif kind == "done":
            changed[i] = replace(old, done_until=MIDNIGHT if value else None)
        else:
            assert not isinstance(value, bool)
            changed[i] = replace(old, follow_up_at=value)
    return {i: annotation for i, annotation in changed.items() if annotation != Annotation()}


@settings(max_examples=60, deadline=timedelta(seconds=10))
@given(taken=st.lists(steps, max_size=12), back=st.integers(0, 12))
def test_undoing_and_redoing_everything_leads_back_and_forth(
    tmp_path_factory: pytest.TempPathFactory, taken: list[Step], back: int
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk") / "test.db")
    try:
        states: list[State] = [{}]
        for step in taken:
            after = expected(states[-1], step)
            action = take(desk.triage, step)
            assert desk.annotations() == after
            assert action.count == sum(after.get(i) != states[-1].get(i) for i in IDS)
            if action.count:
                states.append(after)
        check_undo(desk, reversed(states[:-1]))
        assert desk.stored("overlay") == 0
        check_redo(desk, states[1:])
        steps_back = min(back, len(states) - 1)
        for _ in range(steps_back):
            desk.triage.undo()
        assert desk.annotations() == states[len(states) - 1 - steps_back]
        if desk.triage.write_note([8], "the new branch").count:
            assert desk.triage.redo() is None
    finally:
        desk.database.close()


def check_undo(desk: Desk, states: Iterable[State]) -> None:
    for state in states:
        assert desk.triage.undo() is not None
        assert desk.annotations() == state
    assert desk.triage.undo() is None


def check_redo(desk: Desk, states: Iterable[State]) -> None:
    for state in states:
        assert desk.triage.redo() is not None
        assert desk.annotations() == state
    assert desk.triage.redo() is None


def test_a_step_on_very_many_conversations_is_undone_in_one_go(desk: Desk) -> None:
    many = range(100, 20_100)
    with desk.database.transaction() as connection:
        connection.executemany(
            "INSERT INTO conversation SELECT ?, NULL, title, subject, state, read, priority, assignee_id,"
            " team_id, customer_kind, customer_id, customer_name, customer_email, company, created_at,"
            " updated_at, thread_updated_at, thread_attempts, waiting_since, snoozed_until, message_count,"
            " missing_parts, rating, rating_remark, sla_name, sla_status, custom_attributes, deleted_at"
            " FROM conversation WHERE id = 1",
            [(i,) for i in many],
        )
    desk.triage.star(many[::2])
    assert desk.triage.star(many) == Action(2, "Starred 10,000 conversations", 10_000)
    (size,) = desk.database.one("SELECT sum(length(ids)) FROM triage_before")
    assert size < 2 * 10_000
    desk.triage.undo()
    assert desk.triage.read(many).keys() == set(many[::2])
    desk.triage.undo()
    assert desk.stored("overlay") == 0
