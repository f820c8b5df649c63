"""Links whose host could be taken for another one: what is shown of them, and the question before opening."""

from __future__ import annotations

import pytest

from tests.dashboard.stage import Stage, dashboard, screen_of, settle, text_of, toasts, type_query, wait_for
from tests.dashboard.thread.test_actions import Browser, browser, on_screen
from tui.dashboard.thread.links_screen import LinksScreen
from tui.dashboard.thread.open_dialog import OpenDialog

__all__ = ["browser"]
pytestmark = pytest.mark.anyio

LONG_HOST = "bank.example." + "secure-" * 8 + "login." + "a" * 60 + "." + "b" * 60 + ".evil.example"
BODY = f"""
<p>A kraken. Log in at <a href="https://evil.example/">https://bank.example</a>.</p>
<p>https://bank.example@user.example/</p>
<p>https://аррӏе.com/account</p>
<p><a href="https://plain.example/help">our page</a></p>
<p><a href="https://{LONG_HOST}/{"p" * 300}">long</a></p>
"""
OPENED = [
    "https://bank.example/",
    "https://evil.example/",
    "https://bank.example@user.example/",
    "https://xn--80ak6aa92e.com/account",
    "https://plain.example/help",
]
REASONS = {
    2: ["It opens evil.example", "⚠ The text of the link names bank.example."],
    3: ["It opens user.example", "⚠ “bank.example” before the @ is a user name, not the host."],
    4: ["It opens xn--80ak6aa92e.com", "which stands for аррӏе.com", "letters of other alphabets"],
}


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.world.create(BODY, subject="Kraken")
    stage.clock.move(minutes=1)
    stage.sync()
    return stage


async def test_the_real_hosts_are_shown_in_the_thread_and_in_the_list(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "enter", "z")
        await settle(pilot)
        lines = text_of(pilot)
        for line in (
            "Log in at bank.example [1] (⚠ evil.example) [2].",
            "⚠ user.example [3]",
            "⚠ xn--80ak6aa92e.com/account “аррӏе.com” [4]",
            "our page (plain.example) [5]",
        ):
            assert on_screen(lines, line)
        await pilot.press("G")
        await settle(pilot)
        lines = text_of(pilot)
        assert f"({LONG_HOST}) [6]" in "".join(line.strip(" ▌▐│▁▔█▎▊") for line in lines)
        await pilot.press("l")
        await settle(pilot)
        assert isinstance(pilot.app.screen, LinksScreen)
        lines = text_of(pilot)
        assert on_screen(lines, "[2] ⚠ evil.example")
        assert on_screen(lines, "[3] ⚠ user.example")
        inside = "".join(line.split("│")[1].strip() for line in lines if line.count("│") >= 2)
        assert f"[6]{LONG_HOST}/pp" in inside


@pytest.mark.parametrize("number", [2, 3, 4])
async def test_a_doubtful_address_is_opened_only_after_a_yes(
    stage: Stage, browser: Browser, number: int
) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "enter")
        await settle(pilot)
        for key in ("n", "escape"):
            await pilot.press("l", str(number))
            await wait_for(pilot, lambda: isinstance(pilot.app.screen, OpenDialog))
            lines = text_of(pilot)
            assert all(on_screen(lines, reason) for reason in REASONS[number])
            await pilot.press(key)
            assert not isinstance(pilot.app.screen, OpenDialog)
        await pilot.press("l", str(number))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, OpenDialog))
        assert browser.opened == []
        await pilot.press("y")
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        assert browser.opened == [OPENED[number - 1]]


async def test_a_plain_address_is_opened_at_once(stage: Stage, browser: Browser) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "enter")
        await settle(pilot)
        await pilot.press("l", "5")
        await wait_for(pilot, lambda: bool(browser.opened))
        assert browser.opened == [OPENED[4]]


async def test_a_click_on_a_doubtful_address_asks_too(stage: Stage, browser: Browser) -> None:
    async with dashboard(stage, size=(120, 36)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "enter")
        await settle(pilot)
        lines = text_of(pilot)
        row = next(y for y, line in enumerate(lines) if "⚠ user.example [3]" in line)
        await pilot.click(offset=(lines[row].index("user.example"), row))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, OpenDialog))
        assert browser.opened == []
        assert screen_of(pilot).thread.links[2].url == "https://bank.example@user.example/"
