"""Changes in Intercom from the dashboard: close, snooze, assign, tag; in bulk, in play; undone, decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    app_of,
    command,
    dashboard,
    screen_of,
    settle,
    table_lines,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.acting.bulk_dialog import BulkDialog
from tui.dashboard.acting.choice_dialog import ChoiceDialog
from tui.dashboard.acting.outbox_screen import OutboxScreen
from tui.dashboard.acting.quit_dialog import QuitDialog
from tui.dashboard.acting.snooze_dialog import SnoozeDialog
from tui.dashboard.acting.title_dialog import TitleDialog
from tui.dashboard.permission.dialogs import FirstUseDialog
from tui.dashboard.play.screen import PlayScreen
from tui.simulator.faults import Fault
from tui.writes import Close, Note, Snooze, WriteState

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    stage = stage_with(settings={"writes": True})
    stage.sync()
    return stage


@pytest.fixture
def at_once(stage_with: Callable[..., Stage]) -> Stage:
    """Without an undo window."""
    stage = stage_with(settings={"writes": True, "undo_window": 0})
    stage.sync()
    return stage


def selected(pilot: Dashboard) -> int:
    found = screen_of(pilot).results.table.selected_id
    assert found is not None
    return found


def truth(stage: Stage, id_: int) -> Any:
    return stage.world.truth()[id_]


def states(stage: Stage) -> list[WriteState]:
    return [write.state for write in reversed(stage.workspace.outbox.history())]


def thread_text(pilot: Dashboard) -> str:
    """What the thread beside the list shows, without line ends and edges."""
    right = [line.partition("▏")[2].replace("▌", " ") for line in text_of(pilot)]
    return " ".join(" ".join(right).split())


async def open_one(pilot: Dashboard) -> int:
    """List the open conversations; the first is under the cursor."""
    await type_query(pilot, "is:open")
    await pilot.press("enter")
    await settle(pilot)
    return selected(pilot)


async def test_a_close_is_shown_at_once_taken_back_and_done_again(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        assert table_lines(pilot)[1].startswith("▌ ●···")
        await pilot.press("K")
        await settle(pilot)
        assert story.tells("ChangesMade", "RowsFetched")
        assert story.tells("ChangesMade", "ThreadFetched")
        assert toasts(pilot) == [], "the line and the thread show it"
        await wait_for(pilot, lambda: table_lines(pilot)[1].startswith("▌ ✓··⇡"))
        who = stage.workspace.outbox.identity()
        assert who is not None
        await pilot.press("enter", "G")
        await settle(pilot)
        assert f"{who.teammate.name} close sends in 10 s · u takes it back" in thread_text(pilot)
        stage.clock.move(seconds=3)
        await wait_for(pilot, lambda: "close sends in 7 s · u takes it back" in thread_text(pilot))
        await pilot.press("u")
        await settle(pilot)
        assert story.tells("ChangesMade", "ChangesUndone", "RowsFetched")
        assert toasts(pilot)[-1] == "1 change taken back before sending"
        await wait_for(pilot, lambda: table_lines(pilot)[1].startswith("▌ ●···"))
        assert states(stage) == [WriteState.CANCELLED]
        assert truth(stage, id_).state == "open"


async def test_after_the_window_undo_sends_the_opposite(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("K")
        await settle(pilot)
        story.clear()
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: truth(stage, id_).state == "closed")
        await wait_for(pilot, lambda: story.tells("OutboxChanged", "RowsFetched"))
        await wait_for(pilot, lambda: not any("⇡" in line for line in text_of(pilot)))
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == "1 change will be reversed in Intercom"
        await wait_for(pilot, lambda: truth(stage, id_).state == "open")


async def test_a_second_press_opens_what_is_closed(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("K")
        await settle(pilot)
        await pilot.press("K")
        await settle(pilot)
        await wait_for(pilot, lambda: "open sends in 10 s · u takes it back" in thread_text(pilot))
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: states(stage) == [WriteState.SENT, WriteState.SENT])
        assert truth(stage, id_).state == "open"


async def test_all_that_match_are_closed_after_a_preview_and_undone_as_one(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await open_one(pilot)
        total = screen_of(pilot).results.table.count
        assert total > 5
        await pilot.press("A", "K")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, BulkDialog))
        assert story.tells("BulkPreviewed")
        shown = "\n".join(text_of(pilot))
        assert f"{total} will be closed" in shown
        assert f"Enter close {total}" in shown
        await pilot.press("escape")
        await settle(pilot)
        assert states(stage) == []
        await pilot.press("K")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, BulkDialog))
        await pilot.press("enter")
        await settle(pilot)
        assert story.tells("BulkPreviewed", "ChangesMade", "RowsFetched")
        assert toasts(pilot)[-1] == f"Close, {total} conversations: sends in 10 s · u takes it back"
        await wait_for(pilot, lambda: f"0 of {total} sent" in text_of(pilot)[-2])
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: set(states(stage)) == {WriteState.SENT})
        assert not [c for c in stage.world.truth().values() if c.state == "open"]
        await wait_for(pilot, lambda: f" of {total} sent" not in text_of(pilot)[-2])
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == f"{total} changes will be reversed in Intercom"
        await wait_for(pilot, lambda: len(states(stage)) == 2 * total and not pending(stage))
        assert len([c for c in stage.world.truth().values() if c.state == "open"]) == total
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == "There is nothing to undo."


def pending(stage: Stage) -> bool:
    return any(not write.has_ended for write in stage.workspace.outbox.open())


async def test_what_changes_while_the_preview_is_shown_is_left_out(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        total = screen_of(pilot).results.table.count
        await pilot.press("A", "K")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, BulkDialog))
        stage.clock.move(seconds=60)
        stage.world.reply(id_, "<p>Please leave it open</p>")
        stage.clock.move(seconds=60)
        stage.sync()
        await pilot.press("enter")
        await settle(pilot)
        assert "1 changed since you looked (left out)" in toasts(pilot)[-1]
        closed = {write.conversation_id for write in stage.workspace.outbox.open()}
        assert len(closed) == total - 1
        assert id_ not in closed


async def test_a_bulk_change_without_anything_to_do_opens_no_dialog(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:closed")
        await pilot.press("enter", "x", "j", "x", "Z")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SnoozeDialog))
        await pilot.press("escape", "a")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ChoiceDialog))
        await pilot.press("enter")
        await settle(pilot)
        assert toasts(pilot)[-1].startswith(
            "Nothing to do: 0 will be assigned · assigning reopens closed ones"
        )
        assert states(stage) == []


async def test_a_refused_change_returns_the_row_and_is_sent_again(at_once: Stage) -> None:
    stage, story = at_once, Story()
    stage.world.faults.script(Fault.NO_SEAT, only="writes")
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("K")
        await wait_for(pilot, lambda: states(stage) == [WriteState.FAILED])
        await wait_for(pilot, lambda: table_lines(pilot)[1].startswith("▌ ●··✗"))
        await wait_for(pilot, lambda: "1 failed · O" in text_of(pilot)[-2])
        story.clear()
        await pilot.press("K")  # what a 403 taught is not tried again
        await settle(pilot)
        assert story.tells("ChangeRefused")
        assert toasts(pilot)[-1].startswith("Not done: ")
        await pilot.press("O")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, OutboxScreen))
        await settle(pilot)
        assert any("✗ failed" in line and "close" in line for line in text_of(pilot))
        assert any("not sent: " in line for line in text_of(pilot))
        await pilot.press("exclamation_mark")
        await wait_for(pilot, lambda: states(stage) == [WriteState.SENT])
        await wait_for(pilot, lambda: story.tells("OutboxChanged", "OutboxRead"))
        assert story.tells("RetryOrDropDone")
        await wait_for(pilot, lambda: any("✓ sent" in line for line in text_of(pilot)))
        assert truth(stage, id_).state == "closed"
        await pilot.press("enter")
        await settle(pilot)
        assert screen_of(pilot).request.text == str(id_)
        await wait_for(pilot, lambda: "failed" not in text_of(pilot)[-2])
        await pilot.press("K")
        await settle(pilot)
        assert stage.workspace.outbox.history()[0].kind == "open", "it worked, and is offered again"


async def test_a_close_is_held_when_the_customer_wrote_and_decided_in_the_thread(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("K")
        await settle(pilot)
        stage.clock.move(seconds=2)
        stage.world.reply(id_, "<p>One more question</p>")
        stage.clock.move(seconds=9)
        await wait_for(pilot, lambda: states(stage) == [WriteState.HELD])
        await wait_for(pilot, lambda: any(line[2:6] == "●··✗" for line in table_lines(pilot)))
        await wait_for(pilot, lambda: "1 held · O" in text_of(pilot)[-2])
        await type_query(pilot, str(id_))
        await pilot.press("enter", "enter", "G")
        await settle(pilot)
        await wait_for(pilot, lambda: " close not sent: " in thread_text(pilot))
        assert "wrote at 14:30 · ⏎ read it · ! send anyway · x drop" in thread_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        part = screen_of(pilot).thread.part
        assert part is not None
        assert part.text == "One more question"
        await pilot.press("x")
        await settle(pilot)
        assert story.tells("RetryOrDropChosen", "RetryOrDropDone", "ThreadFetched")
        assert toasts(pilot)[-1] == "Close: dropped"
        assert states(stage) == [WriteState.CANCELLED]
        assert truth(stage, id_).state == "open"
        await wait_for(pilot, lambda: "not sent" not in thread_text(pilot))


async def test_a_held_close_can_be_sent_anyway(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("enter", "K")  # read, and closed there
        await settle(pilot)
        stage.clock.move(seconds=2)
        stage.world.reply(id_, "<p>One more question</p>")
        stage.clock.move(seconds=9)
        await wait_for(pilot, lambda: states(stage) == [WriteState.HELD])
        await wait_for(pilot, lambda: " not sent: " in thread_text(pilot))
        await settle(pilot)
        await pilot.press("exclamation_mark")
        await wait_for(pilot, lambda: states(stage) == [WriteState.SENT])
        assert truth(stage, id_).state == "closed"


async def test_a_conversation_whose_messages_are_not_here_is_fetched_first(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        stage.clock.move(seconds=60)
        stage.world.reply(id_, "<p>One more question</p>")
        stage.clock.move(seconds=60)
        stage.wire.hold(r"/conversations/\d+")
        await pilot.press("r")
        await wait_for(pilot, lambda: stage.workspace.rows([id_])[0].thread_pending)
        await type_query(pilot, str(id_))
        await pilot.press("enter", "K")
        await wait_for(pilot, lambda: any("fetched first" in told for told in toasts(pilot)))
        preview = stage.workspace.outbox.preview(Close(), [id_])
        assert (preview.change, preview.pending) == ((), (id_,))
        assert states(stage) == []
        stage.wire.release()
        await wait_for(pilot, lambda: not stage.workspace.rows([id_])[0].thread_pending)
        await pilot.press("K")
        await wait_for(pilot, lambda: states(stage) == [WriteState.WAITING])


async def test_snooze_says_what_it_understood(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("Z")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SnoozeDialog))
        await pilot.press(*"yesterday", "enter")
        assert any("“yesterday”" in line for line in text_of(pilot))
        await pilot.press(*(["backspace"] * 9), *"mon 9:00")
        assert any("→ Monday 23 December 09:00 · in 3 days" in line for line in text_of(pilot))
        await pilot.press("enter")
        await settle(pilot)
        assert story.tells("ChoiceOffered", "ChangesMade")
        await wait_for(pilot, lambda: "snooze until Mon 23 Dec 09:00 sends in 10 s" in thread_text(pilot))
        await wait_for(pilot, lambda: table_lines(pilot)[1].startswith("▌ ◷··⇡"))
        stage.clock.move(seconds=11)
        until = datetime(2024, 12, 23, 9, tzinfo=UTC).timestamp()
        await wait_for(pilot, lambda: truth(stage, id_).state == "snoozed")
        (sent,) = stage.workspace.outbox.history()
        assert sent.write == Snooze(int(until))


async def test_assign_finds_teammates_teams_and_nobody(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        directory = stage.workspace.directory()
        team = directory.teams[0]
        for typed, words in ((team.name, f"assign to {team.name}"), ("nobody", "assign to nobody")):
            await pilot.press("a")
            await wait_for(pilot, lambda: isinstance(pilot.app.screen, ChoiceDialog))
            await pilot.press(*("space" if c == " " else c for c in typed), "enter")
            await settle(pilot)
            await wait_for(pilot, lambda: f"{words} sends in 10 s" in thread_text(pilot))  # noqa: B023
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: states(stage) == [WriteState.SENT, WriteState.SENT])
        row = stage.workspace.rows([id_])[0]
        assert (row.team, row.assignee) == (team.name, "")


async def test_a_tag_is_added_taken_away_and_created_only_when_asked(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("number_sign")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ChoiceDialog))
        await pilot.press(*"zzz")
        assert any("+ zzz  create this tag" in line for line in text_of(pilot))
        await pilot.press("enter")
        await settle(pilot)
        await wait_for(pilot, lambda: "tag #zzz sends in" in thread_text(pilot))
        assert "zzz" in stage.workspace.rows([id_], intended=True)[0].tags
        assert "zzz" not in stage.workspace.rows([id_])[0].tags
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: "zzz" in stage.workspace.rows([id_])[0].tags)
        await settle(pilot)
        await pilot.press("number_sign")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ChoiceDialog))
        await pilot.press(*"zzz")
        assert any("✓ zzz  take it away" in line for line in text_of(pilot))
        assert not any("create this tag" in line for line in text_of(pilot))
        await pilot.press("enter")
        await settle(pilot)
        await wait_for(pilot, lambda: "untag #zzz sends in" in thread_text(pilot))


async def test_title_and_read_are_in_the_palette(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        await command(pilot, "change the title", "Change the title")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, TitleDialog))
        await pilot.press("ctrl+u", *"Better", "enter")
        await settle(pilot)
        was_read = stage.workspace.rows([id_])[0].read
        await command(pilot, "mark as read", "Mark as read or unread")
        await wait_for(pilot, lambda: len(states(stage)) == 2)
        await settle(pilot)
        row = stage.workspace.rows([id_], intended=True)[0]
        assert (row.subject, row.read) == ("Better", not was_read)


async def test_play_goes_on_after_a_close_and_back_with_undo(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("p")
        await settle(pilot)
        play = pilot.app.screen
        assert isinstance(play, PlayScreen)
        assert any("K close" in line for line in text_of(pilot)[-1:])
        story.clear()
        await pilot.press("K")
        await settle(pilot)
        assert story.tells("ChangesMade", "ThreadFetched")
        assert play.panel.current not in {None, id_}
        assert play.panel.queue.decision_counts == [("close", 1)]
        await pilot.press("u")
        await settle(pilot)
        assert story.tells("ChangesMade", "ChangesUndone", "ThreadFetched")
        assert play.panel.current == id_
        assert play.panel.queue.decision_counts == []
        await pilot.press("K")
        await settle(pilot)
        stage.clock.move(seconds=11)
        await wait_for(pilot, lambda: truth(stage, id_).state == "closed")
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert pilot.app.screen is screen_of(pilot)


async def test_undo_takes_back_what_was_done_last_whatever_it_was(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_one(pilot)
        await pilot.press("asterisk")
        await settle(pilot)
        await pilot.press("K")
        await settle(pilot)
        await pilot.press("m")  # all in the same second
        await settle(pilot)
        await pilot.press(*"call", "ctrl+s")
        await settle(pilot)
        for told in (
            "Undid: Wrote a note on 1 conversation",
            "1 change taken back before sending",
            "Undid: Starred 1 conversation",
            "There is nothing to undo.",
        ):
            await pilot.press("u")
            await settle(pilot)
            assert toasts(pilot)[-1] == told


async def test_a_sent_message_cannot_be_taken_back_and_keeps_nothing_older_from_it(at_once: Stage) -> None:
    stage = at_once
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        await pilot.press("asterisk")
        await settle(pilot)
        stage.workspace.act(Note("for the team"), [id_])
        await wait_for(pilot, lambda: states(stage) == [WriteState.SENT])
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == "A sent message cannot be taken back"
        await pilot.press("u")
        await settle(pilot)
        assert toasts(pilot)[-1] == "Undid: Starred 1 conversation"


async def test_a_note_waits_at_the_end_of_its_thread(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        id_ = await open_one(pilot)
        stage.workspace.act(Note("for the *team*"), [id_])
        await pilot.press("enter")
        screen_of(pilot).thread.read_again()
        await pilot.press("G")
        await settle(pilot)
        await wait_for(
            pilot,
            lambda: "INTERNAL NOTE sends in 10 s · u takes it back for the *team*" in thread_text(pilot),
        )


async def test_the_first_change_asks_and_is_made_afterwards(stage_with: Callable[..., Stage]) -> None:
    stage, story = stage_with(), Story()
    stage.sync()
    async with dashboard(stage, story=story) as pilot:
        await open_one(pilot)
        assert "close" not in text_of(pilot)[-1]
        await pilot.press("K")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FirstUseDialog))
        assert stage.workspace.outbox.history() == []
        await pilot.press("escape")
        await settle(pilot)
        assert not story.tells("ChangesMade")
        await pilot.press("K")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FirstUseDialog))
        await pilot.press("ctrl+y")
        await wait_for(pilot, lambda: story.tells("ChangesMade"))
        assert [write.kind for write in stage.workspace.outbox.history()] == ["close"]


async def test_read_only_wins_and_says_so(stage_with: Callable[..., Stage]) -> None:
    stage, story = stage_with(settings={"writes": True, "read_only": True}), Story()
    stage.sync()
    async with dashboard(stage, story=story) as pilot:
        await open_one(pilot)
        await pilot.press("Z")
        await settle(pilot)
        words = "Nothing is changed in Intercom: read_only = true in the settings"
        await wait_for(pilot, lambda: toasts(pilot) == [words])
        assert pilot.app.screen is screen_of(pilot)


async def test_quitting_says_once_that_changes_wait(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_one(pilot)
        await pilot.press("K")
        await settle(pilot)
        await pilot.press("q")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, QuitDialog))
        assert any("1 change is not sent yet." in line for line in text_of(pilot))
        await pilot.press("escape")
        assert app_of(pilot).return_code is None
        await pilot.press("q")
        await wait_for(pilot, lambda: not pilot.app.is_running)
    assert states(stage) == [WriteState.WAITING]
