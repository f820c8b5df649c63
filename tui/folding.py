"""What counts as the same text: the folding of stored text, queries, names and highlights.

Folded text is made of *words*: runs of ASCII letters and digits and of any other characters, since everything
else outside ASCII becomes a space. In scripts that are written without spaces, and for symbols such as
emoji, every character is a word, so that any part of a sentence is found as a phrase. `ARCHITECTURE.md` lists
what equals what. The search index holds folded text: whoever changes the folding raises `VERSION`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

VERSION = f"1/{unicodedata.unidata_version}"
"""Text folded by another version, or by another version of Unicode, may differ."""

_SHORT_RUN = 24
"""Runs of so many characters outside ASCII come again and again, and are folded only once."""
_ZERO_WIDTH_SPACE = "\u200b"
_MARKS = re.compile(  # marks that make no other letter
    "["
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # Latin, Greek, Cyrillic; for symbols
    "\u0483-\u0489"  # Cyrillic numerals
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Arabic
    "\u0711\u0730-\u074a"  # Syriac
    "\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff"  # variation selectors, skin tones
    "]+"
)
_KEPT_WHOLE = str.maketrans({"й": "\ue0f0", "ї": "\ue0f1", "ў": "\ue0f2"})
"""Letters of their own, although Unicode takes them apart; in private use characters meanwhile."""
_KEPT_BACK = {0xE0F0: "й", 0xE0F1: "ї", 0xE0F2: "ў"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ´\uff07", "'"))
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n",
        "ɓ": "b", "ɗ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ", "ґ": "г",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
        **{chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)},
    }
)  # fmt: skip
"""Letters that Unicode does not take apart, and katakana as hiragana."""
_UNSPACED = (
    "\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # kana, bopomofo, iteration marks
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"  # Hangul: particles stick to nouns
    # Thai, Lao, Burmese, Khmer
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff\u19e0-\u19ff"
)
WORD_CHARACTER = "[^\x00-/:-`{-\x7f]"
"""A regular expression for a character of folded text that belongs to a word: letters, digits, not ASCII.

Sets that name characters outside ASCII take `re` milliseconds to compile, each time that they occur.
"""

_unspaced = re.compile(f"([{_UNSPACED}])")
_find_words = re.compile(f"{WORD_CHARACTER}+").findall
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")

_JOINED = re.compile(  # from the beginning of a word only, so that a long one is read once
    f"(?<!{WORD_CHARACTER}){WORD_CHARACTER}+(?:'{WORD_CHARACTER}+)+"
)
_IN_PHONE = "[ ()./-]{0,2}"
_SHORTEST_PHONE = 7
_PHONE = re.compile(f"[0-9](?:{_IN_PHONE}[0-9]){{{_SHORTEST_PHONE - 1},}}")
_NO_DIGITS_BEFORE = "(?<![0-9])(?<![0-9][ ()./-])(?<![0-9][ ()./-][ ()./-])"
_PHONE_GROUP = re.compile("[0-9]+")
_ONLY_PHONE = re.compile(rf"[ (+]*({_PHONE.pattern})[ )]*")
_CODE_ENDS = "(?![^\x00-`{-\x7f])"
"""Digits may follow: "C++17"."""
_CODE = re.compile(rf"(?<!{WORD_CHARACTER})([a-z])(\+\+|#){_CODE_ENDS}")
_BETWEEN = "[\x00-/:-`{-\x7f]*"
"""What may stand between two words of a phrase."""
_PHONE_DIGITS = 8
_PHONE_MARK, _CODE_MARK = "\ue002", "\ue003"
"""Private use characters, which folding removes from text: no text can contain these words by itself."""


class _SymbolsApart(dict[int, str]):
    """Symbols with spaces around them, before they are taken apart: "Mozilla™" is no "mozillatm"."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        apart = unicodedata.category(character) == "So" or "\u2044" in unicodedata.normalize(
            "NFKC", character
        )
        self[code] = found = f" {character} " if apart else character
        return found


