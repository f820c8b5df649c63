"""Whatever others write, the dashboard shows it as plain text: no control, no markup, no line too wide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.attacks import ATTACKS, MARKUP, SEEN, commands_in
from tests.dashboard.screen_text import screen_strips
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    dashboard,
    press_at_once,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tests.hostile_workspace import OPTIONS, plant
from tui.dashboard import main_screen
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.notifications.delivery import desktop_sequence
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.links_screen import LinksScreen
from tui.visible import visible
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio
SIZE = (80, 24)
COMMANDS = {"app.bell", "app.quit"}
"""What markup of the attacks would do on a click."""
CHOSEN = ("markup: closing tag", "markup: action", "markup: link", "terminal: hyperlink", "bidi: override")
"""Attacks for which screens are opened that look the same for all of them."""
VISIBLE = {
    **{f"markup: {name}": text[:20] for name, text in MARKUP.items()},
    **{f"invisible: {name}": text.strip()[:20] for name, text in SEEN.items()},
}
"""What must be seen of attacks, as the beginning of a line shows it."""


@pytest.fixture
def attacked(stage_with: Callable[..., Stage]) -> tuple[Stage, dict[str, int]]:
    """A mirror full of attacks, and the ids of its conversations."""
    stage = stage_with(options=OPTIONS)
    ids = plant(stage.world)
    stage.sync()
    return stage, ids


def check(pilot: Dashboard, where: str) -> None:
    """Check what is on screen, with its styles."""
    for strip in screen_strips(pilot.app):
        assert not commands_in(strip.text), where
        assert visible(strip.text) == strip.text, where
        assert "\n" not in strip.text, where
        assert strip.cell_length == SIZE[0], (where, strip.text)
        for segment in strip:
            style = segment.style
            if style is not None:
                assert style.link is None, (where, style.link)
                assert not {"bell", "quit"} & {str(action) for action in style.meta.values()}, (
                    where,
                    style.meta,
                )


async def press(pilot: Dashboard, where: str, *keys: str) -> None:
    """Press keys, and check the screen when it shows their effect."""
    await press_each(pilot, *keys)
    screen = pilot.app.screen
    await wait_for(pilot, lambda: not (isinstance(screen, SecondaryScreen) and screen.is_waiting))
    check(pilot, f"{where}, after {' '.join(keys)}")


def shown_thread_of(screen: DashboardScreen) -> int | None:
    """The conversation whose thread is on screen; None while it is fetched."""
    thread = screen.thread.thread
    return None if thread is None else thread.conversation.id


async def test_every_thread_is_plain_text(attacked: tuple[Stage, dict[str, int]]) -> None:
    stage, ids = attacked
    names = {number: name for name, number in ids.items()}
    async with dashboard(stage, size=SIZE) as pilot:
        screen = screen_of(pilot)
        await press(pilot, "the newest", "home", "e", "enter", "z")
        read = set[int]()
        for _ in names:
            if read:
                press_at_once(pilot, "right_curly_bracket")
                await wait_for(pilot, lambda: shown_thread_of(screen) not in {None, *read})
            number = shown_thread_of(screen)
            assert number is not None
            read.add(number)
            name = names[number]
            check(pilot, name)
            if name in VISIBLE:
                assert any(VISIBLE[name] in line for line in text_of(pilot)), name
        assert read == set(names)


async def test_links_and_customers_are_plain_text(attacked: tuple[Stage, dict[str, int]]) -> None:
    stage, ids = attacked
    async with dashboard(stage, size=SIZE) as pilot:
        for name in CHOSEN:
            await type_query(pilot, f"#{ids[name]}")
            await press(pilot, name, "enter", "enter", "G")
            await press(pilot, name, "l")
            assert isinstance(pilot.app.screen, LinksScreen) or "http" not in ATTACKS[name], name
            await press(pilot, name, "escape", "w")
            assert isinstance(pilot.app.screen, CustomerScreen)
            await wait_for(pilot, lambda: not any("Loading" in line for line in text_of(pilot)))
            check(pilot, f"the customer of {name}")
            await press(pilot, name, "escape", "y", "escape")


async def test_lists_and_screens_are_plain_text(attacked: tuple[Stage, dict[str, int]]) -> None:
    stage, _ = attacked
    async with dashboard(stage, size=SIZE) as pilot:
        await press(pilot, "the list", "home")
        for page in range(len(ATTACKS) // 10):
            await press(pilot, f"page {page}", "pagedown")
        await press(pilot, "insights", "i", "pagedown", "pagedown", "pagedown")
        await press(pilot, "the main screen", "escape")
        await press(pilot, "play mode", "p", "s", "s")
        await press(pilot, "the main screen", "escape", "escape", "escape")
        await press(pilot, "history", "H", "end", "escape")
        await press(pilot, "coverage", "c", "escape")


async def test_completions_are_plain_text(attacked: tuple[Stage, dict[str, int]]) -> None:
    stage, _ = attacked
    async with dashboard(stage, size=SIZE) as pilot:
        for operator in ("tag", "assignee", "company", "attr"):
            await type_query(pilot, f"{operator}:")
            await press(pilot, operator, "down")
            await press(pilot, operator, *["down"] * 9)
            await press(pilot, operator, "escape")


async def test_the_palette_finds_attacks_as_plain_text(attacked: tuple[Stage, dict[str, int]]) -> None:
    stage, _ = attacked
    for place, (name, text) in enumerate(MARKUP.items()):
        stage.workspace.views.save(f"{place} {text}"[:30], f'subject:"{name}"')
    async with dashboard(stage, size=SIZE) as pilot:
        for typed in ("owned", "red", "evil", "click", "0 ["):
            await press(pilot, typed, "ctrl+p", *typed)
            await press(pilot, typed, "escape")
        await press(pilot, "the views", "v", "down", "down", "end", "escape")


async def test_toasts_are_plain_text(
    attacked: tuple[Stage, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_screen, "LOOK_EVERY", 0.02)
    stage, ids = attacked
    other = Workspace(stage.workspace.settings, clock=stage.clock)
    async with dashboard(stage, size=SIZE) as pilot:
        for name, text in MARKUP.items():
            number = ids[f"markup: {name}"]
            other.annotations.follow_up([number], stage.clock.now + timedelta(minutes=1))
            stage.clock.move(minutes=2)
            await wait_for(pilot, lambda: bool(toasts(pilot)))
            await settle(pilot)
            check(pilot, name)
            assert any(text[:10] in toast for toast in toasts(pilot)), name
            pilot.app.clear_notifications()
            await settle(pilot)
    other.close()


@pytest.mark.parametrize("protocol", ["osc9", "osc777"])
def test_a_desktop_notification_is_one_sequence(protocol: str) -> None:
    for text in ATTACKS.values():
        sequence = desktop_sequence(protocol, Notice(text, text))
        assert sequence.startswith("\x1b]")
        assert sequence.endswith("\x07")
        assert not commands_in(sequence[2:-1])
        assert "\n" not in sequence
