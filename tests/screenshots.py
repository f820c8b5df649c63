"""Photographs the dashboard for the README: `python -m tests.screenshots [FOLDER]`.

A simulated workspace, a clock that stands still: the same pictures every time.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.dashboard.stage import app_of
from tests.dashboard.test_pictures import ALL
from tests.dashboard.views import NARROW, View

SHOWN = ("fresh", "stale-syncing", "partial", "search", "help", "thread", "play", "insights", "coverage")
SCREENSHOTS = Path(__file__).resolve().parents[1] / "screenshots"


async def photograph(view: View, folder: Path) -> Path:
    """Bring up one view and save it as `NAME.svg` in `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        async with view.shown(Path(scratch)) as pilot:
            svg = app_of(pilot).export_screenshot(title="fastintercom")
    path = folder / f"{view.name}.svg"
    path.write_text(re.sub(r"terminal-\d+", "terminal", svg) + "\n", "utf-8")
    return path


def main() -> None:
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    for view in (*(view for view in ALL if view.name in SHOWN), NARROW):
        print(asyncio.run(photograph(view, folder)))


if __name__ == "__main__":
    main()
