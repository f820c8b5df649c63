"""Making customers' text safe to show, and guessing what a mistyped word was meant to be.

Customers write whatever they like. What passes through `clean` can neither move the cursor nor
recolour, retitle or reorder a terminal. It is still not markup: show it as plain content.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_UNSAFE = (
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but newline, DEL, C1
    r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"  # marks, separators, bidi, BOM
    r"\ud800-\udfff]"  # lone surrogates: cannot be encoded
)
_is_unsafe = re.compile(_UNSAFE).search

_replace = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x9b[0-?]*[ -/]*[@-~]"
    # OSC, DCS, …: another start ends the search, so that no text is searched again and again for an end.
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\x9d\x90\x98\x9e\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"  # two-character escapes
    r"|\r\n?|[\x0b\x0c\x85\u2028\u2029]"
    rf"|{_UNSAFE}"
).sub

_NEWLINES = frozenset({"\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"})
"""Word separates lines by U+000B, and a copied PDF pages by U+000C."""


def _safe(match: re.Match[str]) -> str:
    found = match.group()
    if found in _NEWLINES:
        return "\n"
    if found == "\t":
        return " "
    if "\ud800" <= found <= "\udfff":
        return "\ufffd"
    return ""


def clean(text: str) -> str:
    """Return the text without control characters, escape sequences, bidirectional overrides and isolates.

    Newlines of every kind become "\\n", tabs a space, lone surrogates U+FFFD. Text that is already clean
    comes back as the same object.
    """
    if text.replace("\n", "").isprintable() or _is_unsafe(text) is None:
        return text
    return _replace(_safe, text)


def one_line(text: str) -> str:
    """`clean`, with every run of white space folded to a single space."""
    return " ".join(clean(text).split())


def hint(word: str, candidates: Iterable[str]) -> str:
    """What to write instead of the word: "did you mean “tag”?", or "choose from team, tag"."""
    known = list(candidates)
    close = nearest(word, known)
    return f"did you mean “{close}”?" if close else "choose from " + ", ".join(known)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate spelt most like the word, or None when nothing comes close. Case is ignored."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
