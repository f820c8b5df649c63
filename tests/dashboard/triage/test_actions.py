"""Stars, done, follow-ups, notes, undo and redo; on one conversation, on a selection, on all that match."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual import events

from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    Story,
    dashboard,
    press_each,
    screen_of,
    settle,
    table_lines,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.commands import DashboardCommands
from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
from tui.dashboard.triage.note_dialog import NoteDialog
from tui.domain import ThreadPart

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def selected(pilot: Dashboard) -> int:
    found = screen_of(pilot).results.table.selected_id
    assert found is not None
    return found


async def test_a_star_is_seen_in_the_list_and_above_the_thread_and_undone(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("j")
        await settle(pilot)
        id_ = selected(pilot)
        story.clear()
        await pilot.press("asterisk")
        await settle(pilot)
        assert story.tells("AnnotationsChanged", "RowsWanted", "RowsFetched")
        assert story.tells("AnnotationsChanged", "ThreadFetched", "ViewsCounted")
        assert stage.workspace.annotations.read([id_])[id_].starred
        await wait_for(pilot, lambda: "★ " in table_lines(pilot)[2])
        assert any("★ starred" in line for line in text_of(pilot))
        assert toasts(pilot) == [], "the line shows it"
        await pilot.press("u")
        await settle(pilot)
        assert story.tells("AnnotationsChanged", "ActionRestored", "RowsFetched")
        assert toasts(pilot) == ["Undid: Starred 1 conversation"]
        await wait_for(pilot, lambda: "★" not in table_lines(pilot)[2])
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert toasts(pilot)[-1] == "Redid: Starred 1 conversation"
        await wait_for(pilot, lambda: "★ " in table_lines(pilot)[2])
        await pilot.press("asterisk")
        await settle(pilot)
        assert stage.workspace.annotations.read([id_]) == {}


async def test_nothing_to_undo_is_said(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.press("u", "ctrl+r")
        await settle(pilot)
        assert toasts(pilot) == ["There is nothing to undo.", "There is nothing to redo."]


async def test_a_follow_up_is_asked_for_shown_announced_once_and_survives_a_restart(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = selected(pilot)
        await pilot.press("F")
        await settle(pilot)
        assert isinstance(pilot.app.screen, FollowUpDialog)
        await pilot.press(*"yesterday", "enter")
        await pilot.pause()
        assert any("is not a time in the future" in line for line in text_of(pilot)), "in place"
        await pilot.press("ctrl+u", *"tomorrow")
        await pilot.pause()
        assert any("→ tomorrow 09:00 · in 18 hours and 30 minutes" in line for line in text_of(pilot))
        await pilot.press("enter")
        await settle(pilot)
        assert story.tells("AnnotationsChanged", "RowsFetched")
        assert toasts(pilot) == ["Follow-up set: tomorrow 09:00"]
        assert any("⚑ follow-up tomorrow 09:00" in line for line in text_of(pilot))
        assert stage.workspace.annotations.read([id_])[id_].follow_up_at == datetime(
            2024, 12, 21, 9, tzinfo=UTC
        )
    stage.clock.move(hours=19)
    for times in (1, 0):
        story.clear()
        async with dashboard(stage, story=story) as pilot:
            due = [toast for toast in toasts(pilot) if toast.startswith("1 follow-up due: ")]
            assert len(due) == times
            assert ("NoticeGiven" in story) == bool(times)


async def test_a_follow_up_can_be_cleared(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = selected(pilot)
        stage.workspace.annotations.follow_up([id_], START + timedelta(days=1))
        await pilot.press("F", "ctrl+d")
        await settle(pilot)
        assert toasts(pilot) == ["Follow-up cleared"]
        assert stage.workspace.annotations.read([id_]) == {}


async def test_a_note_is_written_read_again_and_emptied(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = selected(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoteDialog)
        await pilot.press(*"ask", "enter", *"ada", "ctrl+s")
        await settle(pilot)
        assert story.tells("NoteFetched", "AnnotationsChanged", "RowsFetched")
        assert stage.workspace.annotations.read([id_])[id_].note == "ask\nada"
        assert any("✎ my note" in line for line in text_of(pilot))
        await pilot.press("m")
        await settle(pilot)
        assert any("ada" in line for line in text_of(pilot))
        await pilot.press("f7", "backspace", "ctrl+s")
        await settle(pilot)
        assert stage.workspace.annotations.read([id_]) == {}
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("x", "escape")
        await settle(pilot)
        assert stage.workspace.annotations.read([id_]) == {}, "escape keeps nothing"


async def test_what_is_typed_right_before_saving_is_saved(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = selected(pilot)
        await pilot.press("m")
        await settle(pilot)
        for letter in "at once, without a pause before saving":
            pilot.app.post_message(events.Key({" ": "space", ",": "comma"}.get(letter, letter), letter))
        pilot.app.post_message(events.Key("ctrl+s", None))
        await wait_for(pilot, lambda: bool(stage.workspace.annotations.read([id_])))
        assert stage.workspace.annotations.read([id_])[id_].note == "at once, without a pause before saving"


async def test_a_note_is_written_on_the_selection_in_one_step(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        chosen = list(screen_of(pilot).results.table.model.ids[:3])
        triage = stage.workspace.annotations
        triage.write_note([chosen[1]], "mine alone")
        await pilot.press("x", "j", "j", "X", "m")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoteDialog)
        assert any("On 3 conversations; replaces 1 note" in line for line in text_of(pilot))
        assert pilot.app.screen.entry.text == "", "theirs differ"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert any("this removes 1 note; save again to confirm" in line for line in text_of(pilot))
        story.clear()
        await pilot.press(*"same", "space", *"cause", "ctrl+s")
        await settle(pilot)
        assert story.tells("AnnotationsChanged", "RowsFetched")
        assert story.count("AnnotationsChanged") == 1
        assert toasts(pilot) == ["Wrote a note on 3 conversations"]
        assert {i: a.note for i, a in triage.read(chosen).items()} == dict.fromkeys(chosen, "same cause")
        await pilot.press("m")
        await settle(pilot)
        assert any("On 3 conversations, which all have this note" in line for line in text_of(pilot))
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert len(toasts(pilot)) == 1, "nothing was changed"
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == "Undid: Wrote a note on 3 conversations"
        assert {i: a.note for i, a in triage.read(chosen).items()} == {chosen[1]: "mine alone"}
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("ctrl+s", "ctrl+s")
        await settle(pilot)
        assert triage.read(chosen) == {}


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_note_stands_at_the_head_of_the_conversation(stage: Stage, size: tuple[int, int]) -> None:
    hostile = "[/b]ask [red]Ada[/]\x1b[31m\u202e\nsecond line"
    story = Story()
    async with dashboard(stage, size=size, story=story) as pilot:
        id_ = selected(pilot)
        stage.workspace.annotations.write_note([id_], hostile)
        story.clear()
        await pilot.press("asterisk")  # any change has the conversation read again
        await settle(pilot)
        assert story.tells("AnnotationsChanged", "ThreadFetched")
        await pilot.press("enter")
        await settle(pilot)
        lines = text_of(pilot)
        top = next(y for y, line in enumerate(lines) if "✎ MY NOTE" in line)
        assert "[/b]ask [red]Ada[/]" in lines[top + 1]
        assert "second line" in lines[top + 2]
        assert "only here, never sent to Intercom" in lines[top + 3]
        assert any("Today" in line or "day " in line for line in lines[top + 4 :]), "the messages follow"
        assert "[/b]ask" not in "".join(part.text for part in parts_of(stage, id_))
        await pilot.press("u", "u")
        await settle(pilot)
        assert not any("MY NOTE" in line for line in text_of(pilot))


def parts_of(stage: Stage, id_: int) -> tuple[ThreadPart, ...]:
    thread = stage.workspace.thread(id_)
    assert thread is not None
    return thread.parts


async def test_steps_apply_to_the_selection_which_is_kept_by_conversation(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        await pilot.press("x", "j", "j", "j", "X")
        await settle(pilot)
        chosen = list(table.model.ids[:4])
        assert sorted(table.selection.picked) == sorted(chosen)
        lines = text_of(pilot)
        assert "■ 4 selected   d done" in lines[-1]
        assert [line[1] for line in table_lines(pilot)[1:6]] == ["■", "■", "■", "■", " "]
        await pilot.press("asterisk")
        await settle(pilot)
        assert toasts(pilot) == ["Starred 4 conversations"]
        assert set(stage.workspace.annotations.read(table.model.ids)) == set(chosen)
        await type_query(pilot, "is:snoozed -is:starred")
        assert "■ 4 selected, 4 not in this list" in text_of(pilot)[-1]
        await press_each(pilot, "enter", "u")
        assert toasts(pilot)[-1] == "Undid: Starred 4 conversations"
        assert stage.workspace.annotations.read(chosen) == {}
        await pilot.press("escape")
        await settle(pilot)
        assert not table.selection
        assert not screen.selection_summary
        assert "selected" not in text_of(pilot)[-1]


async def test_all_that_match_are_selected_and_marked_in_one_step(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await pilot.press("A")
        await settle(pilot)
        total = screen.results.table.count
        assert any(f"■ {total} selected" in line for line in text_of(pilot))
        await pilot.press("d")
        await settle(pilot)
        assert toasts(pilot) == [f"Marked {total} conversations done for today"]
        await type_query(pilot, "is:done")
        assert screen.results.table.count == total
        await press_each(pilot, "enter", "u")
        assert stage.workspace.annotations.read(screen.results.table.model.ids) == {}


async def test_the_mouse_selects_too(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table = screen_of(pilot).results.table
        await pilot.click("#results", offset=(20, 2), control=True)
        await pilot.click("#results", offset=(20, 5), shift=True)
        await settle(pilot)
        assert story.tells("LineSelected", "LineSelected")
        assert sorted(table.selection.picked) == sorted(table.model.ids[1:5])
        await pilot.press("shift+down")
        await settle(pilot)
        assert sorted(table.selection.picked) == sorted(table.model.ids[1:6])


async def test_the_list_and_the_header_tell_how_long_one_waits_without_colour(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.press("4")
        await settle(pilot)
        waits = {line.split()[-1] for line in (text[:77] for text in text_of(pilot)[5:14]) if line.strip()}
        assert waits
        await pilot.press("end")
        await settle(pilot)
        assert any(f"{glyph} waiting" in "\n".join(text_of(pilot)) for glyph in "·!‼")


async def test_undo_and_redo_are_offered_while_there_is_something(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        assert "undo" not in text_of(pilot)[-1]
        assert await offered(pilot) == set()
        await press_each(pilot, "u")
        assert toasts(pilot)[-1] == "There is nothing to undo.", "the key answers all the same"
        await press_each(pilot, "asterisk")
        assert "u undo" in text_of(pilot)[-1]
        assert await offered(pilot) == {"Undo"}
        await press_each(pilot, "u")
        assert "undo" not in text_of(pilot)[-1]
        assert await offered(pilot) == {"Redo"}
        await press_each(pilot, "4", "p")
        assert "undo" not in text_of(pilot)[-1]
        await press_each(pilot, "d")
        assert "u undo" in text_of(pilot)[-1]
        await press_each(pilot, "u")
        assert "undo" not in text_of(pilot)[-1]


async def offered(pilot: Dashboard) -> set[str]:
    """Which of undo and redo the command palette lists."""
    commands = await DashboardCommands(pilot.app.screen).commands()
    return {command.title for command in commands} & {"Undo", "Redo"}
