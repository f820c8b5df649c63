"""Keys, themes, and what is remembered from one start to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.color import Color
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import OptionList

from tests.dashboard.stage import (
    Stage,
    Story,
    app_of,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.keymap import FOCUS_CHAINS, actions, check_keymap, conflicts, declared, key_name
from tui.dashboard.preferences.theme_screen import ThemeScreen
from tui.dashboard.themes import DARK, LIGHT, OWN_THEMES
from tui.settings import Settings, SettingsError

anyio = pytest.mark.anyio


def test_an_unknown_action_is_an_error_with_the_nearest() -> None:
    check_keymap(Settings(keymap={"refresh": "f9", "coverage": "ctrl+k"}))
    with pytest.raises(SettingsError, match=r"keymap\.refrsh is not an action; did you mean 'refresh'\?$"):
        check_keymap(Settings(keymap={"refrsh": "f9"}))


@pytest.mark.parametrize(
    ("text", "name"), [("/", "slash"), ("-", "minus"), ("<", "less_than_sign"), ("j", "j"), (" f5 ", "f5")]
)
def test_keys_may_be_written_as_the_character(text: str, name: str) -> None:
    assert key_name(text) == name


@anyio
async def test_conflicting_keys_are_reported_with_both_names(
    stage_with: Callable[..., Stage],
) -> None:
    stage = stage_with(settings={"keymap": {"refresh": "j", "sync_days": "v", "coverage": "c,f2"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        (told,) = toasts(pilot)
        select = "“Select” (select_days)"
        title, _, lines = told.partition(": ")
        assert title == "Conflicting keys"
        assert lines.splitlines() == [
            "j is set for both “Next” (next) and “Sync” (refresh); “Next” (next) gets it",
            "j is set for both “Down” (thread_down) and “Sync” (refresh); “Down” (thread_down) gets it",
            f"v is set for both {select} and “Sync days” (sync_days); {select} gets it",
        ]


def test_the_default_keys_do_not_conflict() -> None:
    assert conflicts({name: binding.key for name, binding in actions().items()}) == []


OPENED_BY = (
    ["enter"], ["p"], ["c"], ["i"], ["H"], ["H", "L"], ["comma"], ["T"], ["question_mark"], ["w"], ["y"],
    ["v"], ["V"], ["C"], ["F"], ["m"],
)  # fmt: skip


@anyio
async def test_conflicts_are_looked_for_wherever_the_keys_can_go(stage: Stage) -> None:
    known = [[b.id for owner in chain for b in declared(owner)] for chain in FOCUS_CHAINS]
    stage.sync()
    seen = set()
    async with dashboard(stage) as pilot:
        for keys in ([], *OPENED_BY):
            await pilot.press(*keys)
            await pilot.pause()
            screen = pilot.app.screen
            seen.add(type(screen).__name__)
            for widget in screen.walk_children(Widget):
                if widget.can_focus and not widget.disabled:
                    chain = widget.ancestors_with_self
                    nodes = chain[: chain.index(screen) + 1] if screen.is_modal else chain
                    ids = [b.id for node in nodes for b in bindings_of(type(node))]
                    assert any(is_within(ids, place) for place in known), (widget, ids)
            while pilot.app.screen is not screen_of(pilot):
                await pilot.press("escape")
                await pilot.pause()
    assert len(seen) > 13


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The dashboard's own bindings of a class and of those it is made from."""
    classes = [owner for owner in node.__mro__ if issubclass(owner, DOMNode)]
    return [b for owner in classes if owner.__module__.startswith("tui.") for b in declared(owner)]


def is_within(ids: Sequence[str | None], place: Sequence[str | None]) -> bool:
    """Whether these come in this order, others in between."""
    rest = iter(place)
    return all(id_ in rest for id_ in ids)


