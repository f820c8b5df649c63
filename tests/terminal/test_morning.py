"""A morning of triage on a real terminal: fifty decisions while the server keeps changing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.terminal.emulator import Terminal, terminal
from tui.settings import Settings
from tui.workspace import Workspace

DONE_ONE_BY_ONE, DONE_IN_PLAY, REMINDED, SKIPPED, DONE_TOGETHER = 12, 20, 8, 4, 6
DECISIONS = DONE_ONE_BY_ONE + DONE_IN_PLAY + REMINDED + SKIPPED + DONE_TOGETHER
"""Fifty. What the server sends meanwhile comes to the list only when it is taken."""


def test_fifty_decisions_are_made_and_each_is_kept(environment: Mapping[str, str], tmp_path: Path) -> None:
    assert DECISIONS == 50
    mirror, config = tmp_path / "mirror.db", tmp_path / "config.toml"
    with terminal("--database", mirror, "--config", config, environment=environment) as screen:
        screen.until(r"Fresh · synced", r"1 Inbox [5-9]\d")
        screen.press("1")
        screen.until("/ is:open -is:done +[◆◈◇]")
        done_one_by_one(screen)
        in_play(screen)
        done_together(screen)
        screen.press("q")
        assert screen.ended() == 0
        assert b"Traceback" not in screen.raw
    with Workspace(Settings(database=mirror, config_path=config)) as workspace:
        annotations = workspace.models.Annotation  # is:done lacks those whose customer wrote again meanwhile
        done = annotations.select().where(annotations.done_until.is_null(False)).count()
        assert done == DONE_ONE_BY_ONE + DONE_IN_PLAY + DONE_TOGETHER
        assert workspace.count(workspace.parse("has:followup")).total == REMINDED
        assert workspace.models.Skip.select().count() == SKIPPED


def done_one_by_one(screen: Terminal) -> None:
    """Each leaves the list, and the cursor is on what follows."""
    for _ in range(DONE_ONE_BY_ONE):
        before = cursor_line(screen)
        screen.press("d")
        screen.until(partial(has_moved, screen, before))


def in_play(screen: Terminal) -> None:
    screen.press("p")
    screen.until(r"▶ Inbox +1 of \d+")
    at = 1
    for key, many in (("d", DONE_IN_PLAY), ("F", REMINDED), ("s", SKIPPED)):
        for _ in range(many):
            screen.press(key)
            if key == "F":
                screen.until("Remind me about 1 conversation")
                screen.press("tomorrow at 9")
                screen.until("→ tomorrow 09:00")
                screen.press("enter")
            at += 1
            screen.until(rf"▶ Inbox +{at} of \d+", lambda text: "Remind me" not in text)
    screen.press("escape")
    screen.until("reviewed in", f"{DONE_IN_PLAY} +done", f"{SKIPPED} +skipped")
    screen.press("enter")
    screen.until("/ is:open -is:done +[◆◈◇]", "⏎ read")


def done_together(screen: Terminal) -> None:
    """Several are selected from the top, marked done in one step, undone in one, and done again."""
    screen.press("g")
    for number in range(1, DONE_TOGETHER + 1):
        screen.press("x")
        screen.until(f"{number} selected")
        screen.press("j")
    screen.press("d")
    screen.until(f"Marked {DONE_TOGETHER} conversations done for today", lambda text: "selected" not in text)
    screen.press("u")
    screen.until(f"Undid: Marked {DONE_TOGETHER} conversations")
    screen.press("\x12")  # Ctrl+R
    screen.until(f"Redid: Marked {DONE_TOGETHER} conversations")


def has_moved(screen: Terminal, before: str, _text: str) -> bool:
    """Whether the cursor is on another conversation than before."""
    return cursor_line(screen) not in ("", before)


def cursor_line(screen: Terminal) -> str:
    """The customer and the subject of the line that the cursor is on; empty while there is none."""
    line = next((line for line in screen.lines if line.startswith("▌")), "")
    return re.sub(r"\s+\S+\s+\S+\s*▏.*", "", line)
