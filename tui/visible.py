"""What is seen of a text: characters that nobody sees are left out, and piles of marks are cut down.

Customers can hide words in characters that show nothing, make names that look empty, and pile thousands of
accents on a letter. Whatever is shown in a terminal, or exported to be read, passes through `visible`; JSON
keeps the text as it is stored. What changes the shape of a text stays: emoji made of several characters,
variants of Chinese characters, joiners in the scripts that need them, and as many marks as any script puts on
one letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum, auto
from functools import lru_cache

from tui.text import one_line

NO_NAME = "(no name)"
"""Stands for a name in which nothing can be seen."""
MAX_MARKS = 8
"""Marks on one character. Tibetan stacks have the most, eight; Hebrew and Vietnamese up to five."""
MAX_JOINERS = 3
"""Joiners in one emoji: a family has four members."""


class _Kind(IntEnum):
    """What is done with a character."""

    SHOWN = auto()
    HIDDEN = auto()
    BLANK = auto()
    """A letter without a shape. The search separates words at it, so it becomes a space."""
    MARK = auto()
    """It is drawn on the character before and takes no cell."""
    VARIANT = auto()
    MONGOLIAN_VARIANT = auto()
    JOINER = auto()
    TONE = auto()


_JAMO = "\u1161-\u11ff\ud7b0-\ud7ff"
"""Vowels and finals of Hangul: letters, which are drawn into the one before."""
_BLANK = "\u115f\u1160\u3164\uffa0"
"""Hangul fillers."""
_NO_SHAPE = frozenset("\u2800\U0001d159")
"""The empty pattern of Braille and the null note head: they take a cell, and nothing is seen in it."""
_SHOWN_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Arabic and Kaithi number signs, which Unicode counts among the invisible format characters."""
_find_run = re.compile(rf"(?:[^\x00-\x7f\w]|[{_BLANK}{_JAMO}])+")
"""Whatever is not shown by itself, together with signs: a set of all marks takes `re` long to compile."""
_find_pile = re.compile(rf"(?:[^\x00-\x7f\w]|[{_JAMO}]){{{MAX_MARKS + 1}}}").search
_KINDS_BY_CODE = (
    ((0x034F, 0x034F), _Kind.HIDDEN),  # combining grapheme joiner
    ((0x115F, 0x1160), _Kind.BLANK),
    ((0x1161, 0x11FF), _Kind.MARK),
    ((0x17B4, 0x17B5), _Kind.HIDDEN),  # Khmer vowels that are not written
    ((0x180B, 0x180F), _Kind.MONGOLIAN_VARIANT),
    ((0x200C, 0x200D), _Kind.JOINER),
    ((0x2065, 0x2065), _Kind.HIDDEN),
    ((0x3164, 0x3164), _Kind.BLANK),
    ((0xD7B0, 0xD7FF), _Kind.MARK),
    ((0xFE00, 0xFE0F), _Kind.VARIANT),
    ((0xFFA0, 0xFFA0), _Kind.BLANK),
    ((0xFFF0, 0xFFFB), _Kind.HIDDEN),  # unassigned; annotations between lines
    ((0x16FE4, 0x16FE4), _Kind.HIDDEN),  # Khitan filler
    ((0x1F3FB, 0x1F3FF), _Kind.TONE),
    ((0xE0100, 0xE01EF), _Kind.VARIANT),
    ((0xE0000, 0xE0FFF), _Kind.HIDDEN),  # tags; unassigned
)
"""The first range that a code is in decides; those in none follow their category."""

_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
"""England, Scotland and Wales: the only emoji with tag characters."""
_find_characters = re.compile(f"{'|'.join(_FLAGS)}|.", re.DOTALL).findall
_ZWJ = "\u200d"
_TEXT_AND_EMOJI = frozenset("\ufe0e\ufe0f")
_KEYCAPS = frozenset("#*0123456789")
_PICTOGRAPHS = (
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2190, 0x2BFF), (0x3030, 0x303D), (0x3297, 0x3299), (0x1F000, 0x1FAFF),
)  # fmt: skip
_JOINING_SCRIPTS = ((0x600, 0x1CFF), (0xA800, 0xABFF), (0xFB50, 0xFEFC), (0x10A00, 0x11FFF))
"""Arabic, Indic, South-East Asian and Mongolian scripts: joiners between their letters are orthography."""
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_VARIED = ((0x1000, 0xFDFF), (0xFE10, 0x1EFFF))
"""From Myanmar letters on, characters may have standardized variants."""
_MONGOLIAN = ((0x1820, 0x18AA),)
_CACHED = 1 << 12
"""Characters whose scripts are remembered."""


