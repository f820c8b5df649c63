"""Keys, help, palette, themes: what is promised for all of them."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import tui.dashboard
from tests.dashboard.mouse import drag
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    app_of,
    command,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    wait_for,
)
from tui.dashboard.help_screen import HelpScreen, HelpText
from tui.dashboard.keymap import declared
from tui.dashboard.themes import DARK, LIGHT, OWN_THEMES

pytestmark = pytest.mark.anyio
HOME = Path(tui.dashboard.__file__).parent


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages([str(HOME)], "tui.dashboard."):
        yield module.name


def owners() -> list[type[DOMNode]]:
    found = {
        value
        for name in modules()
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__.startswith("tui.")
    }
    return sorted(found, key=lambda owner: owner.__name__)


def test_every_binding_has_an_id_of_its_own_and_a_tooltip() -> None:
    bindings = {binding for owner in owners() for binding in vars(owner).get("BINDINGS", ())}
    assert bindings
    assert all(isinstance(b, Binding) and b.id and b.tooltip and b.description for b in bindings)
    assert [id_ for id_, times in Counter(b.id for b in bindings).items() if times > 1] == []


def help_text(pilot: Dashboard) -> str:
    return "\n".join(block.content.plain for block in pilot.app.screen.query_one(HelpText).blocks)


async def test_the_help_lists_every_binding_with_its_real_key(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"refresh": "f9"}})
    stage.sync()
    async with dashboard(stage, size=(120, 120)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        text = help_text(pilot)
        elsewhere = {"start_demo", "leave"}
        for owner in owners():
            for binding in declared(owner):
                if binding.id not in elsewhere:
                    assert binding.tooltip in text
        sync = next(line for line in text.splitlines() if "Sync with Intercom now" in line)
        assert "f9" in sync
        assert "f5" not in sync
        assert "tag:" in text
        await pilot.press(*"intercom now")
        await pilot.pause()
        narrowed = help_text(pilot)
        assert "Sync with Intercom now" in narrowed
        assert "tag:" not in narrowed
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app_of(pilot).screen, HelpScreen)


async def test_the_help_is_read_with_the_keyboard(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await press_each(pilot, "question_mark")
        text = pilot.app.screen.query_one(HelpText)
        steps: list[float] = []
        for key in ("down", "pagedown", "pageup", "up", "ctrl+end", "ctrl+home"):
            await press_each(pilot, key)
            steps.append(text.scroll_y)
        page = text.size.height
        assert steps == [1, 1 + page, 1, 0, text.max_scroll_y, 0]
        assert "Everywhere" in text_of(pilot)[text.region.y]
        await press_each(pilot, *"nothing like it")
        assert "No help for “nothing like it”" in text_of(pilot)[text.region.y]


async def test_what_is_wrapped_in_the_help_is_marked_as_it_was_written(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await press_each(pilot, "question_mark", *"choose the columns, their order")
        text = pilot.app.screen.query_one(HelpText)
        title, line = help_text(pilot).splitlines()
        shown, top = text_of(pilot), text.region.y
        assert title in shown[top]
        first, last = line.split()[1], line.split()[-1]
        assert last in shown[top + 2], "it takes two lines"
        start, end = shown[top + 1].index(first), shown[top + 2].index(last) + len(last) - 1
        await drag(pilot, (start, top + 1), (end, top + 2))
        assert pilot.app.screen.get_selected_text() == line[line.index(first) :]


async def test_a_keymap_moves_keys_and_the_footer_shows_them(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"search": "ctrl+s"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        assert "^s Search" in text_of(pilot)[-1]
        await pilot.press("slash")
        assert not screen_of(pilot).search_pane.input.has_focus
        await pilot.press("ctrl+s")
        assert screen_of(pilot).search_pane.input.has_focus


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


@pytest.mark.parametrize(
    "theme", [DARK, LIGHT, "nord", "gruvbox", "solarized-light", "ansi-dark", "ansi-light"]
)
async def test_every_kind_of_theme_can_be_chosen(stage_with: Callable[..., Stage], theme: str) -> None:
    stage = stage_with(settings={"theme": theme}, options={"conversations": 10})
    stage.sync()
    async with dashboard(stage) as pilot:
        assert pilot.app.theme == theme
        assert "🟢 Fresh" in text_of(pilot)[-2]
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert app_of(pilot).current_theme in OWN_THEMES


async def test_all_of_textuals_themes_have_what_the_styles_need(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(options={"conversations": 10})
    async with dashboard(stage) as pilot:
        for name in pilot.app.available_themes:
            pilot.app.theme = name
            await pilot.pause()


async def test_it_can_be_read_without_colour(
    stage_with: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = stage_with(options={"conversations": 20})
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("j")
        lines = text_of(pilot)
        assert lines[7].startswith("▌ "), "the cursor"
        assert any(letter in lines[7][2:6] for letter in ("● O", "◷ S", "✓ C"))
        assert "🟢 Fresh" in lines[-2]


def test_the_house_themes_are_readable() -> None:
    """Text on its ground has a contrast of 4.5 to 1 at least (WCAG AA)."""
    from textual.color import Color

    def contrast(one: str, other: str) -> float:
        def luminance(text: str) -> float:
            def linear(part: float) -> float:
                return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

            red, green, blue = Color.parse(text).normalized
            return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for theme in OWN_THEMES:
        named = theme.variables
        grounds = [theme.background, theme.surface, named["row-odd"], named["cursor-line"]]
        for ground in grounds:
            assert ground is not None
            assert contrast(str(theme.foreground), ground) >= 4.5
        for ground in grounds[:3]:
            assert contrast(named["muted"], str(ground)) >= 4.5
        assert contrast(named["text-match"], named["match-background"]) >= 4.5
        assert contrast(named["text-current-match"], named["current-match-background"]) >= 4.5


def test_no_private_name_of_textual_is_used() -> None:
    own: set[str] = set()
    used: dict[str, str] = {}
    for path in HOME.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own.add(node.name)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                assert "._" not in (node.module or ""), path
                assert not any(alias.name.startswith("_") for alias in node.names), path
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
            ):
                if isinstance(node.ctx, ast.Store):
                    own.add(node.attr)
                else:
                    used[node.attr] = str(path)
    assert {name: path for name, path in used.items() if name not in own} == {}