class _WordsOnly(dict[int, str]):
    """A character as it stays in folded text: itself, an ASCII digit, a space, or nothing."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)
        if code < 0x80 or kind[0] == "L" or kind in {"Mn", "Mc", "Nl", "No"}:
            found = character
        elif kind == "Nd":
            found = str(unicodedata.decimal(character))
        elif kind in {"So", "Cn"} and code != 0xFFFD:  # Cn: newer than this Python's Unicode
            found = f" {character} "
        else:
            found = "" if kind in {"Cf", "Me", "Cs"} else " "
        self[code] = found
        return found


_SYMBOLS_APART = _SymbolsApart()
_WORDS_ONLY = _WordsOnly()


def fold(text: str) -> str:
    """The text in lower case without accents, width forms and invisible characters. Linear time."""
    return text.lower() if text.isascii() else _NON_ASCII.sub(_fold_match, text).lower()


def separate(folded: str) -> str:
    """Folded text with a space between any two words, as a tokenizer needs it that knows ASCII only."""
    return folded if folded.isascii() else _unspaced.sub(r" \1 ", folded)


def words(text: str) -> list[str]:
    """The words of a text, folded; empty if there is nothing in it to search for."""
    return _find_words(separate(fold(text)))


def is_open_ended(word: str) -> bool:
    """Whether a folded word may be the beginning of a longer one: not in scripts without spaces."""
    return _unspaced.match(word) is None


def variants(separated: str) -> list[str]:
    """Further words by which separated text is found: "dont" of "don't", phone numbers, "C++" and "C#"."""
    found: dict[str, None] = {}
    if "'" in separated:
        found.update(
            (word, None) for match in _JOINED.finditer(separated) for word in _joined_words(match[0])
        )
    found.update((word, None) for match in _PHONE.finditer(separated) for word in _phone_words(match[0]))
    if "#" in separated or "++" in separated:
        found.update((_code_word(match), None) for match in _CODE.finditer(separated))
    return list(found)


def variants_of_term(folded: str) -> tuple[list[str], bool]:
    """Further words to search for instead of all of a folded search term, and whether they alone count."""
    term = folded.strip()
    if code := _CODE.fullmatch(term):
        return [_code_word(code)], True
    if phone := _ONLY_PHONE.fullmatch(term):
        return [_phone_word(phone[1])], False
    return ([term.replace("'", "")] if _JOINED.fullmatch(term) else []), False


def is_phone_number(text: str) -> bool:
    """Whether a text is nothing but a phone number, in the ways that people write them."""
    return _ONLY_PHONE.fullmatch(fold(text).strip()) is not None


def term_pattern(text: str, *, prefix: bool) -> str | None:
    """A regular expression for the places in separated text where a search for `text` finds it.

    `prefix`: its last word may go on. None if there is nothing in it to search for.
    """
    found = words(text)
    if not found:
        return None
    others, alone = variants_of_term(fold(text))
    patterns = [_variant_pattern(word, prefix) for word in others]
    if not alone:
        patterns.append(_phrase_pattern(found, prefix))
        if len(found) == 1 and is_open_ended(found[0]):
            patterns.append(_variant_pattern(found[0], prefix))
    return "|".join(patterns)


def _phrase_pattern(found: list[str], prefix: bool) -> str:
    pieces = []
    for number, word in enumerate(found, 1):
        goes_on = prefix and number == len(found) and is_open_ended(word)
        end = f"{WORD_CHARACTER}*" if goes_on else f"(?!{WORD_CHARACTER})"
        # It looks back after the word: a search is much faster for what begins with letters.
        pieces.append(f"{re.escape(word)}(?<!{WORD_CHARACTER}{re.escape(word)}){end}")
    return _BETWEEN.join(pieces)


def _variant_pattern(word: str, prefix: bool) -> str:
    if word[0] == _PHONE_MARK:
        more = f"(?:[0-9]{_IN_PHONE}){{0,12}}" if len(word) > _PHONE_DIGITS else _NO_DIGITS_BEFORE
        return f"{more}{_IN_PHONE.join(word[1:])}(?![0-9])"
    if word[0] == _CODE_MARK:
        sign = "\\+\\+" if word[2] == "p" else "#"
        return f"(?<!{WORD_CHARACTER}){word[1]}{sign}{_CODE_ENDS}"
    first, rest = re.escape(word[0]), "".join(f"'?{re.escape(letter)}" for letter in word[1:])
    begins = f"{first}(?<!{WORD_CHARACTER}{first})(?<!{WORD_CHARACTER}'{first})"
    end = f"(?:'?{WORD_CHARACTER})*" if prefix else f"(?!{WORD_CHARACTER}|'{WORD_CHARACTER}+')"
    return f"{begins}{rest}{end}"


class _Piece(NamedTuple):
    """A run of ASCII or of other characters."""

    separated: str
    start: int
    end: int
    """Its place in the text."""


class Offsets:
    """Where stretches of separated text were in the text that was folded."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self._text = text
        self._pieces = [piece for piece in pieces if piece.separated]
        self._begins = [0, *accumulate(len(piece.separated) for piece in self._pieces)]
        self._clusters: dict[int, tuple[list[int], list[tuple[int, int]]]] = {}

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of a stretch of separated text, which is not empty."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, position: int) -> tuple[int, int]:
        """Of one character."""
        number = bisect_right(self._begins, position) - 1
        piece, within = self._pieces[number], position - self._begins[number]
        run = self._text[piece.start : piece.end]
        if run.isascii():
            return piece.start + within, piece.start + within + 1
        if number not in self._clusters:
            self._clusters[number] = _clusters_of(run, piece.separated)
        begins, places = self._clusters[number]
        low, high = places[bisect_right(begins, within) - 1]
        return piece.start + low, piece.start + high


