"""Before the first change: who acts where is asked; what cannot be done is said with its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    wait_for,
)
from tui.dashboard.composer.screen import ComposerScreen
from tui.dashboard.permission.dialogs import ActAsDialog, FirstUseDialog
from tui.settings import load_settings

pytestmark = pytest.mark.anyio


def is_composing(pilot: Dashboard) -> bool:
    return isinstance(pilot.app.screen, ComposerScreen)


def shows_list(pilot: Dashboard) -> bool:
    return pilot.app.screen is screen_of(pilot)


async def test_the_first_use_names_who_acts_where_and_turns_it_on(stage: Stage) -> None:
    stage.sync()
    path = stage.workspace.settings.config_path
    path.write_text('# mine\ntheme = ""\n', "utf-8")
    identity = stage.workspace.outbox.identity()
    assert identity is not None
    async with dashboard(stage) as pilot:
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FirstUseDialog))
        shown = " ".join(" ".join(line.strip(" │") for line in text_of(pilot)).split())
        region = f" ({identity.region})" if identity.region else ""
        assert f"fastintercom will act as {identity.teammate.name} in {identity.workspace}{region}." in shown
        assert "each waits 10 seconds, in which u takes it back" in shown
        await press_each(pilot, "escape")
        assert shows_list(pilot)
        assert not load_settings(config=path).writes
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FirstUseDialog))
        await press_each(pilot, "ctrl+y")
        assert is_composing(pilot)
        assert stage.workspace.settings.writes
        assert path.read_text() == '# mine\ntheme = ""\nwrites = true\n'
        assert load_settings(config=path).writes
        await press_each(pilot, "escape", "B")
        assert is_composing(pilot), "it is asked once"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"read_only": True}, "Nothing is changed in Intercom: read_only = true in the settings"),
        (
            {"writes": True, "read_only": True, "overrides": {"read_only": "--read-only"}},
            "Nothing is changed in Intercom: --read-only",
        ),
        ({"writes": True, "act_as": 999_999}, "act_as: there is no teammate 999999 in "),
    ],
)
async def test_what_wins_over_everything_is_only_said(
    stage_with: Callable[..., Stage], settings: dict[str, object], words: str
) -> None:
    stage = stage_with(settings=settings)
    stage.sync()
    async with dashboard(stage) as pilot:
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        await settle(pilot)
        assert toasts(pilot)[0].startswith(words)
        assert shows_list(pilot)


@pytest.mark.parametrize("writes", [True, False])
async def test_without_a_seat_only_the_reason_is_said(stage_with: Callable[..., Stage], writes: bool) -> None:
    stage = stage_with(settings={"writes": writes})
    stage.world.give_seat(False)
    me = stage.world.admins[stage.world.me]
    stage.sync()
    async with dashboard(stage) as pilot:
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        await settle(pilot)
        assert toasts(pilot) == [f"{me.name} has no Inbox seat in Intercom, which changes need"]
        assert shows_list(pilot)


async def test_another_teammates_name_is_confirmed_once(stage_with: Callable[..., Stage]) -> None:
    first = stage_with()
    first.sync()
    me = first.workspace.directory().me
    assert me is not None
    other = next(a for a in first.workspace.directory().admins if a.id != me.id and a.has_inbox_seat)
    first.close()
    stage = stage_with(settings={"writes": True, "act_as": other.id})
    async with dashboard(stage) as pilot:
        await press_each(pilot, "B")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ActAsDialog))
        assert any("sends what you write in the name of" in line for line in text_of(pilot))
        assert any(other.name in line for line in text_of(pilot))
        await press_each(pilot, "escape")
        assert shows_list(pilot)
        for times in (1, 0):
            await press_each(pilot, "B")
            await settle(pilot)
            if times:
                await wait_for(pilot, lambda: isinstance(pilot.app.screen, ActAsDialog))
                await press_each(pilot, "ctrl+y")
            assert is_composing(pilot)
            assert any(f"you reply as {other.name}" in line for line in text_of(pilot))
            await press_each(pilot, "escape")
