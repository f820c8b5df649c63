"""The spelling of queries: what a bare word is, how text is quoted, how it is shown."""

from __future__ import annotations

import re

from tui.folding import fold, variants_of_term, words

MAX_LENGTH = 4000
"""Characters; a longer query was pasted by mistake."""
MAX_DEPTH = 30
"""Levels of parentheses."""
MAX_NEAR = 99
"""Words between the words of a phrase."""
MAX_ATTRIBUTE = 100
"""Characters; a longer value of an attribute can be found by its name alone."""

QUOTES = frozenset('"“')
"""What opens a phrase; macOS and word processors make the curly one, which either kind closes."""
RESERVED = frozenset({"OR", "AND", "NOT"})

_INNER_QUOTE = '(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])'
"""Hebrew abbreviations are written with one, as in דו"ח: there it is a part of the word."""
ASSIGNED = re.compile(rf'(?:[^\s()"=]|{_INNER_QUOTE})*')
"""What stands before the `=` of `attr:plan=pro`."""
WORD = re.compile(rf'(?:[^\s()"]|{_INNER_QUOTE})+')
OPERATOR = re.compile(r"([^\W\d_][\w-]*):(?!//)")
STRAIGHT = re.compile(rf'"((?:[^"\\]|{_INNER_QUOTE}|\\["\\]|\\(?!["\\]))*)"')
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


def assignment(operator: str, name: str, value: str | None) -> str:
    """ "attr:plan=pro", "attr:\"Plan name\"=\"pro plus\""; without a value "attr:plan"."""
    sides = (name,) if value is None else (name, value)
    return f"{operator}:{'='.join(s if is_bare_value(s) and '*' not in s else quote(s) for s in sides)}"


def term(operator: str, value: str) -> str:
    """ "tag:refund", "tag:\\"late refund\\""."""
    return f"{operator}:{value if is_bare_value(value) else quote(value)}"


def is_searchable(text: str) -> bool:
    """Whether there is a letter, a digit or a symbol such as an emoji in `text`."""
    return bool(words(text))


def is_one_letter(text: str) -> bool:
    """Whether the only thing to search for in `text` is a letter from a to z, which is not "C++" or "C#"."""
    found = words(text)
    is_letter = len(found) == 1 and len(found[0]) == 1 and found[0].isascii() and found[0].isalpha()
    return is_letter and not variants_of_term(fold(text))[0]


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
