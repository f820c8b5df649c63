"""The token and what customers wrote stay in the dashboard."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.server import TOKEN
from tests.terminal.emulator import terminal

READY = (r"1 Inbox \d", r"\? help")
BROWSER = """#!/bin/sh
env > "$HOME/environment.part"
mv "$HOME/environment.part" "$HOME/environment"
"""


def test_it_asks_again_for_a_token_that_was_saved_for_another_host(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    without = {name: text for name, text in environment.items() if name != "INTERCOM_ACCESS_TOKEN"}
    (tmp_path / "token").write_text("saved-for-intercom\nfor https://api.intercom.io\n")
    (tmp_path / "token").chmod(0o600)
    with terminal("--config", tmp_path / "config.toml", environment=without) as screen:
        screen.until("welcome to fastintercom", "so it is not sent", "the token is sent to http:")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert b"saved-for-intercom" not in screen.raw


def test_a_browser_does_not_inherit_the_token(environment: Mapping[str, str], tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o700)
    known = {**environment, "BROWSER": str(browser)}
    with terminal("--config", tmp_path / "config.toml", environment=known) as screen:
        screen.until(*READY, "Fresh", r"(?s)updated .*#\d+")  # a first sync still moves the cursor
        screen.press("o")
        screen.until(lambda _: (tmp_path / "environment").exists())
        screen.press("ctrl+q")
        assert screen.ended() == 0
    inherited = (tmp_path / "environment").read_text()
    assert f"BROWSER={browser}" in inherited
    assert TOKEN not in inherited


def test_a_screenshot_is_for_its_owner_alone(environment: Mapping[str, str], tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
            screen.until(*READY)
            screen.press("\x10")  # Ctrl+P
            screen.until("Search for commands")
            screen.press(*"screenshot")
            screen.until("Save an SVG", lambda text: "Column" not in text)  # the hits for all that was typed
            screen.press("enter")
            screen.until(lambda _: any(tmp_path.rglob("*.svg")))
            screen.press("ctrl+q")
            assert screen.ended() == 0
    finally:
        os.umask(before)
    (picture,) = tmp_path.rglob("*.svg")
    assert picture.parent.name == "Downloads"
    assert "Customer" in picture.read_text()
    assert [stat.S_IMODE(file.stat().st_mode) for file in (picture, picture.parent)] == [0o600, 0o700]
