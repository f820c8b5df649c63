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
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´\uff07", "'"))
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
_WORD_CHARACTER = "[^\x00-/:-`{-\x7f]"
"""A character of folded text that belongs to a word. What it is not, because that is compiled in no time."""
_NO_LETTER = "(?![^\x00-`{-\x7f])"


def _all_but_unspaced() -> str:
    """The other characters of words, as a set of its own: a look-ahead at each character takes longer."""
    found, low = "0-9a-z", 0x80
    for first, last in sorted(re.findall("(.)-(.)", _UNSPACED)):
        if ord(first) > low:
            found += f"{chr(low)}-{chr(ord(first) - 1)}"
        low = ord(last) + 1
    return f"[{found}{chr(low)}-\U0010ffff]"


_SPACED_CHARACTER = _all_but_unspaced()
"""The same, in scripts that are written with spaces between words."""
_SPACED_ASCII = "[0-9a-z]"

_UNSPACED_CHARACTER = re.compile(f"([{_UNSPACED}])")
_find_words = re.compile(f"{_WORD_CHARACTER}+").findall
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")

_JOINED = re.compile(f"{_WORD_CHARACTER}+(?:'{_WORD_CHARACTER}+)+")
_IN_PHONE = "[ ()./-]{0,2}"
_PHONE = re.compile(f"[0-9](?:{_IN_PHONE}[0-9]){{6,}}")
_ONLY_PHONE = re.compile(rf"[ (+]*({_PHONE.pattern})[ )]*")
_CODE = re.compile(rf"(?<!{_WORD_CHARACTER})([a-z])(\+\+|#){_NO_LETTER}")
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
    return folded if folded.isascii() else _UNSPACED_CHARACTER.sub(r" \1 ", folded)


def words(text: str) -> list[str]:
    """The words of a text, folded; empty if there is nothing in it to search for."""
    return _find_words(separate(fold(text)))


def is_open_ended(word: str) -> bool:
    """Whether a folded word may be the beginning of a longer one: not in scripts without spaces."""
    return _UNSPACED_CHARACTER.match(word) is None


def variants(folded: str) -> list[str]:
    """Further words by which folded text is found: "dont" of "don't", phone numbers, "C++" and "C#"."""
    found: dict[str, None] = {}
    if "'" in folded:
        found.update((match[0].replace("'", ""), None) for match in _JOINED.finditer(separate(folded)))
    found.update((_phone_word(match[0]), None) for match in _PHONE.finditer(folded))
    if "#" in folded or "++" in folded:
        found.update((_code_word(match), None) for match in _CODE.finditer(folded))
    return list(found)


def variants_of_term(folded: str) -> tuple[list[str], bool]:
    """Further words to search for instead of all of a folded search term, and whether they alone count."""
    term = separate(folded).strip()
    if code := _CODE.fullmatch(term):
        return [_code_word(code)], True
    if phone := _ONLY_PHONE.fullmatch(term):
        return [_phone_word(phone[1])], False
    return ([term.replace("'", "")] if _JOINED.fullmatch(term) else []), False


def term_pattern(text: str, *, prefix: bool, is_ascii: bool) -> str | None:
    """A regular expression for the places in folded text where a search for `text` finds it.

    `prefix`: its last word may go on. `is_ascii`: that is all the folded text consists of; such a pattern is
    compiled in no time. None if there is nothing in `text` to search for.
    """
    found, spaced = words(text), _SPACED_ASCII if is_ascii else _SPACED_CHARACTER
    if not found:
        return None
    others, alone = variants_of_term(fold(text))
    patterns = [_variant_pattern(word, prefix, spaced) for word in others]
    if not alone:
        patterns.append(_phrase_pattern(found, prefix, spaced))
        if len(found) == 1 and is_open_ended(found[0]):
            patterns.append(_variant_pattern(found[0], prefix, spaced))
    return "|".join(patterns)


def _phrase_pattern(found: list[str], prefix: bool, spaced: str) -> str:
    pieces = []
    for number, word in enumerate(found, 1):
        if not is_open_ended(word):
            pieces.append(re.escape(word))
            continue
        goes_on = prefix and number == len(found)
        end = f"{spaced}*" if goes_on else f"(?!{spaced})"
        # It looks back after the word: a search is much faster for what begins with letters.
        pieces.append(f"{re.escape(word)}(?<!{spaced}{re.escape(word)}){end}")
    return _BETWEEN.join(pieces)


def _variant_pattern(word: str, prefix: bool, spaced: str) -> str:
    if word[0] == _PHONE_MARK:
        more = f"(?:[0-9]{_IN_PHONE}){{0,12}}" if len(word) > _PHONE_DIGITS else ""
        return f"{more}{_IN_PHONE.join(word[1:])}(?!{_IN_PHONE}[0-9])"
    if word[0] == _CODE_MARK:
        sign = "\\+\\+" if word[2] == "p" else "#"
        return f"(?<!{_WORD_CHARACTER}){word[1]}{sign}{_NO_LETTER}"
    first, rest = re.escape(word[0]), "".join(f"'?{re.escape(letter)}" for letter in word[1:])
    begins = f"{first}(?<!{spaced}{first})(?<!{spaced}'{first})"
    end = f"(?:'?{spaced})*" if prefix else f"(?!'?{spaced})"
    return f"{begins}{rest}{end}"


class _Piece(NamedTuple):
    """A run of ASCII or of other characters."""

    folded: str
    start: int
    end: int
    """Its place in the text."""


class Offsets:
    """Where stretches of folded text were in the text that was folded."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self._text = text
        self._pieces = [piece for piece in pieces if piece.folded]
        self._begins = [0, *accumulate(len(piece.folded) for piece in self._pieces)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of a stretch of folded text, which is not empty."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, position: int) -> tuple[int, int]:
        """Of one folded character."""
        number = bisect_right(self._begins, position) - 1
        piece, within = self._pieces[number], position - self._begins[number]
        run = self._text[piece.start : piece.end]
        if run.isascii():
            return piece.start + within, piece.start + within + 1
        for low, high, length in _clusters_of(run, piece.folded):
            if within < length:
                return piece.start + low, piece.start + high
            within -= length
        raise IndexError(position)


def fold_with_offsets(text: str) -> tuple[str, Offsets]:
    """Folded text, and where it was in `text`."""
    pieces, position = list[_Piece](), 0
    for match in _NON_ASCII.finditer(text):
        start, end = match.span()
        pieces.append(_Piece(text[position:start].lower(), position, start))
        pieces.append(_Piece(_fold_match(match), start, end))
        position = end
    pieces.append(_Piece(text[position:].lower(), position, len(text)))
    return "".join(piece.folded for piece in pieces), Offsets(text, pieces)


def _clusters_of(run: str, folded: str) -> list[tuple[int, int, int]]:
    """Start and end of characters with what is composed with them, and how many folded ones they became."""
    clusters = [match.span() for match in _clusters().finditer(run)]
    pieces = [_fold_any_run(run[low:high]) for low, high in clusters]
    if "".join(pieces) != folded:  # others than marks were composed
        return [(0, len(run), len(folded))]
    return [(low, high, len(piece)) for piece, (low, high) in zip(pieces, clusters, strict=True)]


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


def _phone_word(number: str) -> str:
    return _PHONE_MARK + "".join(filter(str.isdecimal, number))[-_PHONE_DIGITS:]


def _code_word(match: re.Match[str]) -> str:
    return _CODE_MARK + match[1] + ("p" if match[2] == "++" else "s")
