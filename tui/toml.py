"""Reading TOML; what is wrong with it is told in one line with the place. And where a key stands in it."""

from __future__ import annotations

import re
import tomllib
from itertools import takewhile
from typing import Any

_PLACE = re.compile(r"(.*) \(at (?:(line \d+, column \d+)|end of document)\)", re.DOTALL)
_NUMBER = re.compile(r"\d[\d_]*")
_NAME = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_NAMES = rf"\s*((?:{_NAME.pattern})\s*(?:\.\s*(?:{_NAME.pattern})\s*)*)"
_HEADING = re.compile(rf"\s*\[{{1,2}}{_NAMES}\]{{1,2}}\s*(?:#.*)?")
_KEY = re.compile(rf"{_NAMES}=")


class TomlError(ValueError):
    """Text that is not valid TOML, or more than can be read: "line 2, column 12: not valid TOML: …"."""


def parse_toml(source: str) -> dict[str, Any]:
    """The tables and keys of a TOML document. Raises `TomlError`."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(_describe(error, source)) from None
    except RecursionError:
        raise TomlError("not valid TOML: values are nested too deeply") from None
    except ValueError:  # Python converts no number of thousands of digits
        longest = max(_NUMBER.finditer(source), key=lambda found: len(found[0]))
        line = source.count("\n", 0, longest.start()) + 1
        raise TomlError(f"line {line}: not valid TOML: a number of {len(longest[0])} digits") from None


def line_of(source: str, *names: str, number: int = 0) -> int:
    """The line (from 1) where a key stands, which is named with the tables that it is in.

    Of several tables `[[name]]` the one with this `number` (from 0) counts. Where the key is not found, as in
    an inline table, it is the line of the table. Texts of several lines are taken for TOML.
    """
    table: tuple[str, ...] = ()
    tables, found, depth = -1, 1, 0
    for line, text in enumerate(source.split("\n"), 1):
        if heading := _HEADING.fullmatch(text):
            path = table = _split(heading[1])
            tables += table == names[:1] and text.lstrip().startswith("[[")
        elif key := _KEY.match(text):
            path = (*table, *_split(key[1]))
        else:
            continue
        if path[0] == names[0] and tables in (-1, number):
            common = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, names, strict=False))
            )
            if common > depth:
                found, depth = line, common
    return found


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _NAME.findall(dotted))


def _describe(error: tomllib.TOMLDecodeError, source: str) -> str:
    found = _PLACE.fullmatch(str(error))  # only Python 3.14 has the place as attributes
    words = found[1] if found else str(error)
    last_line = source.removesuffix("\n").count("\n") + 1
    place = found[2] if found and found[2] else f"line {last_line} (the end)"
    return f"{place}: not valid TOML: {words[:1].lower()}{words[1:]}"
