"""What is done in Intercom: sent once, in order, and held when in doubt. Real HTTP, a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest

from tests.sync.scene import Scene, scene
from tests.waiting import until
from tui.outbox import ActingOff, Batch
from tui.simulator.faults import AMBIGUOUS, APPLIED, Fault
from tui.simulator.interruptions import Moment
from tui.simulator.model import SimulatedConversation
from tui.store.outbox import erase_texts
from tui.sync.outbox_sender import MAX_ATTEMPTS
from tui.sync.purge import PurgeRequest
from tui.workspace import Workspace
from tui.writes import (
    NOBODY,
    AddTag,
    Assign,
    AttachedFile,
    BadWrite,
    Close,
    HeldReason,
    MarkRead,
    Note,
    Open,
    QueuedWrite,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
    WriteState,
    kind_of,
)

WAIT = 30.0


def kind_of_case(value: object) -> str | None:
    return kind_of(value) if isinstance(value, msgspec.Struct) else None  # type: ignore[arg-type]


WRITING = {"writes": True, "undo_window": 0}


@pytest.fixture
def desk(open_workspace: Callable[..., Workspace]) -> Iterator[Scene]:
    """A synced mirror that may write, without an undo window."""

    def open_(url: str, **changes: Any) -> Workspace:
        return open_workspace(url, **(WRITING | changes))

    with scene(open_) as made:
        made.sync()
        yield made


def pick(desk: Scene, state: str = "open") -> int:
    return next(i for i, c in desk.world.truth().items() if c.state == state)


def states(batch: Batch) -> list[WriteState]:
    return [write.state for write in batch.wait(WAIT)]


def said(desk: Scene, id_: int) -> list[str]:
    thread = desk.workspace.thread(id_)
    assert thread is not None
    return [part.text for part in thread.parts]


def test_every_kind_of_change_is_made_and_shown(desk: Scene) -> None:
    workspace, id_ = desk.workspace, pick(desk)
    directory, conversation = workspace.directory(), workspace.models.Conversation
    had = desk.world.truth()[id_].tags
    tag = next(t.id for t in directory.tags if t.id not in had)
    teammate = next(a.id for a in directory.admins if a.has_inbox_seat)
    team = directory.teams[0].id

    def make(write: Write) -> Any:
        assert states(workspace.act(write, [id_])) == [WriteState.SENT], write
        return conversation.get_by_id(id_)

    make(Note("for the **team**"))
    make(Reply("Hello *there*"))
    assert said(desk, id_)[-2:] == ["for the team", "Hello there"]
    assert make(Assign("teammate", teammate)).assignee_id == teammate
    assert make(Assign("team", team)).team_id == team
    assert make(Assign("team", NOBODY)).team_id is None
    assert tag in {t.id for t in make(AddTag(tag)).tags}
    assert tag not in {t.id for t in make(RemoveTag(tag)).tags}
    assert "brand new" in {t.name for t in make(AddTag(0, "brand new")).tags}
    assert make(SetTitle("A better title")).title == "A better title"
    assert make(MarkRead()).read
    until = int(desk.true_time()) + 7200
    assert make(Snooze(until)).snoozed_until == until
    assert make(Open()).state == "open"
    assert make(Close()).state == "closed"
    desk.sync()
    assert not desk.broken()


def sent(desk: Scene, id_: int) -> list[str]:
    """The kinds of the changes that were made to a conversation, in their order."""
    return [write.kind for write in desk.world.writes if write.conversation_id == id_]


def only(batch: Batch) -> QueuedWrite:
    (write,) = batch.wait(WAIT)
    return write


def wrote(desk: Scene, id_: int, text: str = "Wait, there is more.") -> None:
    desk.world.reply(id_, f"<p>{text}</p>")


def tag_ids(conversation: SimulatedConversation) -> set[int]:
    return {tag.id for tag in conversation.tags}


# --- at most once by itself


@pytest.mark.parametrize("fault", list(APPLIED))
def test_a_reply_that_arrived_without_an_answer_is_found(desk: Scene, fault: Fault) -> None:
    id_ = pick(desk)
    desk.world.faults.script(fault, path="/reply")
    write = only(desk.workspace.act(Reply("It is **fixed** now"), [id_]))
    assert write.state is WriteState.SENT
    (applied,) = [w for w in desk.world.writes if w.conversation_id == id_]
    assert write.part_id == applied.part_id
    assert said(desk, id_)[-1] == "It is fixed now"


@pytest.mark.parametrize("fault", list(APPLIED.values()))
@pytest.mark.parametrize("make", [Reply, Note])
def test_a_message_that_may_still_arrive_is_held(desk: Scene, fault: Fault, make: type[Note | Reply]) -> None:
    id_ = pick(desk)
    desk.world.faults.script(fault, path="/reply")
    batch = desk.workspace.act(make("Sorry for the delay"), [id_])
    write = only(batch)
    assert (write.state, write.reason) == (WriteState.HELD, HeldReason.UNKNOWN_OUTCOME)
    assert "look there in Intercom before you send it again" in write.error
    assert sent(desk, id_) == []
    desk.workspace.outbox.retry(write.id)
    assert states(batch) == [WriteState.SENT]
    assert len(sent(desk, id_)) == 1


def test_a_retry_of_what_did_arrive_sends_nothing(desk: Scene) -> None:
    """The replica that was asked lagged behind."""
    id_ = pick(desk)
    desk.world.faults.script(Fault.APPLIED_RESET, path="/reply")
    desk.world.replica.lag = 3600
    batch = desk.workspace.act(Reply("Only once"), [id_])
    write = only(batch)
    assert (write.state, write.reason) == (WriteState.HELD, HeldReason.UNKNOWN_OUTCOME)
    desk.world.replica.lag = 0
    desk.workspace.outbox.retry(write.id)
    assert states(batch) == [WriteState.SENT]
    assert sent(desk, id_) == ["comment"]


@pytest.mark.parametrize("make", [Reply, Note])
def test_an_edited_text_is_not_called_sent_when_the_one_before_it_arrived(
    desk: Scene, make: type[Note | Reply]
) -> None:
    id_ = pick(desk)
    desk.world.faults.script(Fault.APPLIED_RESET, path="/reply")
    desk.world.replica.lag = 3600
    batch = desk.workspace.act(make("You owe us 9000"), [id_])
    write = only(batch)
    desk.world.replica.lag = 0
    desk.workspace.outbox.edit(write.id, "You owe us 90")
    write = only(batch)
    assert (write.state, write.reason) == (WriteState.HELD, HeldReason.NEWER_MESSAGE)
    assert "the text it had before it was edited" in write.error
    desk.workspace.outbox.retry(write.id)
    assert states(batch) == [WriteState.SENT]
    assert said(desk, id_)[-2:] == ["You owe us 9000", "You owe us 90"]
    assert len(sent(desk, id_)) == 2


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_a_change_of_state_is_made_once_more_only_where_it_had_no_effect(desk: Scene, fault: Fault) -> None:
    id_ = pick(desk)
    desk.world.faults.script(fault, path="/parts")
    assert states(desk.workspace.act(Close(), [id_])) == [WriteState.SENT]
    assert sent(desk, id_) == ["close"]
    assert desk.world.truth()[id_].state == "closed"


def test_a_change_of_state_that_never_has_an_effect_is_held(desk: Scene) -> None:
    id_ = pick(desk)
    desk.world.faults.script(Fault.UNAVAILABLE, path="/parts", times=None)
    write = only(desk.workspace.act(Close(), [id_]))
    assert (write.state, write.reason, write.attempts) == (
        WriteState.HELD,
        HeldReason.UNKNOWN_OUTCOME,
        MAX_ATTEMPTS,
    )


def test_the_same_words_may_be_sent_twice_on_purpose(desk: Scene) -> None:
    id_ = pick(desk)
    for _ in range(2):
        desk.world.faults.script(Fault.APPLIED_RESET, path="/reply")
        assert states(desk.workspace.act(Reply("Any news?"), [id_])) == [WriteState.SENT]
    assert sent(desk, id_) == ["comment", "comment"]
    parts = {w.part_id for w in desk.workspace.outbox.of(id_)}
    assert len(parts) == 2
    assert None not in parts


def test_a_text_that_intercom_rewrites_is_never_sent_twice(
    open_workspace: Callable[..., Workspace],
) -> None:
    def open_(url: str, **changes: Any) -> Workspace:
        return open_workspace(url, **(WRITING | changes))

    with scene(open_, rewritten_bodies=True) as desk:
        desk.sync()
        for text in ("Plain words", "Some **bold** words\n\n- and\n- a list", "a `b` & c < d"):
            id_ = pick(desk)
            before = len(sent(desk, id_))
            desk.world.faults.script(Fault.APPLIED_RESET, path="/reply")
            write = only(desk.workspace.act(Reply(text), [id_]))
            assert write.state in {WriteState.SENT, WriteState.HELD}
            assert len(sent(desk, id_)) == before + 1


def test_a_web_page_instead_of_an_answer_is_no_success(desk: Scene) -> None:
    id_ = pick(desk)
    desk.world.faults.script(Fault.HTML, path="/reply")
    assert only(desk.workspace.act(Reply("Hello"), [id_])).state is WriteState.HELD
    assert sent(desk, id_) == []


# --- collision


@pytest.mark.parametrize(
    ("write", "held"),
    [
        (Reply("Please restart it"), True),
        (Close(), True),
        (Snooze(4_000_000_000), True),
        (Note("Known problem"), False),
        (Open(), False),
    ],
    ids=kind_of_case,
)
def test_nothing_is_sent_over_a_newer_message(desk: Scene, write: Write, held: bool) -> None:
    id_ = pick(desk)
    desk.world.interruptions.script(id_, "<p>It works again, thank you!</p>", before="read")
    wrote(desk, id_, "It works again!")
    batch = desk.workspace.act(write, [id_])
    done = only(batch)
    if not held:
        assert done.state is WriteState.SENT
        return
    assert (done.state, done.reason) == (WriteState.HELD, HeldReason.NEWER_MESSAGE)
    assert "wrote at" in done.error
    assert "and 1 more" in done.error
    assert sent(desk, id_) == []
    assert said(desk, id_)[-1] == "It works again, thank you!", "it is shown"
    desk.workspace.outbox.retry(done.id)
    assert states(batch) == [WriteState.SENT]


def test_what_is_stored_after_the_user_looked_is_newer(desk: Scene) -> None:
    id_ = pick(desk)
    seen = desk.workspace.outbox.seen([id_])
    wrote(desk, id_)
    desk.pass_time(60)
    desk.sync()
    assert said(desk, id_)[-1] == "Wait, there is more."
    write = only(desk.workspace.outbox.act(Reply("All done!"), [id_], seen))
    assert (write.state, write.reason) == (WriteState.HELD, HeldReason.NEWER_MESSAGE)
    assert sent(desk, id_) == []


def test_a_teammates_note_counts_and_the_outboxs_own_do_not(desk: Scene) -> None:
    id_ = pick(desk)
    assert states(desk.workspace.act(Note("mine"), [id_])) == [WriteState.SENT]
    other = next(a for a in desk.world.admins.values() if a.has_inbox_seat and a.id != desk.world.me)
    desk.world.note(id_, "<p>I take this one</p>", by=other.id)
    done = only(desk.workspace.act(Close(), [id_]))
    assert done.reason is HeldReason.NEWER_MESSAGE
    assert other.name in done.error


def test_writes_on_one_conversation_go_in_order_or_not_at_all(desk: Scene) -> None:
    id_ = pick(desk)
    outbox = desk.workspace.outbox
    desk.world.interruptions.script(id_, before="read")
    first = desk.workspace.act(Reply("Done, closing this"), [id_])
    second = desk.workspace.act(Close(), [id_])
    assert only(first).reason is HeldReason.NEWER_MESSAGE
    assert only(second).reason is HeldReason.EARLIER_WRITE
    assert desk.world.truth()[id_].state == "open"
    outbox.drop(first.ids[0])
    outbox.retry(second.ids[0])
    assert states(second) == [WriteState.SENT]


def test_an_answer_older_than_what_was_seen_is_not_trusted(desk: Scene) -> None:
    id_ = pick(desk)
    desk.pass_time(60)
    wrote(desk, id_)
    desk.pass_time(60)
    desk.sync()
    desk.world.replica.lag = 3600
    done = only(desk.workspace.act(Close(), [id_]))
    assert (done.state, done.reason) == (WriteState.HELD, HeldReason.OLDER_ANSWER)
    assert sent(desk, id_) == []


# --- what Intercom refuses


def test_no_seat_is_learned_and_no_longer_offered(desk: Scene) -> None:
    id_ = pick(desk)
    desk.world.faults.script(Fault.NO_SEAT, path="/reply")
    batch = desk.workspace.act(Reply("Hello"), [id_])
    assert only(batch).state is WriteState.FAILED
    with pytest.raises(ActingOff, match="action_forbidden"):
        desk.workspace.act(Reply("Hello again"), [id_])
    assert states(desk.workspace.act(Close(), [id_])) == [WriteState.SENT], "other kinds are"


def test_a_deleted_conversation_fails_and_loses_nothing(desk: Scene) -> None:
    id_ = pick(desk)
    desk.world.delete(id_)
    done = only(desk.workspace.act(Note("for later"), [id_]))
    assert done.state is WriteState.FAILED
    assert "not found" in done.error
    assert done.write == Note("for later")


def test_a_tag_that_is_gone_already_is_as_wanted(desk: Scene) -> None:
    id_ = next(i for i, c in desk.world.truth().items() if c.tags)
    (tag, *_) = desk.world.truth()[id_].tags
    desk.world.untag(id_, tag)
    assert states(desk.workspace.act(RemoveTag(tag), [id_])) == [WriteState.SENT]


def test_without_a_connection_it_waits_and_then_goes(desk: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.sync.outbox_sender.FIRST_PAUSE", 0.05)
    id_ = pick(desk)
    desk.world.faults.script(Fault.RATE_LIMITED, path="/reply", times=1)
    batch = desk.workspace.act(Note("patience"), [id_])
    until(lambda: bool(batch.writes[0].error))
    assert batch.writes[0].state is WriteState.WAITING
    assert batch.writes[0].attempts == 0
    until(lambda: desk.sync() and batch.has_ended)  # a sync that is over at once leaves it to the next
    assert states(batch) == [WriteState.SENT]
    assert sent(desk, id_) == ["note"]


# --- undo


@pytest.fixture
def slow_desk(open_workspace: Callable[..., Workspace]) -> Iterator[Scene]:
    """The same with an undo window that never ends by itself."""

    def open_(url: str, **changes: Any) -> Workspace:
        return open_workspace(url, **(WRITING | {"undo_window": 3600} | changes))

    with scene(open_) as made:
        made.sync()
        yield made


def test_undo_inside_the_window_cancels(slow_desk: Scene) -> None:
    desk = slow_desk
    id_ = pick(desk)
    batch = desk.workspace.act(Reply("Oops"), [id_])
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.words == "1 change taken back before sending"
    assert states(batch) == [WriteState.CANCELLED]
    desk.pass_time(4000)
    desk.sync()
    assert sent(desk, id_) == []
    assert desk.workspace.outbox.undo() is None


@pytest.mark.parametrize(
    "name", ["close", "open", "snooze", "assign", "reopen", "tag", "untag", "title", "read"]
)
def test_undo_after_the_window_sends_the_opposite(desk: Scene, name: str) -> None:
    state = {"open": "snoozed", "reopen": "closed"}.get(name, "open")
    id_ = next(i for i, c in desk.world.truth().items() if c.state == state and c.tags)
    directory, before = desk.workspace.directory(), desk.world.conversations[id_]
    tag = next(t.id for t in directory.tags if t.id not in desk.world.truth()[id_].tags)
    teammate = next(a.id for a in directory.admins if a.has_inbox_seat and a.id != before.admin)
    writes: dict[str, Write] = {
        "close": Close(),
        "open": Open(),
        "snooze": Snooze(int(desk.true_time()) + 7200),
        "assign": Assign("teammate", teammate),
        "reopen": Assign("teammate", teammate),
        "tag": AddTag(tag),
        "untag": RemoveTag(next(iter(desk.world.truth()[id_].tags))),
        "title": SetTitle("Another"),
        "read": MarkRead(not before.read),
    }
    assert states(desk.workspace.act(writes[name], [id_])) == [WriteState.SENT]
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.words == "1 change will be reversed in Intercom"
    until(lambda: not desk.workspace.outbox.open())
    after = desk.world.conversations[id_]
    assert (after.state, after.admin, tag_ids(after), after.title, after.read) == (
        before.state,
        before.admin,
        tag_ids(before),
        before.title,
        before.read,
    )


def test_undo_of_what_may_have_arrived_does_not_say_that_it_was_not_sent(desk: Scene) -> None:
    id_ = pick(desk)
    desk.world.faults.script(Fault.APPLIED_RESET, path="/reply")
    desk.world.replica.lag = 3600
    assert only(desk.workspace.act(Reply("Oops"), [id_])).state is WriteState.HELD
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.words == "1 change may have arrived: look in Intercom; not sent again"


def test_what_waits_is_taken_back_even_where_nothing_may_be_reversed(desk: Scene) -> None:
    first, second = [i for i, c in desk.world.truth().items() if c.state == "open"][:2]
    desk.world.faults.script(Fault.RATE_LIMITED, path=f"/conversations/{second}/parts", times=None)
    batch = desk.workspace.act(Close(), [first, second])
    until(lambda: batch.writes[0].state is WriteState.SENT and bool(batch.writes[1].error))
    settings = desk.workspace.settings
    desk.workspace.settings = msgspec.structs.replace(settings, read_only=True)
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.words.startswith("1 change taken back before sending, what was sent stays: nothing is")
    with pytest.raises(ActingOff):
        desk.workspace.outbox.undo()
    desk.workspace.settings = settings
    again = desk.workspace.outbox.undo()
    assert again is not None
    assert again.words == "1 change will be reversed in Intercom"


def test_undo_goes_back_through_changes_that_wait(slow_desk: Scene) -> None:
    """Each is undone to what the one before it would leave."""
    desk = slow_desk
    id_ = pick(desk)
    desk.workspace.act(Close(), [id_])
    second = desk.workspace.act(Open(), [id_])
    assert second.writes[0].before.state == "closed"
    assert desk.workspace.outbox.preview(Open(), [id_]).already == (id_,)
    desk.pass_time(4000)
    desk.sync()
    assert desk.world.truth()[id_].state == "open"
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    until(lambda: not desk.workspace.outbox.open())
    assert desk.world.truth()[id_].state == "closed"


def test_a_conversation_that_cannot_be_read_holds_up_no_other(desk: Scene) -> None:
    bad, good = [i for i, c in desk.world.truth().items() if c.state == "open"][:2]
    desk.world.faults.refuse(f"/conversations/{bad}")
    waits, goes = desk.workspace.act(Close(), [bad]), desk.workspace.act(Close(), [good])
    assert states(goes) == [WriteState.SENT]
    until(lambda: bool(waits.writes[0].error))
    assert waits.writes[0].state is WriteState.WAITING
    assert sent(desk, bad) == []


def test_a_sent_reply_cannot_be_taken_back(desk: Scene) -> None:
    id_ = pick(desk)
    only(desk.workspace.act(Reply("Sent is sent"), [id_]))
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.words == "a sent message cannot be taken back"


def test_a_bulk_is_undone_as_one(desk: Scene) -> None:
    ids = [i for i, c in desk.world.truth().items() if c.state == "open"][:12]
    assert set(states(desk.workspace.act(Close(), ids))) == {WriteState.SENT}
    assert {desk.world.truth()[i].state for i in ids} == {"closed"}
    undone = desk.workspace.outbox.undo()
    assert undone is not None
    assert undone.inverse == len(ids)
    until(lambda: not desk.workspace.outbox.open())
    assert {desk.world.truth()[i].state for i in ids} == {"open"}


# --- whether, and as whom


def test_off_means_off(open_workspace: Callable[..., Workspace]) -> None:
    with scene(open_workspace) as desk:
        desk.sync()
        id_ = pick(desk)
        with pytest.raises(ActingOff, match="writes = true"):
            desk.workspace.act(Close(), [id_])
        desk.workspace.settings = msgspec.structs.replace(
            desk.workspace.settings, writes=True, read_only=True
        )
        with pytest.raises(ActingOff, match="read_only"):
            desk.workspace.act(Close(), [id_])


def test_switched_off_meanwhile_nothing_is_sent(slow_desk: Scene) -> None:
    desk = slow_desk
    id_ = pick(desk)
    batch = desk.workspace.act(Close(), [id_])
    desk.workspace.settings = msgspec.structs.replace(desk.workspace.settings, read_only=True)
    desk.pass_time(4000)
    desk.sync()
    assert not batch.has_ended
    assert sent(desk, id_) == []
    desk.workspace.settings = msgspec.structs.replace(desk.workspace.settings, read_only=False)
    desk.sync()
    assert states(batch) == [WriteState.SENT]


def while_it_is(
    desk: Scene, monkeypatch: pytest.MonkeyPatch, moment: Moment, action: Callable[[], object]
) -> None:
    """Do something once, while the server answers the next request that reads, or writes to, a
    conversation."""
    actions, goes_on = [action], desk.world.interrupted

    def interrupted(now: Moment, conversation_id: int) -> None:
        if now == moment and actions:
            actions.pop()()
        goes_on(now, conversation_id)

    monkeypatch.setattr(desk.world, "interrupted", interrupted)


def let_go(desk: Scene) -> None:
    """Send what is in the outbox, to its end."""
    desk.pass_time(4000)
    desk.sync()


def test_switched_off_in_the_middle_the_rest_is_not_sent(
    slow_desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = slow_desk
    ids = [i for i, c in desk.world.truth().items() if c.state == "open"][:12]
    batch = desk.workspace.act(Close(), ids)

    def switch_off() -> None:
        desk.workspace.settings = msgspec.structs.replace(desk.workspace.settings, read_only=True)

    while_it_is(desk, monkeypatch, "read", switch_off)
    let_go(desk)
    assert desk.world.writes == []
    assert {write.state for write in batch.writes} == {WriteState.WAITING}


def test_a_text_edited_at_the_last_moment_is_the_one_that_is_sent(
    slow_desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = slow_desk
    id_ = pick(desk)
    batch = desk.workspace.act(Reply("You owe us 9000"), [id_])
    outbox = desk.workspace.outbox
    while_it_is(desk, monkeypatch, "read", lambda: outbox.edit(batch.ids[0], "You owe us 90"))
    let_go(desk)
    assert sent(desk, id_) == []
    let_go(desk)
    assert states(batch) == [WriteState.SENT]
    assert said(desk, id_)[-1] == "You owe us 90"
    assert sent(desk, id_) == ["comment"]


def test_another_teammate_is_confirmed_once(desk: Scene) -> None:
    id_ = pick(desk)
    other = next(a for a in desk.world.admins.values() if a.has_inbox_seat and a.id != desk.world.me)
    desk.workspace.settings = msgspec.structs.replace(desk.workspace.settings, act_as=other.id)
    with pytest.raises(ActingOff, match=f"in the name of {other.name}"):
        desk.workspace.act(Note("as you"), [id_])
    desk.workspace.outbox.confirm_act_as(other.id)
    assert only(desk.workspace.act(Note("as you"), [id_])).admin_id == other.id
    assert [w.admin for w in desk.world.writes] == [other.id]


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (Reply("  "), "the reply is empty"),
        (Note(""), "the note is empty"),
        (Reply("x" * 60_000), "the reply has 60,000 characters; 50,000 are allowed"),
        (Assign("teammate", 999_999), "there is no teammate 999999 in this workspace"),
        (Assign("team", 999_999), "there is no team 999999 in this workspace"),
        (AddTag(999_999), "there is no tag 999999 in this workspace"),
        (AddTag(0, " "), "a tag needs a name"),
        (Snooze(1_000), "a conversation can only be snoozed until a time in the future"),
        (Reply("x", urls=("file:///etc/passwd",)), "is not the address of an image"),
        (Reply("x", urls=("https://x.example/a.png",) * 11), "11 addresses of images; Intercom takes 10"),
    ],
    ids=kind_of_case,
)
def test_bad_input_is_refused_in_one_line(desk: Scene, write: Write, words: str) -> None:
    with pytest.raises(BadWrite) as refused:
        desk.workspace.act(write, [pick(desk)])
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert desk.workspace.outbox.history() == []


def test_what_is_erased_while_it_is_sent_stays_erased(desk: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = pick(desk)
    secret = AttachedFile("my secret.txt", "text/plain", 9, b"my secret")

    def erase() -> None:
        with closing(desk.database()) as database, database.user_transaction() as connection:
            erase_texts(connection, [id_])

    while_it_is(desk, monkeypatch, "write", erase)
    batch = desk.workspace.act(Note("my secret words", files=(secret,)), [id_])
    assert only(batch).write == Note("")
    assert only(batch).state is WriteState.SENT


def test_an_unknown_conversation_and_a_bulk_of_replies_are_refused(desk: Scene) -> None:
    with pytest.raises(LookupError, match="conversation 987654321 is not in the mirror"):
        desk.workspace.act(Close(), [987654321])
    ids = list(desk.world.truth())[:2]
    with pytest.raises(BadWrite, match="a reply is of one conversation, not of 2"):
        desk.workspace.act(Reply("all of you"), ids)


def test_a_purged_conversation_leaves_no_words_in_the_outbox(slow_desk: Scene) -> None:
    desk = slow_desk
    id_ = pick(desk)
    batch = desk.workspace.act(Reply("my secret words"), [id_])
    desk.workspace.outbox.save_draft(id_, "reply", "my secret draft")
    desk.workspace.purge(PurgeRequest(conversations=(id_,)))
    (write,) = batch.writes
    assert (write.state, write.write, write.conversation_id) == (WriteState.CANCELLED, Reply(""), id_)
    assert desk.workspace.outbox.draft(id_) is None
    desk.sync()
    content = b"".join(f.read_bytes() for f in desk.workspace.settings.database.parent.glob("mirror.db*"))
    assert b"my secret" not in content
