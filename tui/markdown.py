"""Conversations as Markdown, with customers' texts quoted and escaped. Times are local."""

from __future__ import annotations

import re
from datetime import tzinfo

from tui.domain import AnnotationDetails, PartKind, Thread, ThreadPart
from tui.formatting import date_time
from tui.text import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def thread_markdown(thread: Thread, zone: tzinfo | None = None, *, private: bool = False) -> str:
    """One section with all that is stored of a conversation; times in `zone` (None: the machine's).

    `private`: with the local annotation, which should not be shared.
    """
    row = thread.conversation
    subject = thread.title or row.subject or row.snippet.text or "(no subject)"
    email = f" <{row.customer.email}>" if row.customer.email else ""
    rating = "" if thread.rating is None else f"{thread.rating} of 5 {thread.rating_remark}".strip()
    named = {
        "Customer": row.customer.name + email,
        "Company": thread.company,
        "Channel": thread.channel,
        "To": ", ".join(thread.recipients),
        "AI agent": thread.ai_agent,
        "State": row.state,
        "Priority": "" if row.priority == "none" else row.priority,
        "Assignee": row.assignee or "nobody",
        "Team": row.team,
        "Tags": ", ".join(row.tags),
        "Participants": ", ".join(dict.fromkeys(person.name for person in thread.participants)),
        "Rating": rating,
        "SLA": f"{thread.sla_name} ({thread.sla_status})" if thread.sla_name else "",
        "Created": date_time(row.created_at, zone),
        "Updated": date_time(row.updated_at, zone),
    }
    facts = [
        *(f"- {name}: {escape(one_line(value))}" for name, value in named.items() if value),
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
    lines += [
        f"> \n> Attachment: {escape(f'{attachment.name} ({attachment.content_type})')}"
        for attachment in part.attachments
    ]
    return f"**{who}** · {when}{kind}\n\n" + "\n".join(lines)


def escape(text: str) -> str:
    """Customer text as Markdown that shows it literally: no links, images, HTML, headings or lists."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", escaped)
