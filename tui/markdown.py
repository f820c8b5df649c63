"""Conversations as Markdown, with customers' texts quoted and escaped. Times are local."""

from __future__ import annotations

import re
from datetime import tzinfo

from tui.domain import AnnotationDetails, PartKind, Thread, ThreadPart
from tui.formatting import date_time

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def thread_markdown(thread: Thread, zone: tzinfo | None = None, *, private: bool = False) -> str:
    """One section with all that is stored of a conversation; times in `zone` (None: the machine's).

    `private`: with the local annotation, which should not be shared.
    """
    row = thread.conversation
    subject = thread.title or row.subject or row.snippet.text or "(no subject)"
    facts = [
        f"- Customer: {escape(row.customer.name)}",
        f"- State: {row.state}",
        f"- Assignee: {escape(row.assignee or 'nobody')}",
        *([f"- Team: {escape(row.team)}"] if row.team else []),
        *([f"- Tags: {escape(', '.join(row.tags))}"] if row.tags else []),
        f"- Updated: {date_time(row.updated_at, zone)}",
        f"- <{row.url}>",
        *(_annotation_lines(thread.annotation, zone) if private else []),
    ]
    sections = [f"## {row.id}: {escape(subject)}", "\n".join(facts)]
    sections += [part_markdown(part, zone) for part in thread.parts]
    return "\n\n".join(sections) + "\n\n"


def _annotation_lines(annotation: AnnotationDetails, zone: tzinfo | None) -> list[str]:
    lines = ["- Starred"] if annotation.starred else []
    if annotation.done_until is not None:
        lines.append(f"- Done until {date_time(annotation.done_until, zone)}")
    if annotation.follow_up_at is not None:
        lines.append(f"- Follow up: {date_time(annotation.follow_up_at, zone)}")
    if annotation.note:
        lines.append(
            "- My note:\n\n"
            + "\n".join(f"  > {escape(line)}".rstrip() for line in annotation.note.split("\n"))
        )
    return lines


def part_markdown(part: ThreadPart, zone: tzinfo | None = None) -> str:
    """One entry of a thread."""
    when, who = date_time(part.created_at, zone), escape(part.author.name)
    if part.kind is PartKind.EVENT:
        return f"*{when} · {who}: {escape(part.text)}*"
    kind = " · **internal note**" if part.kind is PartKind.NOTE else ""
    lines = [f"> {escape(line)}".rstrip() for line in part.text.split("\n")]
    lines += [f"> \n> Attachment: {escape(attachment.name)}" for attachment in part.attachments]
    return f"**{who}** · {when}{kind}\n\n" + "\n".join(lines)


def escape(text: str) -> str:
    """Customer text as Markdown that shows it literally: no links, images, HTML, headings or lists."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", escaped)
