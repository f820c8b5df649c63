"""Pictures of the main screen, the help and the first run."""

from __future__ import annotations

from tests.dashboard.pictures.picture import (
    Picture,
    after,
    sync_all,
    sync_with_gap,
    wait_for_failure,
    wait_for_sync,
)
from tests.dashboard.stage import Dashboard, Stage, press_each, screen_of, settle, type_query, wait_for
from tui.freshness import SyncState


def synced_hours_ago(stage: Stage) -> None:
    """Synced until three hours ago; Intercom does not answer now."""
    stage.sync()
    stage.clock.move(hours=3)
    stage.wire.hold()


def synced_days_ago(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=2)
    stage.wire.hold()


def sync_nothing(_stage: Stage) -> None:
    """A new database."""


async def wait_while_syncing(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.freshness is not None and screen.sync.activity.running)
    await settle(pilot)


async def search_today(pilot: Dashboard, stage: Stage) -> None:
    await wait_while_syncing(pilot, stage)
    await type_query(pilot, "since:24h is:open")
    await wait_for(pilot, lambda: screen_of(pilot).sync.is_state(SyncState.STALE))
    await settle(pilot)


async def search(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "password reset")


async def mistype(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "refund is:opn")


async def highlight_completion(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "is:open assignee:")
    await pilot.press("down")


async def receive_new_conversations(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await press_each(pilot, "j", "j")
    stage.clock.move(minutes=2)
    for number in range(12):
        stage.world.create(f"<p>The export number {number} is empty.</p>")
    stage.clock.move(minutes=1)
    await pilot.press("r")
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.results.marker.arrived == 12)
    await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
    screen.results.table.redraw()  # the ages of now, whether or not their timer was faster
    await settle(pilot)


async def wait_until_settled(pilot: Dashboard, _stage: Stage) -> None:
    await settle(pilot)


NARROW = Picture("narrow", sync_all, search, size=(80, 24))

PICTURES = (
    Picture("fresh", sync_all, wait_for_sync),
    Picture("stale-syncing", synced_days_ago, search_today),
    Picture("partial", sync_with_gap, wait_for_failure),
    Picture("named", sync_with_gap, wait_for_failure, settings={"name": "Acme Europe", "color": "orange"}),
    Picture("behind", synced_hours_ago, wait_while_syncing),
    Picture("search", sync_all, search),
    Picture("offers", sync_all, highlight_completion),
    Picture("reading", sync_all, after(search, "enter", "j", "enter", "n")),
    Picture("error", sync_all, mistype),
    Picture("marker", sync_all, receive_new_conversations),
    Picture("help", sync_all, after(wait_for_sync, "question_mark")),
    Picture("first-run", sync_nothing, wait_until_settled, ask_for_token=True),
)
