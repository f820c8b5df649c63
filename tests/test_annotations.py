"""Annotations, and undoing and redoing the actions on them."""

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

from tests.store.records import START, conversation, part
from tui.annotations import Annotations
from tui.clock import to_epoch
from tui.domain import Action, AnnotationDetails, FollowUp, SharedNote
from tui.query import parse
from tui.records import PartRecord
from tui.store.action_log import KEPT
from tui.store.database import Connection, Database
from tui.store.errors import FenceLost
from tui.store.id_lists import pack, unpack
from tui.store.ingest import store_headers, store_threads, tombstone
from tui.store.models import Conversation, Skip
from tui.store.rows import Rows
from tui.store.search import Search
from tui.store.user_changes import UserChanges

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2024, 12, 20, 11, 0, tzinfo=UTC)  # in Berlin
MIDNIGHT = datetime(2024, 12, 20, 23, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
IDS = range(1, 9)


class Mirror:
    """A database with conversations 1 to 8, and a clock to turn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOON
        self.database = Database(path)
        with self.database.transaction() as connection:
            store_headers(connection, [conversation(i, updated_at=START + i) for i in IDS])
        self.annotations = self.open()

    def open(self) -> Annotations:
        return Annotations(self.database, UserChanges(self.database), lambda: self.now, BERLIN)

    def stored_annotations(self) -> dict[int, AnnotationDetails]:
        return dict(self.annotations.read(IDS))

    def delete(self, *ids: int) -> None:
        with self.database.transaction() as connection:
            tombstone(connection, ids, START)

    def stored(self, table: str) -> int:
        return int(self.database.one(f"SELECT count(*) FROM {table}")[0])  # noqa: S608


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    mirror = Mirror(tmp_path / "test.db")
    yield mirror
    mirror.database.close()


def test_each_action_says_what_it_did(mirror: Mirror) -> None:
    annotations = mirror.annotations
    assert annotations.star([1, 2, 3]) == Action(1, "Starred 3 conversations", 3)
    assert annotations.star([3], on=False) == Action(2, "Unstarred 1 conversation", 1)
    assert annotations.done_today([1]).description == "Marked 1 conversation done for today"
    assert annotations.done_today([1], on=False).description == "Marked 1 conversation as not done"
    shown = "Set the follow-up of 2 conversations for 2024-12-20 15:00"
    assert annotations.follow_up([1, 4], LATER).description == shown
    assert annotations.follow_up([4], None).description == "Cleared the follow-up of 1 conversation"
    assert annotations.write_note([5], "call\r\nback ").description == "Wrote a note on 1 conversation"
    assert annotations.write_note([5], "").description == "Removed the note on 1 conversation"
    annotations.write_note([2], "call\r\nback\x1b[31m ")
    assert mirror.stored_annotations() == {
        1: AnnotationDetails(starred=True, follow_up_at=LATER),
        2: AnnotationDetails(starred=True, note="call\nback"),
    }


def test_what_changes_nothing_is_no_action(mirror: Mirror) -> None:
    mirror.annotations.star([1, 2])
    assert mirror.annotations.star([1, 2, 2, 99]) == Action(0, "Nothing to change", 0)
    assert mirror.annotations.star([]).count == 0
    assert mirror.annotations.star([2, 2, 3, 99]).count == 1
    mirror.annotations.undo()
    assert mirror.stored_annotations() == {
        1: AnnotationDetails(starred=True),
        2: AnnotationDetails(starred=True),
    }
    assert mirror.annotations.star([1]).id == 0
    redone = mirror.annotations.redo()  # what changed nothing was no action: the undone one is still there
    assert redone == Action(2, "Starred 1 conversation", 1)


def test_done_lasts_until_the_local_midnight(mirror: Mirror) -> None:
    mirror.annotations.done_today([1])
    assert mirror.stored_annotations() == {1: AnnotationDetails(done_until=MIDNIGHT)}
    assert mirror.annotations.done_today([1]).count == 0
    mirror.now = MIDNIGHT
    assert mirror.stored_annotations() == {}
    assert mirror.annotations.done_today([1], on=False).count == 0  # it is not done any more
    assert mirror.stored("annotation") == 0
    assert mirror.annotations.done_today([1]).count == 1
    assert mirror.stored_annotations() == {1: AnnotationDetails(done_until=MIDNIGHT + timedelta(days=1))}


def test_midnight_is_where_the_clocks_say_it_is(mirror: Mirror) -> None:
    mirror.now = datetime(2024, 10, 26, 22, 30, tzinfo=UTC)  # a day of 25 hours has begun
    mirror.annotations.done_today([1])
    assert mirror.stored_annotations()[1].done_until == datetime(2024, 10, 27, 23, 0, tzinfo=UTC)


def test_undo_and_redo_go_through_the_actions(mirror: Mirror) -> None:
    annotations = mirror.annotations
    assert (annotations.undo(), annotations.redo()) == (None, None)
    annotations.star([1])
    annotations.star([2, 3])
    assert annotations.undo() == Action(2, "Starred 2 conversations", 2)
    assert mirror.stored_annotations().keys() == {1}
    assert annotations.redo() == Action(2, "Starred 2 conversations", 2)
    assert mirror.stored_annotations().keys() == {1, 2, 3}
    assert annotations.undo() == Action(2, "Starred 2 conversations", 2)
    assert annotations.undo() == Action(1, "Starred 1 conversation", 1)
    assert mirror.stored_annotations() == {}
    annotations.star([4])
    assert annotations.redo() is None
    assert mirror.stored_annotations().keys() == {4}


def test_actions_can_be_undone_after_a_restart(mirror: Mirror) -> None:
    mirror.annotations.star([1])
    mirror.annotations.write_note([1], "first")
    mirror.annotations.write_note([1], "second")
    mirror.database.close()
    mirror.database = Database(mirror.path)
    again = mirror.annotations = mirror.open()
    assert again.undo() is None, "this session has done nothing"
    undone = again.undo(anyone=True)
    assert undone == Action(3, "Wrote a note on 1 conversation", 1, own=False)
    assert undone.words == "Wrote a note on 1 conversation, not in this window"
    assert mirror.stored_annotations() == {1: AnnotationDetails(starred=True, note="first")}
    again.undo(anyone=True)
    again.undo(anyone=True)
    assert mirror.stored_annotations() == {}
    assert again.undo(anyone=True) is None
    assert again.redo() == Action(1, "Starred 1 conversation", 1, own=False), "it undid that itself"


def test_the_oldest_actions_are_deleted(mirror: Mirror) -> None:
    for number in range(KEPT + 5):
        mirror.annotations.write_note([1], f"note {number}")
    assert (mirror.stored("annotation_action"), mirror.stored("annotation_before")) == (KEPT, KEPT)
    while mirror.annotations.undo():
        pass
    assert mirror.stored_annotations() == {1: AnnotationDetails(note="note 4")}


def test_a_follow_up_is_announced_once(mirror: Mirror) -> None:
    mirror.annotations.follow_up([2, 1], LATER)
    mirror.annotations.follow_up([3], LATER + timedelta(hours=1))
    due = [FollowUp(1, LATER), FollowUp(2, LATER)]
    assert mirror.annotations.take_due(NOON) == []
    assert mirror.annotations.take_due(LATER) == due
    assert mirror.annotations.take_due(LATER) == []
    assert mirror.open().take_due(LATER) == []
    assert mirror.stored_annotations()[1].follow_up_at == LATER, "it stays until it is cleared"
    mirror.annotations.follow_up([1], None)
    assert mirror.stored_annotations().keys() == {2, 3}
    mirror.annotations.undo()
    assert mirror.stored_annotations()[1].follow_up_at == LATER
    assert mirror.annotations.take_due(LATER) == []  # undoing does not announce it again
    mirror.now = LATER
    again = LATER + timedelta(minutes=5)
    mirror.annotations.follow_up([1], again)
    assert mirror.annotations.take_due(LATER + timedelta(days=1)) == [
        FollowUp(1, again),
        FollowUp(3, LATER + timedelta(hours=1)),
    ]


@pytest.mark.parametrize("at", [NOON, NOON - timedelta(days=1), NOON.replace(tzinfo=None)])
def test_a_follow_up_lies_in_the_future(mirror: Mirror, at: datetime) -> None:
    with pytest.raises(
        ValueError, match=r"time zone|a follow-up must lie in the future, 2024-12-.* does not"
    ):
        mirror.annotations.follow_up([1], at)
    assert mirror.stored_annotations() == {}


def test_a_note_needs_its_conversation_and_has_a_limit(mirror: Mirror) -> None:
    with pytest.raises(LookupError, match="conversation 99 is not in the mirror"):
        mirror.annotations.write_note([99], "hello")
    with pytest.raises(LookupError, match="none of the conversations is in the mirror"):
        mirror.annotations.write_note([98, 99], "hello")
    with pytest.raises(ValueError, match="20,001 characters; 20,000 are allowed"):
        mirror.annotations.write_note([1], "x" * 20_001)
    assert mirror.annotations.undo() is None


def test_annotations_go_with_a_deleted_conversation(mirror: Mirror) -> None:
    mirror.annotations.star([1, 2])
    mirror.annotations.write_note([1], "secret")
    mirror.annotations.write_note([2], "kept")
    mirror.annotations.skip(1, "secret reason")
    mirror.delete(1)
    assert mirror.stored_annotations() == {2: AnnotationDetails(starred=True, note="kept")}
    assert mirror.stored("skip") == 0
    dump = [str(row) for table in ("annotation", "annotation_action", "annotation_before", "skip")
            for row in mirror.database.all(f"SELECT * FROM {table}")]  # fmt: skip  # noqa: S608
    assert not any("secret" in row for row in dump)
    mirror.annotations.undo()
    mirror.annotations.undo()
    assert mirror.stored_annotations() == {}
    mirror.annotations.redo()
    assert mirror.stored_annotations() == {2: AnnotationDetails(starred=True)}
    assert mirror.annotations.star([1]).count == 0


def test_a_note_on_many_is_one_action_that_is_deleted_with_any_of_them(mirror: Mirror) -> None:
    mirror.annotations.write_note([1], "mine alone")
    assert mirror.annotations.shared_note([1, 2, 3, 99]) == SharedNote(None, 1)
    assert mirror.annotations.write_note([1, 2, 3], "ours") == Action(2, "Wrote a note on 3 conversations", 3)
    assert mirror.annotations.shared_note([1, 2, 3, 99]) == SharedNote("ours", 3)
    mirror.annotations.undo()
    assert mirror.stored_annotations() == {1: AnnotationDetails(note="mine alone")}
    mirror.annotations.redo()
    mirror.annotations.write_note([4, 5], "theirs")
    mirror.delete(3)
    assert mirror.stored_annotations() == {i: AnnotationDetails(note="ours") for i in (1, 2)} | {
        i: AnnotationDetails(note="theirs") for i in (4, 5)
    }
    told = [
        description for (description,) in mirror.database.all("SELECT description FROM annotation_action")
    ]
    assert told == ["Wrote a note on 1 conversation", "Wrote a note on 2 conversations"]
    assert mirror.annotations.shared_note([99]) == SharedNote("", 0)


def test_whether_all_are_starred_or_done_is_asked_of_those_that_are_stored(mirror: Mirror) -> None:
    mirror.annotations.star([1, 2])
    mirror.annotations.done_today([1])
    assert mirror.annotations.are_starred([1, 2, 99])
    assert not mirror.annotations.are_starred([1, 2, 3])
    assert mirror.annotations.are_done([1])
    mirror.now = MIDNIGHT
    assert not mirror.annotations.are_done([1])


def test_a_sync_that_lost_its_lease_does_not_stop_the_person(mirror: Mirror) -> None:
    mirror.database.fence(1)
    with pytest.raises(FenceLost), mirror.database.transaction():
        pass
    assert mirror.annotations.star([1]).count == 1
    assert mirror.annotations.undo() is not None


def test_skips_keep_their_reason(mirror: Mirror) -> None:
    mirror.annotations.skip(1, "waits for\nthe bank")
    mirror.now += timedelta(minutes=1)
    mirror.annotations.skip(1)
    found = mirror.database.all(Skip.select(Skip.skipped_at, Skip.reason).order_by(Skip.id))
    assert found == [(to_epoch(NOON), "waits for the bank"), (to_epoch(NOON) + 60, "")]
    assert mirror.annotations.undo() is None
    with pytest.raises(LookupError):
        mirror.annotations.skip(99)


@given(st.lists(st.integers(0, 2**62), min_size=1, unique=True))
def test_packed_ids_come_back(ids: list[int]) -> None:
    with closing(sqlite3.connect(":memory:", factory=Connection)) as connection:
        assert json.loads(unpack(connection, pack(connection, json.dumps(ids)))) == sorted(ids)


chosen = st.lists(st.sampled_from(IDS), max_size=8)
moments = st.none() | st.integers(1, 3).map(lambda hours: NOON + timedelta(hours=hours))
changes = st.one_of(
    st.tuples(st.just("star"), chosen, st.booleans()),
    st.tuples(st.just("done"), chosen, st.booleans()),
    st.tuples(st.just("follow up"), chosen, moments),
    st.tuples(
        st.just("note"),
        st.lists(st.sampled_from(IDS), min_size=1, max_size=8),
        st.sampled_from(["", "a", "b"]),
    ),
)
Change = tuple[str, list[int], bool | datetime | str | None]
State = dict[int, AnnotationDetails]


def take(annotations: Annotations, change: Change) -> Action:
    kind, ids, value = change
    if isinstance(value, str):
        return annotations.write_note(ids, value)
    if isinstance(value, bool):
        return annotations.star(ids, value) if kind == "star" else annotations.done_today(ids, value)
    return annotations.follow_up(ids, value)


def expected(state: State, change: Change) -> State:
    kind, ids, value = change
    changed = dict(state)
    for i in ids:
        old = changed.get(i, AnnotationDetails())
        if isinstance(value, str):
            changed[i] = replace(old, note=value)
        elif kind == "star":
            changed[i] = replace(old, starred=bool(value))
        elif kind == "done":
            changed[i] = replace(old, done_until=MIDNIGHT if value else None)
        else:
            assert not isinstance(value, bool)
            changed[i] = replace(old, follow_up_at=value)
    return {i: annotation for i, annotation in changed.items() if annotation != AnnotationDetails()}


@settings(max_examples=60, deadline=timedelta(seconds=10))
@given(taken=st.lists(changes, max_size=12), back=st.integers(0, 12))
def test_undoing_and_redoing_everything_leads_back_and_forth(
    tmp_path_factory: pytest.TempPathFactory, taken: list[Change], back: int
) -> None:
    mirror = Mirror(tmp_path_factory.mktemp("mirror") / "test.db")
    try:
        states: list[State] = [{}]
        for change in taken:
            after = expected(states[-1], change)
            action = take(mirror.annotations, change)
            assert mirror.stored_annotations() == after
            assert action.count == sum(after.get(i) != states[-1].get(i) for i in IDS)
            if action.count:
                states.append(after)
        check_undo(mirror, reversed(states[:-1]))
        assert mirror.stored("annotation") == 0
        check_redo(mirror, states[1:])
        count = min(back, len(states) - 1)
        for _ in range(count):
            mirror.annotations.undo()
        assert mirror.stored_annotations() == states[len(states) - 1 - count]
        if mirror.annotations.write_note([8], "the new branch").count:
            assert mirror.annotations.redo() is None
    finally:
        mirror.database.close()


def check_undo(mirror: Mirror, states: Iterable[State]) -> None:
    for state in states:
        assert mirror.annotations.undo() is not None
        assert mirror.stored_annotations() == state
    assert mirror.annotations.undo() is None


def check_redo(mirror: Mirror, states: Iterable[State]) -> None:
    for state in states:
        assert mirror.annotations.redo() is not None
        assert mirror.stored_annotations() == state
    assert mirror.annotations.redo() is None


def test_an_action_on_very_many_conversations_is_undone_in_one_go(mirror: Mirror) -> None:
    many = range(100, 20_100)
    columns = [column.column_name for column in Conversation._meta.sorted_fields]
    kept = ", ".join(name for name in columns if name not in {"id", "docid"})
    with mirror.database.transaction() as connection:
        connection.executemany(
            f"INSERT INTO conversation (id, {kept}) SELECT ?, {kept} FROM conversation WHERE id = 1",  # noqa: S608
            [(i,) for i in many],
        )
    mirror.annotations.star(many[::2])
    assert mirror.annotations.star(many) == Action(2, "Starred 10,000 conversations", 10_000)
    (size,) = mirror.database.one("SELECT sum(length(ids)) FROM annotation_before")
    assert size < 2 * 10_000
    mirror.annotations.undo()
    assert mirror.annotations.read(many).keys() == set(many[::2])
    mirror.annotations.undo()
    assert mirror.stored("annotation") == 0


# --- done until the customer writes again


def message(part_id: int, author_kind: str, at: int, text: str = "Hello") -> PartRecord:
    return replace(part(part_id, text, at=at), author_kind=author_kind)


def store(mirror: Mirror, id_: int, *parts: PartRecord, updated_at: int) -> None:
    with mirror.database.transaction() as connection:
        store_threads(connection, [replace(conversation(id_, updated_at=updated_at), parts=parts)])


def is_done(mirror: Mirror, id_: int) -> bool:
    """What everything that says so says."""
    search = Search(mirror.database)
    found = search.ids(parse("is:done", now=mirror.now, tz=BERLIN), {}, mirror.now)
    others = search.ids(parse("-is:done", now=mirror.now, tz=BERLIN), {}, mirror.now)
    (row,) = Rows(mirror.database, "", "", to_epoch(mirror.now)).read([id_])
    answers = {
        id_ in found,
        id_ not in others,
        row.annotation.done,
        mirror.annotations.are_done([id_]),
        id_ in mirror.stored_annotations(),
    }
    assert len(answers) == 1
    return answers.pop()


def test_done_ends_when_the_customer_writes_again_and_only_then(mirror: Mirror) -> None:
    store(mirror, 1, message(10, "user", START + 10), updated_at=START + 10)
    mirror.annotations.done_today([1])
    assert is_done(mirror, 1)
    store(mirror, 1, message(11, "admin", START + 20), message(12, "bot", START + 21), updated_at=START + 21)
    assert is_done(mirror, 1)
    store(mirror, 1, message(10, "user", START + 10, "edited"), updated_at=START + 30)
    assert is_done(mirror, 1), "it is the same message"
    store(mirror, 1, message(13, "user", START + 10), updated_at=START + 31)
    assert not is_done(mirror, 1), "in the same second, before it was marked: unseen all the same"
    assert mirror.annotations.done_today([1]).count == 1
    assert is_done(mirror, 1)
    mirror.annotations.undo()
    assert not is_done(mirror, 1)
    mirror.annotations.redo()
    assert is_done(mirror, 1)
    mirror.now = MIDNIGHT
    assert not is_done(mirror, 1)


def test_a_sync_writes_nothing_for_what_is_done(mirror: Mirror) -> None:
    mirror.annotations.done_today([1])
    before = mirror.database.all("SELECT * FROM annotation")
    assert is_done(mirror, 1)
    store(mirror, 1, message(10, "lead", START + 10), updated_at=START + 10)
    assert not is_done(mirror, 1)
    assert mirror.database.all("SELECT * FROM annotation") == before


def test_done_deals_with_a_follow_up_that_is_due_in_one_action(mirror: Mirror) -> None:
    mirror.annotations.follow_up([1, 2], NOON + timedelta(hours=1))
    mirror.annotations.follow_up([3], NOON + timedelta(hours=5))
    mirror.annotations.done_today([2])
    mirror.now = NOON + timedelta(hours=2)
    assert mirror.annotations.are_done([2])
    assert not mirror.annotations.are_dealt_with([2])
    before = mirror.stored_annotations()
    action = mirror.annotations.done_today([1, 2, 3, 4])
    assert action.count == 4
    assert action.words == "Marked 4 conversations done for today, with 2 due follow-ups cleared"
    assert mirror.annotations.are_dealt_with([1, 2, 3, 4])
    assert {i: a.follow_up_at for i, a in mirror.stored_annotations().items()} == {
        1: None, 2: None, 3: NOON + timedelta(hours=5), 4: None,
    }  # fmt: skip
    assert mirror.annotations.undo() == action
    assert mirror.stored_annotations() == before
    mirror.annotations.redo()
    assert mirror.annotations.are_dealt_with([1, 2, 3, 4])


# --- two sessions


def test_a_session_undoes_its_own_actions_and_leaves_what_others_changed(mirror: Mirror) -> None:
    mine, theirs = mirror.annotations, mirror.open()
    mine.write_note([1, 2, 3], "mine")
    theirs.write_note([2, 3], "theirs")
    theirs.star([5])
    undone = mine.undo()
    assert undone is not None
    assert (undone.count, undone.left, undone.own) == (1, 2, True)
    assert undone.words == "Wrote a note on 3 conversations; 2 were changed elsewhere since"
    assert {i: a.note for i, a in mirror.stored_annotations().items()} == {2: "theirs", 3: "theirs", 5: ""}
    redone = mine.redo()
    assert redone is not None
    assert (redone.count, redone.left) == (1, 2)
    assert mirror.stored_annotations()[1].note == "mine"
    others = mine.undo(anyone=True)
    assert others is not None
    assert others.words == "Starred 1 conversation, not in this window"
    assert 5 not in mirror.stored_annotations()
    assert theirs.redo() is None, "the other window undid it"
    theirs.star([6])
    assert mine.redo() == Action(3, "Starred 1 conversation", 1, own=False)


Value = bool | datetime | str | None
Values = dict[tuple[int, str], tuple[Value, Value]]
steps = st.tuples(st.booleans(), changes | st.sampled_from(["undo", "redo"]))


@settings(max_examples=60, deadline=timedelta(seconds=20))
@given(taken=st.lists(steps, max_size=16))
def test_undo_and_redo_of_two_sessions_touch_only_what_still_is_as_they_left_it(
    tmp_path_factory: pytest.TempPathFactory, taken: list[tuple[bool, Change | str]]
) -> None:
    mirror = Mirror(tmp_path_factory.mktemp("mirror") / "test.db")
    try:
        sessions = (mirror.annotations, mirror.open())
        made: dict[int, Values] = {}
        for second, step in taken:
            before = mirror.stored_annotations()
            if not isinstance(step, str):
                action = take(sessions[second], step)
                if action.count:
                    made[action.id] = different(before, mirror.stored_annotations())
                continue
            undo = step == "undo"
            restored = sessions[second].undo() if undo else sessions[second].redo()
            changed = different(before, mirror.stored_annotations())
            if restored is None:
                assert not changed
                continue
            pairs = {key: pair[::-1] if undo else pair for key, pair in made[restored.id].items()}
            present = {key: value_of(before, *key) for key in pairs}
            assert changed == {key: pair for key, pair in pairs.items() if pair[0] == present[key]}
            assert restored.count == len({i for i, _ in changed})
            assert restored.left == sum(present[key] not in pairs[key] for key in pairs)
    finally:
        mirror.database.close()


def different(before: State, after: State) -> Values:
    """The fields that are not as they were: what they were, and what they are."""
    fields = [(i, name) for i in IDS for name in ("starred", "done_until", "follow_up_at", "note")]
    pairs = {key: (value_of(before, *key), value_of(after, *key)) for key in fields}
    return {key: (old, new) for key, (old, new) in pairs.items() if old != new}


def value_of(state: State, id_: int, name: str) -> Value:
    value: Value = getattr(state.get(id_, AnnotationDetails()), name)
    return value
