"""The screens of triage, as pictures show them."""

from __future__ import annotations

from tests.dashboard.stage import Dashboard, Stage, press_each, screen_of, type_query
from tests.dashboard.views import View, open_it, synced
from tui.query import Sort


def with_views(stage: Stage) -> None:
    stage.sync()
    views = stage.workspace.views
    views.save("Refunds", "refund OR invoice", key="f7")
    views.save("Old and waiting", "is:waiting waiting:>1d", sort=Sort.WAITING)


async def tabs(pilot: Dashboard, stage: Stage) -> None:
    """A queue with a selection and every mark."""
    await open_it(pilot, stage)
    await press_each(pilot, "4", "j", "asterisk", "d", "x", "j", "j", "X")
    triage, ids = stage.workspace.annotations, screen_of(pilot).results.table.model.ids
    triage.write_note([ids[1]], "ask Ada")
    triage.follow_up([ids[1]], stage.clock.now.replace(hour=17))
    screen_of(pilot).refresh_annotations()
    await press_each(pilot, "k", "k")


async def playing(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "1", "p", "d", "s", "asterisk", "s")


async def summed_up(pilot: Dashboard, stage: Stage) -> None:
    await playing(pilot, stage)
    stage.clock.move(minutes=4)
    await press_each(pilot, "escape")


async def following_up(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "F")
    await pilot.press(*"monday 14:00")


async def noting(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "m")
    await pilot.press(*"ask Ada")


async def saving(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await type_query(pilot, "is:open refund")
    await press_each(pilot, "enter", "V")
    await pilot.press(*"inbox", "enter")


async def listing(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "v", "end")


async def excusing(pilot: Dashboard, stage: Stage) -> None:
    await playing(pilot, stage)
    await press_each(pilot, "S")
    await pilot.press(*"waits for billing")


async def arranging(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "C", "down", "space")


ALL = (
    View("tabs", with_views, tabs),
    View("play", synced, playing),
    View("play-summary", synced, summed_up),
    View("skip", synced, excusing),
    View("columns", synced, arranging),
    View("follow-up", synced, following_up),
    View("note", synced, noting),
    View("save-view", synced, saving),
    View("views", with_views, listing),
)
