"""The screens of triage look as they did, small and large, dark and light."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.dashboard.stage import Dashboard, Stage, app_of, screen_of, settle, type_query, wait_for
from tests.dashboard.views import View, open_it, synced
from tui.dashboard.app import FastIntercomApp
from tui.dashboard.screens.play import PlayScreen
from tui.dashboard.themes import DARK, LIGHT
from tui.query import Sort

pytestmark = pytest.mark.anyio


def with_views(stage: Stage) -> None:
    stage.sync()
    views = stage.workspace.views
    views.save("Refunds", "refund OR invoice", key="f7")
    views.save("Old and waiting", "is:waiting waiting:>1d", sort=Sort.WAITING)


async def tabs(pilot: Dashboard, stage: Stage) -> None:
    """A queue with a selection and every mark."""
    await open_it(pilot, stage)
    await pilot.press("4")
    await settle(pilot)
    await pilot.press("j", "asterisk", "d", "x", "j", "j", "X")
    await settle(pilot)
    triage, ids = stage.workspace.triage, screen_of(pilot).results.table.model.ids
    triage.write_note([ids[1]], "ask Ada")
    triage.follow_up([ids[1]], stage.clock.now.replace(hour=17))
    screen_of(pilot).desk.look_again()
    await pilot.press("k", "k")
    await settle(pilot)


async def start(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("1")
    await settle(pilot)
    await pilot.press("p")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, PlayScreen))


async def step(pilot: Dashboard, key: str) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, PlayScreen)
    place = screen.desk.session.place
    await pilot.press(key)
    await wait_for(pilot, lambda: screen.desk.session.place == place + 1)


async def calm(pilot: Dashboard) -> None:
    await wait_for(pilot, lambda: app_of(pilot).reader.idle)
    await pilot.pause()
    await wait_for(pilot, lambda: app_of(pilot).reader.idle)
    await pilot.pause()


async def playing(pilot: Dashboard, stage: Stage) -> None:
    await start(pilot, stage)
    for key in ("d", "s", "asterisk", "s"):
        await step(pilot, key)
    await calm(pilot)


async def summed_up(pilot: Dashboard, stage: Stage) -> None:
    await playing(pilot, stage)
    stage.clock.move(minutes=4)
    await pilot.press("escape")
    await pilot.pause()


async def following_up(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("F", *"monday 14:00")
    await calm(pilot)


async def noting(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("m")
    await calm(pilot)
    await pilot.press(*"ask", "space", *"Ada")
    await pilot.pause()


async def saving(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await type_query(pilot, "is:open refund")
    await pilot.press("enter")
    await settle(pilot)
    await pilot.press("V", *"inbox", "enter")
    await calm(pilot)


async def listing(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("v")
    await calm(pilot)
    await pilot.press("end")
    await pilot.pause()


def view(name: str, act: Callable[[Dashboard, Stage], Awaitable[None]]) -> View:
    return View(name, with_views if name in {"tabs", "views"} else synced, act)


ALL = [
    view("tabs", tabs),
    view("play", playing),
    view("play-summary", summed_up),
    view("follow-up", following_up),
    view("note", noting),
    view("save-view", saving),
    view("views", listing),
]


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
