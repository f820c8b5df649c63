"""Cells of CSV: no spreadsheet takes one for a formula, whatever separator it splits at, or for too long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.cli.output import json_text
from tui.formatting import number

LONGEST = 32_000
"""UTF-16 units of a cell. Excel takes 32,767, and writes the rest into cells below."""
_SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_LEADING = re.compile(rf"[\s\"'\u200b\ufeff]*{_SIGNS}|[\t\r\n]")
_SKIPPED = frozenset("\"'\u200b\ufeff,;")
"""What programs may skip at the beginning of a cell, beside spaces, and separators."""
_INNER = re.compile(rf"(?<=[\s{''.join(_SKIPPED)}]){_SIGNS}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')


class Cells:
    """Makes the cells of a file that is separated by `delimiter`, and counts those that it had to cut.

    A program that splits the file at another separator breaks its quotes too: it begins a cell after each
    such separator, and each line end, inside a text. So what follows one is guarded like a beginning.
    """

    def __init__(self, delimiter: str) -> None:
        self._breaks = frozenset(",;\t\r\n") - {delimiter}
        self.cut = 0

    def text(self, text: str) -> str:
        """The text, with a ' before whatever could be read as a formula."""
        guarded = _INNER.sub(self._quote, text)
        return self._fit("'" + guarded if _LEADING.match(text) else guarded)

    def json(self, value: object) -> str:
        """The value as JSON; characters that could begin a formula are escaped in it."""
        return self._fit(self._escaped(value))

    def json_list(self, values: Sequence[object]) -> str:
        """The values as JSON, as many of the last as a cell takes, and before them how many it does not."""
        room, kept = LONGEST - len('[{"left_out": 1000000}, ]'), list[str]()
        for value in reversed(values):
            text = self._escaped(value)
            room -= _units(text) + len(", ")
            if room < 0:
                self.cut += 1
                kept.append(json_text({"left_out": len(values) - len(kept)}))
                break
            kept.append(text)
        return f"[{', '.join(reversed(kept))}]"

    def _escaped(self, value: object) -> str:
        text = json_text(value)
        return _STRING.sub(lambda string: _INNER.sub(self._escape, string[0]), text)

    def _quote(self, found: re.Match[str]) -> str:
        return f"'{found[0]}" if self._before(found) else found[0]

    def _escape(self, found: re.Match[str]) -> str:
        """What begins a JSON string may come after a separator, too."""
        return found[0] if self._before(found) is None else f"\\u{ord(found[0]):04x}"

    def _before(self, found: re.Match[str]) -> str | None:
        """The separator that the sign could be the beginning after; "" for the text's own beginning."""
        text, place = found.string, found.start()
        while place:
            place -= 1
            if text[place] in self._breaks:
                return text[place]
            if not (text[place].isspace() or text[place] in _SKIPPED):
                return None
        return ""

    def _fit(self, text: str) -> str:
        """The text, ending with a note if it had to be cut."""
        if len(text) <= LONGEST // 2 or (units := _units(text)) <= LONGEST:
            return text
        self.cut += 1
        kept = LONGEST - len("… [1,000,000,000 characters cut]")
        note = f"… [{number(units - kept)} characters cut]"
        return text.encode("utf-16-le")[: 2 * kept].decode("utf-16-le", errors="ignore") + note


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
