"""Saved views as TOML text, to keep and to share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.text import hint, one_line
from tui.toml import TomlError, line_of, parse_toml
from tui.views.model import View, ViewError, check_columns, check_key, check_name, check_sort

_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "name": check_name,
    "query": one_line,
    "sort": check_sort,
    "columns": check_columns,
    "key": check_key,
    "hidden": bool,
}
"""Every key of a view, and what makes its value; queries are read when the view is saved."""
_HEAD = (
    "# Saved views of fastintercom. Read them with: fastintercom views import FILE\n"
    "# Names, order and tabs of the built-in queues are not in it.\n"
)
_FORM = "every view is a table that begins with [[view]]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A view as it was read, not checked yet, and from which table of a document (from 0)."""

    view: View
    source: str
    number: int

    def place(self, key: str) -> str:
        return _place(self.source, self.number, key)


def dump(views: Iterable[View]) -> str:
    """A TOML document with a `[[view]]` for each of them."""
    return "\n".join([_HEAD, *map(_table, views)])


def load(text: str) -> list[Entry]:
    """The views of a TOML document. Raises `ViewError` that names the line and the key."""
    try:
        document = parse_toml(text)
    except TomlError as error:
        raise ViewError(str(error)) from None
    for key in document:
        if key != "view":
            raise ViewError(f"line {line_of(text, key)}: unknown key “{key}”; {_FORM}")
    tables = document.get("view", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ViewError(f"line {line_of(text, 'view')}: {_FORM}")
    return [_entry(table, text, number) for number, table in enumerate(tables)]


def _entry(table: Mapping[str, Any], source: str, number: int) -> Entry:
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = _place(source, number, key)
        if key not in _CHECKS:
            raise ViewError(f"{place}: unknown key “{key}”; {hint(key, _CHECKS)}")
        if key == "columns":
            if not isinstance(value, list) or not all(isinstance(column, str) for column in value):
                raise ViewError(f'{place}: columns must be a list of texts such as ["customer", "subject"]')
        elif key == "hidden":
            if not isinstance(value, bool):
                raise ViewError(f"{place}: hidden must be true or false, not {value!r}")
        elif not isinstance(value, str):
            raise ViewError(f'{place}: {key} must be a text in quotes, such as "…", not {value!r}')
        try:
            values[key] = _CHECKS[key](value)
        except ViewError as error:
            raise ViewError(f"{place}: {key}: {error}") from None
    for key in ("name", "query"):
        if key not in table:
            raise ViewError(f'{_place(source, number)}: the view has no {key}; write {key} = "…"')
    return Entry(View(**values), source, number)


def _table(view: View) -> str:
    lines = ["[[view]]", f"name = {_quoted(view.name)}", f"query = {_quoted(view.query)}"]
    if view.sort is not None:
        lines.append(f"sort = {_quoted(view.sort.value)}")
    if view.columns:
        lines.append(f"columns = [{', '.join(map(_quoted, view.columns))}]")
    if view.key:
        lines.append(f"key = {_quoted(view.key)}")
    if view.hidden:
        lines.append("hidden = true")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # Names and queries hold no control characters; what JSON escapes besides, TOML reads the same.
    return json.dumps(text, ensure_ascii=False)


def _place(source: str, number: int, *key: str) -> str:
    return f"line {line_of(source, 'view', *key, number=number)}"
