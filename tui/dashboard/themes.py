"""The themes of fastintercom, dark and light. The contrast of text to its background is at least 4.5:1."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK = "fastintercom-dark"
LIGHT = "fastintercom-light"

DARK_THEME = Theme(
    name=DARK,
    primary="#5aa9e6",
    secondary="#7fd1b9",
    accent="#f0b866",
    warning="#f2c14e",
    error="#f26d6d",
    success="#67c587",
    foreground="#dde3ea",
    background="#11151b",
    surface="#151a21",
    panel="#1f2731",
    dark=True,
    variables={
        "muted": "#8d99a6",
        "match-background": "#5c4a12",
        "text-match": "#ffe9ad",
        "current-match-background": "#f2c14e",
        "text-current-match": "#1b1503",
        "cursor-line": "#25405a",
        "cursor-line-blurred": "#202b37",
        "row-odd": "#171d25",
        "note-background": "#2a2513",
        "input-selection-background": "#5aa9e6 35%",
        "footer-key-foreground": "#f0b866",
        "scrollbar": "#34404d",
        "scrollbar-hover": "#4a5a6b",
        "scrollbar-active": "#5aa9e6",
        "scrollbar-background": "#151a21",
        "scrollbar-background-hover": "#151a21",
        "scrollbar-background-active": "#151a21",
        "scrollbar-corner-color": "#151a21",
        "border": "#5aa9e6",
        "border-blurred": "#34404d",
    },
)

LIGHT_THEME = Theme(
    name=LIGHT,
    primary="#1763a6",
    secondary="#0f766e",
    accent="#9a5b00",
    warning="#8a5a00",
    error="#b3261e",
    success="#1f7a3d",
    foreground="#1d252e",
    background="#f4f6f8",
    surface="#fbfcfd",
    panel="#e4e9ee",
    dark=False,
    variables={
        "muted": "#5b6773",
        "match-background": "#ffe08a",
        "text-match": "#3a2a00",
        "current-match-background": "#965800",
        "text-current-match": "#ffffff",
        "cursor-line": "#cfe3f5",
        "cursor-line-blurred": "#e1e8ef",
        "row-odd": "#f3f6f9",
        "note-background": "#fdf3d3",
        "input-selection-background": "#1763a6 25%",
        "footer-key-foreground": "#8f5400",
        "scrollbar": "#b8c3ce",
        "scrollbar-hover": "#97a6b4",
        "scrollbar-active": "#1763a6",
        "scrollbar-background": "#eef1f4",
        "scrollbar-background-hover": "#eef1f4",
        "scrollbar-background-active": "#eef1f4",
        "scrollbar-corner-color": "#eef1f4",
        "border": "#1763a6",
        "border-blurred": "#b8c3ce",
    },
)

OWN_THEMES = (DARK_THEME, LIGHT_THEME)

FALLBACKS = {
    "match-background": "warning-muted",
    "text-match": "text-warning",
    "current-match-background": "warning",
    "text-current-match": "background",
    "cursor-line": "primary-muted",
    "cursor-line-blurred": "panel",
    "row-odd": "surface",
    "note-background": "warning-muted",
}
"""Variable of our own themes → the variable of Textual that replaces it in other themes."""
MUTED_SHARE = 0.38
"""How far muted text moves from the foreground towards the background."""


def own_variables(theme: Theme) -> dict[str, str]:
    """Values for the variables of our own themes, for a theme that does not define them."""
    generated = theme.to_color_system().generate()
    variables = {name: generated[fallback] for name, fallback in FALLBACKS.items()}
    if theme.ansi:
        variables["muted"] = "ansi_bright_black"
    else:
        foreground, background = (Color.parse(generated[name]) for name in ("foreground", "background"))
        variables["muted"] = foreground.blend(background, MUTED_SHARE).hex
    return variables


def theme_names(available: list[str]) -> list[str]:
    """Our own themes first, then all others in alphabetical order."""
    own = [theme.name for theme in OWN_THEMES]
    return [*own, *sorted(name for name in available if name not in own)]
