"""The whole program on a real terminal: a session of triage while the server keeps changing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.terminal.emulator import PATIENCE, ROOT, Terminal, terminal
from tui.settings import Settings
from tui.workspace import Workspace

FRESH = r"Fresh · synced"
FROM_TEXTUAL = re.compile(rb"\x1b\]22;[a-z]+\x07")
"""What Textual itself sends: the shape of the mouse pointer."""
FORBIDDEN = re.compile(
    rb"\x1b[\]PX^_]"  # titles, clipboards, device strings
    rb"|[\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
    rb"|\xc2[\x80-\x9f]"  # C1
    rb"|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"  # bidirectional overrides and isolates
    rb"|\x1b\[\d*[Jn]"  # clear the screen, report the cursor
)
"""Control sequences in customers' texts, which must not reach the terminal."""


def test_a_session_of_triage(environment: Mapping[str, str], tmp_path: Path) -> None:
    mirror, config = tmp_path / "mirror.db", tmp_path / "config.toml"
    arguments = ("--database", mirror, "--config", config)
    with terminal(*arguments, environment=environment) as screen:
        screen.until(FRESH, r"1 Inbox \d+", r"\d+ conversations")
        find_and_annotate(screen)
        resize(screen)
        play(screen)
        save_a_view(screen)
        leave(screen)
    shown = FROM_TEXTUAL.sub(b"", screen.raw)
    assert b"OWNED" not in shown
    assert FORBIDDEN.search(shown) is None
    target = check_annotations(mirror, config)
    starred = command(*arguments, "search", "is:starred", "--json", "--no-sync", environment=environment)
    assert [found["id"] for found in starred["conversations"]] == [target]
    with terminal(*arguments, environment=environment) as screen:
        screen.until("/ zebra +[◆◈◇]", r" 1 · ", "★ Customer 20", FRESH)
        leave(screen)


def find_and_annotate(screen: Terminal) -> None:
    """Read the one conversation about a zebra, star it, mark it done, set a follow-up and write a note."""
    screen.press("/", "zebra", "enter")
    screen.until(r" 1 · .* ms", "Order 20", "⏎ read")
    screen.press("enter")
    screen.until(r"Still no zebra\. zebras \[/b\] \{\}", lambda text: "⏎ read" not in text)
    screen.press("*")
    screen.until("★ starred")
    screen.press("d")
    screen.until("☑ done for today")
    screen.press("F")
    screen.until("Remind me about 1 conversation")
    screen.press("tomorrow 09:00")
    screen.until("→ tomorrow 09:00")
    screen.press("enter")
    screen.until("⚑ follow-up", lambda text: "Remind me" not in text)
    screen.press("m")
    screen.until("never sent to Intercom")
    screen.press("call them back", "ctrl+s")
    screen.until("✎ my note")


def resize(screen: Terminal) -> None:
    """While reading, shrink to 80×24, which shows the thread alone, and enlarge again to list and thread."""
    heading = r"Customer +Subject"
    screen.until(heading)
    screen.resize(80, 24)
    screen.until(r"Where is my zebra", lambda text: not re.search(heading, text), r"\? help")
    screen.resize(120, 36)
    screen.until(heading, r"Where is my zebra", r"\? help")
    screen.press("escape")
    screen.until("⏎ read")


def play(screen: Terminal) -> None:
    """Play the Inbox: mark one done, skip one, go back to it, end, and undo the first decision."""
    screen.press("1")
    screen.until("/ is:open -is:done +[◆◈◇]", r"[1-9]\d* · .* ms", lambda text: "zebra" not in text)
    screen.press("p")
    screen.until(r"▶ Inbox +1 of \d+", "Customer")
    screen.press("d")
    screen.until(r"2 of \d+", "1 done")
    screen.press("S")
    screen.until("kept on this computer")
    screen.press("not mine", "enter")
    screen.until(r"3 of \d+", "1 skipped")
    screen.press("b")
    screen.until(r"2 of \d+", "earlier: skipped")
    screen.press("escape")
    screen.until(r"2 of \d+ reviewed in", "1 +done", "1 +skipped")
    screen.press("enter")
    screen.until("/ is:open -is:done +[◆◈◇]", "⏎ read")
    screen.press("u")
    screen.until("Undid", "Marked 1 conversation done for today")


def save_a_view(screen: Terminal) -> None:
    """Save a view, and open it from another view with the command palette."""
    screen.press("/", "ctrl+u")
    screen.until("words, “a phrase”")
    screen.press("zebra", "enter")
    screen.until("/ zebra +[◆◈◇]", r" 1 · .* ms", "⏎ read")
    screen.press("V")
    screen.until("save view", r"key \(optional\)")
    screen.press("Zebras", "enter")
    screen.until("Saved")
    screen.press("2")
    screen.until("/ is:open assignee:me -is:done +[◆◈◇]")
    screen.press("\x10")  # Ctrl+P
    screen.until("Search for commands")
    screen.press("view: zebras")
    screen.until("View: Zebras", lambda text: "View: Inbox" not in text)
    screen.press("enter")
    screen.until("/ zebra +[◆◈◇]", "★ Customer 20")


def leave(screen: Terminal) -> None:
    screen.press("q")
    assert screen.ended() == 0
    assert screen.left_on() == []
    assert b"Traceback" not in screen.raw


def check_annotations(mirror: Path, config: Path) -> int:
    """Check that the store has these annotations and no others. Returns the id of the conversation."""
    with Workspace(Settings(database=mirror, config_path=config)) as workspace:
        (target,) = workspace.search_ids(workspace.parse("zebra"))
        for query in ("is:starred", "is:done", "has:followup", "has:mynote"):
            assert list(workspace.search_ids(workspace.parse(query))) == [target], query
        annotation = workspace.annotations.read([target])[target]
        assert annotation.note == "call them back"
        tomorrow = datetime.now().astimezone() + timedelta(days=1)
        assert annotation.follow_up_at == tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
        inbox = workspace.search_ids(workspace.parse("is:open"))
        skips = workspace.models.Skip.select()
        assert [(skip.conversation_id in inbox, skip.reason) for skip in skips] == [(True, "not mine")]
        undone = workspace.models.AnnotationAction.select().where(workspace.models.AnnotationAction.undone)
        assert undone.get().description == "Marked 1 conversation done for today"
        assert [(view.name, view.query) for view in workspace.views.all() if not view.built_in] == [
            ("Zebras", "zebra")
        ]
    return target


def command(*arguments: str | Path, environment: Mapping[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tui", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    return json.loads(done.stdout)
