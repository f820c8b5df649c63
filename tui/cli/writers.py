"""The forms of an export: JSON Lines, CSV and Markdown, one conversation at a time."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Protocol

from tui.cli.output import json_text, local
from tui.cli.shapes import CONVERSATION_KEYS, exported
from tui.domain import Overlay, Part, PartKind, Thread


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
    """A document to read: one section for each conversation, quoted texts, nothing that runs."""

    def head(self) -> str:
        return ""

    def conversation(self, thread: Thread) -> str:
        row = thread.conversation
        subject = thread.title or row.subject or row.snippet.text or "(no subject)"
        facts = [
            f"- Customer: {escape(row.customer.name)}",
            f"- State: {row.state}",
            f"- Assignee: {escape(row.assignee or 'nobody')}",
            *([f"- Team: {escape(row.team)}"] if row.team else []),
            *([f"- Tags: {escape(', '.join(row.tags))}"] if row.tags else []),
            f"- Updated: {local(row.updated_at)}",
            f"- <{row.url}>",
            *_markdown_triage(thread.overlay),
        ]
        sections = [f"## {row.id}: {escape(subject)}", "\n".join(facts)]
        sections += [_markdown_part(part) for part in thread.parts]
        return "\n\n".join(sections) + "\n\n"


def _markdown_triage(overlay: Overlay) -> list[str]:
    lines = ["- Starred"] if overlay.starred else []
    if overlay.done_until is not None:
        lines.append(f"- Done until {local(overlay.done_until)}")
    if overlay.follow_up_at is not None:
        lines.append(f"- Follow up: {local(overlay.follow_up_at)}")
    if overlay.note:
        lines.append(
            "- My note:\n\n" + "\n".join(f"  > {escape(line)}".rstrip() for line in overlay.note.split("\n"))
        )
    return lines


def _markdown_part(part: Part) -> str:
    when, who = local(part.created_at), escape(part.author.name)
    if part.kind is PartKind.EVENT:
        return f"*{when} · {who}: {escape(part.text)}*"
    kind = " · **internal note**" if part.kind is PartKind.NOTE else ""
    lines = [f"> {escape(line)}".rstrip() for line in part.text.split("\n")]
    lines += [f"> \n> Attachment: {escape(attachment.name)}" for attachment in part.attachments]
    return f"**{who}** · {when}{kind}\n\n" + "\n".join(lines)


_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def escape(text: str) -> str:
    """Customer text as Markdown that shows it literally: no links, images, HTML, headings or lists."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", escaped)


WRITERS: dict[str, type[JsonLines] | type[Csv] | type[Markdown]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "markdown": Markdown,
}
