"""Acting in Intercom on a real terminal, with a live server: asked once, sent, taken back, and on record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.terminal.emulator import terminal
from tui.settings import Settings, load_settings
from tui.workspace import Workspace
from tui.writes import Note, Reply, WriteState


def test_a_reply_a_note_taken_back_and_a_bulk_that_is_undone(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    mirror, config = tmp_path / "mirror.db", tmp_path / "config.toml"
    config.write_text(config.read_text() + "undo_window = 3\n")
    with terminal("--database", mirror, "--config", config, environment=environment) as screen:
        screen.until("Fresh · synced", r"1 Inbox [5-9]\d")
        screen.press("1")
        screen.until("/ is:open -is:done +[◆◈◇]")
        screen.press("B")
        screen.until("fastintercom will act as .+ in ")
        screen.press("\x19")  # Ctrl+Y
        screen.until("you reply as", lambda text: "will act as" not in text)
        screen.press("Your camel **is found**")
        screen.until("│ Your camel is found")
        screen.press("\x13")  # Ctrl+S
        screen.until("sends in [123] s · u takes it back")
        screen.until("Your camel is found", lambda text: "takes it back" not in text)
        screen.press("M")
        screen.until("you write a note for the team")
        screen.press("Wrong conversation")
        screen.until("│ Wrong conversation")
        screen.press("\x13")
        screen.until("INTERNAL NOTE +sends in")
        screen.press("u")
        screen.until("1 change taken back before sending")
        screen.press("x", "j", "x", "K")
        screen.until("2 will be closed")
        screen.press("enter")
        screen.until("Close, 2 conversations: ")
        screen.press("u")
        screen.until("2 changes taken back before sending")
        screen.press("O")
        screen.until("Outbox", "✓ sent", "■ not sent")
        screen.press("escape")
        screen.until("/ is:open -is:done +[◆◈◇]")
        screen.press("q")
        assert screen.ended() == 0
        assert b"Traceback" not in screen.raw
    assert load_settings(config=config).writes
    with Workspace(Settings(database=mirror, config_path=config)) as workspace:
        done = [(w.state, w.write) for w in reversed(workspace.outbox.history())]
    assert done[0] == (WriteState.SENT, Reply("Your camel **is found**"))
    assert done[1] == (WriteState.CANCELLED, Note("Wrong conversation"))
    assert [(state, write.__class__.__name__) for state, write in done[2:]] == [
        (WriteState.CANCELLED, "Close")
    ] * 2
