"""Makes the screenshots for the README: `python -m tests.screenshots [FOLDER]`.

The workspace is simulated and the clock does not advance, so the pictures are the same every time.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.dashboard.pictures import ALL
from tests.dashboard.pictures.main_screen import NARROW
from tests.dashboard.pictures.picture import Picture
from tests.dashboard.stage import app_of

SHOWN = (
    "fresh",
    "stale-syncing",
    "partial",
    "search",
    "help",
    "thread",
    "play",
    "insights",
    "coverage",
    "composer",
)
SCREENSHOTS = Path(__file__).resolve().parents[1] / "screenshots"


async def save(picture: Picture, folder: Path) -> Path:
    """Save a picture as `NAME.svg` in `folder`. Returns its path."""
    with tempfile.TemporaryDirectory() as scratch:
        async with picture.shown(Path(scratch)) as pilot:
            svg = app_of(pilot).export_screenshot(title="fastintercom")
    path = folder / f"{picture.name}.svg"
    path.write_text(re.sub(r"terminal-\d+", "terminal", svg) + "\n", "utf-8")
    return path


def main() -> None:
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    for picture in (*(picture for picture in ALL if picture.name in SHOWN), NARROW):
        print(asyncio.run(save(picture, folder)))


if __name__ == "__main__":
    main()
