"""`--version`, and what it says with -v, which people put into bug reports that anybody can read."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result
from tui.doctor.bug_report import DERIVED, SECRET
from tui.settings import Settings

Call = Callable[..., Result]
SHOWN = {
    "base_url", "history", "retention", "tolerance", "settle", "overlap", "interval", "waiting_warm",
    "waiting_late", "theme", "color", "log_level", "use_keyring", "keymap", "toasts", "quiet_hours", "bell",
    "desktop_notifications", "writes", "read_only", "act_as", "undo_window", "undo_windows",
}  # fmt: skip
"""Settings whose values everybody may see."""
PRIVATE = """
theme = "nord"
undo_windows = { reply = 30 }
token_command = "print the-token-of-the-command"
[[commands]]
name = "Send"
run = ["curl", "-H", "key-of-another-service"]
"""


def test_every_setting_is_public_or_not_shown() -> None:
    assert SHOWN | {*SECRET} | {*DERIVED} >= {*Settings.__struct_fields__}, "decide about the new one"


@pytest.mark.parametrize("arguments", [["--version", "-v"], ["-v", "--version"], ["--verbose", "--version"]])
def test_a_bug_report_has_what_is_needed_and_nothing_private(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text(PRIVATE)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("SSH_CONNECTION", "203.0.113.9 22")
    monkeypatch.setenv("TERM_PROGRAM", "\x1b[31mred\nfake: line")
    result = call(*arguments)
    assert (result.code, result.err) == (0, "")
    lines = dict(line.split(":", 1) for line in result.out.splitlines()[1:])
    told = {name: value.strip() for name, value in lines.items()}
    assert [*told] == [
        "Python", "SQLite", "packages", "extras", "platform", "terminal", "locale",
        "config", "database", "token", "log", "settings",
    ]  # fmt: skip
    assert told["Python"].startswith(platform.python_version())
    assert told["SQLite"] == sqlite3.sqlite_version
    assert f"textual {version('textual')}, " in told["packages"]
    assert f"prometheus-client {version('prometheus-client')}" in told["extras"]
    assert "pytest" not in result.out, "what only developers need"
    assert told["config"] == "~/config/fastintercom/config.toml"
    assert told["database"] == "~/data/fastintercom/fastintercom.db (not there)"
    for words in ('theme = "nord"', 'undo_windows = {"reply":30}', "token is set", "token_command is set"):
        assert words in told["settings"]
    assert "history" not in told["settings"], "it is as usual"
    assert "SSH_CONNECTION" in told["terminal"]
    for private in (TOKEN, "the-token-of", "key-of-another", "curl", str(home), "203.0.113.9", "\x1b"):
        assert private not in result.out


def test_settings_that_cannot_be_read_are_a_part_of_the_report(call: Call, home: Path) -> None:
    (home / "config" / "fastintercom" / "config.toml").write_text("x = = 1")
    result = call("-v", "--version")
    assert result.code == 0
    assert "settings:  ~/config/fastintercom/config.toml, line 1, column 5: not valid TOML" in result.out


def test_without_v_it_is_one_line(call: Call, home: Path) -> None:
    assert home.exists()
    assert call("--version").out == f"fastintercom {version('fastintercom')}\n"
    assert call("--version", "status").out == f"fastintercom {version('fastintercom')}\n"
