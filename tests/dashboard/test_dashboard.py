"""The dashboard from start to fresh, by keys and mouse, with the messages its parts exchange."""

from __future__ import annotations

import pytest

from tests.dashboard.stage import (
    Stage,
    Story,
    dashboard,
    screen_of,
    text_of,
    toasts,
    wait_for,
)
from tui.freshness import SyncState

pytestmark = pytest.mark.anyio


async def test_it_starts_syncs_and_tells_once_that_it_is_fresh(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: bool(toasts(pilot)))

        print([k for i,k in enumerate(story) if i==0 or story[i-1]!=k])
        assert story.tells(
            "ResultsFetched",
            "WindowFoundStale",
            "SyncBegan",
            "ConversationsArrived",
            "ResultsCompared",
            "FreshnessMoved",
            "SyncCompleted",
            "ConversationHighlighted",
            "ThreadFetched",
        )
        total = len(stage.world.truth())
        assert screen.results.table.count == total
        assert screen.sync.standing is not None
        assert screen.sync.standing.state is SyncState.FRESH
        assert toasts(pilot) == [f"Fresh: {total} new"]
        assert not screen.sync.banner.display
        status = text_of(pilot)[-2]
        assert f"🟢 Fresh  synced 2 s ago  {total} conversations" in status
        assert "▇▇▇" in status
