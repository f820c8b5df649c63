"""A change of theme, which happens in steps: at its end everything is as if it had happened in one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from textual.app import App
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widgets import OptionList

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    app_of,
    dashboard,
    press_at_once,
    press_each,
    screen_of,
    settle,
    wait_for,
)
from tests.dashboard.stillness import painted
from tui.dashboard import steps
from tui.dashboard.screens.preferences import PreferencesScreen
from tui.dashboard.screens.theme_choice import ThemeScreen, theme_names
from tui.dashboard.themes import LIGHT

anyio = pytest.mark.anyio

Looks = list[tuple[str, str, dict[str, str]]]


def looks(pilot: Dashboard) -> Looks:
    """What every widget on every screen looks like, with its parts that have a style of their own."""
    nodes = [n for screen in pilot.app.screen_stack for n in screen.walk_children(DOMNode, with_self=True)]
    return [
        (repr(node), node.styles.css, {name: styles.css for name, styles in node._component_styles.items()})
        for node in (pilot.app, *nodes)
    ]


async def in_one_step(pilot: Dashboard) -> tuple[Looks, str]:
    """What Textual makes of the theme there is, and how that is painted."""
    App.refresh_css(pilot.app, animate=False)
    for screen in pilot.app.screen_stack:
        for node in screen.walk_children(with_self=True):
            node.refresh()
    await painted(pilot.app)
    return looks(pilot), pilot.app.export_screenshot()


class Steps:
    """Looks on while nodes get their new styles."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.nodes: list[DOMNode] = []
        self.at_twelve: Callable[[], object] = list
        update = Stylesheet.update_nodes

        def look_on(sheet: Stylesheet, nodes: Iterable[DOMNode], animate: bool = False) -> None:
            step = list(nodes)
            self.nodes += step
            update(sheet, step, animate=animate)
            if len(self.nodes) == 12:
                self.at_twelve()

        monkeypatch.setattr(steps, "STEP", 0.0)
        monkeypatch.setattr(Stylesheet, "update_nodes", look_on)


@anyio
async def test_all_screens_get_the_new_colours(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await press_each(pilot, "enter", "escape", "comma")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PreferencesScreen))
        await settle(pilot)
        before = looks(pilot)
        await pilot.press("ctrl+t")
        await wait_for(pilot, lambda: ground(pilot) == Color.parse("#f4f6f8"))
        after, picture = looks(pilot), pilot.app.export_screenshot()
        assert len(pilot.app.screen_stack) == 2
        assert after != before
        assert (after, picture) == await in_one_step(pilot)
        await press_each(pilot, "escape")
        picture = pilot.app.export_screenshot()
        assert picture == (await in_one_step(pilot))[1]


def ground(pilot: Dashboard) -> Color:
    return pilot.app.screen_stack[0].styles.background


@anyio
async def test_themes_that_follow_each_other_end_in_the_last(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await press_each(pilot, "enter", "T")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ThemeScreen))
        choices = pilot.app.screen.query_one(OptionList)
        await wait_for(pilot, lambda: choices.highlighted == 0)
        press_at_once(pilot, *["down"] * 7)
        last = theme_names(list(pilot.app.available_themes))[7]
        surface = Color.parse(app_of(pilot).available_themes[last].background or "")
        await wait_for(pilot, lambda: ground(pilot) == surface)
        assert choices.highlighted == 7
        assert pilot.app.theme == last
        await painted(pilot.app)
        assert (looks(pilot), pilot.app.export_screenshot()) == await in_one_step(pilot)


@anyio
async def test_another_theme_may_come_in_the_middle(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        steps, nord = Steps(monkeypatch), app_of(pilot).available_themes["nord"]
        steps.at_twelve = partial(setattr, pilot.app, "theme", nord.name)
        pilot.app.theme = LIGHT
        await wait_for(pilot, lambda: ground(pilot) == Color.parse(nord.background or ""))
        await painted(pilot.app)
        assert (looks(pilot), pilot.app.export_screenshot()) == await in_one_step(pilot)


@anyio
async def test_keys_pressed_meanwhile_are_not_lost(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        Steps(monkeypatch)
        press_at_once(pilot, "ctrl+t", "slash", *"refund x")
        await wait_for(pilot, lambda: screen_of(pilot).search_pane.text == "refund x")
        assert pilot.app.theme == LIGHT
        await settle(pilot)
        assert (looks(pilot), pilot.app.export_screenshot()) == await in_one_step(pilot)


@anyio
async def test_others_get_their_turn_between_steps_and_nothing_is_painted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sync()
    turns: list[tuple[int, int]] = []

    async def look_on() -> None:
        while True:
            turns.append((len(steps.nodes), pilot.app._batch_count))
            await asyncio.sleep(0)

    async with dashboard(stage) as pilot:
        steps = Steps(monkeypatch)
        looking = asyncio.create_task(look_on())
        while len(set(steps.nodes)) < 30:
            pilot.app.theme = LIGHT
            await asyncio.sleep(0)
        looking.cancel()
        assert {(done, 1) for done in range(1, 30)} <= set(turns)
        await settle(pilot)
        assert pilot.app._batch_count == 0


@anyio
async def test_the_end_may_come_in_the_middle(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        steps = Steps(monkeypatch)
        steps.at_twelve, everything = pilot.app.exit, len(looks(pilot))
        pilot.app.theme = LIGHT
        while pilot.app.is_running:
            await asyncio.sleep(0)
    assert 12 <= len(steps.nodes) < everything / 2
    assert pilot.app.return_code == 0
