"""Intercom's JSON as msgspec structs, with the fields that a mirror reads.

Tolerant, because answers differ between API versions and ages of conversations: unknown keys are ignored,
every field may be missing or null, ids and times may be text or numbers. An answer that still does not
fit is converted a second time field by field (`decode`), so that one value of a wrong type costs that value
and not the conversation. Only `tui.intercom.decode` uses these structs.
"""

from __future__ import annotations

import json
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tui.intercom.errors import BadAnswer
from tui.text import one_line

WireId = int | str | None
WireNumber = int | float | str | None

_S = TypeVar("_S", bound=msgspec.Struct)


class WireAuthor(msgspec.Struct, gc=False):
    type: str | None = None
    id: WireId = None
    name: str | None = None
    email: str | None = None


class WireUpload(msgspec.Struct, gc=False):
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: WireNumber = None


class WireReference(msgspec.Struct, gc=False):
    """Anything that is named by its type and id only: contacts, assignees, companies."""

    type: str | None = None
    id: WireId = None


class WireLabel(msgspec.Struct, gc=False):
    id: WireId = None
    name: str | None = None


class WireSource(msgspec.Struct):
    id: WireId = None
    subject: str | None = None
    body: str | None = None
    author: WireAuthor | None = None
    attachments: list[WireUpload | None] | None = None
    redacted: bool | None = None


class WirePart(msgspec.Struct):
    id: WireId = None
    part_type: str | None = None
    body: str | None = None
    created_at: WireNumber = None
    updated_at: WireNumber = None
    author: WireAuthor | None = None
    attachments: list[WireUpload | None] | None = None
    redacted: bool | None = None
    assigned_to: WireReference | None = None
    event_details: dict[str, Any] | None = None


class WirePartList(msgspec.Struct):
    conversation_parts: list[WirePart | None] | None = None
    total_count: WireNumber = None


class WireContactList(msgspec.Struct):
    contacts: list[WireReference | None] | None = None


class WireTagList(msgspec.Struct):
    tags: list[WireLabel | None] | None = None
    data: list[WireLabel | None] | None = None


class WireRating(msgspec.Struct):
    rating: WireNumber = None
    remark: str | None = None


class WireSla(msgspec.Struct):
    sla_name: str | None = None
    sla_status: str | None = None


class WireStatistics(msgspec.Struct):
    count_conversation_parts: WireNumber = None


class WireConversation(msgspec.Struct):
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
    conversation_parts: WirePartList | None = None


class WireNextPage(msgspec.Struct):
    starting_after: str | None = None
    page: WireNumber = None


class WirePages(msgspec.Struct):
    next: WireNextPage | str | None = None


class WireConversationList(msgspec.Struct):
    conversations: list[WireConversation | None] | None = None
    total_count: WireNumber = None
    pages: WirePages | None = None


class WireDeleted(msgspec.Struct, gc=False):
    id: WireId = None
    deleted_at: WireNumber = None


class WireDeletedList(msgspec.Struct):
    conversations: list[WireDeleted | None] | None = None
    data: list[WireDeleted | None] | None = None
    pages: WirePages | None = None


class WireApp(msgspec.Struct):
    id_code: str | None = None
    name: str | None = None
    region: str | None = None


class WireAdmin(msgspec.Struct):
    id: WireId = None
    name: str | None = None
    email: str | None = None
    app: WireApp | None = None


class WireAdminList(msgspec.Struct):
    admins: list[WireAdmin | None] | None = None


class WireTeamList(msgspec.Struct):
    teams: list[WireLabel | None] | None = None


class WireContact(msgspec.Struct):
    id: WireId = None
    name: str | None = None
    email: str | None = None
    custom_attributes: dict[str, Any] | None = None
    companies: WireAttachedList | None = None


class WireAttachedList(msgspec.Struct):
    data: list[WireReference | None] | None = None
    total_count: WireNumber = None


class WireCompany(msgspec.Struct):
    name: str | None = None


class WireCompanyList(msgspec.Struct):
    data: list[WireCompany | None] | None = None
    companies: list[WireCompany | None] | None = None


class WireContactPage(msgspec.Struct):
    data: list[WireContact | None] | None = None
    pages: WirePages | None = None


class WireError(msgspec.Struct):
    code: str | None = None
    message: str | None = None
    field: str | None = None


class WireErrorList(msgspec.Struct):
    errors: list[WireError | None] | None = None


def decode(body: bytes, shape: type[_S]) -> _S:
    """Read one JSON object. Raises `BadAnswer` when the body is not JSON or no object at all."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # read again below, leniently
    return _shaped(_loads(body), shape)


def _loads(body: bytes) -> dict[str, Any]:
    # The standard parser also takes lone surrogates and NaN, which msgspec refuses.
    try:
        loaded = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        problem = one_line(str(error))
    else:
        if isinstance(loaded, dict):
            return loaded
        problem = "it is not an object"
    raise BadAnswer(f"the server's answer is not the JSON that Intercom sends: {problem}")


def _shaped(value: dict[str, Any], shape: type[_S]) -> _S:
    hints = get_type_hints(shape)
    fitting = {name: _fit(value[name], hints[name]) for name in shape.__struct_fields__ if name in value}
    return shape(**fitting)


def _fit(value: object, hint: Any) -> Any:
    """The value as the hint wants it; what cannot be made to fit becomes None."""
    for option in _options(hint):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            if isinstance(value, dict):
                return _shaped(value, option)
        elif get_origin(option) is list:
            if isinstance(value, list):
                item = get_args(option)[0]
                return [_fit(element, item) for element in value]
        else:
            try:
                return msgspec.convert(value, type=option)
            except msgspec.ValidationError:
                continue
    return None


def _options(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in {Union, UnionType}:
        return tuple(option for option in get_args(hint) if option is not NoneType)
    return (hint,)
