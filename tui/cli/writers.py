"""The formats of an export: JSON Lines, CSV and Markdown, one conversation at a time."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import Any, Protocol

from tui.answers import iso
from tui.cli.conversation_json import CONVERSATION_KEYS, conversation_json
from tui.cli.output import json_text
from tui.domain import Thread
from tui.markdown import thread_markdown


class Writer(Protocol):
    """One format."""

    def head(self) -> str:
        """The text before the first conversation."""

    def conversation(self, thread: Thread) -> str:
        """The text of one conversation, with its line end."""


class JsonLines:
    """One JSON object per line."""

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread) -> str:
        return json_text(conversation_json(thread)) + "\n"


class Csv:
    """One line per conversation; lists and objects are JSON in their cell.

    Every cell is quoted, and spreadsheets read no text as a formula.
    """

    def head(self) -> str:
        return _csv_line([*CONVERSATION_KEYS, "title", "custom_attributes", "parts", "triage"])

    def conversation(self, thread: Thread) -> str:
        record = conversation_json(thread)
        cells = [_cell(record[key]) for key in CONVERSATION_KEYS]
        cells += [_cell(record.get(key)) for key in ("title", "custom_attributes", "parts", "triage")]
        return _csv_line(cells)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


_FORMULA = re.compile(r"[\s\"'\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return escape_formula(", ".join(value))
    return json_text(value)


def escape_formula(text: str) -> str:
    """The text, after a ' where a spreadsheet could read it as a formula."""
    return "'" + text if _FORMULA.match(text) else text


class Markdown:
    """A document with one section per conversation."""

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread) -> str:
        return thread_markdown(thread, private=True)


WRITERS: dict[str, type[Writer]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "markdown": Markdown,
}
