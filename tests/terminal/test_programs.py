"""The editor and the pager get the terminal, and give it back."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.server import TOKEN
from tests.terminal.emulator import Terminal, terminal
from tests.terminal.test_leaving import assert_restored

READY = (r"1 Inbox \d", r"\? help", "Fresh")
PROGRAM = """\
import json, os, pathlib, stat, sys
home = pathlib.Path(os.environ["HOME"])
path = pathlib.Path(sys.argv[1]) if sys.argv[1:] else None
text = path.read_text() if path else sys.stdin.read()
modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] if path else []
record = {"text": text, "path": str(path), "modes": modes, "environment": dict(os.environ)}
with open("/dev/tty", "r+b", buffering=0) as tty:
    try:
        tty.write(b"\\x1b[2J\\x1b[HThe program has the terminal.\\r\\n")
        record["line"] = tty.readline().decode().strip()
    except KeyboardInterrupt:
        record["line"] = "interrupted"
if path:
    path.write_text(f"{text}, {record['line']}\\nand \\x1b[31mmore\\n")
(home / "record").write_text(json.dumps(record))
sys.exit(3 if record["line"] == "fail" else 0)
"""


def write_program(folder: Path) -> str:
    script = folder / "a program.py"
    script.write_text(PROGRAM)
    return f"'{sys.executable}' '{script}'"


def open_target(screen: Terminal) -> None:
    """Show the one conversation that the simulator leaves alone."""
    screen.until(*READY)
    screen.press("/", *"zebra", "enter")
    screen.until("Where is my zebra", r"\? help", lambda text: "camel" not in text)


def test_a_note_is_edited_in_the_editor(environment: Mapping[str, str], tmp_path: Path) -> None:
    known = {**environment, "VISUAL": write_program(tmp_path), "EDITOR": "false"}
    with terminal("--config", tmp_path / "config.toml", environment=known) as screen:
        open_target(screen)
        screen.press("m")
        screen.until("my note", r"\^e editor")
        screen.press(*"First", "\x05")
        screen.until("The program has the terminal")
        screen.press("second\r")
        screen.until("First, second", "and more", "my note")
        record = json.loads((tmp_path / "record").read_text())
        screen.press("\x05")
        screen.until("The program has the terminal")
        screen.press("fail\r")
        screen.until("failed with exit code 3", "First, second", "and more")
        screen.press("ctrl+s")
        screen.until(lambda text: "my note" not in text)
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert_restored(screen)
    assert record["text"] == "First"
    assert record["modes"] == [0o600, stat.S_IRWXU]
    assert not Path(record["path"]).parent.exists()
    assert TOKEN not in json.dumps(record)


def test_a_conversation_is_read_in_the_pager(environment: Mapping[str, str], tmp_path: Path) -> None:
    """Ctrl+C is for the pager: the dashboard goes on."""
    known = {**environment, "PAGER": write_program(tmp_path)}
    with terminal("--config", tmp_path / "config.toml", environment=known) as screen:
        open_target(screen)
        screen.press("|")
        screen.until("The program has the terminal")
        screen.press("ctrl+c")
        screen.until(lambda _: (tmp_path / "record").exists(), "Where is my zebra")
        screen.press("?")
        screen.until("Everywhere")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert_restored(screen)
    record = json.loads((tmp_path / "record").read_text())
    assert record["line"] == "interrupted"
    assert record["text"].startswith("## ")
    assert "Where is my zebra? zebras" in record["text"]
    assert record["text"].replace("\n", "").isprintable()
    assert record["environment"]["LESSSECURE"] == "1"
    assert TOKEN not in json.dumps(record)


def test_an_editor_or_a_pager_that_is_missing_is_told(environment: Mapping[str, str], tmp_path: Path) -> None:
    known = {**environment, "PAGER": "no-such-pager -R"}
    for name in ("VISUAL", "EDITOR"):
        known.pop(name, None)
    with terminal("--config", tmp_path / "config.toml", environment=known) as screen:
        open_target(screen)
        screen.press("|")
        screen.until("no-such-pager could not be started: No such file")
        screen.press("m")
        screen.until("my note")
        screen.press(*"kept", "\x05")
        screen.until("Set VISUAL or EDITOR to the program", "kept")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert_restored(screen)
