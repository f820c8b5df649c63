"""Themes: every one works, and those of the dashboard are readable."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from textual.color import Color
from textual.widgets import OptionList

from tests.dashboard.stage import Stage, Story, app_of, dashboard, settle, text_of, wait_for
from tui.dashboard.preferences.theme_screen import ThemeScreen
from tui.dashboard.themes import DARK, LIGHT, OWN_THEMES

pytestmark = pytest.mark.anyio


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
        assert [line[0] for line in lines[3:6]] == [" ", "▌", " "], "the cursor"
        assert lines[4][2] in "●◷✓", "the state"
        assert "🟢 Fresh" in lines[-2]


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
