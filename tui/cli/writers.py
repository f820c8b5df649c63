"""The formats of an export: JSON Lines, CSV and Markdown, one conversation at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from tui.answers import iso
from tui.cli.csv_cells import LONGEST, Cells
from tui.cli.output import json_text
from tui.conversation_json import FIELDS, AttachmentJson, PersonJson, conversation_json
from tui.domain import ContactDetails, Thread
from tui.formatting import counted, number
from tui.markdown import thread_markdown
from tui.shown import shown_contact, shown_thread


class Writer(Protocol):
    """One format."""

    def head(self) -> str:
        """The text before the first conversation."""

    def conversation(self, thread: Thread, contact: ContactDetails | None) -> str:
        """The text of one conversation, with its line end."""

    def remark(self) -> str:
        """What to say of what was written, in one line for people; may be empty."""


class JsonLines:
    """One JSON object per line, with these fields."""

    def __init__(self, fields: Sequence[str] = FIELDS) -> None:
        self._fields = fields

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread, contact: ContactDetails | None) -> str:
        record: dict[str, Any] = {**conversation_json(thread, contact)}
        return json_text({name: record[name] for name in self._fields}) + "\n"

    def remark(self) -> str:
        return ""


class Csv:
    """One line per conversation, every cell quoted; people and files are words, objects JSON.

    `bom`: begin with a byte order mark, by which Excel knows UTF-8.
    """

    def __init__(self, fields: Sequence[str] = FIELDS, delimiter: str = ",", *, bom: bool = False) -> None:
        self._fields = fields
        self._delimiter = delimiter
        self._bom = bom
        self._cells = Cells(delimiter)

    def head(self) -> str:
        return ("\ufeff" if self._bom else "") + self._line(self._fields)

    def conversation(self, thread: Thread, contact: ContactDetails | None) -> str:
        contact = None if contact is None else shown_contact(contact)
        record: dict[str, Any] = {**conversation_json(shown_thread(thread), contact)}
        return self._line([self._cell(name, record[name]) for name in self._fields])

    def remark(self) -> str:
        if not self._cells.cut:
            return ""
        return (
            f"{counted(self._cells.cut, 'cell')} had to be cut to {number(LONGEST)} characters, as Excel "
            "takes no more; --format jsonl has everything."
        )

    def _line(self, cells: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, quoting=csv.QUOTE_ALL).writerow(cells)
        return line.getvalue()

    def _cell(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return iso(value)
        if name in _IN_WORDS:
            return self._cells.text(", ".join(map(_IN_WORDS[name], value)))
        if isinstance(value, str):
            return self._cells.text(value)
        if isinstance(value, list):
            return self._cells.json_list(value)
        return self._cells.json(value)


def _person(person: PersonJson) -> str:
    return f"{person['name']} <{person['email']}>" if person["email"] else person["name"]


def _attachment(attachment: AttachmentJson) -> str:
    return f"{attachment['name']} ({attachment['content_type']})"


_IN_WORDS: dict[str, Callable[[Any], str]] = {
    "tags": str,
    "recipients": str,
    "participants": _person,
    "attachments": _attachment,
}
"""The fields whose lists are words in CSV."""


class Markdown:
    """A document with one section per conversation."""

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread, _contact: ContactDetails | None) -> str:
        return thread_markdown(thread, private=True)

    def remark(self) -> str:
        return ""
