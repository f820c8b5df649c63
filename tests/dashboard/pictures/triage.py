"""Pictures of annotations, play mode, views and columns."""

from __future__ import annotations

from tests.dashboard.pictures.picture import Picture, after, sync_all, wait_for_sync
from tests.dashboard.stage import Dashboard, Stage, press_each, screen_of, text_of, type_query, wait_for
from tui.query import Sort


def sync_and_save_views(stage: Stage) -> None:
    stage.sync()
    views = stage.workspace.views
    views.save("Refunds", "refund OR invoice", key="f7")
    views.save("Old and waiting", "is:waiting waiting:>1d", sort=Sort.WAITING)


async def annotate(pilot: Dashboard, stage: Stage) -> None:
    """Show a queue with a selection and every mark."""
    await wait_for_sync(pilot, stage)
    await press_each(pilot, "4", "j", "asterisk", "d", "x", "j", "j", "X")
    triage, ids = stage.workspace.annotations, screen_of(pilot).results.table.model.ids
    triage.write_note([ids[1]], "ask Ada")
    triage.follow_up([ids[1]], stage.clock.now.replace(hour=17))
    screen_of(pilot).refresh_annotations()
    await press_each(pilot, "k", "k")


play = after(wait_for_sync, "1", "p", "d", "s", "asterisk", "s")


async def end_play(pilot: Dashboard, stage: Stage) -> None:
    await play(pilot, stage)
    stage.clock.move(minutes=4)
    await press_each(pilot, "escape")


async def type_follow_up(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "F")(pilot, stage)
    await pilot.press(*"monday 14:00")


async def type_note(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "m")(pilot, stage)
    await pilot.press(*"ask Ada")


async def type_view_name(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "is:open refund")
    await press_each(pilot, "enter", "V")
    await pilot.press(*"inbox", "enter")


async def type_skip_reason(pilot: Dashboard, stage: Stage) -> None:
    await after(play, "S")(pilot, stage)
    await pilot.press(*"waits for billing")


async def hide_a_column(pilot: Dashboard, stage: Stage) -> None:
    """The table under the dialog follows; its screen is painted by a timer of its own."""
    await after(wait_for_sync, "C", "down", "space")(pilot, stage)
    await wait_for(pilot, lambda: not any("  Customer   " in line for line in text_of(pilot)[:8]))


PICTURES = (
    Picture("tabs", sync_and_save_views, annotate),
    Picture("play", sync_all, play),
    Picture("play-summary", sync_all, end_play),
    Picture("skip", sync_all, type_skip_reason),
    Picture("columns", sync_all, hide_a_column),
    Picture("follow-up", sync_all, type_follow_up),
    Picture("note", sync_all, type_note),
    Picture("save-view", sync_all, type_view_name),
    Picture("views", sync_and_save_views, after(wait_for_sync, "v", "end")),
)
