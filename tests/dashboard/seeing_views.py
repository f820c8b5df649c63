"""The screens behind the main one, as pictures show them."""

from __future__ import annotations

from tests.dashboard.stage import Dashboard, Stage, press_each, resize
from tests.dashboard.views import Act, View, open_it, open_offline, synced, with_a_gap

LOG = """\
2024-12-20 14:29:58,101 4711 INFO tui.sync.engine: syncing
2024-12-20 14:29:59,320 4711 WARNING tui.intercom.calls: 429, waiting 2.1 s
2024-12-20 14:30:00,004 4711 ERROR tui.sync.engine: the sync stopped: no connection to api.intercom.io
"""


def after(begin: Act, *keys: str) -> Act:
    """Press the keys, each once what the one before has opened is there."""

    async def act(pilot: Dashboard, stage: Stage) -> None:
        await begin(pilot, stage)
        await press_each(pilot, *keys)

    return act


async def preferences(pilot: Dashboard, stage: Stage) -> None:
    await after(open_it, "comma")(pilot, stage)
    path = pilot.app.screen.query_one("#preferences-title")
    path.display = False  # the folder of a test has another name every time
    for hint in pilot.app.screen.query(".-hint"):
        hint.display = False
    for row in list(pilot.app.screen.query("PreferenceRow"))[-5:-3]:
        row.display = False


async def log(pilot: Dashboard, stage: Stage) -> None:
    stage.workspace.settings.log_path.write_text(LOG)
    await after(open_offline, "H", "L")(pilot, stage)
    pilot.app.screen.query_one("#log-title").display = False


async def leaving_changes(pilot: Dashboard, stage: Stage) -> None:
    await preferences(pilot, stage)
    await press_each(pilot, *["tab"] * 7, "space", "escape")


async def shrinking(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await resize(pilot, 50, 12)


ALL = (
    View("coverage", with_a_gap, after(open_offline, "c", "up", "v", "left", "left")),
    View("insights", synced, after(open_it, "i")),
    View("insights-below", synced, after(open_it, "i", "end")),
    View("history", with_a_gap, after(open_offline, "H", "down")),
    View("log", with_a_gap, log),
    View("preferences", synced, preferences),
    View("unsaved", synced, leaving_changes),
    View("too-small", synced, shrinking),
    View("themes", synced, after(open_it, "T")),
)
