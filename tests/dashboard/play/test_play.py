"""Play mode: the order stays, every decision goes on, back, undo, newcomers, the summary; offline too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.dashboard.jobs import hold_store
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    app_of,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.help_screen import HelpText
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.queue import Made, PlayQueue
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.links_screen import LinksScreen

pytestmark = pytest.mark.anyio
StageWith = Callable[..., Stage]
NOON = datetime(2024, 12, 20, 12, tzinfo=UTC)


def skips(stage: Stage, conversation_id: int) -> list[Any]:
    skip = stage.workspace.models.Skip
    return list(skip.select().where(skip.conversation == conversation_id))


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def play_of(pilot: Dashboard) -> PlayScreen:
    assert isinstance(pilot.app.screen, PlayScreen)
    return pilot.app.screen


def bar(pilot: Dashboard) -> str:
    """The line with the queue's name, under whatever toasts there are."""
    return text_of(pilot)[play_of(pilot).query_one("#play-bar").region.y]


async def play(pilot: Dashboard, query: str) -> list[int]:
    """Start playing the results of a query; their ids."""
    await type_query(pilot, query)
    await pilot.press("enter")
    await settle(pilot)
    ids = list(screen_of(pilot).results.table.model.ids)
    await pilot.press("p")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))
    await wait_for(pilot, lambda: bool(play_of(pilot).query("#play-panel")))
    await shows(pilot, ids[0])
    return ids


async def shows(pilot: Dashboard, conversation_id: int) -> None:
    await wait_for(pilot, lambda: play_of(pilot).panel.thread.conversation_id == conversation_id)
    await wait_for(pilot, lambda: app_of(pilot).store.is_idle)
    await pilot.pause()


def help_of(pilot: Dashboard) -> list[str]:
    blocks = pilot.app.screen.query_one(HelpText).blocks
    return [line for block in blocks for line in block.content.plain.splitlines()]


async def test_every_decision_goes_on_and_the_summary_counts_them(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        ids = await play(pilot, "is:snoozed")
        total = len(ids)
        assert total > 6
        assert f"▶ Snoozed  1 of {total}" in bar(pilot)
        story.clear()
        await pilot.press("d")
        await shows(pilot, ids[1])
        assert story.tells("AnnotationsChanged", "ThreadFetched")
        await pilot.press("asterisk")
        await shows(pilot, ids[2])
        await pilot.press("F", *"2h", "enter")
        await shows(pilot, ids[3])
        await pilot.press("m")
        await wait_for(pilot, lambda: "NoteFetched" in story)
        await pilot.pause()
        await pilot.press(*"call", "ctrl+s")
        await shows(pilot, ids[4])
        story.clear()
        await pilot.press("s")
        await shows(pilot, ids[5])
        assert story.tells("ConversationSkipped", "ThreadFetched")
        await pilot.press("S", *"not ours", "enter")
        await shows(pilot, ids[6])
        assert f"7 of {total}" in bar(pilot)
        assert "1 done · 1 starred · 1 to follow up · 1 with a note · 2 skipped" in bar(pilot)
        noted = stage.workspace.annotations.read(ids)
        assert noted[ids[0]].done_until
        assert noted[ids[1]].starred
        assert noted[ids[2]].follow_up_at
        assert noted[ids[3]].note == "call"
        assert [skip.reason for skip in skips(stage, ids[5])] == ["not ours"]
        for _ in range(total - 6):
            await pilot.press("right")
            await wait_for(pilot, lambda: app_of(pilot).store.is_idle)
            await pilot.pause()
        await wait_for(pilot, lambda: play_of(pilot).panel.summary.display)
        words = "\n".join(text_of(pilot))
        assert f"Snoozed: {total} of {total} reviewed in" in words
        assert "1  with a note" in words
        assert f"{total - 4}  skipped" in words
        assert "not decided" not in words
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardScreen))
        await settle(pilot)
        await wait_for(pilot, lambda: any("☑" in line for line in text_of(pilot)))


