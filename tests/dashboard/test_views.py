"""Tabs: what they count, what they open, which one is marked, and that a sync moves nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    command,
    dashboard,
    press_each,
    screen_of,
    settle,
    tab_line,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.views.screen import ViewsScreen
from tui.dashboard.views.tabs import OverflowMark, ViewTab, ViewTabs
from tui.query import Sort
from tui.views import QUEUES

pytestmark = pytest.mark.anyio
StageWith = Callable[..., Stage]


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def tabs_of(pilot: Dashboard) -> ViewTabs:
    return screen_of(pilot).tabs


def active(pilot: Dashboard) -> str:
    marked = [tab.view.name for tab in tabs_of(pilot).query(ViewTab) if tab.has_class("-active") and tab.view]
    assert len(marked) <= 1
    return marked[0] if marked else ""


async def test_a_number_opens_a_queue_with_its_query_in_the_search_pane(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        expected = stage.workspace.views.counts()
        tabs = tab_line(pilot)
        for name in ("Inbox", "Mine", "Waiting"):
            count = expected[name]
            assert count is not None
            assert f"{name} {count.total}" in tabs
        assert active(pilot) == ""
        story.clear()
        await pilot.press("4")
        await settle(pilot)
        assert story.tells("ViewChosen", "ResultsFetched", "ConversationHighlighted", "ThreadFetched")
        assert screen.search_pane.text == "is:open is:waiting -is:done sort:waiting"
        assert screen.results.table.sort == "waiting"
        assert active(pilot) == "Waiting"
        assert screen.results.table.has_focus
        rows = [line.row.waiting_since for i in range(5) if (line := screen.results.table.model.line(i))]
        assert rows == sorted(rows, key=str)


async def test_the_active_tab_is_the_one_whose_query_is_shown_however_it_came_there(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "IS:open -is:done")
        assert active(pilot) == "Inbox"
        await type_query(pilot, "is:open refund")
        assert active(pilot) == ""
        await type_query(pilot, "is:open is:waiting -is:done")
        assert active(pilot) == "", "the order is part of the view"
        await press_each(pilot, "enter", "s", "s")
        assert active(pilot) == "Waiting"


async def test_a_tab_can_be_clicked(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        snoozed = next(t for t in tabs_of(pilot).query(ViewTab) if t.view and t.view.name == "Snoozed")
        await pilot.click(snoozed)
        await settle(pilot)
        assert story.tells("ViewChosen", "ResultsFetched")
        assert active(pilot) == "Snoozed"


async def test_a_sync_refreshes_the_counts_and_leaves_focus_and_rows_alone(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await pilot.press("1", "j", "j")
        await settle(pilot)
        before = tabs_of(pilot).counts["Inbox"]
        ids, selected = list(screen.results.table.model.ids), screen.results.table.selected_id
        for _ in range(3):
            stage.world.create("<p>One more for the inbox.</p>")
        stage.clock.move(minutes=1)
        story.clear()
        await pilot.press("r")
        await wait_for(pilot, lambda: tabs_of(pilot).counts["Inbox"] != before)
        await settle(pilot)
        after = tabs_of(pilot).counts["Inbox"]
        assert before is not None
        assert after is not None
        assert after.total == before.total + 3
        assert story.tells("ConversationsStored", "ViewsCounted")
        assert screen.results.table.has_focus
        assert list(screen.results.table.model.ids) == ids
        assert screen.results.table.selected_id == selected
        assert f"Inbox {after.total}" in tab_line(pilot)


async def test_empty_tabs_can_be_hidden_and_the_numbers_close_up(stage: Stage) -> None:
    stage.workspace.views.save("Nobody", "zeppelin")
    stage.workspace.views.save("After", "is:closed")
    async with dashboard(stage) as pilot:
        shown = {tab.view.name: tab.number for tab in tabs_of(pilot).visible_tabs if tab.view}
        assert shown["Nobody"] == 10
        await command(pilot, "hide the empty", "Hide the empty tabs")
        await settle(pilot)
        counts = tabs_of(pilot).counts
        shown = {tab.view.name: tab.number for tab in tabs_of(pilot).visible_tabs if tab.view}
        assert set(shown) == {
            name for name, count in counts.items() if count and count.total and name != "Done today"
        }
        assert list(shown.values()) == list(range(1, len(shown) + 1))
        await pilot.press(str(shown["After"]))
        await settle(pilot)
        assert active(pilot) == "After"
    async with dashboard(stage) as pilot:
        assert "Nobody" not in {tab.view.name for tab in tabs_of(pilot).visible_tabs if tab.view}, (
            "remembered"
        )
        await command(pilot, "show the empty", "Show the empty tabs")
        await settle(pilot)
    async with dashboard(stage) as pilot:
        assert "Nobody" in {tab.view.name for tab in tabs_of(pilot).visible_tabs if tab.view}


async def test_a_view_whose_tag_is_gone_shows_a_question_mark_and_says_why(stage: Stage) -> None:
    stage.workspace.views.save("Old", "tag:none")
    with closing(sqlite3.connect(stage.workspace.settings.database)) as connection, connection:
        connection.execute("UPDATE saved_view SET query = 'tag:zeppelins' WHERE name = 'Old'")
    async with dashboard(stage, size=(160, 40)) as pilot:
        assert "Old ?" in tab_line(pilot)
        await command(pilot, "view: old", "View: Old")
        await settle(pilot)
        await wait_for(pilot, lambda: "no tag is called “zeppelins”" in text_of(pilot)[0])


async def test_eighty_columns_bring_the_active_tab_into_view(stage: Stage) -> None:
    for number in range(4):
        stage.workspace.views.save(f"A rather long name {number}", f"is:open sort:created word{number}")
    async with dashboard(stage, size=(80, 24)) as pilot:
        line = tab_line(pilot)
        assert line.split()[:2] == ["1", "Inbox"], "the keys are shown"
        assert line.endswith("›"), "there is more at this end only"
        assert re.search(r"[a-z] \d+ +›$", line), "no count is cut"
        await command(pilot, "view: a rather long name 1", "View: A rather long name 1")
        await settle(pilot)
        await wait_for(pilot, lambda: "A rather long name 1" in tab_line(pilot))
        assert tab_line(pilot).startswith("‹")
        assert tab_line(pilot).endswith("›")
        while tab_line(pilot).startswith("‹"):
            await pilot.click(screen_of(pilot).tabs.query(OverflowMark).first())
            await settle(pilot)
        assert tab_line(pilot).split()[:2] == ["1", "Inbox"]


# --- saved views


async def test_a_search_is_saved_with_a_key_that_opens_it(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "is:open")
        await press_each(pilot, "enter", "s")
        await pilot.press("V", *"Newest", "tab", *"f7", "enter")
        await settle(pilot)
        assert story.tells("ViewsChanged", "ViewsCounted")
        assert "Views: Saved the view “Newest”" in toasts(pilot)
        saved = stage.workspace.views.get("newest")
        assert (saved.query, saved.sort, saved.key) == ("is:open", Sort.CREATED, "f7")
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        assert active(pilot) == "Newest"
        assert screen_of(pilot).search_pane.text == "is:open sort:created"
        await command(pilot, "view: snoozed", "View: Snoozed")
        await wait_for(pilot, lambda: active(pilot) == "Snoozed")


async def test_what_cannot_be_saved_says_so_in_place(stage: Stage) -> None:
    stage.workspace.views.save("Mine too", "is:open")
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("V", "enter")
        await settle(pilot)
        assert story.tells("ViewRefused")
        assert any("a view needs a name" in line for line in text_of(pilot))
        await pilot.press(*"inbox", "enter")
        await settle(pilot)
        assert any("“Inbox” is a built-in view" in line for line in text_of(pilot))
        await pilot.press("tab", "f", "5", "enter")
        await settle(pilot)
        assert any("the key f5 is in use: Sync with Intercom now" in line for line in text_of(pilot))
        await pilot.press("ctrl+u", "shift+tab", "ctrl+u", *"mine TOO", "enter")
        await settle(pilot)
        assert any("exists already" in line for line in text_of(pilot))
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert stage.workspace.views.get("mine too").query == ""
        assert "Views: Saved the view “mine TOO”" in toasts(pilot)


async def test_views_are_renamed_moved_deleted_and_brought_back(stage: Stage) -> None:
    for name in ("One", "Two", "Three"):
        stage.workspace.views.save(name, "is:open", sort=Sort.CREATED, columns=("customer",))

    def names() -> list[str]:
        return [view.name for view in stage.workspace.views.saved()]

    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("v")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ViewsScreen)
        await pilot.press("home", "d")
        assert names() == ["One", "Two", "Three"], "queues stay"
        await pilot.press("end", "K")
        await settle(pilot)
        assert names() == ["One", "Three", "Two"]
        await pilot.press("r", "ctrl+u", *"inbox", "enter")
        await settle(pilot)
        assert story.tells("ViewsChanged", "ViewRefused")
        assert any("“Inbox” is a built-in view" in line for line in text_of(pilot))
        await pilot.press("ctrl+u", *"Drei", "enter")
        await settle(pilot)
        assert names() == ["One", "Drei", "Two"]
        await pilot.press("d")
        await settle(pilot)
        assert names() == ["One", "Two"]
        assert any("Deleted “Drei” · u restore" in line for line in text_of(pilot))
        await pilot.press("u")
        await settle(pilot)
        assert names() == ["One", "Drei", "Two"]
        assert any("Restored “Drei”" in line for line in text_of(pilot))
        assert stage.workspace.views.get("drei").columns == ("customer",)
        await pilot.press("enter")
        await settle(pilot)
        assert story.tells("ViewChosen", "ResultsFetched")
        assert screen_of(pilot).search_pane.text == "is:open sort:created"
        assert active(pilot) == "Drei"
        await wait_for(pilot, lambda: "Drei" in tab_line(pilot))


async def test_the_list_of_views_opens_on_the_shown_one_and_arranges_queues(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("v")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ViewsScreen)
        assert screen.chosen is not None
        assert screen.chosen.name == "Waiting"
        assert "Delete" not in text_of(pilot)[-1], "only what works on this line is offered"
        await pilot.press("K")
        await settle(pilot)
        assert any("Moved “Waiting”" in line for line in text_of(pilot))
        await pilot.press("r", "ctrl+u", *"Who waits", "enter")
        await settle(pilot)
        assert any("Renamed “Waiting” to “Who waits”" in line for line in text_of(pilot))
        await pilot.press("h")
        await settle(pilot)
        assert any("“Who waits” has no tab now" in line for line in text_of(pilot))
        await pilot.press("escape")
        await settle(pilot)
        assert "Who waits" in tab_line(pilot), "it is the shown one"
        await pilot.press("1")
        await settle(pilot)
        assert "Who waits" not in tab_line(pilot)
        assert [view.name for view in stage.workspace.views.all()][2:4] == ["Who waits", "Unassigned"]
        await pilot.press("v")
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert any("usual names, order and tabs again" in line for line in text_of(pilot))
        assert stage.workspace.views.all() == QUEUES


async def test_the_tab_of_follow_ups_says_how_many_are_due(stage: Stage) -> None:
    first, second, *_ = stage.workspace.search_ids(stage.workspace.parse("is:open"))
    soon = stage.clock.now + timedelta(minutes=5)
    stage.workspace.annotations.follow_up([first, second], soon)
    async with dashboard(stage, size=(160, 40)) as pilot:
        assert "Follow-ups 2" in tab_line(pilot)
        assert "due" not in tab_line(pilot)
        stage.clock.move(minutes=6)
        tabs_of(pilot).count_soon()
        await wait_for(pilot, lambda: "Follow-ups 2 due" in tab_line(pilot))
        stage.workspace.annotations.done_today([first])
        tabs_of(pilot).count_soon()
        await wait_for(pilot, lambda: "Follow-ups 1 due" in tab_line(pilot))


async def test_without_saved_views_the_list_says_how_to_save_one(stage: Stage) -> None:
    words = "No views of your own yet: V in the list saves its search as one."
    async with dashboard(stage, size=(80, 24)) as pilot:
        await press_each(pilot, "v")
        assert any(words in line for line in text_of(pilot))
        await press_each(pilot, "escape")
        stage.workspace.views.save("Old", "tag:none")
        await press_each(pilot, "v")
        assert not any(words in line for line in text_of(pilot))
