"""Errors of the TOML parser as one line with the place."""

from __future__ import annotations

import re
import tomllib

_PLACE = re.compile(r"(.*) \(at (?:(line \d+, column \d+)|end of document)\)", re.DOTALL)


def describe_toml_error(error: tomllib.TOMLDecodeError, source: str) -> str:
    """ "line 2, column 12: not valid TOML: invalid value"; `source` is the text that was parsed."""
    found = _PLACE.fullmatch(str(error))  # only Python 3.14 has the place as attributes
    words = found[1] if found else str(error)
    place = found[2] if found and found[2] else f"line {max(1, len(source.splitlines()))} (the end)"
    return f"{place}: not valid TOML: {words[:1].lower()}{words[1:]}"
