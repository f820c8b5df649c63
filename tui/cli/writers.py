"""The forms of an export: JSON Lines, CSV and Markdown, one conversation at a time."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Protocol

from tui.cli.output import json_text
from tui.cli.shapes import CONVERSATION_KEYS, exported
from tui.domain import Thread
from tui.markdown import thread_markdown


class Writer(Protocol):
    def head(self) -> str:
        """What stands before the first conversation."""

    def conversation(self, thread: Thread) -> str: ...


class JsonLines:
    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread) -> str:
        return json_text(exported(thread)) + "\n"


class Csv:
    """One line for each conversation; lists and objects are JSON in their cell.

    Every cell is quoted and no text can be taken for a formula by a spreadsheet.
    """

    def head(self) -> str:
        return _csv_line([*CONVERSATION_KEYS, "title", "custom_attributes", "parts", "triage"])

    def conversation(self, thread: Thread) -> str:
        record = exported(thread)
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
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return harmless(", ".join(value))
    return json_text(value)


def harmless(text: str) -> str:
    """The text, with a ' in front where a spreadsheet could read it as a formula."""
    return "'" + text if _FORMULA.match(text) else text


class Markdown:
    """A document to read: one section for each conversation."""

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread) -> str:
        return thread_markdown(thread, private=True)


WRITERS: dict[str, type[JsonLines] | type[Csv] | type[Markdown]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "markdown": Markdown,
}
