"""Answers that come late, or for somebody else, change nothing they should not."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.message import Message

from tests.dashboard.stage import Stage, dashboard, screen_of, settle, type_query
from tui.dashboard.messages import StandingAssessed, SyncRequested
from tui.dashboard.reader import Reader
from tui.dashboard.reads import standing
from tui.freshness import SyncState

pytestmark = pytest.mark.anyio


class Asker:
    def __init__(self) -> None:
        self.answers: list[Message] = []

    def post_message(self, message: Message) -> bool:
        self.answers.append(message)
        return True


class Still:
    def interrupt(self) -> None:
        """Nothing that runs here can be interrupted."""


def test_two_who_ask_for_the_same_kind_are_both_answered() -> None:
    reader, first, second = Reader(Still()), Asker(), Asker()
    ran: list[str] = []

    def job(name: str) -> Message:
        ran.append(name)
        return SyncRequested()

    for name, asker in (("replaced", first), ("first", first), ("second", second)):
        reader.ask("thread", partial(job, name), asker)
    thread = threading.Thread(target=reader.run)
    thread.start()
    while not reader.idle:
        threading.Event().wait(0.001)
    reader.close()
    thread.join()
    assert ran == ["first", "second"]
    assert len(first.answers) == len(second.answers) == 1


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
        screen.sync.post_message(StandingAssessed(old, standing(stage.workspace, old)))
        await settle(pilot)
        assert screen.sync.standing_is(SyncState.FRESH)


async def test_a_search_made_just_before_leaving_is_in_the_history(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open tag:refund")
        await pilot.press("enter", "escape", "q")
    assert stage.workspace.history.all()[0] == "is:open tag:refund"
