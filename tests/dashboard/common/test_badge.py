"""The name of a workspace on its colour: short, readable, and visible without colours."""

from __future__ import annotations

import pytest
from textual.color import Color

from tui.dashboard.common.badge import LONGEST, workspace_badge
from tui.settings.colors import NAMES

READABLE = 4.5
"""The contrast that WCAG asks for."""


def luminance(color: Color) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("color", sorted({*NAMES, "#777", "#767676"}))
def test_the_name_can_be_read_on_every_colour(color: str) -> None:
    (span,) = workspace_badge("Acme", color).spans
    _bold, text, _on, background = str(span.style).split()
    low, high = sorted(luminance(Color.parse(each)) for each in (text, background))
    assert (high + 0.05) / (low + 0.05) >= READABLE
    assert Color.parse(background) == Color.parse(color)


def test_without_colours_it_is_reversed() -> None:
    for badge in (workspace_badge("Acme"), workspace_badge("Acme", "teal", no_color=True)):
        assert badge.plain == " Acme "
        assert [str(span.style) for span in badge.spans] == ["bold reverse"]


def test_a_long_name_is_cut_and_none_shows_nothing() -> None:
    assert workspace_badge("会社" * 20).cell_length <= LONGEST + 2
    assert workspace_badge("x" * 40).plain == f" {'x' * (LONGEST - 1)}… "
    assert not workspace_badge("", "teal")
