"""Changing the settings file from inside the program, and the settings about toasts."""

from __future__ import annotations

import stat
from datetime import time
from pathlib import Path

import pytest

from tui.settings import Secret, SettingsError, change_settings, check_setting, load_settings, save_token
from tui.settings.editing import Value
from tui.settings.quiet import is_quiet, parse_quiet_hours

SOURCE = """\
# my settings
interval = 120   # two minutes
history = "30d"

[keymap]  # where I want my keys
refresh = "f9" # like at work
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(SOURCE)
    return path


def test_comments_order_and_layout_stay(config: Path) -> None:
    settings = change_settings(config, {"interval": 60, "bell": True, "keymap": {"search": "ctrl+s"}})
    text = config.read_text()
    assert "interval = 60   # two minutes" in text
    assert text.startswith("# my settings\n")
    assert 'refresh = "f9" # like at work' in text
    assert "[keymap]  # where I want my keys" in text
    assert settings.interval == 60
    assert settings.keymap == {"refresh": "f9", "search": "ctrl+s"}
    loaded = load_settings(config=config)
    assert loaded == settings
    assert loaded.bell
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_a_key_can_go_and_a_new_table_can_come(config: Path) -> None:
    change_settings(config, {"history": None, "toasts": {"changes": False}, "quiet_hours": "22:00-07:00"})
    loaded = load_settings(config=config)
    assert loaded.history == "90d"
    assert loaded.toasts == {"changes": False}
    assert loaded.quiet_hours == "22:00-07:00"
    assert loaded.keymap == {"refresh": "f9"}
    change_settings(config, {"toasts": {"changes": True}})
    assert load_settings(config=config).toasts == {"changes": True}


def test_an_inline_table_becomes_one_that_can_grow(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('keymap = { refresh = "f9" }\n')
    assert change_settings(config, {"keymap": {"help": "f2"}}).keymap == {"refresh": "f9", "help": "f2"}


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    config = tmp_path / "new" / "config.toml"
    change_settings(config, {"theme": "nord"})
    assert load_settings(config=config).theme == "nord"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interval": 0}, "interval must be whole seconds from 1 to 86400"),
        ({"settle": 400}, "must be smaller than tolerance"),
        ({"quiet_hours": "late"}, 'quiet_hours must be two local times such as "22:00-07:00"'),
        ({"quiet_hours": "25:00-07:00"}, "two local times"),
        ({"desktop_notifications": "yes"}, "must be one of off, osc9, osc777"),
        ({"toasts": {"chnges": True}}, "toasts.chnges is not a kind of toast; did you mean “changes”?"),
        ({"toasts": {"changes": "no"}}, "toasts.changes must be true or false"),
        ({"intervall": 3}, "unknown key “intervall”; did you mean “interval”?"),
    ],
)
def test_what_would_not_load_is_not_written(config: Path, changes: dict[str, Value], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        change_settings(config, changes)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert config.read_text() == SOURCE


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("interval = \n")
    with pytest.raises(SettingsError, match="line 1"):
        change_settings(config, {"bell": True})
    assert config.read_text() == "interval = \n"


def test_one_value_is_checked_in_the_words_of_the_loader(tmp_path: Path) -> None:
    assert check_setting("interval", "5m", tmp_path) == 300
    with pytest.raises(SettingsError, match=r"^interval must be whole seconds"):
        check_setting("interval", "soon", tmp_path)


def test_the_region_and_the_keyring_are_kept_by_the_same_hand(config: Path) -> None:
    change_settings(config, {"base_url": "https://api.eu.intercom.io"})
    text = config.read_text()
    assert text.index("base_url") < text.index("[keymap]")
    settings = load_settings(config=config)
    assert settings.base_url == "https://api.eu.intercom.io"
    assert save_token(Secret("abc"), settings=settings) == settings.token_path


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("22:00-07:00", time(23), True),
        ("22:00-07:00", time(6, 59), True),
        ("22:00-07:00", time(7), False),
        ("22:00-07:00", time(12), False),
        ("12:00–13:00", time(12, 30), True),
        ("12:00-13:00", time(13), False),
        ("", time(3), False),
    ],
)
def test_quiet_hours_may_cross_midnight(hours: str, at: time, quiet: bool) -> None:
    assert is_quiet(parse_quiet_hours(hours), at) is quiet
