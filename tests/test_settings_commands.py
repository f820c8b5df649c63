"""The user's own commands in the settings file: what they say, what is wrong, who may write them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.settings import OwnCommand, SettingsError, change_settings, load_settings
from tui.views import ViewError
from tui.views.exchange import load

GOOD = """\
interval = 90

[[commands]]
name = "Open ticket"
key = "f9"
run = ["ticket", "--conversation={id}", "{url}", "{{id}}", "$(id); `id` {a b}"]
input = "none"
output = "window"
timeout = "2m"

[[commands]]
name = "Count"
run = ["./count.sh"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A settings file, in a folder, that its owner alone can write."""
    folder = tmp_path / "settings"
    folder.mkdir(mode=0o700)
    path = folder / "config.toml"
    path.write_text(GOOD)
    path.chmod(0o644)
    return path


def test_commands_are_read_with_their_defaults(path: Path) -> None:
    settings = load_settings(config=path)
    ticket, count = settings.commands
    assert ticket == OwnCommand(
        name="Open ticket", key="f9", run=ticket.run, input="none", output="window", timeout=120
    )
    assert count == OwnCommand(name="Count", run=(str(path.parent / "count.sh"),))
    assert (count.key, count.input, count.output, count.timeout) == ("", "json", "toast", 30)
    assert (ticket.runs_for_each, count.runs_for_each) == (True, False)


def test_placeholders_are_filled_in_and_nothing_else_is_read_in_an_argument(path: Path) -> None:
    ticket, _ = load_settings(config=path).commands
    assert ticket.words(42, "https://app.intercom.com/x?a=1&b={id}") == [
        "ticket",
        "--conversation=42",
        "https://app.intercom.com/x?a=1&b={id}",
        "{id}",
        "$(id); `id` {a b}",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "A"', r", line 2: commands have one without run; write run = \["),
        ('run = ["a"]', ", line 2: commands have one without name; write name = "),
        ('name = "A"\nrun = "a {id}"', r", line 4: commands\.run must be a list of texts such as"),
        ('name = "A"\nrun = []', r", line 4: commands\.run must be a list"),
        ('name = "A"\nrun = ["a", 1]', r", line 4: commands\.run must be a list"),
        (
            'name = "A"\nrun = ["a", "{name}"]',
            r", line 4: commands\.run has the placeholder \{name\}; there are \{id\} and \{url\}, and",
        ),
        ('name = "A"\nrun = ["{id}"]', r", line 4: commands\.run must begin with a program"),
        (
            'name = "A"\nrun = ["a"]\ntimeout = "1d"',
            r", line 5: commands\.timeout must be whole seconds from 1",
        ),
        (
            'name = "A"\nrun = ["a"]\noutput = "file"',
            r", line 5: commands\.output must be one of toast, window",
        ),
        (
            'name = "A"\nrun = ["a"]\ninput = true',
            r", line 5: commands\.input must be one of json, none, not",
        ),
        ('name = "A"\nrun = ["a"]\nkey = 9', r", line 5: commands\.key must be a key such as"),
        (
            'name = "A"\nrun = ["a"]\nkey = "ctrl-g"',
            r", line 5: commands\.key is wrong: “ctrl-g” is not a key; did you mean “ctrl\+g”\?",
        ),
        ('name = "A"\nruns = ["a"]', r", line 4: commands\.runs is not known; did you mean “run”\?"),
        ('name = "A\\n\\u001b[2J"\nrun = ["a"]', r", line 3: commands\.name must be on one line"),
        (
            'name = "A"\nrun = ["a"]\n[[commands]] # again\nrun = ["b"]\nname = "a"',
            r", line 7: commands\.name 'a' is the name of two commands",
        ),
        (
            'name = "A"\nrun = ["a"]\nkey = "slash"\n[[commands]]\nname = "B"\nrun = [\n"b",\n]\nkey = "/"',
            r", line 11: commands\.key 'slash' is the key of 'A' already",
        ),
    ],
)
def test_a_bad_command_is_told_with_its_line_and_key(path: Path, text: str, told: str) -> None:
    path.write_text(f"interval = 60\n[[commands]]\n{text}\n")
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings(config=path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["commands = 3", "commands = [3]", "[commands]\nrun = []"])
def test_what_is_no_list_of_tables_is_told(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingsError, match=r", line 1: commands must be tables: \[\[commands\]\] and lines"):
        load_settings(config=path)


def test_a_change_of_other_settings_leaves_the_commands_alone(path: Path) -> None:
    change_settings(path, {"interval": None, "theme": "nord", "toasts": {"changes": False}})
    text = path.read_text()
    assert GOOD.partition("\n\n")[2] in text
    assert load_settings(config=path).theme == "nord"
    assert len(load_settings(config=path).commands) == 2


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
@pytest.mark.parametrize("what", ["file", "folder", "folder of the file that a link leads to"])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_commands_are_off_while_others_can_write_them(
    tmp_path: Path, path: Path, what: str, mode: int
) -> None:
    used, opened = path, path
    if what.endswith("leads to"):
        (tmp_path / "mine").mkdir(mode=0o700)
        used = tmp_path / "mine" / "config.toml"
        used.symlink_to(path)
    if what != "file":
        opened = path.parent
    assert load_settings(config=used).commands
    opened.chmod(0o700 | mode)
    settings = load_settings(config=used)
    shown = used if what == "file" else opened
    assert settings.commands == ()
    assert settings.commands_notice.startswith("your own commands are off: others can write to ")
    assert settings.commands_notice.endswith(f"{shown}; run: chmod go-w {shown}")
    assert settings.interval == 90


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_commands_of_another_users_file_are_off(path: Path) -> None:
    os.chown(path, 12345, -1)
    settings = load_settings(config=path)
    assert settings.commands == ()
    assert settings.commands_notice == f"your own commands are off: {path} belongs to another user"


@pytest.mark.parametrize(
    "text",
    [
        '[[view]]\nname = "A"\nquery = "is:open"\nrun = ["touch", "x"]\n',
        '[[view]]\nname = "A"\nquery = "is:open"\n[[commands]]\nname = "B"\nrun = ["touch", "x"]\n',
    ],
)
def test_views_that_are_imported_carry_no_commands(text: str) -> None:
    with pytest.raises(ViewError, match=r"unknown key “(run|commands)”"):
        load(text)


def test_the_settings_say_what_is_used_instead_of_the_file(path: Path, tmp_path: Path) -> None:
    environ = {"FASTINTERCOM_BASE_URL": "https://api.eu.intercom.io", "FASTINTERCOM_DATABASE": "/x/y.db"}
    assert load_settings(config=path).overrides == {}
    settings = load_settings(config=path, environ=environ, flags={"database": tmp_path / "z.db"})
    assert settings.overrides == {"base_url": "FASTINTERCOM_BASE_URL", "database": "--database"}
    with_token = load_settings(config=path, environ={"INTERCOM_ACCESS_TOKEN": "abc"}).overrides
    assert with_token == {
        "token_command": "INTERCOM_ACCESS_TOKEN",
        "use_keyring": "INTERCOM_ACCESS_TOKEN",
    }