async def test_it_begins_at_the_cursor_passes_by_what_is_done_and_leaves_the_cursor_where_it_ended(
    stage: Stage,
) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        screen.views.open_by_name("Inbox")
        await settle(pilot)
        table = screen.results.table
        ids = list(table.model.ids)
        await press_each(pilot, "j", "j", "p")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))
        await shows(pilot, ids[2])
        assert f"3 of {len(ids)}" in bar(pilot)
        stage.workspace.annotations.done_today([ids[4], ids[5]])
        await pilot.press("d")
        await shows(pilot, ids[3])
        story.clear()
        await pilot.press("d")
        await shows(pilot, ids[6])
        assert story.tells("AnnotationsChanged", "ThreadFetched")
        await pilot.press("escape", "escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardScreen))
        await settle(pilot)
        assert story.tells("AnnotationChangesRead")
        assert story.tells("ViewsCounted")
        assert not {ids[2], ids[3]} & set(table.model.ids)
        assert (table.selected_id, screen.thread.conversation_id) == (ids[6], ids[6])
        await press_each(pilot, "u", "u", "u")
        assert table.selected_id == ids[2]
        assert ids[3] in table.model.ids


async def test_back_and_undo_return_to_what_was_decided(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        ids = await play(pilot, "is:open")
        await pilot.press("d")
        await shows(pilot, ids[1])
        await pilot.press("s")
        await shows(pilot, ids[2])
        await pilot.press("b")
        await shows(pilot, ids[1])
        assert "earlier: skipped" in bar(pilot)
        await pilot.press("left")
        await shows(pilot, ids[0])
        assert "earlier: done" in bar(pilot)
        await pilot.press("left")
        await shows(pilot, ids[0])
        await pilot.press("s")
        await shows(pilot, ids[1])
        await pilot.press("u")
        await shows(pilot, ids[0])
        assert toasts(pilot)[-1] == "Undid: Marked 1 conversation done for today"
        assert stage.workspace.annotations.read(ids) == {}


async def test_the_order_stays_while_new_matches_come_in_until_they_are_added(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        ids = await play(pilot, "is:open")
        new = {stage.world.create("<p>Hello, I am new.</p>") for _ in range(2)}
        stage.clock.move(minutes=1)
        stage.workspace.request_sync()
        await wait_for(pilot, lambda: len(play_of(pilot).panel.queue.new_matches) == 2)
        assert story.tells("ConversationsStored", "NewMatchesFound")
        assert "▲ 2 new · + adds them" in bar(pilot)
        assert f"1 of {len(ids)}" in bar(pilot)
        await pilot.press("plus")
        await pilot.pause()
        assert f"1 of {len(ids) + 2}" in bar(pilot)
        assert play_of(pilot).panel.queue.ids == {*ids, *new}
        assert play_of(pilot).panel.thread.conversation_id == ids[0]


async def test_it_plays_offline_and_leaves_early_over_the_summary(stage: Stage) -> None:
    stage.wire.is_cut = True
    async with dashboard(stage, ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        await settle(pilot)
        ids = await play(pilot, "is:open")
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardScreen))
        await pilot.press("p")
        await shows(pilot, ids[0])
        await pilot.press("d")
        await shows(pilot, ids[1])
        await pilot.press("escape")
        await pilot.pause()
        assert any(f"{len(ids) - 1}  not decided" in line for line in text_of(pilot))
        await pilot.press("b")
        await pilot.pause()
        assert not play_of(pilot).panel.summary.display, "back into it"
        await pilot.press("escape", "escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardScreen))


async def test_the_reading_keys_work_and_look_ahead_without_a_decision(stage: Stage) -> None:
    told = stage.world.create("<p>Where is my zeppelin? See https://status.example/zeppelins</p>")
    stage.world.reply(told, "<p>Your zeppelin is on its way.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        ids = await play(pilot, "is:open zeppelin OR is:snoozed sort:updated")
        panel = play_of(pilot).panel
        assert ids[0] == told
        assert " n match " in text_of(pilot)[-1]
        assert any("match 1 of 2" in line for line in text_of(pilot))
        await pilot.press("n")
        await pilot.pause()
        assert any("match 2 of 2" in line for line in text_of(pilot))
        await pilot.press("N", "right_square_bracket", "e")
        await pilot.pause()
        assert any("match 1 of 2" in line for line in text_of(pilot))
        assert panel.thread.scroll.shows_events
        await pilot.press("l")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, LinksScreen))
        await pilot.press("escape", "y")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, CopyScreen))
        await pilot.press("i")
        await wait_for(pilot, lambda: pilot.app.clipboard == str(told))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, TextScreen))
        await pilot.press("escape", "z")
        await wait_for(pilot, lambda: play_of(pilot).panel.has_class("-zoomed"))
        await pilot.pause()
        assert "▶" not in text_of(pilot)[0], "nothing but the conversation"
        await pilot.press("z")
        await pilot.press("right_curly_bracket")
        await shows(pilot, ids[1])
        assert f"2 of {len(ids)}" in bar(pilot)
        await pilot.press("left_curly_bracket")
        await shows(pilot, ids[0])
        assert panel.queue.reviewed == 0
        assert skips(stage, ids[0]) == []
        for _ in ids:
            await pilot.press("right_curly_bracket")
        await shows(pilot, ids[-1])
        assert not panel.summary.display, "looking ahead ends nothing"
        await pilot.press("question_mark")
        await pilot.pause()
        assert any("without a decision" in line for line in help_of(pilot))


