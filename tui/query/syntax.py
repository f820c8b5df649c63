"""The spelling of queries: what a bare word is, how text is quoted, how it is shown."""

from __future__ import annotations

import re

MAX_LENGTH = 4000
"""Characters; a longer query was pasted by mistake."""
MAX_DEPTH = 30
"""Levels of parentheses."""

QUOTES = frozenset('"“')
"""What opens a phrase; macOS and word processors make the curly one, which either kind closes."""
RESERVED = frozenset({"OR", "AND", "NOT"})

WORD = re.compile(r'[^\s()"]+')
OPERATOR = re.compile(r"([^\W\d_][\w-]*):(?!//)")
STRAIGHT = re.compile(r'"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"')
CURLY = re.compile(r'“([^”"]*)[”"]')
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that stored text never contains (`tui.text.clean`); they are left out of a search."""

_ESCAPED = re.compile(r'\\(["\\])')
_TO_ESCAPE = re.compile(r'["\\]')


def quote(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(r"\\\g<0>", text) + '"'


def unquote(inside: str) -> str:
    return _ESCAPED.sub(r"\1", inside)


def is_bare_word(text: str) -> bool:
    """Whether `text` reads back as a plain free word without quotes."""
    return (
        is_bare_value(text)
        and "*" not in text
        and text[0] != "-"
        and text not in RESERVED
        and OPERATOR.match(text) is None
    )


def is_bare_value(text: str) -> bool:
    """Whether `text` reads back as the value of an operator without quotes."""
    return WORD.fullmatch(text) is not None and text[0] not in QUOTES


def term(operator: str, value: str) -> str:
    """ "tag:refund", "tag:\\"late refund\\""."""
    return f"{operator}:{value if is_bare_value(value) else quote(value)}"


def has_letter_or_digit(text: str) -> bool:
    return any(map(str.isalnum, text))


def is_one_letter(text: str) -> bool:
    """Whether the only thing to search for in `text` is a single ASCII letter."""
    found = [c for c in text if c.isalnum()]
    return len(found) == 1 and found[0].isascii() and found[0].isalpha()


def shown(text: str, limit: int = 40) -> str:
    """`text` for an error message: one line, nothing invisible, at most `limit` characters."""
    text = visible(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def visible(text: str) -> str:
    """`text` with one printable character for each of its characters, so that offsets stay true."""
    if text.isprintable():
        return text
    return "".join(_visible_character(c) for c in text)


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "�"
