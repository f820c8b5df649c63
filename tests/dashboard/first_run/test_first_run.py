"""The first run, without a token."""

from __future__ import annotations

import stat
from collections.abc import Callable

import httpx
import pytest
from textual.widgets import RadioSet

from tests.dashboard.stage import TOKEN, Stage, Story, Wire, dashboard, text_of, wait_for
from tui.credentials import REGIONS, save_token_and_region
from tui.dashboard import token_request
from tui.dashboard.app_result import RestartWithToken, StartDemo
from tui.dashboard.first_run.screen import FirstRunScreen
from tui.settings import Secret, Settings, load_settings, save_token

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    return stage_with(token=None)


async def test_it_explains_how_to_get_a_token_and_accepts_one(stage: Stage) -> None:
    assert token_request(stage.workspace.settings) == ""
    story = Story()
    async with dashboard(stage, story=story, ask_for_token=True) as pilot:
        assert isinstance(pilot.app.screen, FirstRunScreen)
        words = " ".join(text_of(pilot))
        assert "https://app.intercom.com/a/apps/_/developer-hub" in words
        assert "Access token" in words
        pilot.app.screen.form.token.value = TOKEN
        await pilot.press("enter")
        await wait_for(pilot, lambda: "TokenAccepted" in story)
        assert TOKEN not in " ".join(text_of(pilot))
    assert pilot.app.return_value == RestartWithToken(stage.workspace.settings, Secret(TOKEN))
    path = stage.workspace.settings.token_path
    assert path.read_text() == f"{TOKEN}\nfor http://localhost\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token_request(stage.workspace.settings) is None


async def test_a_wrong_token_is_rejected_and_not_stored(stage: Stage) -> None:
    async with dashboard(stage, ask_for_token=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstRunScreen)
        screen.form.token.value = "not-the-token"
        await pilot.click("#save")
        await wait_for(pilot, lambda: screen.form.status.has_class("-error"))
        await pilot.pause()
        words = " ".join(" ".join(text_of(pilot)).split())
        assert "does not accept the access token (401)" in words
        assert "not-the-token" not in words
        assert screen.form.token.has_focus
        assert not screen.form.save.disabled
    assert not stage.workspace.settings.token_path.exists()


@pytest.mark.parametrize(("typed", "said"), [("", "is empty"), ("two words", "contains a blank")])
async def test_a_malformed_token_is_rejected_without_a_request(stage: Stage, typed: str, said: str) -> None:
    stage.wire.is_cut = True
    async with dashboard(stage, ask_for_token=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstRunScreen)
        screen.form.token.value = typed
        await pilot.press("enter")
        await wait_for(pilot, lambda: any(said in line for line in text_of(pilot)))


async def test_a_missing_network_is_reported(stage: Stage) -> None:
    stage.wire.is_cut = True
    async with dashboard(stage, ask_for_token=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstRunScreen)
        screen.form.token.value = TOKEN
        await pilot.press("enter")
        await wait_for(pilot, lambda: screen.form.status.has_class("-error"))
        await pilot.pause()
        assert any("no connection to" in line for line in text_of(pilot))


class Faulty(Wire):
    """Fails at first, with an error message that contains the token."""

    is_broken = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_broken:
            raise RuntimeError(f"no cable\nfor {request.headers['Authorization']}")
        return await super().handle_async_request(request)


async def test_an_unexpected_error_is_reported_and_the_user_can_try_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.wire = wire = Faulty(stage.simulator)
    story = Story()
    async with dashboard(stage, story=story, ask_for_token=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstRunScreen)
        screen.form.token.value = TOKEN
        await pilot.click("#save")
        await wait_for(pilot, lambda: any("no cable" in line for line in text_of(pilot)))
        words = str(screen.form.status.content)
        assert "RuntimeError: no cable for Bearer •••" in words
        assert "\n" not in words
        assert "no cable" in caplog.text
        assert TOKEN not in words + caplog.text
        assert screen.form.token.has_focus
        assert not screen.form.save.disabled
        wire.is_broken = False
        await wait_for(pilot, lambda: not screen.form.save.has_class("-active"))  # the first click has faded
        await pilot.click("#save")
        await wait_for(pilot, lambda: "TokenAccepted" in story)
    assert pilot.app.return_value == RestartWithToken(stage.workspace.settings, Secret(TOKEN))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_token_saved_for_another_host_is_asked_for_again(stage: Stage, size: tuple[int, int]) -> None:
    settings = stage.workspace.settings
    save_token(Secret("for-intercom-only"), settings=Settings(config_path=settings.config_path))
    assert "is for Intercom, so it is not sent to http://localhost" in (token_request(settings) or "")
    story = Story()
    async with dashboard(stage, story=story, ask_for_token=True, size=size) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, FirstRunScreen)
        await pilot.pause()
        words = " ".join(" ".join(text_of(pilot)).replace("│", " ").split())
        assert "is for Intercom, so it is not sent to http://localhost, which the program names" in words
        assert "correct that, or enter a token for http://localhost here" in words
        assert "the token is sent to http://localhost only" in words
        assert screen.region.contains_region(screen.form.save.region)
        screen.form.token.value = TOKEN
        await pilot.press("enter")
        await wait_for(pilot, lambda: "TokenAccepted" in story)
    assert token_request(settings) is None


async def test_the_demo_can_be_started_instead(stage: Stage) -> None:
    async with dashboard(stage, ask_for_token=True) as pilot:
        await pilot.click("#demo")
        await pilot.pause()
    assert pilot.app.return_value == StartDemo()


async def test_everything_fits_on_a_small_terminal(stage: Stage) -> None:
    async with dashboard(stage, ask_for_token=True, size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert {"#save", "#demo"} <= {
            f"#{b.id}" for b in screen.query("Button") if screen.region.contains_region(b.region)
        }
        assert screen.region.contains_region(screen.query_one("#region", RadioSet).region)


def test_the_region_is_saved_and_other_settings_are_kept(stage: Stage) -> None:
    config = stage.workspace.settings.config_path
    config.write_text('# mine\ninterval = 90\n\n[keymap]\nrefresh = "f9"\n')
    settings = load_settings(config=config)
    saved = save_token_and_region(Secret(TOKEN), REGIONS["Europe"], "file", settings)
    assert saved.base_url == REGIONS["Europe"]
    again = load_settings(config=config)
    assert (again.base_url, again.interval, again.keymap) == (REGIONS["Europe"], 90, {"refresh": "f9"})
    assert "# mine" in config.read_text()
    save_token_and_region(Secret(TOKEN), REGIONS["Australia"], "file", again)
    assert load_settings(config=config).base_url == REGIONS["Australia"]
    assert config.read_text().count("base_url") == 1
