"""The names of keys in settings and saved views, which are those that Textual gives them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from tui.text import nearest, one_line

MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
"""In the order in which Textual writes them."""
NAMED_KEYS = (
    "escape", "enter", "tab", "space", "backspace", "insert", "delete", "left", "right", "up", "down", "home",
    "end", "pageup", "pagedown", *(f"f{number}" for number in range(1, 36)),
    "menu", "pause", "print_screen",
)  # fmt: skip
"""Keys that are no character."""
_CHARACTERS = range(0x21, 0x3000)
"""Of these, what is no letter or digit is named by Textual with words: "question_mark"."""
_SHORTER_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Unicode's name of a character → Textual's name of its key, where they differ."""
_OTHER_NAMES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup",
    "pgdn": "pagedown", "pgdown": "pagedown", "control": "ctrl", "option": "alt", "cmd": "super",
}  # fmt: skip
"""What keyboards and other programs call a key → Textual's name."""
_LONGEST_SHOWN = 40


class UnknownKey(ValueError):
    """A text that names no key: one line that says what would be right."""

    def __init__(self, text: str) -> None:
        text = one_line(text)
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        close = _meant(text) if len(text) <= _LONGEST_SHOWN else None
        hint = f"did you mean “{close}”?" if close else "write one such as f2, ctrl+k or 8"
        super().__init__(f"“{shown}” is not a key; {hint}")


def key_name(text: str) -> str:
    """The name of a key, which may be written as its character: "/" → "slash". Raises `UnknownKey`."""
    name = text.strip() or text
    if len(name) == 1 and not name.isalnum():
        name = _name_of(name)
    if not _is_known(name):
        raise UnknownKey(text)
    return name


@cache
def _names_of_characters() -> frozenset[str]:
    characters = map(chr, _CHARACTERS)
    return frozenset(_name_of(c) for c in characters if c.isprintable() and not c.isalnum())


def _name_of(character: str) -> str:
    if character == " ":
        return "space"
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER_NAMES.get(name, name)


def _is_known(name: str) -> bool:
    *modifiers, key = name.split("+")
    if modifiers != sorted(set(modifiers)) or not set(modifiers) <= {*MODIFIERS}:
        return False
    if key in NAMED_KEYS:
        return True
    if modifiers == ["shift"]:  # then the key has the name of the other character
        return False
    if len(key) == 1:
        return key.isalnum() and (not modifiers or key == key.lower())
    return key in _names_of_characters()


def _meant(text: str) -> str | None:
    """The key that a text seems to mean."""
    *modifiers, key = (_OTHER_NAMES.get(word, word) for word in re.split(r" *[+-] *", text.lower()))
    if modifiers and not key:  # the character stands where it separates
        key, modifiers = text.rstrip()[-1], [word for word in modifiers if word]
    if modifiers == ["shift"] and len(key) == 1 and key.isalpha():
        return key.upper()
    if len(key) == 1 and not key.isalnum():
        key = _name_of(key)
    elif key.isalpha() and len(key) > 1:
        key = nearest(key, NAMED_KEYS) or key
    name = "+".join([*sorted(set(modifiers)), key])
    return name if _is_known(name) else None
