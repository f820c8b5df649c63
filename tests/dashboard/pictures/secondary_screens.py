"""Pictures of coverage, insights, history, log and preferences."""

from __future__ import annotations

from tests.dashboard.pictures.picture import (
    Picture,
    after,
    sync_all,
    sync_with_gap,
    wait_for_failure,
    wait_for_sync,
)
from tests.dashboard.stage import Dashboard, Stage, press_each, resize

LOG = """\
2024-12-20 14:29:58,101 4711 INFO tui.sync.engine: syncing
2024-12-20 14:29:59,320 4711 WARNING tui.intercom.calls: 429, waiting 2.1 s
2024-12-20 14:30:00,004 4711 ERROR tui.sync.engine: the sync stopped: no connection to api.intercom.io
"""


async def open_preferences(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "comma")(pilot, stage)
    path = pilot.app.screen.query_one("#preferences-title")
    path.display = False  # the folder of a test has another name every time
    for hint in pilot.app.screen.query(".-hint"):
        hint.display = False
    for row in list(pilot.app.screen.query("PreferenceRow"))[-5:-3]:
        row.display = False


async def open_log(pilot: Dashboard, stage: Stage) -> None:
    stage.workspace.settings.log_path.write_text(LOG)
    await after(wait_for_failure, "H", "L")(pilot, stage)
    pilot.app.screen.query_one("#log-title").display = False


async def leave_with_unsaved_changes(pilot: Dashboard, stage: Stage) -> None:
    await open_preferences(pilot, stage)
    await press_each(pilot, *["tab"] * 9, "space", "escape")


async def shrink_terminal(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await resize(pilot, 50, 12)


PICTURES = (
    Picture("coverage", sync_with_gap, after(wait_for_failure, "c", "up", "v", "left", "left")),
    Picture("insights", sync_all, after(wait_for_sync, "i")),
    Picture("insights-below", sync_all, after(wait_for_sync, "i", "end")),
    Picture("history", sync_with_gap, after(wait_for_failure, "H", "down")),
    Picture("log", sync_with_gap, open_log),
    Picture("preferences", sync_all, open_preferences),
    Picture("unsaved", sync_all, leave_with_unsaved_changes),
    Picture("too-small", sync_all, shrink_terminal),
    Picture("themes", sync_all, after(wait_for_sync, "T")),
)
