"""Late results, and conversations outside the list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dashboard.stage import (
    START,
    Stage,
    Story,
    dashboard,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.sync_status.messages import FreshnessAssessed
from tui.dashboard.sync_status.queries import query_freshness
from tui.dashboard.thread.queries import fetch_thread
from tui.freshness import SyncState
from tui.sync.purge import PurgeRequest

pytestmark = pytest.mark.anyio


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
        assert table.model.window.line_of(elsewhere) is None
        assert under is not None
        screen.list_and_thread.go_to(elsewhere)
        await settle(pilot)
        await pilot.press("asterisk")
        await settle(pilot)
        assert stage.workspace.annotations.read([elsewhere])[elsewhere].starred
        assert under not in stage.workspace.annotations.read([under])
        screen.search(screen.request, keep=True)  # the list comes again, as after a sync
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


@pytest.mark.parametrize("query", ["since:2024-11-01", "since:2024-11-01 until:2024-11-20"])
async def test_what_is_not_kept_is_told_and_never_synced(stage: Stage, query: str) -> None:
    stage.sync()
    stage.workspace.purge(PurgeRequest(before=START - timedelta(days=10)))
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: not screen.sync.activity.running)
        assert screen.sync.is_state(SyncState.FRESH), "without a period, all that is kept is asked for"
        await type_query(pilot, query)
        await settle(pilot)
        assert screen.sync.is_state(SyncState.PARTIAL)
        words = "those before 10 Dec 2024 14:30 are not kept (purged)"
        assert screen.sync.words == f"Analysis may be missing conversations: {words}"
        assert "Press f" not in " ".join(text_of(pilot))
        await pilot.press("escape", "f")
        await settle(pilot)
        told = "Conversations before 10 Dec 2024 14:30 are not kept (purged): no sync fetches them."
        assert told in " ".join(toasts(pilot))
        assert "WindowsSyncRequested" not in story
