"""`fastintercom show`: one conversation with its whole thread."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui.cells import cell_width, wrap
from tui.cli.arguments import ConversationNumber
from tui.cli.exits import CommandError, ExitCode
from tui.cli.freshness_line import freshness_line
from tui.cli.options import Invocation, command
from tui.cli.output import json_answer, paint, text_width, write
from tui.clock import to_epoch
from tui.domain import ContactDetails, PartKind, Thread, ThreadPart
from tui.formatting import date_time, rating_words
from tui.links import annotated
from tui.shown import shown_contact, shown_thread
from tui.text import clean, one_line

if TYPE_CHECKING:
    from tui.workspace import Workspace


NARROWEST = 10
"""Cells that a text is given beside its margin."""


@command("show")
@click.argument("conversation_id", metavar="CONVERSATION", type=ConversationNumber())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as in an export.")
def show_command(invocation: Invocation, conversation_id: int, as_json: bool) -> int:
    """Print one conversation with its whole thread, from the mirror.

    CONVERSATION is its number, as in 1330 or '#1330', or a link to it in Intercom.
    """
    from tui.cli.syncing import sync_demo
    from tui.conversation_json import conversation_json

    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        thread = workspace.thread(conversation_id)
        if thread is None:
            raise CommandError(why_unknown(workspace, conversation_id))
        contact = workspace.lookup.contact(thread.conversation.customer.id)
        if as_json:
            write(json_answer(conversation_json(thread, contact)))
        else:
            for line in readable(thread, contact, text_width()):
                write(line)
        if thread.conversation.thread_pending:
            invocation.info("The thread is still to be fetched, or has changed since. Run: fastintercom sync")
        invocation.info(freshness_line(workspace, workspace.verdict()))
    return ExitCode.OK


def why_unknown(workspace: Workspace, conversation_id: int) -> str:
    """Why a conversation is not in the mirror, in one line."""
    purged_at = workspace.purged_at(conversation_id)
    if purged_at is not None:
        return (
            f"conversation {conversation_id} was purged here, {date_time(purged_at)}; to have it again: "
            f"fastintercom purge --restore --conversation {conversation_id}"
        )
    verdict = workspace.verdict()
    if verdict.data_complete:
        kept_since, start = workspace.kept_since(), workspace.history_start()
        whole = kept_since is None or kept_since.retention or to_epoch(start) > kept_since.second
        since = f"in the last {workspace.settings.reach}" if whole else f"since {date_time(start)}"
        why = f"not among those updated {since}"
    else:
        why = "it may not be synced yet"
    return f"no conversation {conversation_id} in the mirror, {why} ({freshness_line(workspace, verdict)})"


def readable(thread: Thread, contact: ContactDetails | None = None, width: int | None = None) -> list[str]:
    """The thread and the customer's details as lines that are safe in a terminal.

    They are wrapped at words to `width` cells; None: not at all.
    """
    thread, contact = shown_thread(thread), None if contact is None else shown_contact(contact)
    row = thread.conversation
    facts = [
        ("Customer", row.customer.name + (f" <{row.customer.email}>" if row.customer.email else "")),
        ("Company", thread.company),
        ("Channel", thread.channel),
        ("To", ", ".join(thread.recipients)),
        ("AI agent", thread.ai_agent),
        ("State", row.state + (f" until {date_time(row.snoozed_until)}" if row.snoozed_until else "")),
        ("Priority", "" if row.priority == "none" else row.priority),
        ("Assignee", row.assignee or "nobody"),
        ("Team", row.team),
        ("Tags", ", ".join(row.tags)),
        ("Rating", rating_words(thread.rating, thread.rating_remark)),
        ("SLA", f"{thread.sla_name} ({thread.sla_status})" if thread.sla_name else ""),
        ("Waiting", f"since {date_time(row.waiting_since)}" if row.waiting_since else ""),
        ("Created", date_time(row.created_at)),
        ("Updated", date_time(row.updated_at)),
        ("Deleted", date_time(thread.deleted_at) if thread.deleted_at else ""),
        ("Link", row.url),
    ]
    if contact is not None and contact.custom_attributes:
        attributes = " · ".join(f"{name}: {value}" for name, value in contact.custom_attributes.items())
        facts.append(("Details", f"{attributes} (as of {date_time(contact.fetched_at)})"))
    title = one_line(thread.title or row.subject or row.snippet.text) or "(no subject)"
    lines = [*_painted(f"{row.id}  {title}", "1", width)]
    for name, value in facts:
        if value:
            first, *more = _wrapped(one_line(value), width, " " * 10)
            lines += [f"{name + ':':<10}{first[10:]}", *more]
    if thread.missing_parts:
        lines += ["", f"({thread.missing_parts} older entries are no longer available from Intercom)"]
    for part in thread.parts:
        lines += ["", *_part(part, width)]
    return lines


def _part(part: ThreadPart, width: int | None) -> list[str]:
    who, when = one_line(part.author.name), date_time(part.created_at)
    if part.kind is PartKind.EVENT:
        return _painted(f"· {when}  {who}: {one_line(part.text)}", "2", width)
    role = "customer" if part.author.is_customer else one_line(part.author.kind)
    if part.kind is PartKind.NOTE:
        head, margin = _painted(f"── INTERNAL NOTE ── {who}, {when}", "1;33", width), "┃ "
    else:
        head, margin = _painted(f"── {who} ({role}), {when}", "1", width), "  "
    texts = annotated(clean(part.text)).split("\n")
    texts += [f"[attachment: {one_line(a.name)}]" for a in part.attachments]
    if part.redacted:
        texts.append("[redacted]")
    if part.truncated:
        texts.append("[shortened: the text was too long to store]")
    return [*head, *(line.rstrip() for text in texts for line in _wrapped(text, width, margin))]


def _painted(text: str, code: str, width: int | None) -> list[str]:
    return [paint(line, code, sys.stdout) for line in _wrapped(text, width)]


def _wrapped(text: str, width: int | None, margin: str = "") -> list[str]:
    lines = [text] if width is None else wrap(text, max(NARROWEST, width - cell_width(margin)))
    return [margin + line for line in lines]
