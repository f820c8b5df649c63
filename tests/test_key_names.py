"""The names of keys in settings and saved views: those of Textual, and what is said of others."""

from __future__ import annotations

import string

import pytest
from textual.binding import Binding
from textual.keys import Keys

from tui.key_names import UnknownKey, key_name

SENT_AS_ANOTHER = {"return", "ctrl-at", "ctrl+@", "<any>", "<ignore>", "<scroll-up>", "<scroll-down>"}
"""What Textual lists as keys, but no terminal sends by that name."""


def test_every_key_of_textual_is_known() -> None:
    names = {key.value for key in Keys} - SENT_AS_ANOTHER
    assert len(names) > 100
    assert {key_name(name) for name in names} == names


@pytest.mark.parametrize("character", [*string.printable.strip().replace(",", ""), "é", "«", "€", "ж", "中"])
def test_a_character_has_the_name_that_textual_gives_it(character: str) -> None:
    (binding,) = Binding.make_bindings([(character, "x", "x")])
    assert key_name(character) == binding.key
    assert key_name(binding.key) == binding.key


def test_the_characters_that_separate_can_be_written_too() -> None:
    assert [key_name(text) for text in (",", "+", " ", " f5 ", "shift+space")] == [
        "comma",
        "plus",
        "space",
        "f5",
        "shift+space",
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("esc", "did you mean “escape”?"),
        ("Return", "did you mean “enter”?"),
        ("F5", "did you mean “f5”?"),
        ("pgdn", "did you mean “pagedown”?"),
        ("pagedwn", "did you mean “pagedown”?"),
        ("Ctrl+K", "did you mean “ctrl+k”?"),
        ("ctrl-k", "did you mean “ctrl+k”?"),
        ("control + k", "did you mean “ctrl+k”?"),
        ("shift+ctrl+k", "did you mean “ctrl+shift+k”?"),
        ("ctrl+/", "did you mean “ctrl+slash”?"),
        ("ctrl++", "did you mean “ctrl+plus”?"),
        ("shift+a", "did you mean “A”?"),
        ("ctrl+entr", "did you mean “ctrl+enter”?"),
        ("f99999", "write one such as f2, ctrl+k or 8"),
        ("ctrl", "write one such as f2, ctrl+k or 8"),
        ("ctrl+", "did you mean “ctrl+plus”?"),
        ("f2,f3", "write one such as f2, ctrl+k or 8"),
        ("", "write one such as f2, ctrl+k or 8"),
        ("\x85", "write one such as f2, ctrl+k or 8"),
        ("\x07", "write one such as f2, ctrl+k or 8"),
        ("+".join(["ctrl"] * 999), "write one such as f2, ctrl+k or 8"),
    ],
)
def test_what_is_no_key_is_told_with_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(UnknownKey) as caught:
        key_name(text)
    assert str(caught.value).endswith(f" is not a key; {hint}")
    assert len(str(caught.value)) < 120
    assert str(caught.value).isprintable()
