"""Conversations as Markdown, with customers' texts quoted and escaped. Times are local.

What a customer wrote is shown literally, in CommonMark and in GitHub's Markdown: only the export itself makes
headings, lists and links. What GitHub makes of plain text beside that (mentions, numbers of issues, addresses
of mail, ":smile:") cannot be escaped, and no link of it leads elsewhere than it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo

from tui.domain import AnnotationDetails, PartKind, Thread, ThreadPart
from tui.formatting import date_time, rating_words
from tui.links import annotated
from tui.shown import shown_thread
from tui.text import clean
from tui.visible import visible, visible_line

_SPECIAL = re.compile(
    r"[`\[~$]"
    r"|\\(?=[!-/:-@\[-`{-~]|$)"
    r"|(?<! )\*|\*(?! )"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|(?<!\S)#"
    r"|&(?=#[0-9]{1,8};|#[xX][0-9a-fA-F]{1,8};|[A-Za-z][A-Za-z0-9]{1,31};)"
    r"|:(?=//)|(?<=[wW]{3})\."
)
"""Signs where they mean something within a line, and the two that make a link of an address: the escapes in
it would belong to the link. Where they mean nothing they stay as they are, for who reads or copies the file:
"C:\\work", "a_b", "5 * 3", "a < b", "C#".
"""
_LEADING = re.compile(r"^(?:[-+:](?=\s|$)|[-=:|](?=[-=:|\s]*$)|>|[0-9]{1,9}[.)](?=\s|$))")
"""What begins a quote, a list, a rule or the second line of a table, or makes a heading of the line above."""
_NO_BREAK_SPACE = "\u00a0"


def thread_markdown(thread: Thread, zone: tzinfo | None = None, *, private: bool = False) -> str:
    """One section with all that is stored of a conversation; times in `zone` (None: the machine's).

    `private`: with the local annotation, which should not be shared.
    """
    thread = shown_thread(thread)
    row = thread.conversation
    subject = thread.title or row.subject or row.snippet.text or "(no subject)"
    email = f" <{row.customer.email}>" if row.customer.email else ""
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
        "Rating": rating_words(thread.rating, thread.rating_remark),
        "SLA": f"{thread.sla_name} ({thread.sla_status})" if thread.sla_name else "",
        "Created": date_time(row.created_at, zone),
        "Updated": date_time(row.updated_at, zone),
    }
    facts = [
        *(f"- {name}: {text}" for name, value in named.items() if (text := _inline(value))),
        f"- <{row.url}>",
        *(_annotation_lines(thread.annotation, zone) if private else []),
    ]
    sections = [f"## {row.id}: {_inline(subject)}", "\n".join(facts)]
    sections += [part_markdown(part, zone) for part in thread.parts]
    return "\n\n".join(sections) + "\n\n"


def _annotation_lines(annotation: AnnotationDetails, zone: tzinfo | None) -> list[str]:
    lines = ["- Starred"] if annotation.starred else []
    if annotation.done_until is not None:
        lines.append(f"- Done until {date_time(annotation.done_until, zone)}")
    if annotation.follow_up_at is not None:
        lines.append(f"- Follow up: {date_time(annotation.follow_up_at, zone)}")
    if annotation.note:
        lines.append("- My note:\n\n" + "\n".join(f"  {line}" for line in _quoted(annotation.note)))
    return lines


def part_markdown(part: ThreadPart, zone: tzinfo | None = None) -> str:
    """One entry of a thread."""
    when, who = date_time(part.created_at, zone), _inline(part.author.name)
    if part.kind is PartKind.EVENT:
        return f"*{when} · {who}: {_inline(part.text)}".rstrip() + "*"
    kind = " · **internal note**" if part.kind is PartKind.NOTE else ""
    lines = list(_quoted(annotated(part.text)))
    for attachment in part.attachments:
        lines += [">", f"> Attachment: {_inline(f'{attachment.name} ({attachment.content_type})')}"]
    return f"**{who}** · {when}{kind}\n\n" + "\n".join(lines)


def _quoted(text: str) -> Iterator[str]:
    """The lines of a quotation of the text."""
    for line in clean(visible(text)).split("\n"):
        yield f"> {escape(line.rstrip())}".rstrip(" ")


def _inline(text: str) -> str:
    """The text on one line, after something else on it."""
    return _SPECIAL.sub(r"\\\g<0>", visible_line(text))


def escape(line: str) -> str:
    """A line of text as Markdown that shows it literally: no links, images, HTML, headings, code or lists.

    Its indentation, which could make it code, becomes no-break spaces.
    """
    text = line.lstrip()
    indentation = line[: len(line) - len(text)].replace(" ", _NO_BREAK_SPACE)
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return indentation + _LEADING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", escaped)
