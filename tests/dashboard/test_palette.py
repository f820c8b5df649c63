"""The command palette."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    command,
    dashboard,
    screen_of,
    settle,
    text_of,
    toasts,
    wait_for,
)
from tui.dashboard.acting.quit_dialog import QuitDialog
from tui.dashboard.app_result import SwitchProfile
from tui.dashboard.preferences.row import PreferenceRow
from tui.dashboard.preferences.screen import PreferencesScreen
from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
from tui.settings.profiles import profile_settings_path
from tui.writes import Close

pytestmark = pytest.mark.anyio


async def test_the_palette_offers_actions_and_conversations(stage: Stage) -> None:
    wanted = stage.world.create("<p>My [zeppelin] is late.</p>", subject="[/b] zeppelin")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("j")
        await command(pilot, "zeppelin", "zeppelin")
        await wait_for(pilot, lambda: screen_of(pilot).thread.conversation_id == wanted)
        await pilot.press("escape")
        await command(pilot, "sort by waiting", "Sort by waiting")
        await wait_for(pilot, lambda: screen_of(pilot).results.table.sort == "waiting")


async def test_a_view_that_holds_a_customers_words_does_not_break_the_palette(stage: Stage) -> None:
    stage.sync()
    stage.workspace.views.save("[/b] of [red]", 'subject:"[/bug] [bold"')
    async with dashboard(stage) as pilot:
        await command(pilot, "[/b] of", "[/b] of [red]")
        await settle(pilot)
        assert screen_of(pilot).search_pane.text == 'subject:"[/bug] [bold"'


async def test_the_palette_sets_any_theme(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+p", *"theme nord")
        await wait_for(pilot, lambda: any("Theme: nord" in line for line in text_of(pilot)))
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.theme == "nord")


@pytest.mark.parametrize("number", ["9" * 25, "#" + "9" * 19, "9" * 5_000, "²", "#²"])
async def test_a_number_that_no_conversation_can_have_finds_none(stage: Stage, number: str) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+p")
        pilot.app.post_message(Paste(number))
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value == number
        assert not toasts(pilot)


# --- profiles ---------------------------------------------------------------------------------------------


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the profiles acme and beta."""
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    folder = tmp_path / "config" / "fastintercom" / "profiles"
    for name in ("acme", "beta"):
        (folder / name).mkdir(parents=True)
        (folder / name / "config.toml").touch()
    return folder


def staged_in(stage: Stage, profile: str) -> None:
    """Have the stage be that of a profile."""
    path = profile_settings_path(profile or "default")
    stage.workspace.settings = msgspec.structs.replace(
        stage.workspace.settings, config_path=path, profile=profile
    )


async def switches(pilot: Dashboard) -> list[str]:
    await pilot.press("ctrl+p", *"switch to profile")
    await settle(pilot)
    found = "\n".join(text_of(pilot))
    await pilot.press("escape")
    return re.findall(r"Switch to profile (\w+)", found)


@pytest.mark.parametrize(("own", "others"), [("acme", ["default", "beta"]), ("", ["acme", "beta"])])
async def test_the_palette_offers_the_other_profiles(
    stage: Stage, profiles: Path, own: str, others: list[str]
) -> None:
    assert profiles.exists()
    staged_in(stage, own)
    stage.sync()
    async with dashboard(stage) as pilot:
        assert sorted(await switches(pilot)) == sorted(others)
        await command(pilot, f"profile {others[-1]}", f"Switch to profile {others[-1]}")
        await wait_for(pilot, lambda: pilot.app.return_value is not None)
    assert pilot.app.return_value == SwitchProfile(others[-1])


async def test_no_profile_is_offered_where_no_name_leads_back(stage: Stage, profiles: Path) -> None:
    """With a settings file of the user's own, and in the demo."""
    assert profiles.exists()
    stage.sync()
    async with dashboard(stage) as pilot:
        assert await switches(pilot) == []
    staged_in(stage, "")
    async with dashboard(stage, is_demo=True) as pilot:
        assert await switches(pilot) == []


async def test_leaving_for_another_profile_asks_as_quitting_does(stage: Stage, profiles: Path) -> None:
    """About changes that are not saved, and once about changes that are not sent."""
    assert profiles.exists()
    staged_in(stage, "acme")
    stage.sync()
    stage.workspace.settings = msgspec.structs.replace(
        stage.workspace.settings, writes=True, undo_window=3600
    )
    (one, *_) = stage.workspace.search_ids(stage.workspace.parse("is:open"))
    stage.workspace.act(Close(), [one])
    async with dashboard(stage) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).outbox_counts.going == 1)
        await pilot.press("comma")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, PreferencesScreen)
        row = next(row for row in screen.query(PreferenceRow) if row.preference.key == "interval")
        row.query_one(Input).value = "2m"
        await pilot.pause()
        await command(pilot, "profile beta", "Switch to profile beta")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, UnsavedDialog))
        await pilot.press("d")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, QuitDialog))
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.return_value is not None)
    assert pilot.app.return_value == SwitchProfile("beta")
    assert [write.has_ended for write in stage.workspace.outbox.open()] == [False]


async def test_why_another_profile_was_not_opened_is_shown(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, problem="beta cannot be opened: config.toml, line 1: [b] is wrong") as pilot:
        assert toasts(pilot) == ["beta cannot be opened: config.toml, line 1: [b] is wrong"]
