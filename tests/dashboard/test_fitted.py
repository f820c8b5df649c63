"""Screens take the classes for a size before their one layout for it, and are drawn before being painted."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    dashboard,
    press_at_once,
    press_each,
    resize,
    screen_of,
    settle,
)
from tui.dashboard import steps
from tui.dashboard.fitted import fitting_class
from tui.dashboard.screens.help import HelpScreen

BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]


@pytest.mark.parametrize(("cells", "name"), [(0, "-narrow"), (99, "-narrow"), (100, "-wide"), (500, "-wide")])
def test_the_class_for_a_size(cells: int, name: str) -> None:
    assert fitting_class(cells, BREAKPOINTS) == name
    assert fitting_class(cells, []) == ""


@pytest.mark.anyio
async def test_what_was_covered_while_the_terminal_changed_fits_when_it_comes_back(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(120, 36)) as pilot:
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)
        await resize(pilot, 80, 18)
        assert pilot.app.screen.has_class("-narrow", "-short")
        await pilot.press("escape")
        await settle(pilot)
        screen = screen_of(pilot)
        assert screen.has_class("-narrow", "-short")
        assert not screen.has_class("-wide")
        assert not screen.thread.display, "it opens in full where there is no room for both"
        assert screen.results.table.size.width == 80
        await resize(pilot, 120, 36)
        assert screen.has_class("-wide", "-roomy")
        assert screen.thread.display


@pytest.mark.anyio
async def test_no_layout_comes_before_the_classes_or_twice_for_a_size(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(120, 36)) as pilot:
        layouts: list[tuple[int, bool]] = []
        screen = screen_of(pilot)
        screen.screen_layout_refresh_signal.subscribe(
            screen, lambda _: layouts.append((screen.outer_size.width, screen.has_class("-narrow")))
        )
        await resize(pilot, 80, 36)
        assert layouts
        assert set(layouts) == {(80, True)}
        again = events.Resize(screen.outer_size, screen.outer_size)
        layouts.clear()
        screen.post_message(again)
        await settle(pilot)
        assert layouts == []


@pytest.mark.anyio
async def test_a_screen_is_drawn_bit_by_bit_while_painting_is_held(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sync()
    turn, drawn = 0, dict[Widget, tuple[bool, int]]()
    render_lines = Widget.render_lines

    def look_on(widget: Widget, crop: Region) -> list[Strip]:
        drawn.setdefault(widget, (widget.app._batch_count > 0, turn))
        return render_lines(widget, crop)

    async with dashboard(stage) as pilot:
        monkeypatch.setattr(steps, "STEP", 0.0)
        monkeypatch.setattr(Widget, "render_lines", look_on)
        press_at_once(pilot, "question_mark")
        while pilot.app.screen not in drawn or held(pilot):
            turn += 1
            await asyncio.sleep(0)
        assert isinstance(pilot.app.screen, HelpScreen)
        on_help = [drawn[widget] for widget in pilot.app.screen.walk_children(Widget) if widget in drawn]
        assert len(on_help) >= 3
        assert all(was_held for was_held, _ in on_help)
        assert len({when for _, when in on_help}) == len(on_help), "each had a turn of its own"


@pytest.mark.anyio
async def test_screens_that_come_and_go_at_once_leave_nothing_held(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screens = ("question_mark", "comma", "i", "H", "c", "p")
        for keys in (*((key, "escape") for key in screens), [*" escape ".join(screens).split(), "escape"]):
            press_at_once(pilot, *keys)
            await settle(pilot)
            assert not held(pilot)
            assert pilot.app.screen is screen_of(pilot)
        await resize(pilot, 80, 24)
        assert not held(pilot)


@pytest.mark.anyio
async def test_moving_the_focus_paints_two_widgets_and_not_the_screen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        whole = 0
        render = Compositor.render_full_update

        def look_on(compositor: Compositor, *, simplify: bool = False) -> LayoutUpdate:
            nonlocal whole
            whole += 1
            return render(compositor, simplify=simplify)

        monkeypatch.setattr(Compositor, "render_full_update", look_on)
        await press_each(pilot, "slash", "tab", "shift+tab")
        assert whole == 0
        screen_of(pilot).refresh()
        await settle(pilot)
        assert whole == 1


def held(pilot: Dashboard) -> bool:
    return pilot.app._batch_count > 0
