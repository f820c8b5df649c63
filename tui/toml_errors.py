"""Reading TOML; what is wrong with it is told in one line with the place."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_PLACE = re.compile(r"(.*) \(at (?:(line \d+, column \d+)|end of document)\)", re.DOTALL)


_NUMBER = re.compile(r"\d[\d_]*")


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


def _describe(error: tomllib.TOMLDecodeError, source: str) -> str:
    found = _PLACE.fullmatch(str(error))  # only Python 3.14 has the place as attributes
    words = found[1] if found else str(error)
    place = found[2] if found and found[2] else f"line {max(1, len(source.splitlines()))} (the end)"
    return f"{place}: not valid TOML: {words[:1].lower()}{words[1:]}"
