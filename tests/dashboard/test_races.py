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
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.messages import FreshnessAssessed, SyncRequested
from tui.dashboard.sync_status.queries import query_freshness
from tui.dashboard.thread.queries import fetch_thread
from tui.freshness import SyncState
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio


class Asker:
    def __init__(self) -> None:
        self.answers: list[Message] = []
        self.answered = threading.Event()

    def post_message(self, message: Message) -> bool:
        self.answers.append(message)
        self.answered.set()
        return True


def test_two_recipients_of_equal_jobs_both_get_an_answer(stage: Stage) -> None:
    store, first, second = StoreThread(stage.workspace), Asker(), Asker()
    ran: list[str] = []

    def job(_: Workspace, name: str) -> Message:
        ran.append(name)
        return SyncRequested()

    for name, asker in (("replaced", first), ("first", first), ("second", second)):
        store.run(Job(JobKind.THREAD, "thread", partial(job, name=name)), asker)
    serving = threading.Thread(target=store.serve)
    serving.start()
    assert first.answered.wait(10)
    assert second.answered.wait(10)
    store.close()
    serving.join()
    assert ran == ["first", "second"]
    assert len(first.answers) == len(second.answers) == 1


def hold(_: Workspace, begun: threading.Event, until: threading.Event) -> None:
    """A job that takes as long as it is told."""
    begun.set()
    until.wait(10)


@pytest.mark.parametrize(("kind", "interrupts"), [(JobKind.WRITE, 0), (JobKind.SEARCH, 1)])
def test_closing_interrupts_a_read_but_not_a_write(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: JobKind, interrupts: int
) -> None:
    begun, held, calls = threading.Event(), threading.Event(), list[None]()
    monkeypatch.setattr(stage.workspace, "interrupt", lambda: calls.append(None))
    store = StoreThread(stage.workspace)
    store.run(Job(kind, "hold", partial(hold, begun=begun, until=held)), Asker())
    serving = threading.Thread(target=store.serve)
    serving.start()
    assert begun.wait(10)
    store.close()
    held.set()
    serving.join()
    assert len(calls) == interrupts


def hold_reads(pilot: Dashboard) -> threading.Event:
    """Nothing is read or written until this is set."""
    begun, held = threading.Event(), threading.Event()
    job = Job(JobKind.SEARCH, "search", partial(hold, begun=begun, until=held))
    app_of(pilot).store.run(job, Asker())
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
        screen.search(screen._request, keep=True)  # as the end of a sync does
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        await pilot.press("d")
        assert screen.search_pane.text.endswith("d")


async def test_a_verdict_on_another_query_is_not_taken_for_this_ones(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "since:3d")
        screen = screen_of(pilot)
        assert screen.sync.is_state(SyncState.FRESH)
        old = stage.workspace.parse("since:2020-01-01")
        screen.sync.post_message(FreshnessAssessed(old, query_freshness(stage.workspace, old)))
        await settle(pilot)
        assert screen.sync.is_state(SyncState.FRESH)


async def test_a_search_made_just_before_leaving_is_in_the_history(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open tag:refund")
        await pilot.press("enter", "escape", "q")
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
        screen.list_and_thread.go_to(elsewhere)
        await settle(pilot)
        await pilot.press("asterisk")
        await settle(pilot)
        assert stage.workspace.annotations.read([elsewhere])[elsewhere].starred
        assert under not in stage.workspace.annotations.read([under])
        screen.search(screen._request, keep=True)  # the list comes again, as after a sync
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
        screen.thread.post_message(fetch_thread(stage.workspace, conversation_id=first, query=None))
        await settle(pilot)
        assert screen.thread.thread is not None
        assert screen.thread.thread.conversation.id == second


async def test_a_key_pressed_twice_before_the_answer_decides_once(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("p")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))
        panel = pilot.app.screen.query_one(PlayPanel)
        first = panel.queue.current
        assert first is not None
        held = hold_reads(pilot)
        await pilot.press("d", "d")
        held.set()
        await wait_for(pilot, lambda: panel.queue.current != first)
        assert stage.workspace.annotations.read([first])[first].done_until is not None
        assert panel.queue.tally == [("done", 1)]
        await pilot.press("u")
        await wait_for(pilot, lambda: panel.queue.current == first)
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
        await wait_for(pilot, lambda: screen_of(pilot).sync.is_state(SyncState.FRESH))
        assert story.tells("ResultsFetched", "WindowsSyncRequested", "SyncStarted", "SyncFinished")
    assert stage.workspace.verdict(stage.workspace.parse("since:2023-01-01 until:2023-02-01")).state is (
        SyncState.FRESH
    )