async def test_another_conversation_of_the_customer_is_read_outside_the_queue(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        ids = await play(pilot, "is:open")
        panel = play_of(pilot).panel
        row = panel.thread.row
        assert row is not None
        others = [
            id_
            for id_ in stage.workspace.search_ids(stage.workspace.parse(f"from:{row.customer.email}"))
            if id_ != row.id
        ]
        other = others[0]
        story.clear()
        await pilot.press("w")
        await wait_for(pilot, lambda: "CustomerFetched" in story)
        await pilot.press("enter")
        await shows(pilot, other)
        assert story.tells("CustomerFetched", "ThreadFetched")
        assert "not in the queue · b goes back to it" in bar(pilot)
        assert panel.current == other, "steps are about what is read"
        await pilot.press("asterisk")
        await shows(pilot, ids[0])
        assert stage.workspace.annotations.read([other])[other].starred
        assert panel.queue.reviewed == 0, "it was not the queue's turn"
        panel.go_to(other)
        await shows(pilot, other)
        await pilot.press("s")
        await shows(pilot, ids[0])
        assert skips(stage, other) == []
        story.clear()
        await pilot.press("W")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardScreen))
        await settle(pilot)
        assert story.tells("QueryChosen", "QueryChosen", "ResultsFetched")
        assert screen_of(pilot).search_pane.text == f"from:{row.customer.email}"


async def test_an_empty_list_has_nothing_to_play(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        await press_each(pilot, "enter", "p")
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert toasts(pilot) == ["The list is empty: there is nothing to review."]


async def test_a_conversation_deleted_meanwhile_is_passed_by(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        ids = await play(pilot, "is:open")
        stage.world.delete(ids[1])
        stage.clock.move(minutes=2)
        stage.workspace.request_sync().wait(30)
        await pilot.press("s")
        await wait_for(pilot, lambda: any("Deleted in Intercom" in line for line in text_of(pilot)))
        await pilot.press("s")
        await shows(pilot, ids[2])


async def test_a_key_pressed_twice_before_the_answer_decides_once(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("p")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))
        panel = pilot.app.screen.query_one(PlayPanel)
        await wait_for(pilot, lambda: panel.queue.has_started)
        first = panel.queue.current
        assert first is not None
        held = hold_store(pilot)
        await pilot.press("d", "d")
        held.set()
        await wait_for(pilot, lambda: panel.queue.current != first)
        assert stage.workspace.annotations.read([first])[first].done_until is not None
        assert panel.queue.decision_counts == [("done", 1)]
        await pilot.press("u")
        await wait_for(pilot, lambda: panel.queue.current == first)
        assert first not in stage.workspace.annotations.read([first])


def test_a_queue_counts_each_conversation_once() -> None:
    queue = PlayQueue("Inbox", NOON)
    queue.start([1, 2, 3])
    queue.decide(1, "done", Made(5))
    queue.go_back()
    queue.decide(1, "starred", Made(6))
    queue.decide(9, "done")
    assert queue.current == 2
    assert queue.decision_counts == [("starred", 1)]
    assert queue.reviewed == 1
    queue.undo(Made(6))
    assert (queue.current, queue.decision) == (1, "done")
    assert (queue.go_forward(), queue.go_forward(), queue.go_forward()) == (True, True, False)
    assert (queue.current, queue.reviewed) == (3, 1)
    queue.set_new_matches([3, 4])
    assert list(queue.new_matches) == [4]
    queue.append_new_matches()
    assert list(queue.new_matches) == []
    assert queue.progress == "3 of 4"
