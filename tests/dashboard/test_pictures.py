"""Every view looks as it did, small and large, dark and light.

After a wanted change: `pytest tests/dashboard/test_pictures.py --snapshot-update`, and look at the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dashboard.stage import app_of
from tests.dashboard.views import ALL, View
from tui.dashboard.app import FastIntercomApp
from tui.dashboard.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio


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
