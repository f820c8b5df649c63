"""Intercom's JSON as msgspec structs, with the fields that a mirror reads.

Tolerant, because answers differ between API versions and ages of conversations: unknown keys are ignored,
every field may be missing or null, ids and times may be text or numbers. An answer that still does not
fit is converted a second time field by field (`decode`), so that one value of a wrong type costs that value
and not the conversation, and one strange conversation not its page. Only `tui.intercom.decode` uses these
structs. Their docstrings name the schemas of Intercom's OpenAPI description, version 2.16.
"""

from __future__ import annotations

import json
import re
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tui.intercom.errors import BadAnswer
from tui.text import one_line

WireId = int | str | None
"""Ids are digits in text or numbers, contacts' are hexadecimal."""
WireNumber = int | float | str | None
"""Counts and times."""

MAX_NESTING = 64
"""Levels of an answer that are read if it has too many for the parsers; "…" stands for what is deeper."""
_MAX_DIGITS = 40
"""A longer number becomes text with its first digits: Python refuses to read one with 4,301."""

_S = TypeVar("_S", bound=msgspec.Struct)


class WireAuthor(msgspec.Struct, gc=False):
    """`conversation_part_author`, `conversation_source_author`."""

    type: str | None = None
    id: WireId = None
    name: str | None = None
    email: str | None = None


class WireUpload(msgspec.Struct, gc=False):
    """`part_attachment`."""

    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: WireNumber = None


class WireReference(msgspec.Struct, gc=False):
    """Anything that is named by its type and id only: contacts, assignees, companies."""

    type: str | None = None
    id: WireId = None


class WireLabel(msgspec.Struct, gc=False):
    """`tag`, `team`, and the name of a `company`."""

    id: WireId = None
    name: str | None = None


class WireRecipient(msgspec.Struct, gc=False):
    """`email_address_header`, and an entry of the `recipients` or `reply_to` of a `conversation_source`."""

    type: str | None = None
    """"from", "to", "cc", "bcc" …"""
    email: str | None = None
    email_address: str | None = None
    name: str | None = None


class WireMail(msgspec.Struct):
    """`email_message_metadata`, `source_email_message_metadata`."""

    email_address_headers: list[WireRecipient | None] | None = None


class WireSource(msgspec.Struct):
    """`conversation_source`: the opening message."""

    type: str | None = None
    id: WireId = None
    delivered_as: str | None = None
    recipients: list[WireRecipient | None] | None = None
    reply_to: list[WireRecipient | None] | None = None
    email_message_metadata: WireMail | None = None
    subject: str | None = None
    body: Any = None
    """Text or null."""
    author: WireAuthor | None = None
    attachments: list[WireUpload | None] | None = None
    redacted: bool | None = None


class WirePart(msgspec.Struct):
    """`conversation_part`."""

    id: WireId = None
    part_type: str | None = None
    body: Any = None
    """Text or null."""
    created_at: WireNumber = None
    updated_at: WireNumber = None
    author: WireAuthor | None = None
    attachments: list[WireUpload | None] | None = None
    redacted: bool | None = None
    assigned_to: WireReference | None = None
    email_message_metadata: WireMail | None = None
    event_details: dict[str, Any] | None = None


class WirePartList(msgspec.Struct):
    """`conversation_parts`."""

    conversation_parts: list[WirePart | None] | None = None
    total_count: WireNumber = None


class WireContactList(msgspec.Struct):
    """`conversation_contacts`."""

    contacts: list[WireReference | None] | None = None


class WireTagList(msgspec.Struct):
    """`tags` of a conversation, `tag_list` of the workspace."""

    tags: list[WireLabel | None] | None = None
    data: list[WireLabel | None] | None = None


class WireRating(msgspec.Struct):
    """`conversation_rating`."""

    rating: WireNumber = None
    remark: str | None = None


class WireSla(msgspec.Struct):
    """`sla_applied`."""

    sla_name: str | None = None
    sla_status: str | None = None


class WireStatistics(msgspec.Struct):
    """`conversation_statistics`."""

    count_assignments: WireNumber = None
    count_conversation_parts: WireNumber = None
    count_reopens: WireNumber = None
    last_admin_reply_at: WireNumber = None
    last_assignment_at: WireNumber = None
    last_close_at: WireNumber = None
    last_contact_reply_at: WireNumber = None


class WireChannel(msgspec.Struct, gc=False):
    """`conversation_channel`."""

    initial: str | None = None


class WireAiAgent(msgspec.Struct, gc=False):
    """`ai_agent`."""

    resolution_state: str | None = None


class WireConversation(msgspec.Struct):
    """`conversation`, `conversation_list_item`."""

    id: WireId = None
    created_at: WireNumber = None
    updated_at: WireNumber = None
    waiting_since: WireNumber = None
    snoozed_until: WireNumber = None
    title: str | None = None
    source: WireSource | None = None
    contacts: WireContactList | None = None
    open: bool | None = None
    state: str | None = None
    read: bool | None = None
    priority: str | None = None
    admin_assignee_id: WireId = None
    team_assignee_id: WireId = None
    assignee: WireReference | None = None
    tags: WireTagList | None = None
    custom_attributes: dict[str, Any] | None = None
    company: WireLabel | None = None
    conversation_rating: WireRating | None = None
    sla_applied: WireSla | None = None
    statistics: WireStatistics | None = None
    channel: WireChannel | None = None
    ai_agent_participated: bool | None = None
    ai_agent: WireAiAgent | None = None
    conversation_parts: WirePartList | None = None