def separate_with_offsets(text: str) -> tuple[str, Offsets]:
    """Folded text with a space between any two words, and where it was in `text`."""
    pieces, position = list[_Piece](), 0
    for match in _NON_ASCII.finditer(text):
        start, end = match.span()
        pieces.append(_Piece(text[position:start].lower(), position, start))
        pieces.append(_Piece(separate(_fold_match(match).lower()), start, end))
        position = end
    pieces.append(_Piece(text[position:].lower(), position, len(text)))
    return "".join(piece.separated for piece in pieces), Offsets(text, pieces)


def _clusters_of(run: str, separated: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Where each character, with what is composed with it, begins in the separated text, and its place."""
    places = [match.span() for match in _clusters().finditer(run)]
    pieces = [separate(_fold_any_run(run[low:high]).lower()) for low, high in places]
    if "".join(pieces) != separated:  # others than marks were composed
        return [0], [(0, len(run))]
    return [0, *accumulate(map(len, pieces[:-1]))], places


def _fold_match(match: re.Match[str]) -> str:
    run = match[0]
    return _fold_run(run) if len(run) <= _SHORT_RUN else _fold_any_run(run)


def _fold_any_run(run: str) -> str:
    run = run.translate(_APOSTROPHES).replace(_ZERO_WIDTH_SPACE, " ").translate(_SYMBOLS_APART)
    run = unicodedata.normalize("NFKC", run).casefold().translate(_KEPT_WHOLE)
    run = _MARKS.sub("", unicodedata.normalize("NFKD", run)).translate(_KEPT_BACK)
    return unicodedata.normalize("NFC", run).translate(_LETTERS).translate(_WORDS_ONLY)


_fold_run = lru_cache(1 << 15)(_fold_any_run)


@lru_cache(1)
def _clusters() -> re.Pattern[str]:
    """A character with what is composed with it: marks, Hangul vowels and finals, halfwidth voicing marks."""
    marks = "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.category(c)[0] == "M")
    return re.compile(f".[{marks}\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f\ufe00-\ufe0f]*", re.DOTALL)


def _joined_words(text: str) -> Iterator[str]:
    """ "obriens" and "obrien" of "o'brien's"."""
    pieces = text.split("'")
    yield "".join(pieces)
    if len(pieces) > 2:
        yield "".join(pieces[:-1])


def _phone_words(numbers: str) -> Iterator[str]:
    """For each place where a phone number may end: other numbers may follow, as in "555 010-4477 (10 am)"."""
    digits, count, groups = "", 0, _PHONE_GROUP.findall(numbers)
    for number, group in enumerate(groups, 1):
        count += len(group)
        digits = (digits + group)[-_PHONE_DIGITS:]
        if count >= _SHORTEST_PHONE and (len(group) > 1 or number == len(groups)):
            yield _PHONE_MARK + digits


def _phone_word(number: str) -> str:
    return _PHONE_MARK + "".join(filter(str.isdecimal, number))[-_PHONE_DIGITS:]


def _code_word(match: re.Match[str]) -> str:
    return _CODE_MARK + match[1] + ("p" if match[2] == "++" else "s")
