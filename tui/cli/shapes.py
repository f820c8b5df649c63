"""The JSON shapes of conversations and of freshness that the commands print."""

from __future__ import annotations

from typing import Any

from tui.cli.output import iso
from tui.clock import from_epoch
from tui.domain import ConversationRow, Part, Thread
from tui.freshness import Coverage, Verdict

CONVERSATION_KEYS = (
    "id",
    "subject",
    "snippet",
    "customer",
    "state",
    "assignee",
    "team",
    "tags",
    "priority",
    "created_at",
    "updated_at",
    "waiting_since",
    "url",
)


def found(row: ConversationRow) -> dict[str, Any]:
    """One result of a search."""
    return {
        "id": row.id,
        "subject": row.subject,
        "snippet": row.snippet.text,
        "customer": row.customer.name,
        "state": row.state,
        "assignee": row.assignee or None,
        "team": row.team or None,
        "tags": list(row.tags),
        "priority": row.priority,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "waiting_since": iso(row.waiting_since),
        "url": row.url,
    }


def exported(thread: Thread) -> dict[str, Any]:
    """One conversation with its thread.

    `thread_pending` and `missing_parts` are there only when the thread is not stored (yet) or not whole.
    """
    record = found(thread.conversation)
    record["title"] = thread.title
    record["custom_attributes"] = dict(thread.custom_attributes)
    record["parts"] = [_part(part) for part in thread.parts]
    if thread.conversation.thread_pending:
        record["thread_pending"] = True
    if thread.missing_parts:
        record["missing_parts"] = thread.missing_parts
    return record


def _part(part: Part) -> dict[str, Any]:
    author = part.author
    record: dict[str, Any] = {
        "id": part.id,
        "type": part.type,
        "author": {"type": author.kind, "id": author.id, "name": author.name},
        "created_at": iso(part.created_at),
        "text": part.text,
    }
    if part.truncated:
        record["truncated"] = True
    return record


def sync_info(verdict: Verdict, message: str | None) -> dict[str, Any]:
    return {
        "state": verdict.state.value,
        "last_sync": None if verdict.last_sync is None else iso(from_epoch(verdict.last_sync)),
        "message": message,
        "data_complete": verdict.data_complete,
        "gaps": spans(verdict.gaps),
    }


def spans(intervals: Coverage | tuple[Any, ...]) -> list[dict[str, str | None]]:
    return [{"start": iso(from_epoch(start)), "end": iso(from_epoch(end))} for start, end in intervals]
