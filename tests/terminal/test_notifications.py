"""Desktop notifications through the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.emulator import terminal


@pytest.mark.parametrize(
    ("protocol", "start"), [("osc9", b"\x1b]9;Fresh: "), ("osc777", b"\x1b]777;notify;Fresh;")]
)
def test_a_toast_reaches_the_desktop_through_the_terminal(
    environment: Mapping[str, str], tmp_path: Path, protocol: str, start: bytes
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{config.read_text()}desktop_notifications = "{protocol}"\n')
    with terminal(
        "--database", tmp_path / "mirror.db", "--config", config, environment=environment
    ) as screen:
        screen.until(r"Fresh · synced", lambda _: start in screen.raw)
        screen.press("q")
        assert screen.ended() == 0
