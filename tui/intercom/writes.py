"""The requests that change a conversation, and what their answers say (OpenAPI 2.16, "Conversations").

Intercom has no key that would make a request safe to repeat, and none of these carries a condition.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import msgspec

from tui.message_html import message_html
from tui.records import ConversationRecord
from tui.writes import (
    AddTag,
    Assign,
    Close,
    MarkRead,
    Note,
    Open,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
)


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One request to Intercom."""

    method: str
    path: str
    body: bytes
    what: str
    """In words, for messages."""
    answers_tag: bool = False
    """The answer is a tag and not the conversation."""


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """What Intercom answered to a write that it carried out."""

    record: ConversationRecord | None
    """The conversation afterwards; its parts may be the new one alone. None when the answer is a tag."""
    request_id: str


def request_for(write: Write, conversation_id: int, admin_id: int) -> WriteRequest:
    """The request that carries out a write as a teammate. Ids are sent as text, as the description says."""
    path, admin = f"/conversations/{int(conversation_id)}", str(admin_id)
    what = f"conversation {conversation_id}"
    part: dict[str, Any]
    match write:
        case Note() | Reply():
            kind, word = ("note", "the note on") if isinstance(write, Note) else ("comment", "the reply to")
            message: dict[str, Any] = {
                "message_type": kind,
                "type": "admin",
                "admin_id": admin,
                "body": message_html(write.text),
            }
            if write.urls:
                message["attachment_urls"] = list(write.urls)
            if write.files:
                message["attachment_files"] = [
                    {
                        "content_type": file.content_type,
                        "name": file.name,
                        "data": base64.b64encode(file.data).decode(),
                    }
                    for file in write.files
                ]
            return _request("POST", f"{path}/reply", message, f"{word} {what}")
        case Close():
            part = {"message_type": "close", "type": "admin"}
            return _request("POST", f"{path}/parts", part | {"admin_id": admin}, f"closing {what}")
        case Open():
            return _request(
                "POST", f"{path}/parts", {"message_type": "open", "admin_id": admin}, f"opening {what}"
            )
        case Snooze(until=until):
            part = {"message_type": "snoozed", "admin_id": admin, "snoozed_until": until}
            return _request("POST", f"{path}/parts", part, f"snoozing {what}")
        case Assign(to=to, id=assignee):
            part = {"message_type": "assignment", "type": "team" if to == "team" else "admin"}
            part |= {"admin_id": admin, "assignee_id": str(assignee)}
            return _request("POST", f"{path}/parts", part, f"assigning {what}")
        case AddTag(id=tag):
            body = {"id": str(tag), "admin_id": admin}
            return _request("POST", f"{path}/tags", body, f"tagging {what}", answers_tag=True)
        case RemoveTag(id=tag):
            body = {"admin_id": admin}
            return _request("DELETE", f"{path}/tags/{int(tag)}", body, f"untagging {what}", answers_tag=True)
        case SetTitle(title=title):
            return _request("PUT", path, {"title": title}, f"the title of {what}")
        case MarkRead(read=read):
            return _request("PUT", path, {"read": read}, f"marking {what} as {'read' if read else 'unread'}")


def new_tag_request(name: str) -> WriteRequest:
    """Create a tag, or find the one that has this name already (OpenAPI 2.16, "Create or update a tag")."""
    return _request("POST", "/tags", {"name": name}, f"creating the tag “{name}”", answers_tag=True)


def _request(
    method: str, path: str, body: dict[str, Any], what: str, *, answers_tag: bool = False
) -> WriteRequest:
    return WriteRequest(method, path, msgspec.json.encode(body), what, answers_tag)
