"""Every screen looks like its stored picture, small and large, dark and light.

After an intended change run `pytest tests/dashboard/test_pictures.py --snapshot-update`; look at the result.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dashboard.pictures import ALL
from tests.dashboard.pictures.picture import Picture
from tests.dashboard.stage import app_of, settle
from tui.dashboard.app import FastIntercomApp
from tui.dashboard.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("picture", ALL, ids=[picture.name for picture in ALL])
async def test_it_looks_the_same(
    picture: Picture,
    size: tuple[int, int],
    tmp_path: Path,
    compare: Callable[[FastIntercomApp, str], None],
) -> None:
    async with picture.shown(tmp_path, size=size, theme=DARK) as pilot:
        compare(app_of(pilot), "dark")
        pilot.app.theme = LIGHT
        await settle(pilot)
        compare(app_of(pilot), "light")
