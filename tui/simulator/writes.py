"""The triage writes: what each call changes and what it refuses."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from tui.simulator import render
from tui.simulator.errors import ApiError, invalid, missing, no_seat
from tui.simulator.journal import Effect
from tui.simulator.model import Json, SimulatedAdmin, SimulatedAttachment, SimulatedConversation
from tui.simulator.world import World

Action = Callable[[World, SimulatedConversation, Json, Mapping[str, Any]], Effect]
MOST_ATTACHMENTS = 10
"""Of each kind: URLs and files."""
REWRITTEN = (
    ("<p>", '<p class="no-margin">'),
    ("<strong>", "<b>"),
    ("</strong>", "</b>"),
    ("<em>", "<i>"),
    ("</em>", "</i>"),
    ("\n", " "),
)
"""How HTML may look after it was stored."""


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
        raise no_seat()
    return admin


def stored(world: World, text: str) -> str:
    """The HTML of a message as answers give it."""
    if not text.lstrip().startswith("<"):
        text = f"<p>{text}</p>"
    if world.options.rewritten_bodies:
        for sent, kept in REWRITTEN:
            text = text.replace(sent, kept)
    return text


def optional_text(world: World, body: Json) -> str | None:
    """The message that a close or an assignment may come with."""
    text = body.get("body")
    if text is not None and not isinstance(text, str):
        raise ApiError(400, "type_mismatch", "body must be a string", "body")
    return stored(world, text) if text else None


def attachments(body: Json) -> tuple[SimulatedAttachment, ...]:
    """What is attached to a reply, URLs first. Raises a 400 for too many, and for what is none."""
    urls, files = (body.get(name) or [] for name in ("attachment_urls", "attachment_files"))
    for name, given in (("attachment_urls", urls), ("attachment_files", files)):
        if not isinstance(given, list):
            raise ApiError(400, "type_mismatch", f"{name} must be an array", name)
        if len(given) > MOST_ATTACHMENTS:
            raise invalid(f"{name} must not have more than {MOST_ATTACHMENTS} items", name)
    return (*map(linked_image, urls), *map(uploaded_file, files))


def linked_image(url: object) -> SimulatedAttachment:
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("attachment_urls must be URLs of images", "attachment_urls")
    name = unquote(parts.path.rpartition("/")[2]) or "image"
    return SimulatedAttachment(name, mimetypes.guess_type(name)[0] or "image/png", 0)


def uploaded_file(given: object) -> SimulatedAttachment:
    file = given if isinstance(given, dict) else {}
    name, kind, data = (file.get(key) for key in ("name", "content_type", "data"))
    if not (isinstance(name, str) and name and isinstance(kind, str) and kind and isinstance(data, str)):
        raise invalid("attachment_files need name, content_type and data", "attachment_files")
    try:
        size = len(base64.b64decode(data, validate=True))
    except binascii.Error:
        raise invalid("the data of attachment_files must be base64", "attachment_files") from None
    return SimulatedAttachment(name, kind, size)


def reply(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> Effect:
    """POST …/reply: a comment or a note by an admin, or a comment by the contact."""
    kind = body.get("message_type")
    text = body.get("body")
    if kind not in {"comment", "note"}:
        raise invalid("message_type must be comment or note", "message_type")
    if not isinstance(text, str) or not text.strip():
        raise missing("body")
    text, attached = stored(world, text), attachments(body)
    if body.get("type") == "user":
        after = world.reply(conversation.id, text, attachments=attached)
        return Effect("customer", answer(world, conversation, after))
    admin = acting_admin(world, body)
    change = world.note if kind == "note" else world.reply
    after = change(conversation.id, text, by=admin.id, attachments=attached)
    return Effect("note" if kind == "note" else "comment", answer(world, conversation, after), admin.id)


def manage(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> Effect:
    """POST …/parts: close, open, snooze, assign."""
    admin = acting_admin(world, body)
    kind = body.get("message_type")
    key, by = conversation.id, admin.id
    if kind == "close":
        after = world.close(key, optional_text(world, body), by=by)
        return Effect("close", answer(world, conversation, after), by)
    if kind == "open":
        return Effect("open", answer(world, conversation, world.open(key, by=by)), by)
    if kind == "snoozed":
        until = body.get("snoozed_until")
        if isinstance(until, str) and until.isdecimal():
            until = int(until)
        if not isinstance(until, int):
            raise missing("snoozed_until")
        if until <= world.now():
            raise invalid("snoozed_until must be in the future", "snoozed_until")
        return Effect("snoozed", answer(world, conversation, world.snooze(key, until, by=by)), by, until)
    if kind == "assignment":
        after = assign(world, key, body, by)
        return Effect("assignment", answer(world, conversation, after), by, int(body["assignee_id"]))
    raise invalid("message_type must be close, open, snoozed or assignment", "message_type")


def assign(world: World, key: int, body: Json, by: int) -> SimulatedConversation:
    given = str(body.get("assignee_id", ""))
    if not given.isdecimal():
        raise missing("assignee_id")
    assignee, text = int(given), optional_text(world, body)
    if body.get("type") == "team":
        if assignee and assignee not in world.teams:
            raise ApiError(404, "team_not_found", "Team not found")
        return world.assign(key, team=assignee, by=by, body=text)
    if assignee and assignee not in world.admins:
        raise ApiError(404, "admin_not_found", "Assignee not found")
    return world.assign(key, admin=assignee, by=by, body=text)


def tag(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> Effect:
    """POST …/tags. Answers with the tag."""
    admin = acting_admin(world, body)
    key = known_tag(world, body.get("id"))
    world.tag(conversation.id, key, by=admin.id)
    return Effect("tag", render.encode(render.tag_json(key, world.tags[key])), admin.id, key)


def untag(world: World, conversation: SimulatedConversation, body: Json, path: Mapping[str, Any]) -> Effect:
    """DELETE …/tags/{id}. Answers with the tag."""
    admin = acting_admin(world, body)
    key = known_tag(world, path["tag"])
    if all(item.id != key for item in conversation.tags):
        raise ApiError(404, "tag_not_found", "Tag not found")
    world.untag(conversation.id, key)
    return Effect("untag", render.encode(render.tag_json(key, world.tags[key])), admin.id, key)


def known_tag(world: World, given: object) -> int:
    if given is None:
        raise missing("id")
    key = int(str(given)) if str(given).isdecimal() else -1
    if key not in world.tags:
        raise ApiError(404, "tag_not_found", "Tag not found")
    return key


def create_tag(world: World, body: Json) -> Effect:
    """POST /tags with a name. Answers with the tag, also when there was one with this name."""
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or set(body) != {"name"}:
        raise invalid("invalid tag parameters")
    key = world.create_tag(name.strip())
    return Effect("create_tag", render.encode(render.tag_json(key, world.tags[key])), target=key)


def update(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> Effect:
    """PUT: read flag, title, custom attributes."""
    fields: dict[str, Any] = {}
    if "read" in body:
        if not isinstance(body["read"], bool):
            raise ApiError(400, "type_mismatch", "read must be a boolean", "read")
        fields["read"] = body["read"]
    if "title" in body:
        if not isinstance(body["title"], str):
            raise ApiError(400, "type_mismatch", "title must be a string", "title")
        fields["title"] = body["title"] or None
    if "custom_attributes" in body:
        if not isinstance(body["custom_attributes"], dict):
            raise ApiError(400, "type_mismatch", "custom_attributes must be an object", "custom_attributes")
        fields["attributes"] = {**conversation.attributes, **body["custom_attributes"]}
    if not fields:
        after = conversation
    elif set(fields) == {"read"}:
        # Opening a conversation in the inbox is no activity: updated_at stays.
        after = world.commit(replace(conversation, **fields))
    else:
        after = world.change(conversation, **fields)
    return Effect("update", world.full(after))


def delete(
    world: World, conversation: SimulatedConversation, _body: Json, _path: Mapping[str, Any]
) -> Effect:
    """DELETE …: gone for good."""
    world.delete(conversation.id)
    gone = {"id": str(conversation.id), "object": "conversation", "deleted": True}
    return Effect("delete", render.encode(gone))


def redact(world: World, conversation: SimulatedConversation, body: Json, _path: Mapping[str, Any]) -> Effect:
    """POST /conversations/redact of a part."""
    given = str(body.get("conversation_part_id", ""))
    part = next((item for item in conversation.thread if str(item.id) == given), None)
    if part is None:
        raise ApiError(
            404, "conversation_part_or_message_not_found", "Conversation part or message not found"
        )
    if not part.body:
        raise ApiError(400, "conversation_part_not_redactable", "This part cannot be redacted")
    return Effect("redact", world.full(world.redact(conversation.id, part.id)))
