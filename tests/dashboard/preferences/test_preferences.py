"""Changing the settings from the dashboard."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from tests.dashboard.secondary import open_screen, static_text
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    app_of,
    dashboard,
    press_each,
    text_of,
    toasts,
    wait_for,
)
from tui.dashboard.common.checkbox import Checkbox
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.preferences.options import TOASTS_PREFIX, preferences, problem
from tui.dashboard.preferences.row import PreferenceRow
from tui.dashboard.preferences.screen import PreferencesScreen
from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
from tui.settings import load_settings
from tui.settings.loading import CHECKS
from tui.settings.model import TOAST_KINDS

anyio = pytest.mark.anyio
SOURCE = """\
# mine
interval = 90  # not too often

[toasts]
freshness = true # please
"""


async def open_preferences(pilot: Dashboard) -> PreferencesScreen:
    screen = await open_screen(pilot, "comma", PreferencesScreen)
    assert isinstance(screen, PreferencesScreen)
    return screen


def row(screen: PreferencesScreen, key: str) -> PreferenceRow:
    return next(row for row in screen.query(PreferenceRow) if row.preference.key == key)


def title(screen: PreferencesScreen) -> str:
    return static_text(screen, "#preferences-title")


@anyio
async def test_settings_are_checked_and_saved_and_comments_stay(stage: Stage) -> None:
    config = stage.workspace.settings.config_path
    config.write_text(SOURCE)
    stage.sync()
    story = Story()
    async with dashboard(stage, size=(120, 50), story=story) as pilot:
        screen = await open_preferences(pilot)
        interval = row(screen, "interval")
        interval.query_one(Input).focus()
        assert interval.query_one(Input).value == "90"
        await pilot.press("end", "backspace", "backspace", *"often")
        await pilot.pause()
        assert "interval must be whole seconds from 1 to 86400" in "\n".join(text_of(pilot))
        assert "1 invalid value" in title(screen)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert config.read_text() == SOURCE
        interval.query_one(Input).value = "2m"
        row(screen, "toasts.freshness").query_one(Checkbox).focus()
        await pilot.press("space")
        row(screen, "quiet_hours").query_one(Input).value = "14:00-15:00"
        await pilot.pause()
        assert "3 unsaved changes" in title(screen)
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "PreferencesSaved" in story)
        await pilot.pause()
        assert "Saved; takes effect at the next start: Interval" in title(screen)
        assert story.tells("PreferencesFetched", "PreferenceEdited", "PreferencesSaved")
        text = config.read_text()
        assert 'interval = "2m"  # not too often' in text
        assert "freshness = false # please" in text
        assert text.startswith("# mine\n")
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        assert load_settings(config=config).quiet_hours == "14:00-15:00"
        app_of(pilot).clear_notifications()
        pilot.app.post_message(NoticeGiven(Notice("Offline", "…", "error", "failures")))
        await pilot.pause()
        assert toasts(pilot) == [], "14:30 is in the quiet hours"


async def edit_interval(pilot: Dashboard) -> PreferencesScreen:
    screen = await open_preferences(pilot)
    row(screen, "interval").query_one(Input).value = "2m"
    await pilot.pause()
    assert "1 unsaved change" in title(screen)
    return screen


async def unsaved_dialog(pilot: Dashboard) -> UnsavedDialog:
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, UnsavedDialog))
    await pilot.pause()
    assert isinstance(pilot.app.screen, UnsavedDialog)
    return pilot.app.screen


@anyio
async def test_leaving_asks_about_unsaved_changes(stage: Stage) -> None:
    config = stage.workspace.settings.config_path
    config.write_text(SOURCE)
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = await edit_interval(pilot)
        await pilot.press("escape")
        await unsaved_dialog(pilot)
        assert any("1 unsaved change: Interval" in line for line in text_of(pilot))
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        assert row(screen, "interval").query_one(Input).value == "2m"
        await pilot.press("escape")
        await unsaved_dialog(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: app_of(pilot).screen.id == "dashboard")
        assert config.read_text() == SOURCE
        await edit_interval(pilot)
        await pilot.press("escape")
        await unsaved_dialog(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: app_of(pilot).screen.id == "dashboard")
        assert story.tells("PreferenceEdited", "PreferencesSaved")
        assert 'interval = "2m"' in config.read_text()


@anyio
async def test_a_reverted_change_is_no_change(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await edit_interval(pilot)
        row(screen, "interval").query_one(Input).value = ""
        await pilot.pause()
        assert "unsaved" not in title(screen)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app_of(pilot).screen.id == "dashboard")


@anyio
async def test_invalid_values_can_only_be_discarded(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_preferences(pilot)
        row(screen, "interval").query_one(Input).value = "often"
        await pilot.pause()
        await pilot.press("escape")
        await unsaved_dialog(pilot)
        assert any("1 invalid value" in line for line in text_of(pilot))
        await pilot.press("s")
        await pilot.pause()
        await unsaved_dialog(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: app_of(pilot).screen.id == "dashboard")
        assert not stage.workspace.settings.config_path.exists()


@anyio
@pytest.mark.parametrize("answer", ["s", "d"])
async def test_opening_another_screen_and_quitting_ask_too(stage: Stage, answer: str) -> None:
    config = stage.workspace.settings.config_path
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await edit_interval(pilot)
        row(screen, "bell").query_one(Checkbox).focus()
        await pilot.press("i")
        await unsaved_dialog(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("i")
        await unsaved_dialog(pilot)
        await pilot.press(answer)
        await wait_for(pilot, lambda: app_of(pilot).screen.id == "insights")
        assert config.exists() is (answer == "s")
        screen = await open_preferences(pilot)
        row(screen, "history").query_one(Input).value = "20d"
        await pilot.pause()
        await pilot.press("ctrl+q")
        await unsaved_dialog(pilot)
        assert pilot.app.is_running
        await pilot.press(answer)
        await wait_for(pilot, lambda: not pilot.app.is_running)
    assert config.exists() is (answer == "s")


@anyio
async def test_values_that_contradict_each_other_are_not_saved(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, size=(120, 50), story=story) as pilot:
        screen = await open_preferences(pilot)
        row(screen, "settle").query_one(Input).value = "400"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "PreferencesRefused" in story)
        await pilot.pause()
        assert not stage.workspace.settings.config_path.exists()


@anyio
async def test_an_invalid_file_is_reported_and_not_changed(stage: Stage) -> None:
    config = stage.workspace.settings.config_path
    config.write_text("interval = soon\n")
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_preferences(pilot)
        assert "line 1" in title(screen)
        assert config.read_text() == "interval = soon\n"
        await pilot.press("escape")
        await pilot.pause()
        assert app_of(pilot).screen.id == "dashboard"


@anyio
async def test_a_theme_takes_effect_when_it_is_saved(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, size=(120, 50), story=story) as pilot:
        screen = await open_preferences(pilot)
        choice = row(screen, "theme").query_one(Select)
        choice.value = "nord"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: pilot.app.theme == "nord")
        assert load_settings(config=stage.workspace.settings.config_path).theme == "nord"


@anyio
async def test_what_may_be_done_in_intercom_takes_effect_when_it_is_saved(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(120, 60)) as pilot:
        screen = await open_preferences(pilot)
        row(screen, "undo_window").query_one(Input).value = "30"
        row(screen, "writes").query_one(Checkbox).focus()
        await press_each(pilot, "space", "ctrl+s")
        settings = stage.workspace.settings
        assert (settings.writes, settings.undo_window, settings.read_only) == (True, 30, False)
        assert stage.workspace.outbox.why_off() is None
        assert not any("at the next start" in line for line in text_of(pilot))


def test_the_screen_has_every_setting() -> None:
    shown = {preference.key for _, section in preferences(()) for preference in section}
    kinds = {f"{TOASTS_PREFIX}{kind}" for kind in TOAST_KINDS}
    edited_in_the_file = {"toasts", "keymap", "commands", "undo_windows"}
    assert shown == {*CHECKS, *kinds} - edited_in_the_file


def test_a_number_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    assert "must be whole seconds from 1 to 86400" in problem("interval", "9" * 5_000, tmp_path)


@anyio
async def test_a_value_that_a_variable_or_a_flag_overrides_says_so(stage_with: Callable[..., Stage]) -> None:
    overrides = {"base_url": "FASTINTERCOM_BASE_URL", "token_command": "INTERCOM_ACCESS_TOKEN"}
    stage = stage_with(settings={"overrides": overrides})
    stage.workspace.settings.config_path.write_text('base_url = "https://api.eu.intercom.io"\n')
    async with dashboard(stage) as pilot:
        screen = await open_preferences(pilot)
        edited = row(screen, "base_url")
        assert edited.query_one(Input).value == "https://api.eu.intercom.io"
        edited.scroll_visible(animate=False)
        await wait_for(pilot, lambda: "FASTINTERCOM_BASE_URL sets this: http://localhost" in shown(pilot))
        edited.query_one(Input).value = "https://api.au.intercom.io"
        row(screen, "interval").query_one(Input).value = "120"
        await pilot.press("ctrl+s")
        saved = (
            "Saved; takes effect at the next start: Interval; Address takes effect only without "
            "FASTINTERCOM_BASE_URL"
        )
        await wait_for(pilot, lambda: saved in title(screen))
        row(screen, "use_keyring").scroll_visible(animate=False)
        await wait_for(pilot, lambda: "INTERCOM_ACCESS_TOKEN is used instead" in shown(pilot))


def shown(pilot: Dashboard) -> str:
    return "\n".join(text_of(pilot))
