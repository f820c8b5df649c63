"""Saved views as TOML text, to keep and to share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.text import hint, one_line
from tui.toml_errors import TomlError, parse_toml
from tui.views.model import View, ViewError, check_columns, check_key, check_name, check_sort

_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "name": check_name,
    "query": one_line,
    "sort": check_sort,
    "columns": check_columns,
    "key": check_key,
}
"""Every key of a view, and what makes its value; queries are read when the view is saved."""
_HEAD = "# Saved views of fastintercom. Read them with: fastintercom views import FILE\n"
_FORM = "every view is a table that begins with [[view]]"
_TABLE = re.compile(r"""\s*\[\[\s*["']?view["']?\s*\]\]""")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*[.=]""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A view as it was read, not checked yet, and where its keys stand."""

    view: View
    number: int
    lines: Mapping[tuple[int, str], int]

    def place(self, key: str) -> str:
        return _place(self.lines, self.number, key)


def dump(views: Iterable[View]) -> str:
    """A TOML document with a `[[view]]` for each of them."""
    return "\n".join([_HEAD, *map(_table, views)])


def load(text: str) -> list[Entry]:
    """The views of a TOML document. Raises `ViewError` that names the line and the key."""
    try:
        document = parse_toml(text)
    except TomlError as error:
        raise ViewError(str(error)) from None
    lines = _lines(text)
    for key in document:
        if key != "view":
            raise ViewError(f"{_place(lines, 0, key)}: unknown key “{key}”; {_FORM}")
    tables = document.get("view", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ViewError(f"{_place(lines, 0, 'view')}: {_FORM}")
    return [_entry(table, number, lines) for number, table in enumerate(tables, 1)]


def _entry(table: Mapping[str, Any], number: int, lines: Mapping[tuple[int, str], int]) -> Entry:
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = _place(lines, number, key)
        if key not in _CHECKS:
            raise ViewError(f"{place}: unknown key “{key}”; {hint(key, _CHECKS)}")
        if key == "columns":
            if not isinstance(value, list) or not all(isinstance(column, str) for column in value):
                raise ViewError(f'{place}: columns must be a list of texts such as ["customer", "subject"]')
        elif not isinstance(value, str):
            raise ViewError(f'{place}: {key} must be a text in quotes, such as "…", not {value!r}')
        try:
            values[key] = _CHECKS[key](value)
        except ViewError as error:
            raise ViewError(f"{place}: {key}: {error}") from None
    for key in ("name", "query"):
        if key not in table:
            raise ViewError(f'{_place(lines, number, "view")}: the view has no {key}; write {key} = "…"')
    return Entry(View(**values), number, lines)


def _table(view: View) -> str:
    lines = ["[[view]]", f"name = {_quoted(view.name)}", f"query = {_quoted(view.query)}"]
    if view.sort is not None:
        lines.append(f"sort = {_quoted(view.sort.value)}")
    if view.columns:
        lines.append(f"columns = [{', '.join(map(_quoted, view.columns))}]")
    if view.key:
        lines.append(f"key = {_quoted(view.key)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # Names and queries hold no control characters; what JSON escapes besides, TOML reads the same.
    return json.dumps(text, ensure_ascii=False)


def _lines(text: str) -> dict[tuple[int, str], int]:
    """(number of the view, key) → line, as well as can be told without a parser; view 0 is the top."""
    found: dict[tuple[int, str], int] = {}
    number = 0
    for line, content in enumerate(text.splitlines(), 1):
        if _TABLE.match(content):
            number += 1
            found[number, "view"] = line
        elif header := re.match(r"\s*\[+\s*([\w-]+)", content):
            found.setdefault((0, header[1]), line)
        elif key := _KEY.match(content):
            found.setdefault((number, key[1]), line)
    return found


def _place(lines: Mapping[tuple[int, str], int], number: int, key: str) -> str:
    line = lines.get((number, key)) or lines.get((number, "view")) or lines.get((0, "view")) or 1
    return f"line {line}"
