"""What the terminal is asked to tell beyond the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.emulator import terminal


@pytest.mark.parametrize(
    ("way", "begins"), [("osc9", b"\x1b]9;Fresh: "), ("osc777", b"\x1b]777;notify;Fresh;")]
)
def test_a_toast_reaches_the_desktop_through_the_terminal(
    environment: Mapping[str, str], tmp_path: Path, way: str, begins: bytes
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{config.read_text()}desktop_notifications = "{way}"\n')
    with terminal(
        "--database", tmp_path / "mirror.db", "--config", config, environment=environment
    ) as screen:
        screen.until(r"Fresh +synced", lambda _: begins in screen.raw)
        screen.press("q")
        assert screen.ended() == 0
