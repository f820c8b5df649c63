"""Screens take the classes for a size before their one layout for it."""

from __future__ import annotations

import pytest
from textual import events

from tests.dashboard.stage import Stage, dashboard, resize, screen_of, settle
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
