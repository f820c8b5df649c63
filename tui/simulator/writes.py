"""The triage writes: what each call changes and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tui.simulator import render
from tui.simulator.errors import ApiError, invalid, missing
from tui.simulator.model import Json, SimulatedAdmin, SimulatedConversation
from tui.simulator.world import World

Action = Callable[[World, SimulatedConversation, Json, Mapping[str, Any]], bytes]


def answer(world: World, before: SimulatedConversation, after: SimulatedConversation) -> bytes:
    """Writes answer with the conversation and only the parts that they added."""
    return render.full(after, world, after.parts[before.part_count : after.part_count])


def acting_admin(world: World, body: Json) -> SimulatedAdmin:
    """Who does it. Raises 400 without `admin_id`, 404 for an unknown one, 403 without an inbox seat."""
    given = body.get("admin_id")
    if given is None:
        raise ApiError(400, "parameter_not_found", "admin_id is required", "admin_id")
    admin = world.admins.get(int(given)) if str(given).isdecimal() else None
    if admin is None:
        raise ApiError(404, "admin_not_found", "Admin not found")
    if not admin.has_inbox_seat:
        raise ApiError(403, "action_forbidden", "This admin does not have Inbox access permissions")
    return admin


def reply(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> bytes:
    """POST …/reply: a comment or a note by an admin, or a comment by the contact."""
    kind = body.get("message_type")
    text = body.get("body")
    if kind not in {"comment", "note"}:
        raise invalid("message_type must be comment or note", "message_type")
    if not isinstance(text, str) or not text.strip():
        raise missing("body")
    if not text.lstrip().startswith("<"):
        text = f"<p>{text}</p>"
    if body.get("type") == "user":
        return answer(world, conversation, world.reply(conversation.id, text))
    admin = acting_admin(world, body)
    change = world.note if kind == "note" else world.reply
    return answer(world, conversation, change(conversation.id, text, by=admin.id))


def manage(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> bytes:
    """POST …/parts: close, open, snooze, assign."""
    admin = acting_admin(world, body)
    kind = body.get("message_type")
    key, by = conversation.id, admin.id
    if kind == "close":
        return answer(world, conversation, world.close(key, body.get("body") or None, by=by))
    if kind == "open":
        return answer(world, conversation, world.open(key, by=by))
    if kind == "snoozed":
        until = body.get("snoozed_until")
        if isinstance(until, str) and until.isdecimal():
            until = int(until)
        if not isinstance(until, int):
            raise missing("snoozed_until")
        if until <= world.now():
            raise invalid("snoozed_until must be in the future", "snoozed_until")
        return answer(world, conversation, world.snooze(key, until, by=by))
    if kind == "assignment":
        return answer(world, conversation, assign(world, key, body, by))
    raise invalid("message_type must be close, open, snoozed or assignment", "message_type")


def assign(world: World, key: int, body: Json, by: int) -> SimulatedConversation:
    given = str(body.get("assignee_id", ""))
    if not given.isdecimal():
        raise missing("assignee_id")
    assignee = int(given)
    if body.get("type") == "team":
        if assignee and assignee not in world.teams:
            raise ApiError(404, "team_not_found", "Team not found")
        return world.assign(key, team=assignee, by=by)
    if assignee and assignee not in world.admins:
        raise ApiError(404, "admin_not_found", "Assignee not found")
    return world.assign(key, admin=assignee, by=by)


def tag(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> bytes:
    """POST …/tags. Answers with the tag."""
    admin = acting_admin(world, body)
    key = known_tag(world, body.get("id"))
    world.tag(conversation.id, key, by=admin.id)
    return render.encode(render.tag_json(key, world.tags[key]))


def untag(world: World, conversation: SimulatedConversation, body: Json, path: Mapping[str, Any]) -> bytes:
    """DELETE …/tags/{id}. Answers with the tag."""
    acting_admin(world, body)
    key = known_tag(world, path["tag"])
    if all(item.id != key for item in conversation.tags):
        raise ApiError(404, "tag_not_found", "Tag not found")
    world.untag(conversation.id, key)
    return render.encode(render.tag_json(key, world.tags[key]))


def known_tag(world: World, given: object) -> int:
    if given is None:
        raise missing("id")
    key = int(str(given)) if str(given).isdecimal() else -1
    if key not in world.tags:
        raise ApiError(404, "tag_not_found", "Tag not found")
    return key


def update(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> bytes:
    """PUT: read flag, title, custom attributes."""
    fields: dict[str, Any] = {}
    if "read" in body:
        if not isinstance(body["read"], bool):
            raise ApiError(400, "type_mismatch", "read must be a boolean", "read")
        fields["read"] = body["read"]
    if "title" in body:
        fields["title"] = None if body["title"] is None else str(body["title"])
    if "custom_attributes" in body:
        if not isinstance(body["custom_attributes"], dict):
            raise ApiError(400, "type_mismatch", "custom_attributes must be an object", "custom_attributes")
        fields["attributes"] = {**conversation.attributes, **body["custom_attributes"]}
    if not fields:
        return world.full(conversation)
    if set(fields) == {"read"}:
        # Opening a conversation in the inbox is no activity: updated_at stays.
        return world.full(world.commit(replace(conversation, **fields)))
    return world.full(world.change(conversation, **fields))


def delete(world: World, conversation: SimulatedConversation, _body: Json, _path: Mapping[str, Any]) -> bytes:
    """DELETE …: gone for good."""
    world.delete(conversation.id)
    return render.encode({"id": str(conversation.id), "object": "conversation", "deleted": True})


def redact(world: World, conversation: SimulatedConversation, body: Json) -> bytes:
    """POST /conversations/redact of a part."""
    given = str(body.get("conversation_part_id", ""))
    part = next((item for item in conversation.thread if str(item.id) == given), None)
    if part is None:
        raise ApiError(
            404, "conversation_part_or_message_not_found", "Conversation part or message not found"
        )
    if not part.body:
        raise ApiError(400, "conversation_part_not_redactable", "This part cannot be redacted")
    return world.full(world.redact(conversation.id, part.id))
