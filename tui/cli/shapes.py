"""The JSON shape of an exported conversation."""

from __future__ import annotations

from typing import Any

from tui.answers import FoundConversation, found_conversation, iso
from tui.domain import Part, Thread

CONVERSATION_KEYS = tuple(FoundConversation.__annotations__)


def exported(thread: Thread) -> dict[str, Any]:
    """One conversation with its thread.

    `thread_pending` and `missing_parts` are there only when the thread is not stored (yet) or not whole.
    """
    record: dict[str, Any] = dict(found_conversation(thread.conversation))
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
