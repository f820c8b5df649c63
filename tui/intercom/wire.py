"""The shapes in which Intercom's JSON arrives, as tolerant as its answers are loose.

Unknown keys are ignored, every field may be missing or null, ids and times may be text or numbers.
An answer that still does not fit is read a second time field by field (`decode`), so that one odd value
costs that value and not the conversation. Nothing outside this package sees these shapes.
"""

from __future__ import annotations

import json
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tui.intercom.errors import BadAnswer
from tui.text import one_line

Id = int | str | None
Number = int | float | str | None

_S = TypeVar("_S", bound=msgspec.Struct)


class Author(msgspec.Struct, gc=False):
    type: str | None = None
    id: Id = None
    name: str | None = None
    email: str | None = None
    from_ai_agent: bool | None = None


class Upload(msgspec.Struct, gc=False):
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: Number = None


class Reference(msgspec.Struct, gc=False):
    """Anything that is named by its type and id only: contacts, assignees, teammates."""

    type: str | None = None
    id: Id = None


class Label(msgspec.Struct, gc=False):
    id: Id = None
    name: str | None = None


class Source(msgspec.Struct):
    id: Id = None
    delivered_as: str | None = None
    subject: str | None = None
    body: str | None = None
    author: Author | None = None
    attachments: list[Upload | None] | None = None
    redacted: bool | None = None


class Part(msgspec.Struct):
    id: Id = None
    part_type: str | None = None
    body: str | None = None
    created_at: Number = None
    updated_at: Number = None
    author: Author | None = None
    attachments: list[Upload | None] | None = None
    redacted: bool | None = None
    assigned_to: Reference | None = None
    event_details: dict[str, Any] | None = None


class PartList(msgspec.Struct):
    conversation_parts: list[Part | None] | None = None
    total_count: Number = None


class ContactList(msgspec.Struct):
    contacts: list[Reference | None] | None = None


class TeammateList(msgspec.Struct):
    teammates: list[Reference | None] | None = None
    admins: list[Reference | None] | None = None


class TagList(msgspec.Struct):
    tags: list[Label | None] | None = None
    data: list[Label | None] | None = None


class Rating(msgspec.Struct):
    rating: Number = None
    remark: str | None = None


class Sla(msgspec.Struct):
    sla_name: str | None = None
    sla_status: str | None = None


class Statistics(msgspec.Struct):
    count_conversation_parts: Number = None


class Conversation(msgspec.Struct):
    id: Id = None
    created_at: Number = None
    updated_at: Number = None
    waiting_since: Number = None
    snoozed_until: Number = None
    title: str | None = None
    source: Source | None = None
    contacts: ContactList | None = None
    teammates: TeammateList | None = None
    open: bool | None = None
    state: str | None = None
    read: bool | None = None
    priority: str | None = None
    admin_assignee_id: Id = None
    team_assignee_id: Id = None
    assignee: Reference | None = None
    tags: TagList | None = None
    custom_attributes: dict[str, Any] | None = None
    company: Label | None = None
    conversation_rating: Rating | None = None
    sla_applied: Sla | None = None
    statistics: Statistics | None = None
    ai_agent_participated: bool | None = None
    conversation_parts: PartList | None = None


class Next(msgspec.Struct):
    starting_after: str | None = None
    page: Number = None


class Pages(msgspec.Struct):
    next: Next | str | None = None


class ConversationList(msgspec.Struct):
    conversations: list[Conversation | None] | None = None
    total_count: Number = None
    pages: Pages | None = None


class Deleted(msgspec.Struct, gc=False):
    id: Id = None
    deleted_at: Number = None


class DeletedList(msgspec.Struct):
    conversations: list[Deleted | None] | None = None
    data: list[Deleted | None] | None = None
    pages: Pages | None = None


class App(msgspec.Struct):
    id_code: str | None = None
    name: str | None = None
    region: str | None = None
    timezone: str | None = None


class Admin(msgspec.Struct):
    type: str | None = None
    id: Id = None
    name: str | None = None
    email: str | None = None
    app: App | None = None


class AdminList(msgspec.Struct):
    admins: list[Admin | None] | None = None


class TeamList(msgspec.Struct):
    teams: list[Label | None] | None = None


class Contact(msgspec.Struct):
    id: Id = None
    external_id: Id = None
    role: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    custom_attributes: dict[str, Any] | None = None
    companies: AttachedList | None = None


class AttachedList(msgspec.Struct):
    data: list[Reference | None] | None = None
    total_count: Number = None


class Company(msgspec.Struct):
    name: str | None = None


class CompanyList(msgspec.Struct):
    data: list[Company | None] | None = None
    companies: list[Company | None] | None = None


class ContactPage(msgspec.Struct):
    data: list[Contact | None] | None = None
    pages: Pages | None = None


class Problem(msgspec.Struct):
    code: str | None = None
    message: str | None = None
    field: str | None = None


class ErrorList(msgspec.Struct):
    errors: list[Problem | None] | None = None


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