class WireMacro(msgspec.Struct):
    """`macro`."""

    id: WireId = None
    name: str | None = None
    body_text: str | None = None


class WireMacroList(msgspec.Struct):
    """`macro_list`."""

    data: list[WireMacro | None] | None = None
    pages: Any = None


class WireConversationList(msgspec.Struct):
    """`conversation_list`."""

    conversations: list[WireConversation | None] | None = None
    total_count: WireNumber = None
    pages: Any = None
    """`cursor_pages`: an object with `next`, which is an object, an address or null."""


class WireDeleted(msgspec.Struct, gc=False):
    """`deleted_conversation_item`."""

    id: WireId = None
    deleted_at: WireNumber = None


class WireDeletedList(msgspec.Struct):
    """`deleted_conversation_list`."""

    conversations: list[WireDeleted | None] | None = None
    data: list[WireDeleted | None] | None = None
    pages: Any = None


class WireApp(msgspec.Struct):
    """`app`: the workspace."""

    id_code: str | None = None
    name: str | None = None
    region: str | None = None


class WireAdmin(msgspec.Struct):
    """`admin`, `admin_with_app`."""

    id: WireId = None
    name: str | None = None
    email: str | None = None
    has_inbox_seat: bool | None = None
    app: WireApp | None = None


class WireAdminList(msgspec.Struct):
    """`admin_list`."""

    admins: list[WireAdmin | None] | None = None


class WireTeamList(msgspec.Struct):
    """`team_list`."""

    teams: list[WireLabel | None] | None = None


class WireContact(msgspec.Struct):
    """`contact`."""

    id: WireId = None
    name: str | None = None
    email: str | None = None
    custom_attributes: dict[str, Any] | None = None
    companies: WireAttachedList | None = None


class WireAttachedList(msgspec.Struct):
    """`contact_companies`."""

    data: list[WireReference | None] | None = None
    total_count: WireNumber = None


class WireCompany(msgspec.Struct):
    """`company`."""

    name: str | None = None


class WireCompanyList(msgspec.Struct):
    """`contact_attached_companies`; the official example has `data`, its schema `companies`."""

    data: list[WireCompany | None] | None = None
    companies: list[WireCompany | None] | None = None


class WireContactPage(msgspec.Struct):
    """`contact_list`."""

    data: list[WireContact | None] | None = None
    pages: Any = None


class WireError(msgspec.Struct):
    """An entry of `error`."""

    code: str | None = None
    message: str | None = None
    field: str | None = None


class WireErrorList(msgspec.Struct):
    """`error`."""

    errors: list[WireError | None] | None = None


def decode(body: bytes, shape: type[_S]) -> _S:
    """Read one JSON object. Raises `BadAnswer` when the body is not JSON or no object at all."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # read again below, leniently
    return _shaped(_loads(body.decode("utf-8", "replace")), shape)


def _loads(text: str) -> dict[str, Any]:
    # The standard parser also takes lone surrogates and NaN, which msgspec refuses.
    try:
        try:
            loaded = _parse(text)
        except RecursionError:
            loaded = _parse(_flattened(text))
    except ValueError as error:
        problem = one_line(str(error))
    else:
        if isinstance(loaded, dict):
            return loaded
        problem = "it is not an object"
    raise BadAnswer(f"the server's answer is not the JSON that Intercom sends: {problem}")


def _parse(text: str) -> Any:
    return json.loads(text, parse_int=_whole, parse_constant=lambda _: None)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else f"{digits[:_MAX_DIGITS]}…"


_brackets = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[\]{}]', re.S).finditer
"""Finds brackets, and strings, so that brackets in strings are passed over."""


def _flattened(text: str) -> str:
    """The JSON text with "…" in the place of what is nested deeper than `MAX_NESTING`."""
    kept, position, depth = [], 0, 0
    for found in _brackets(text):
        if found[0] in "[{":
            depth += 1
            if depth == MAX_NESTING + 1:
                kept += [text[position : found.start()], '"…"']
        elif found[0] in "]}":
            if depth == MAX_NESTING + 1:
                position = found.end()
            depth -= 1
    return "".join([*kept, text[position:] if depth <= MAX_NESTING else ""])


_hints = cache(get_type_hints)


def _shaped(value: dict[str, Any], shape: type[_S]) -> _S:
    hints = _hints(shape)
    fitting = {name: _fit(value[name], hints[name]) for name in shape.__struct_fields__ if name in value}
    return shape(**fitting)


def _fit(value: object, hint: Any) -> Any:
    """The value as the hint wants it; what cannot be made to fit becomes None."""
    for option in _options(hint):
        if get_origin(option) is list:
            if isinstance(value, list):
                item = get_args(option)[0]
                return [_fit(element, item) for element in value]
            continue
        try:
            return msgspec.convert(value, type=option)
        except (msgspec.ValidationError, ValueError):  # ValueError: a key with a lone surrogate
            if isinstance(value, dict) and isinstance(option, type) and issubclass(option, msgspec.Struct):
                return _shaped(value, option)
    return None


def _options(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in {Union, UnionType}:
        return tuple(option for option in get_args(hint) if option is not NoneType)
    return (hint,)
