"""Answers that come late, or for somebody else, change nothing they should not."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.message import Message

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    app_of,
    command,
    dashboard,
    press_at_once,
    screen_of,
    settle,
    type_query,
    wait_for,
)
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.sync_status.messages import FreshnessAssessed, SyncRequested
from tui.dashboard.sync_status.queries import standing
from tui.dashboard.thread.queries import thread
from tui.freshness import SyncState

pytestmark = pytest.mark.anyio


class Asker:
    def __init__(self) -> None:
        self.answers: list[Message] = []

    def post_message(self, message: Message) -> bool:
        self.answers.append(message)
        return True


class Still:
    """Nothing that runs here can be interrupted."""

    interrupts = 0

    def interrupt(self) -> None:
        self.interrupts += 1


def test_two_who_ask_for_the_same_kind_are_both_answered() -> None:
    reader, first, second = StoreThread(Still()), Asker(), Asker()
    ran: list[str] = []

    def job(name: str) -> Message:
        ran.append(name)
        return SyncRequested()

    for name, asker in (("replaced", first), ("first", first), ("second", second)):
        reader.ask("thread", partial(job, name), asker)
    working = threading.Thread(target=reader.run)
    working.start()
    until_idle(reader)
    reader.close()
    working.join()
    assert ran == ["first", "second"]
    assert len(first.answers) == len(second.answers) == 1


def until_idle(reader: StoreThread) -> None:
    while not reader.idle:
        threading.Event().wait(0.001)


def hold(begun: threading.Event, until: threading.Event) -> None:
    """A job that takes as long as it is told."""
    begun.set()
    until.wait(10)


@pytest.mark.parametrize(("kind", "interrupts"), [("write a note", 0), ("search", 1)])
def test_what_is_being_written_is_not_broken_off_by_leaving(kind: str, interrupts: int) -> None:
    still, begun, held = Still(), threading.Event(), threading.Event()
    reader = StoreThread(still)
    reader.ask(kind, partial(hold, begun, held), Asker())
    working = threading.Thread(target=reader.run)
    working.start()
    assert begun.wait(10)
    reader.close()
    held.set()
    working.join()
    assert still.interrupts == interrupts


def hold_reads(pilot: Dashboard) -> threading.Event:
    """Nothing is read or written until this is set."""
    begun, held = threading.Event(), threading.Event()
    app_of(pilot).reader.ask("search", partial(hold, begun, held), Asker())
    assert begun.wait(10)
    return held


async def test_what_is_typed_behind_enter_is_for_the_list_that_comes(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        ids = list(screen.results.table.model.ids)
        await pilot.press("slash")
        held = hold_reads(pilot)
        press_at_once(pilot, *"is:closed", "enter", *"jj", "asterisk", *"k")
        await wait_for(pilot, lambda: screen.results.table.has_focus)
        await pilot.press("k")
        assert screen.search_pane.text == "is:closed"
        assert list(screen.results.table.model.ids) == ids
        assert screen.results.table.cursor == 0, "keys are about no line of the list before"
        held.set()
        await settle(pilot)
        listed = stage.workspace.search_ids(stage.workspace.parse("is:closed"))
        assert list(screen.results.table.model.ids) == list(listed)
        assert screen.results.table.cursor == 0
        assert list(stage.workspace.annotations.read(ids)) == [listed[2]]


async def test_enter_goes_to_the_list_at_once_and_the_search_line_can_be_had_back(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await pilot.press("slash", *"is:clo")
        held = hold_reads(pilot)
        await pilot.press(*"sed", "enter")
        assert screen.results.table.has_focus
        await pilot.press("j", "slash", "x", "backspace")
        held.set()
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        assert screen.search_pane.text == "is:closed"
        assert screen.results.table.cursor == 0


@pytest.mark.parametrize("query", ["is:opn", "tag:nonesuch"])
async def test_enter_on_what_is_no_query_stays_and_says_so(stage: Stage, query: str) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await pilot.press("slash")
        press_at_once(pilot, *query, "enter", "j", "q")
        await wait_for(pilot, lambda: screen.search_pane.has_class("-error"))
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        assert screen.search_pane.text == query
        await pilot.press("enter")
        assert screen.search_pane.input.has_focus, "it is known by now"
        await pilot.press("backspace", "n")
        assert screen.search_pane.text == query[:-1] + "n"


async def test_a_list_that_is_asked_for_again_leaves_the_keys_where_they_are(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open")
        await pilot.press("enter")
        await settle(pilot)
        screen = screen_of(pilot)
        assert screen.results.table.has_focus
        await pilot.press("slash")
        screen.ask(screen._ask, keep=True)  # as the end of a sync does
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        await pilot.press("d")
        assert screen.search_pane.text.endswith("d")


async def test_a_verdict_on_another_query_is_not_taken_for_this_ones(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "since:3d")
        screen = screen_of(pilot)
        assert screen.sync.standing_is(SyncState.FRESH)
        old = stage.workspace.parse("since:2020-01-01")
        screen.sync.post_message(FreshnessAssessed(old, standing(stage.workspace, old)))
        await settle(pilot)
        assert screen.sync.standing_is(SyncState.FRESH)


async def test_a_search_made_just_before_leaving_is_in_the_history(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open tag:refund")
        await pilot.press("enter", "escape", "q")
    until_idle(app_of(pilot).reader)
    assert stage.workspace.history.all()[0] == "is:open tag:refund"


async def test_what_is_read_is_what_the_keys_are_about_also_when_it_is_not_in_the_list(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await type_query(pilot, "is:open")
        await pilot.press("enter")
        await settle(pilot)
        table = screen.results.table
        under, elsewhere = (
            table.selected_id,
            stage.workspace.search_ids(stage.workspace.parse("is:closed"))[0],
        )
        assert table.model.index_of(elsewhere) is None
        assert under is not None
        screen.browser.go_to(elsewhere)
        await settle(pilot)
        await pilot.press("asterisk")
        await settle(pilot)
        assert stage.workspace.annotations.read([elsewhere])[elsewhere].starred
        assert under not in stage.workspace.annotations.read([under])
        screen.ask(screen._ask, keep=True)  # the list comes again, as after a sync
        await settle(pilot)
        assert screen.thread.conversation_id == elsewhere
        await pilot.press("escape")
        await settle(pilot)
        assert screen.thread.conversation_id == under


async def test_a_thread_that_comes_late_is_not_shown_in_place_of_the_one_wanted(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        first, second = screen.results.table.model.ids[:2]
        screen.thread.read(second, None, None)
        screen.thread.post_message(thread(stage.workspace, first, None))
        await settle(pilot)
        assert screen.thread.thread is not None
        assert screen.thread.thread.conversation.id == second


async def test_a_key_pressed_twice_before_the_answer_decides_once(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("p")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))
        desk = pilot.app.screen.query_one(PlayPanel)
        first = desk.session.current
        assert first is not None
        held = hold_reads(pilot)
        await pilot.press("d", "d")
        held.set()
        await wait_for(pilot, lambda: desk.session.current != first)
        assert stage.workspace.annotations.read([first])[first].done_until is not None
        assert desk.session.tally == [("done", 1)]
        await pilot.press("u")
        await wait_for(pilot, lambda: desk.session.current == first)
        assert first not in stage.workspace.annotations.read([first])


async def test_a_view_that_holds_a_customers_words_does_not_break_the_palette(stage: Stage) -> None:
    stage.sync()
    stage.workspace.views.save("[/b] of [red]", 'subject:"[/bug] [bold"')
    async with dashboard(stage) as pilot:
        await command(pilot, "[/b] of", "[/b] of [red]")
        await settle(pilot)
        assert screen_of(pilot).search_pane.text == 'subject:"[/bug] [bold"'


async def test_a_typed_query_that_is_stale_has_its_window_synced(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "since:2023-01-01 until:2023-02-01")
        await wait_for(pilot, lambda: screen_of(pilot).sync.standing_is(SyncState.FRESH))
        assert story.tells("ResultsFetched", "WindowFoundStale", "SyncBegan", "SyncCompleted")
    assert stage.workspace.verdict(stage.workspace.parse("since:2023-01-01 until:2023-02-01")).state is (
        SyncState.FRESH
    )
