"""Every screen looks as it did, small and large, dark and light.

After a wanted change: `pytest tests/dashboard/test_pictures.py --snapshot-update`, and look at the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dashboard import reading_views, seeing_views, triage_views, views
from tests.dashboard.stage import app_of, settle
from tests.dashboard.views import View
from tui.dashboard.app import FastIntercomApp
from tui.dashboard.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio
ALL = (*views.ALL, *reading_views.ALL, *seeing_views.ALL, *triage_views.ALL)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("view", ALL, ids=[view.name for view in ALL])
async def test_it_looks_the_same(
    view: View,
    size: tuple[int, int],
    tmp_path: Path,
    compare: Callable[[FastIntercomApp, str], None],
) -> None:
    async with view.shown(tmp_path, size=size, theme=DARK) as pilot:
        compare(app_of(pilot), "dark")
        pilot.app.theme = LIGHT
        await settle(pilot)
        compare(app_of(pilot), "light")