class _Kinds(dict[str, _Kind]):
    """The kind of each character, found out once. A flag of several characters is shown."""

    def __missing__(self, character: str) -> _Kind:
        self[character] = found = _kind(character) if len(character) == 1 else _Kind.SHOWN
        return found


def _kind(character: str) -> _Kind:
    for span, kind in _KINDS_BY_CODE:
        if _within(character, (span,)):
            return kind
    category = unicodedata.category(character)
    if category == "Cf" and character not in _SHOWN_FORMATS:
        return _Kind.HIDDEN
    return _Kind.MARK if category[0] == "M" else _Kind.SHOWN


def _within(character: str, spans: Sequence[tuple[int, int]]) -> bool:
    return len(character) == 1 and any(low <= ord(character) <= high for low, high in spans)


_KINDS = _Kinds()
_PLAIN = frozenset({_Kind.SHOWN, _Kind.MARK})


def visible(text: str) -> str:
    """The text without what cannot be seen, and with at most `MAX_MARKS` marks on one character.

    Text in which nothing is hidden comes back as the same object. Linear time.
    """
    if text.isascii():
        return text
    kinds = {_KINDS[character] for character in set(text)}
    if kinds <= _PLAIN and (_Kind.MARK not in kinds or _find_pile(text) is None):
        return text
    seen = _find_run.sub(_seen, text)
    return text if seen == text else seen


def visible_line(text: str) -> str:
    """`visible`, on one line."""
    return one_line(visible(text))


def visible_name(name: str) -> str:
    """A name on one line; `NO_NAME` if nothing in it can be seen, and empty only if it is empty."""
    return name if not name else NO_NAME if is_blank(name) else visible_line(name)


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen."""
    return not any(
        _KINDS[character] in {_Kind.SHOWN, _Kind.TONE}
        and character not in _NO_SHAPE
        and not character.isspace()
        for character in text
    )


def visible_with_spans(
    text: str, spans: Sequence[tuple[int, int]]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What is seen of a short text, and where in that its spans are, without those of which nothing is."""
    seen = visible(text)
    if seen is text:
        return text, tuple(spans)
    moved = ((len(visible(text[:start])), len(visible(text[:end]))) for start, end in spans)
    return seen, tuple((start, min(end, len(seen))) for start, end in moved if start < min(end, len(seen)))


def _seen(match: re.Match[str]) -> str:
    """What is seen of a run; what is kept depends on what is kept before it."""
    run, start = match[0], match.start()
    if len(run) <= MAX_MARKS and all(_KINDS[character] in _PLAIN for character in run):
        return run
    last = match.string[start - 1] if start else ""
    characters = _find_characters(run)
    kept = list[str]()
    marks = joiners = 0
    for character, following in zip(characters, [*characters[1:], ""], strict=True):
        kind = _KINDS[character]
        if kind is _Kind.MARK:
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif kind is _Kind.JOINER:
            joiners += 1
            if not _joins(last, character, following, joiners):
                continue
        elif kind is _Kind.BLANK:
            if last == " ":
                continue
            character = " "
        elif kind is _Kind.SHOWN:
            marks, joiners = 0, joiners if last == _ZWJ else 0
        elif not _is_kept(last, character, kind):
            continue
        kept.append(character)
        last = character
    return "".join(kept)


def _joins(last: str, joiner: str, following: str, count: int) -> bool:
    """Whether a joiner stands after a letter of a script that uses it, or between two pictographs."""
    if _uses_joiners(last):
        return True
    is_emoji = last in _FLAGS or last == "\ufe0f" or _is_pictograph(last)
    return joiner == _ZWJ and is_emoji and count <= MAX_JOINERS and _is_pictograph(following)


@lru_cache(_CACHED)
def _uses_joiners(character: str) -> bool:
    return _within(character, _JOINING_SCRIPTS)


@lru_cache(_CACHED)
def _is_pictograph(character: str) -> bool:
    return _within(character, _PICTOGRAPHS)


@lru_cache(_CACHED)
def _has_variant(last: str, variant: str) -> bool:
    if variant in _TEXT_AND_EMOJI and (last in _KEYCAPS or _is_pictograph(last)):
        return True
    if variant > "\uffff" or last > "\uffff":
        return _within(last, _HAN)
    return _within(last, _VARIED) and _KINDS[last] is _Kind.SHOWN


def _is_kept(last: str, character: str, kind: _Kind) -> bool:
    """Whether a variant or a skin tone stands after what can have it; anything else is not kept."""
    match kind:
        case _Kind.MONGOLIAN_VARIANT:
            return _within(last, _MONGOLIAN)
        case _Kind.TONE:
            # A terminal draws a second one in cells of its own.
            return not last or _KINDS[last] is not _Kind.TONE
        case _Kind.VARIANT:
            return _has_variant(last, character)
        case _:
            return False
