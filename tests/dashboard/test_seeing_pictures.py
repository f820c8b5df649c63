"""The screens behind the main one look as they did, small and large, dark and light.

After a wanted change: `pytest tests/dashboard/test_seeing_pictures.py --snapshot-update`, and look at the
pictures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.dashboard.stage import Dashboard, Stage, app_of, wait_for
from tests.dashboard.views import View, open_it, open_offline, synced, with_a_gap
from tui.dashboard.app import FastIntercomApp
from tui.dashboard.screens.behind import BehindScreen
from tui.dashboard.screens.theme_choice import ThemeScreen
from tui.dashboard.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio

Act = Callable[[Dashboard, Stage], Awaitable[None]]
LOG = """\
2024-12-20 14:29:58,101 4711 INFO tui.sync.service: syncing
2024-12-20 14:29:59,320 4711 WARNING tui.intercom.calls: 429, waiting 2.1 s
2024-12-20 14:30:00,004 4711 ERROR tui.sync.service: the sync stopped: no connection to api.intercom.io
"""


def after(begin: Act, *keys: str) -> Act:
    """Press the keys once the screen that the first of them opens is there."""

    async def act(pilot: Dashboard, stage: Stage) -> None:
        await begin(pilot, stage)
        await pilot.press(keys[0])
        await _shown(pilot)
        for key in keys[1:]:
            await pilot.press(key)
            await _shown(pilot)

    return act


async def _shown(pilot: Dashboard) -> None:
    def there() -> bool:
        screen = pilot.app.screen
        waits = isinstance(screen, BehindScreen) and screen.is_waiting
        return not waits and screen.id != "dashboard" and app_of(pilot).reader.idle

    await wait_for(pilot, there)
    await pilot.pause()


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


async def themes(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("T")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ThemeScreen))
    await pilot.pause()


COVERAGE = View("coverage", with_a_gap, after(open_offline, "c", "up", "v", "left", "left"))
INSIGHTS = View("insights", synced, after(open_it, "i"))
INSIGHTS_BELOW = View("insights-below", synced, after(open_it, "i", "end"))
HISTORY = View("history", with_a_gap, after(open_offline, "H", "down"))
ALL = (
    COVERAGE,
    INSIGHTS,
    INSIGHTS_BELOW,
    HISTORY,
    View("log", with_a_gap, log),
    View("preferences", synced, preferences),
    View("themes", synced, themes),
)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("view", ALL, ids=[view.name for view in ALL])
async def test_it_looks_the_same(
    view: View,
    size: tuple[int, int],
    theme: str,
    tmp_path: Path,
    same_picture: Callable[[FastIntercomApp], bool],
) -> None:
    async with view.shown(tmp_path, size=size, theme=theme) as pilot:
        assert same_picture(app_of(pilot))
