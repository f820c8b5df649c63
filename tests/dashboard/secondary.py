"""Helpers for tests of the screens above the main one."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Static

from tests.dashboard.stage import Dashboard, wait_for
from tui.dashboard.common.screens import SecondaryScreen


async def open_screen(pilot: Dashboard, key: str, kind: type[SecondaryScreen]) -> Any:
    """Press the key, and wait until a screen of this kind shows what it has read."""
    await pilot.press(key)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, kind) and not pilot.app.screen.is_waiting)
    await pilot.pause()
    return pilot.app.screen


def static_text(screen: Screen[Any], selector: str) -> str:
    """The text of a `Static`."""
    return str(screen.query_one(selector, Static).content)
