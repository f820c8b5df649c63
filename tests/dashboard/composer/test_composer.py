"""Writing to Intercom: replies, notes, drafts, macros, attachments, and what stops a message."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.dashboard.jobs import hold_store
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    dashboard,
    press_at_once,
    press_each,
    resize,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.acting.messages import EditRequested
from tui.dashboard.composer.attach_dialog import AttachDialog
from tui.dashboard.composer.macro_dialog import MacroDialog
from tui.dashboard.composer.screen import ComposerScreen
from tui.dashboard.play.screen import PlayScreen
from tui.domain import MacroText
from tui.store.macros import store_macros
from tui.writes import Note, Reply, WriteState

pytestmark = pytest.mark.anyio
WRITING = {"writes": True, "undo_window": 0}


@pytest.fixture
def desk(stage_with: Callable[..., Stage]) -> Stage:
    """A synced mirror that may write, without an undo window."""
    stage = stage_with(settings=WRITING)
    stage.sync()
    return stage


def composer(pilot: Dashboard) -> ComposerScreen:
    assert isinstance(pilot.app.screen, ComposerScreen)
    return pilot.app.screen


def current(pilot: Dashboard) -> int:
    found = screen_of(pilot).results.table.selected_id
    assert found is not None
    return found


async def write(pilot: Dashboard, text: str) -> None:
    pilot.app.post_message(Paste(text))
    await settle(pilot)


def shows(pilot: Dashboard, words: str) -> bool:
    return any(words in line for line in text_of(pilot))


def sent_texts(stage: Stage, id_: int) -> list[str]:
    thread = stage.workspace.thread(id_)
    assert thread is not None
    return [part.text for part in thread.parts]


def writes(stage: Stage, id_: int) -> list[tuple[str, str]]:
    return [
        (w.state.value, w.write.text)
        for w in stage.workspace.outbox.of(id_)
        if isinstance(w.write, Note | Reply)
    ]


async def test_what_is_typed_is_in_the_message_from_the_first_moment(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        await screen_of(pilot).run_action("feature('composer', 'reply')")
        press_at_once(pilot, *"Hello")
        await settle(pilot)
        assert composer(pilot).entry.text == "Hello"


async def test_a_reply_is_written_with_the_thread_in_view_and_sent(desk: Stage) -> None:
    story = Story()
    async with dashboard(desk, story=story) as pilot:
        id_ = current(pilot)
        subject = text_of(pilot)[3]
        assert subject
        story.clear()
        await press_each(pilot, "B")
        me = desk.workspace.directory().me
        assert me is not None
        assert shows(pilot, f"you reply as {me.name}")
        footer = text_of(pilot)[-1]
        assert "^s send the reply" in footer
        assert "^n note instead" in footer
        assert "^o macro" in footer
        assert "^e editor" in footer
        assert composer(pilot).thread.thread is not None
        assert composer(pilot).thread.scroll.size.height >= 5
        await write(pilot, "Hi **there**,\nthis works?")
        await wait_for(pilot, lambda: shows(pilot, "Hi there,"))  # the preview
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: ("sent", "Hi **there**,\nthis works?") in writes(desk, id_))
        assert story.tells("ComposerRead", "PreviewMade", "MessageQueued", "ThreadFetched")
        assert pilot.app.screen is screen_of(pilot)
        assert toasts(pilot)[0] == "The reply is being sent"
        assert sent_texts(desk, id_)[-1] == "Hi there,\nthis works?"
        assert desk.workspace.outbox.draft(id_) is None


async def test_the_newest_messages_are_in_view_whatever_the_size(desk: Stage) -> None:
    async with dashboard(desk, size=(80, 24)) as pilot:
        id_ = next(i for i, c in desk.world.conversations.items() if len(c.parts) > 6)
        await type_query(pilot, f"{id_}")
        await press_each(pilot, "enter", "B")
        scroll = composer(pilot).thread.scroll
        await wait_for(pilot, lambda: scroll.max_scroll_y > 0 and scroll.scroll_y == scroll.max_scroll_y)
        await resize(pilot, 120, 24)
        await wait_for(pilot, lambda: scroll.scroll_y == scroll.max_scroll_y)


async def test_what_waits_can_be_taken_back_for_as_long_as_it_says(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"writes": True, "undo_window": 25})
    stage.sync()
    async with dashboard(stage) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B")
        assert "^s send in 25 s" in text_of(pilot)[-1]
        await write(pilot, "Hello")
        await press_each(pilot, "ctrl+s")
        assert toasts(pilot) == ["The reply sends in 25 s · u takes it back"]
        assert writes(stage, id_) == [("waiting", "Hello")]
        stage.clock.move(seconds=26)
        await wait_for(pilot, lambda: writes(stage, id_) == [("sent", "Hello")])


async def test_a_note_is_for_the_team_and_a_reply_becomes_one(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "M")
        assert shows(pilot, "you write a note for the team as ")
        await write(pilot, "look at this")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: ("sent", "look at this") in writes(desk, id_))
        await press_each(pilot, "B", "ctrl+n")
        assert shows(pilot, "you write a note for the team as ")
        assert "^n reply instead" in text_of(pilot)[-1]
        await write(pilot, "and this")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: ("sent", "and this") in writes(desk, id_))
        kinds = [w.kind for w in desk.workspace.outbox.of(id_)]
        assert kinds == ["note", "note"]


async def test_a_draft_is_kept_over_a_restart_with_its_kind_and_shown(desk: Stage) -> None:
    story = Story()
    async with dashboard(desk, story=story) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "M")
        assert "esc back" in text_of(pilot)[-1]
        await write(pilot, "half a thou")
        assert "esc keep draft" in text_of(pilot)[-1]
        await press_each(pilot, "escape")
        assert toasts(pilot) == ["The draft is kept."]
        assert shows(pilot, "draft of a note · M goes on with it")
        await press_each(pilot, "M", "g", "h", "t")
        # Quitting in the middle of a word, before anything was saved by itself.
    assert desk.workspace.outbox.draft(id_) == ("note", "half a thought")
    async with dashboard(desk) as pilot:
        await press_each(pilot, "B")
        assert composer(pilot).entry.text == "half a thought"
        assert shows(pilot, "you write a note for the team"), "not to the customer, whatever key opened it"
        assert shows(pilot, "This is the draft of a note that you began; ^n makes a reply of it")
        await press_each(pilot, "ctrl+d")
        assert shows(pilot, "^d again discards what is written (14 characters)")
        await press_each(pilot, "ctrl+d")
        assert pilot.app.screen is screen_of(pilot)
        assert desk.workspace.outbox.draft(id_) is None
        assert not shows(pilot, "goes on with it")


async def test_a_draft_is_saved_while_it_is_typed(desk: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.dashboard.composer.screen.SAVE_AFTER", 0.01)
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B", "h", "i")
        await wait_for(pilot, lambda: desk.workspace.outbox.draft(id_) == ("reply", "hi"))
        await press_each(pilot, "ctrl+n")
        await wait_for(pilot, lambda: desk.workspace.outbox.draft(id_) == ("note", "hi"))


async def test_keys_typed_at_once_are_part_of_the_message(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        desk.workspace.outbox.save_draft(id_, "reply", "begun ")
        held = hold_store(pilot)
        await pilot.press("B", "d", "q", "slash")
        held.set()
        await settle(pilot)
        assert composer(pilot).entry.text == "begun dq/"
        assert desk.workspace.annotations.read([id_]) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The reply is empty"),
        ("x" * 60_000, "The reply has 60,000 characters; 50,000 are allowed"),
    ],
)
async def test_a_reply_that_cannot_be_sent_costs_one_line_and_stays(
    desk: Stage, text: str, words: str
) -> None:
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B")
        if text:
            await write(pilot, text)
        await press_each(pilot, "ctrl+s")
        assert shows(pilot, words)
        assert composer(pilot).entry.text == text
        assert desk.workspace.outbox.of(id_) == []
        await press_each(pilot, "escape")
        assert desk.workspace.outbox.draft(id_) == (("reply", text) if text else None)


async def test_a_newer_message_is_said_and_must_be_seen_before_sending(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B")
        await write(pilot, "Is it solved?")
        desk.clock.move(seconds=60)
        desk.world.reply(id_, "<p>Wait, one more thing</p>")
        desk.workspace.prioritise(id_)
        await wait_for(pilot, lambda: shows(pilot, "1 newer message since you began ▾"))
        assert shows(pilot, "Wait, one more thing")
        await press_each(pilot, "ctrl+s")
        author = desk.workspace.thread(id_).parts[-1].author.name  # type: ignore[union-attr]
        assert shows(pilot, f"{author} wrote meanwhile: read it above, then send again")
        assert desk.workspace.outbox.of(id_) == []
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: writes(desk, id_) == [("sent", "Is it solved?")])


async def test_an_old_thread_is_fetched_first_and_says_so(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        desk.clock.move(seconds=120)
        desk.world.reply(id_, "<p>Not yet synced</p>")
        desk.wire.hold(f"/conversations/{id_}")
        await press_each(pilot, "B")
        assert shows(pilot, "asking Intercom for newer messages…")
        desk.wire.release()
        await wait_for(pilot, lambda: not shows(pilot, "asking Intercom for newer messages…"))
        await wait_for(pilot, lambda: shows(pilot, "Not yet synced"))


async def test_a_thread_that_cannot_be_fetched_says_how_old_it_is(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.dashboard.composer.screen.LOOK_EVERY", 0.001)
    async with dashboard(desk) as pilot:
        desk.clock.move(minutes=10)
        desk.wire.is_cut = True
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: shows(pilot, "the thread is as of 14:30"))


# --- macros


def with_macros(stage: Stage, *texts: tuple[str, str]) -> None:
    database = stage.workspace._database
    with database.transaction():
        store_macros(database, [MacroText(n, name, text) for n, (name, text) in enumerate(texts, 1)])


async def test_a_macro_is_found_by_some_letters_and_its_placeholders_are_filled(desk: Stage) -> None:
    with_macros(
        desk,
        ("Refund", "Your refund is on its way."),
        ("Greeting", 'Hi {{user.first_name|fallback:"there"}}, {{teammate.first_name}} here.'),
    )
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        row = desk.workspace.rows([id_])[0]
        me = desk.workspace.directory().me
        assert me is not None
        await press_each(pilot, "B", "ctrl+o")
        assert isinstance(pilot.app.screen, MacroDialog)
        assert shows(pilot, "Refund")
        await press_each(pilot, "g", "r", "e")
        assert not shows(pilot, "Refund")
        await press_each(pilot, "enter")
        assert composer(pilot).entry.text.startswith("Hi {{user.first_name|")
        expected = f"Hi {row.customer.name.split()[0]}, {me.name.split()[0]} here."
        await wait_for(pilot, lambda: shows(pilot, expected))
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: writes(desk, id_) == [("sent", expected)])


async def test_a_placeholder_without_a_value_stops_the_message_and_is_pointed_at(desk: Stage) -> None:
    with_macros(desk, ("Order", "Hello,\nyour order {{order.number}} is ready."))
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B", "ctrl+o", "enter", "ctrl+s")
        assert shows(pilot, "{{order.number}} has neither a value here nor a fallback: replace it")
        assert composer(pilot).entry.selected_text == "{{order.number}}"
        assert desk.workspace.outbox.of(id_) == []
        await press_each(pilot, *"17", "ctrl+s")
        await wait_for(pilot, lambda: writes(desk, id_) == [("sent", "Hello,\nyour order 17 is ready.")])


async def test_snippets_beside_the_settings_are_offered_and_bad_ones_said(desk: Stage) -> None:
    folder = desk.folder / "snippets"
    folder.mkdir()
    (folder / "thanks.md").write_text("Thank you!", "utf-8")
    (folder / "broken.md").write_bytes(b"\xff")
    async with dashboard(desk) as pilot:
        await press_each(pilot, "B", "ctrl+o", *"thanks")
        assert shows(pilot, "thanks  mine  Thank you!")
        assert shows(pilot, "broken.md: not a UTF-8 text file")
        await press_each(pilot, "escape", "ctrl+o", "z", "z")
        assert shows(pilot, "No macro is called “zz”.")
        await press_each(pilot, "backspace", "backspace", *"thanks", "enter")
        assert composer(pilot).entry.text == "Thank you!"


# --- attachments, the editor


async def test_files_and_images_are_attached_within_the_limits(desk: Stage, tmp_path: Path) -> None:
    picture = tmp_path / "shot.png"
    picture.write_bytes(b"\x89PNG" * 300)
    async with dashboard(desk) as pilot:
        id_ = current(pilot)
        await press_each(pilot, "B")
        await write(pilot, "see there")
        await press_each(pilot, "ctrl+t")
        assert isinstance(pilot.app.screen, AttachDialog)
        entry = pilot.app.screen.query_one(Input)
        for typed, words in (
            (str(picture), "shot.png · 1.2 kB"),
            ("https://example.com/a.png", "https://example.com/a.png"),
            (str(tmp_path / "none"), "No such file or directory"),
            ("ftp://example.com/a", "“ftp://example.com/a” is not the address of an image"),
        ):
            entry.value = typed
            await press_each(pilot, "enter")
            await wait_for(pilot, partial(shows, pilot, words))
        await press_each(pilot, "ctrl+d", "escape")
        assert shows(pilot, " · 1 attached")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: writes(desk, id_) == [("sent", "see there")])
        thread = desk.workspace.thread(id_)
        assert thread is not None
        assert [file.name for file in thread.parts[-1].attachments] == ["shot.png"]


async def test_the_editor_of_the_user_writes_the_message(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(_app: object, text: str, _environment: object, what: str) -> str:
        assert (text, what) == ("before", "reply")
        return "after\nit"

    monkeypatch.setattr("tui.dashboard.composer.screen.edit_in_editor", edit)
    async with dashboard(desk) as pilot:
        await press_each(pilot, "B")
        await write(pilot, "before")
        await press_each(pilot, "ctrl+e")
        assert composer(pilot).entry.text == "after\nit"


# --- editing what was held, and play


async def test_a_held_reply_is_edited_with_what_is_newer(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"writes": True, "undo_window": 3600})
    stage.sync()
    async with dashboard(stage) as pilot:
        id_ = current(pilot)
        (write_id,) = stage.workspace.act(Reply("First"), [id_]).ids
        stage.workspace.outbox.save_draft(id_, "note", "of another message")
        stage.clock.move(seconds=60)
        stage.world.reply(id_, "<p>Something newer</p>")
        stage.clock.move(seconds=3600)
        stage.workspace.outbox._on_added()
        await wait_for(pilot, lambda: stage.workspace.outbox.read([write_id])[0].state is WriteState.HELD)
        pilot.app.post_message(EditRequested(write_id, id_))
        await settle(pilot)
        await wait_for(pilot, lambda: shows(pilot, "1 newer message since you began ▾"))
        assert shows(pilot, "you edit a reply as ")
        assert composer(pilot).entry.text == "First"
        await write(pilot, ", then")
        await press_each(pilot, "escape")
        assert shows(pilot, "esc again leaves the message as it was, without your changes")
        await press_each(pilot, "ctrl+s")
        assert stage.workspace.outbox.read([write_id])[0].write == Reply("First, then")
        assert stage.workspace.outbox.draft(id_) == ("note", "of another message")
        stage.clock.move(seconds=3601)
        stage.workspace.outbox._on_added()
        await wait_for(pilot, lambda: writes(stage, id_) == [("sent", "First, then")])


async def test_in_play_the_next_conversation_follows_a_message(desk: Stage) -> None:
    async with dashboard(desk) as pilot:
        await press_each(pilot, "p")
        play = pilot.app.screen
        assert isinstance(play, PlayScreen)
        id_ = play.panel.current
        assert id_ is not None
        await press_each(pilot, "B", "escape")
        assert play.panel.current == id_
        await press_each(pilot, "B")
        await write(pilot, "Done")
        await press_each(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, PlayScreen)
        assert play.panel.current not in {id_, None}
        assert shows(pilot, "1 replied to")
        await wait_for(pilot, lambda: writes(desk, id_) == [("sent", "Done")])