@anyio
async def test_markers_name_the_real_keys(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"take_new": "ctrl+n", "fill_gap": "f8,f"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        assert screen.results.marker.take_key == "^n"
        assert screen.sync.banner.fill_key == "f8"


@anyio
async def test_a_theme_is_previewed_and_kept_or_given_up(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("T")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ThemeScreen))
        choices = pilot.app.screen.query_one(OptionList)
        await wait_for(pilot, lambda: choices.highlighted == 0)
        await pilot.press("j", "down")
        await wait_for(pilot, lambda: pilot.app.theme not in (DARK, LIGHT))
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.theme == DARK
        assert "ThemeChosen" not in story
        await pilot.press("T", "j", "enter")
        await wait_for(pilot, lambda: "ThemeChosen" in story)
        assert pilot.app.theme == LIGHT
    async with dashboard(stage) as pilot:
        assert pilot.app.theme == LIGHT


@anyio
async def test_the_palette_sets_any_theme(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+p", *"theme nord")
        await wait_for(pilot, lambda: any("Theme: nord" in line for line in text_of(pilot)))
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.theme == "nord")


@anyio
async def test_search_order_and_split_are_remembered(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open")
        await press_each(pilot, "enter", "s", "S")
        await pilot.press("less_than_sign", "less_than_sign")
        await settle(pilot)
        width = screen_of(pilot).results.size.width
        assert width < 60
        ids = list(screen_of(pilot).results.table.model.ids)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        assert screen.search_pane.text == "is:open"
        assert (screen.results.table.sort, screen.results.table.reverse) == ("created", True)
        assert list(screen.results.table.model.ids) == ids
        assert screen.results.size.width == width
        assert screen.results.table.has_focus


@anyio
async def test_the_settings_file_wins_when_it_was_changed_since(
    stage_with: Callable[..., Stage], tmp_path: Path
) -> None:
    stage = stage_with(options={"conversations": 5})
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+t")
        await wait_for(pilot, lambda: pilot.app.theme == LIGHT)
    stage.close()
    again = stage_with(options={"conversations": 5}, settings={"theme": "nord"})
    async with dashboard(again, ready=False) as pilot:
        assert pilot.app.theme == "nord"


PAIRS = (
    *product(
        ("foreground", "muted", "text-primary", "text-success", "text-warning", "text-error", "text-accent"),
        ("background", "surface", "row-odd", "panel"),
    ),
    ("foreground", "cursor-line"),
    ("foreground", "cursor-line-blurred"),
    ("foreground", "note-background"),
    ("text-warning", "note-background"),
    ("text-match", "match-background"),
    ("text-current-match", "current-match-background"),
    ("text-error", "error-muted"),
    ("text-warning", "warning-muted"),
    ("footer-key-foreground", "panel"),
    ("background", "primary"),
    ("background", "accent"),
)
"""What is written on what: text, ground."""


@anyio
@pytest.mark.parametrize("theme", [t.name for t in OWN_THEMES])
async def test_every_text_stands_out_from_its_ground(stage_with: Callable[..., Stage], theme: str) -> None:
    """WCAG AA: a contrast of 4.5 to 1 at least, with the colours that Textual works out."""
    stage = stage_with(settings={"theme": theme}, options={"conversations": 5})
    async with dashboard(stage, ready=False) as pilot:
        colours = app_of(pilot).theme_variables
    weak = {}
    for text, ground in PAIRS:
        below = Color.parse(colours[ground])
        ratio = contrast(Color.parse(colours["background"]).blend(below, below.a), Color.parse(colours[text]))
        if ratio < 4.5:
            weak[text, ground] = round(ratio, 2)
    assert weak == {}


def contrast(ground: Color, text: Color) -> float:
    """The ratio of the relative luminances, as WCAG defines them; see-through text lies on its ground."""

    def luminance(colour: Color) -> float:
        parts = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in colour.normalized)
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    ground = Color(ground.r, ground.g, ground.b)
    dark, light = sorted((luminance(ground), luminance(ground.blend(text, text.a))))
    return (light + 0.05) / (dark + 0.05)
