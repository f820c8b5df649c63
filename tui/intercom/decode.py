"""From answer bodies to `tui.intercom.payloads`. Every function raises `BadAnswer` for the unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from tui.domain import ConversationState
from tui.intercom import payloads, wire
from tui.intercom.errors import BadAnswer
from tui.intercom.html import html_to_text
from tui.text import clean, one_line

_MILLISECONDS_FROM = 100_000_000_000
"""Epochs from here on are milliseconds: as seconds this is the year 5138."""
_FAR_FUTURE = 4_102_444_800
"""2100-01-01. Older versions mark "not waiting" with times beyond it."""
_MAX_ID = 2**63 - 1
_PRIORITIES = {"priority": "high", "not_priority": "none", "": "none"}
_T = TypeVar("_T")


def conversation(body: bytes) -> payloads.Conversation:
    return _conversation(wire.decode(body, wire.Conversation))


def conversation_page(body: bytes, server_time: datetime | None) -> payloads.ConversationPage:
    page = wire.decode(body, wire.ConversationList)
    total = _integer(page.total_count)
    if page.conversations is None or total is None:
        raise BadAnswer("the server's answer to a search has no list of conversations or no total_count")
    cursor, _ = _next(page.pages)
    found = [_conversation(item) for item in _present(page.conversations)]
    return payloads.ConversationPage(found, total, cursor, server_time)


def deleted_page(body: bytes, page: int) -> payloads.DeletedPage:
    answer = wire.decode(body, wire.DeletedList)
    listed = answer.conversations if answer.conversations is not None else answer.data
    if listed is None:
        raise BadAnswer("the server's list of deleted conversations has no conversations")
    found = [(_id(item.id, "a deleted conversation"), _epoch(item.deleted_at)) for item in _present(listed)]
    has_next = answer.pages is not None and bool(answer.pages.next)
    _, number = _next(answer.pages)
    return payloads.DeletedPage(found, (number or page + 1) if has_next and found else None)


def me(body: bytes) -> payloads.Me:
    admin = wire.decode(body, wire.Admin)
    app = admin.app or wire.App()
    return payloads.Me(
        id=_id(admin.id, "the answer to GET /me"),
        name=_line(admin.name),
        email=_line(admin.email),
        app_id=_line(app.id_code),
        app_name=_line(app.name),
        region=_line(app.region).upper(),
        timezone=_line(app.timezone),
    )


def admins(body: bytes) -> list[payloads.Admin]:
    listed = _required(wire.decode(body, wire.AdminList).admins, "admins")
    return [
        payloads.Admin(_id(item.id, "an admin"), _line(item.name), _line(item.email))
        for item in _present(listed)
    ]


def teams(body: bytes) -> list[payloads.Team]:
    listed = _required(wire.decode(body, wire.TeamList).teams, "teams")
    return [payloads.Team(_id(item.id, "a team"), _line(item.name)) for item in _present(listed)]


def tags(body: bytes) -> list[payloads.Tag]:
    answer = wire.decode(body, wire.TagList)
    return list(_tags(_required(answer.data if answer.data is not None else answer.tags, "tags")))


def contact(body: bytes) -> payloads.Contact:
    return _contact(wire.decode(body, wire.Contact))


def companies(body: bytes) -> list[str]:
    """The names of the companies in a list; those without one are left out."""
    answer = wire.decode(body, wire.CompanyList)
    listed = _required(answer.data if answer.data is not None else answer.companies, "companies")
    return [name for item in _present(listed) if (name := _line(item.name))]


def contact_page(body: bytes) -> tuple[list[payloads.Contact], str | None]:
    """The contacts and the cursor of the next page."""
    answer = wire.decode(body, wire.ContactPage)
    found = [_contact(item) for item in _present(_required(answer.data, "contacts"))]
    return found, _next(answer.pages)[0]


def problem(body: bytes) -> tuple[str, str]:
    """(code, message) of the first error in an error envelope, cleaned; empty where there is none."""
    try:
        errors = wire.decode(body, wire.ErrorList).errors
    except BadAnswer:
        return "", ""
    for error in _present(errors or []):
        message = _line(error.message)[:300]
        field = _line(error.field)[:60]
        return _line(error.code)[:60], f"{message} (field {field})" if field else message
    return "", ""


def _conversation(raw: wire.Conversation) -> payloads.Conversation:
    identity = _id(raw.id, "a conversation")
    created, updated = _epoch(raw.created_at), _epoch(raw.updated_at)
    if created is None or updated is None:
        raise BadAnswer(f"conversation {identity} came without created_at or updated_at")
    source = raw.source or wire.Source()
    opening = _source(source, created)
    parts = _parts(raw.conversation_parts)
    contacts = _contact_ids(raw.contacts)
    rating = raw.conversation_rating or wire.Rating()
    sla = raw.sla_applied or wire.Sla()
    statistics = raw.statistics or wire.Statistics()
    snoozed_until = _epoch(raw.snoozed_until)
    return payloads.Conversation(
        id=identity,
        created_at=created,
        updated_at=updated,
        state=_state(raw, snoozed_until),
        read=bool(raw.read),
        priority=_priority(raw.priority),
        title=_subject(raw.title),
        subject=_subject(source.subject),
        source=opening,
        delivered_as=_line(source.delivered_as),
        customer=_customer(opening, parts, contacts),
        contact_ids=contacts,
        admin_assignee_id=_assignee(raw.admin_assignee_id, raw.assignee, "admin"),
        team_assignee_id=_assignee(raw.team_assignee_id, raw.assignee, "team"),
        teammate_ids=_teammate_ids(raw.teammates),
        tags=_tags((raw.tags.tags or raw.tags.data or []) if raw.tags else []),
        waiting_since=_epoch(raw.waiting_since),
        snoozed_until=snoozed_until,
        company=_line(raw.company.name) if raw.company else "",
        custom_attributes=_cleaned(raw.custom_attributes or {}),
        rating=_integer(rating.rating),
        rating_remark=clean(rating.remark or "").strip(),
        sla_name=_line(sla.sla_name),
        sla_status=_line(sla.sla_status),
        ai_agent_participated=bool(raw.ai_agent_participated),
        count_conversation_parts=_integer(statistics.count_conversation_parts),
        has_thread=raw.conversation_parts is not None,
        parts=parts,
        parts_total=_integer(raw.conversation_parts.total_count) if raw.conversation_parts else None,
    )


def _state(raw: wire.Conversation, snoozed_until: int | None) -> ConversationState:
    # `open` stays true while snoozed, so it only counts when there is no usable state.
    match raw.state:
        case "open" | "closed" | "snoozed":
            return raw.state
        case _ if raw.open is False:
            return "closed"
        case _:
            return "snoozed" if snoozed_until else "open"


def _priority(word: str | None) -> str:
    word = _line(word).lower()
    return _PRIORITIES.get(word, word)


def _subject(text: str | None) -> str:
    """Titles and subjects may hold HTML."""
    if not text:
        return ""
    return one_line(html_to_text(text) if "<" in text or "&" in text else text)


def _source(source: wire.Source, created_at: int) -> payloads.Part:
    return payloads.Part(
        id=_integer(source.id) or 0,
        type="source",
        body=source.body or "",
        created_at=created_at,
        updated_at=created_at,
        author=_author(source.author),
        attachments=_attachments(source.attachments),
        redacted=bool(source.redacted),
    )


def _parts(listed: wire.PartList | None) -> tuple[payloads.Part, ...]:
    if listed is None:
        return ()
    parts = [_part(part) for part in _present(listed.conversation_parts or [])]
    parts.sort(key=lambda part: (part.created_at, part.id))
    return tuple(parts)


def _part(part: wire.Part) -> payloads.Part:
    identity = _id(part.id, "a conversation part")
    assigned = part.assigned_to
    updated = _epoch(part.updated_at)
    created = _epoch(part.created_at)
    if created is None:
        created = updated
    if created is None:
        raise BadAnswer(f"conversation part {identity} came without created_at")
    return payloads.Part(
        id=identity,
        type=_line(part.part_type) or "unknown",
        body=part.body or "",
        created_at=created,
        updated_at=created if updated is None else updated,
        author=_author(part.author),
        attachments=_attachments(part.attachments),
        redacted=bool(part.redacted),
        assigned_to=(_line(assigned.type), _integer(assigned.id)) if assigned else None,
        event=_cleaned(part.event_details) if part.event_details else None,
    )


def _author(author: wire.Author | None) -> payloads.Author:
    if author is None:
        return payloads.Author("unknown", "")
    return payloads.Author(
        _line(author.type) or "unknown",
        _text(author.id),
        _line(author.name),
        _line(author.email),
        bool(author.from_ai_agent),
    )


def _customer(
    opening: payloads.Part, parts: tuple[payloads.Part, ...], contacts: tuple[str, ...]
) -> payloads.Author:
    first: payloads.Author | None = None
    for part in (opening, *parts):
        author = part.author
        if author.is_customer:
            if author.name or author.email:
                return author
            first = first or author
    return first or payloads.Author("contact", contacts[0] if contacts else "")


def _attachments(uploads: list[wire.Upload | None] | None) -> tuple[payloads.Attachment, ...]:
    if not uploads:
        return ()
    return tuple(
        payloads.Attachment(
            _line(upload.name) or "file",
            _line(upload.content_type),
            _integer(upload.filesize),
            _line(upload.url),
        )
        for upload in _present(uploads)
    )


def _contact_ids(contacts: wire.ContactList | None) -> tuple[str, ...]:
    listed = _present(contacts.contacts or []) if contacts else ()
    return tuple(_text(contact.id) for contact in listed if contact.id)


def _teammate_ids(teammates: wire.TeammateList | None) -> tuple[int, ...]:
    if teammates is None:
        return ()
    listed = _present(teammates.teammates or teammates.admins or [])
    return tuple(identity for item in listed if (identity := _integer(item.id)))


def _assignee(identity: wire.Id, assignee: wire.Reference | None, kind: str) -> int | None:
    """Nobody is 0, null or missing; versions before 2.0 have one `assignee` for both kinds."""
    if identity is None and assignee is not None and assignee.type == kind:
        identity = assignee.id
    return _integer(identity) or None


def _tags(labels: Iterable[wire.Label | None]) -> tuple[payloads.Tag, ...]:
    return tuple(payloads.Tag(_id(label.id, "a tag"), _line(label.name)) for label in _present(labels))


def _contact(raw: wire.Contact) -> payloads.Contact:
    identity = _text(raw.id)
    if not identity:
        raise BadAnswer("a contact came without an id")
    companies = raw.companies or wire.AttachedList()
    return payloads.Contact(
        id=identity,
        role=_line(raw.role),
        name=_line(raw.name),
        email=_line(raw.email),
        phone=_line(raw.phone),
        external_id=_text(raw.external_id),
        custom_attributes=_cleaned(raw.custom_attributes or {}),
        has_companies=bool(companies.data or _integer(companies.total_count)),
    )


def _next(pages: wire.Pages | None) -> tuple[str | None, int | None]:
    """(cursor, page number) of the next page: Intercom writes it as an object, as a URL, or not at all."""
    following = pages.next if pages else None
    if isinstance(following, str):
        query = dict(parse_qsl(urlsplit(following).query))
        return query.get("starting_after"), _integer(query.get("page"))
    if following is None:
        return None, None
    return following.starting_after or None, _integer(following.page)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {one_line(str(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


def _present(items: Iterable[_T | None]) -> Iterable[_T]:
    return (item for item in items if item is not None)


def _required(items: list[_T] | None, what: str) -> list[_T]:
    if items is None:
        raise BadAnswer(f"the server's answer has no list of {what}")
    return items


def _line(text: str | None) -> str:
    return one_line(text) if text else ""


def _text(identity: wire.Id) -> str:
    return "" if identity is None else one_line(str(identity))


_is_integer = re.compile(r"-?[0-9]{1,19}").fullmatch


def _integer(value: wire.Number) -> int | None:
    """A whole number that SQLite can hold; None for anything else."""
    if isinstance(value, str):
        value = int(value) if _is_integer(value) else None
    if value is None or not -_MAX_ID <= value <= _MAX_ID:
        return None
    return int(value)


def _id(value: wire.Id, what: str) -> int:
    identity = _integer(value)
    if identity is None:
        raise BadAnswer(f"{what} came with an id that is not a whole number: {one_line(repr(value))[:60]}")
    return identity


def _epoch(value: wire.Number) -> int | None:
    seconds = _integer(value)
    if seconds is None:
        return None
    if seconds >= _MILLISECONDS_FROM:
        seconds //= 1000
    return seconds if 0 < seconds < _FAR_FUTURE else None
