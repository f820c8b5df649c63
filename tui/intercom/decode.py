"""From answer bodies to records and payloads. Every public function raises `BadAnswer` for the unreadable.

What Intercom sends is cleaned here, once: names and subjects become single lines without control characters,
HTML bodies plain text, impossible times and numbers None. Conversations come out as the store takes them
(`tui.records`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tui.domain import CUSTOMER_KINDS, ConversationState, Name
from tui.intercom import wire
from tui.intercom.errors import BadAnswer
from tui.intercom.html import html_to_text
from tui.intercom.payloads import ConversationPage, DeletedPage, FetchedContact, Me
from tui.records import MAX_TEXT, ConversationRecord, PartRecord
from tui.text import clean, one_line

PART_LIMIT = 500
"""Intercom returns at most the 500 most recent parts (OpenAPI 2.16, "Retrieve a conversation")."""
_MILLISECONDS_FROM = 100_000_000_000
"""Epochs from here on are milliseconds: as seconds this is the year 5138."""
_FAR_FUTURE = 4_102_444_800
"""2100-01-01. Older versions mark "not waiting" with times beyond it (API reference 1.4, conversations)."""
FINAL_AFTER = 10
"""Seconds after its last change from which on a thread is final: a second change may share its second, a
replica may lag behind, clocks may differ."""
_MAX_ID = 2**63 - 1
_PRIORITIES = {"priority": "high", "not_priority": "none", "": "none"}
"""The words of versions before 2.16 (OpenAPI 2.15, "Conversation")."""
_T = TypeVar("_T")
_encode = msgspec.json.Encoder().encode


def conversation(body: bytes, asked_at: int | None = None) -> ConversationRecord:
    """A conversation with its thread, asked for at `asked_at` (epoch seconds on the server's clock)."""
    return _conversation(wire.decode(body, wire.WireConversation), asked_at)


def conversation_page(body: bytes, server_time: datetime | None) -> ConversationPage:
    """The answer to a search for conversations; `server_time` is that of the answer (UTC)."""
    page = wire.decode(body, wire.WireConversationList)
    total = _integer(page.total_count)
    if page.conversations is None or total is None:
        raise BadAnswer("the server's answer to a search has no list of conversations or no total_count")
    cursor, _ = _next(page.pages)
    found = [_conversation(item) for item in _present(page.conversations)]
    return ConversationPage(found, total, cursor, server_time)


def deleted_page(body: bytes, page: int) -> DeletedPage:
    """Page number `page` of the list of deleted conversations."""
    answer = wire.decode(body, wire.WireDeletedList)
    listed = answer.conversations if answer.conversations is not None else answer.data
    if listed is None:
        raise BadAnswer("the server's list of deleted conversations has no conversations")
    found = [(_id(item.id, "a deleted conversation"), _epoch(item.deleted_at)) for item in _present(listed)]
    has_next = answer.pages is not None and bool(answer.pages.next)
    _, number = _next(answer.pages)
    return DeletedPage(found, (number or page + 1) if has_next and found else None)


def me(body: bytes) -> Me:
    """The answer to GET /me."""
    admin = wire.decode(body, wire.WireAdmin)
    app = admin.app or wire.WireApp()
    return Me(
        id=_id(admin.id, "the answer to GET /me"),
        name=_line(admin.name),
        email=_line(admin.email),
        app_id=_line(app.id_code),
        app_name=_line(app.name),
        region=_line(app.region).upper(),
    )


def admins(body: bytes) -> list[Name]:
    """The answer to GET /admins."""
    listed = _required(wire.decode(body, wire.WireAdminList).admins, "admins")
    return [Name(_id(item.id, "an admin"), _line(item.name), _line(item.email)) for item in _present(listed)]


def teams(body: bytes) -> list[Name]:
    """The answer to GET /teams."""
    listed = _required(wire.decode(body, wire.WireTeamList).teams, "teams")
    return [Name(*label) for label in _labels(listed, "a team")]


def tags(body: bytes) -> list[Name]:
    """The answer to GET /tags."""
    answer = wire.decode(body, wire.WireTagList)
    listed = _required(answer.data if answer.data is not None else answer.tags, "tags")
    return [Name(*label) for label in _labels(listed, "a tag")]


def contact(body: bytes) -> FetchedContact:
    """The answer to GET /contacts/{id}."""
    return _contact(wire.decode(body, wire.WireContact))


def companies(body: bytes) -> list[str]:
    """The names of the companies in a list; those without one are left out."""
    answer = wire.decode(body, wire.WireCompanyList)
    listed = _required(answer.data if answer.data is not None else answer.companies, "companies")
    return [name for item in _present(listed) if (name := _line(item.name))]


def contact_page(body: bytes) -> tuple[list[FetchedContact], str | None]:
    """The contacts and the cursor of the next page."""
    answer = wire.decode(body, wire.WireContactPage)
    found = [_contact(item) for item in _present(_required(answer.data, "contacts"))]
    return found, _next(answer.pages)[0]


def problem(body: bytes) -> tuple[str, str]:
    """(code, message) of the first error in an error envelope, cleaned; empty where there is none."""
    try:
        errors = wire.decode(body, wire.WireErrorList).errors
    except BadAnswer:
        return "", ""
    for error in _present(errors or []):
        message = _line(error.message)[:300]
        field = _line(error.field)[:60]
        return _line(error.code)[:60], f"{message} (field {field})" if field else message
    return "", ""


def _conversation(raw: wire.WireConversation, asked_at: int | None = None) -> ConversationRecord:
    identity = _id(raw.id, "a conversation")
    created, updated = _epoch(raw.created_at), _epoch(raw.updated_at)
    if created is None or updated is None:
        raise BadAnswer(f"conversation {identity} came without created_at or updated_at")
    source = raw.source or wire.WireSource()
    opening, parts = _opening(source, created), _parts(raw.conversation_parts)
    customer_kind, customer_id, customer_name, customer_email = _customer(opening, parts, raw.contacts)
    rating = raw.conversation_rating or wire.WireRating()
    sla = raw.sla_applied or wire.WireSla()
    snoozed_until = _epoch(raw.snoozed_until)
    return ConversationRecord(
        id=identity,
        title=_subject(raw.title),
        subject=_subject(source.subject),
        state=_state(raw, snoozed_until),
        read=bool(raw.read),
        priority=_priority(raw.priority),
        assignee_id=_assignee(raw.admin_assignee_id, raw.assignee, "admin"),
        team_id=_assignee(raw.team_assignee_id, raw.assignee, "team"),
        customer_kind=customer_kind,
        customer_id=customer_id,
        customer_name=customer_name,
        customer_email=customer_email,
        company=_line(raw.company.name) if raw.company else "",
        created_at=created,
        updated_at=updated,
        waiting_since=_epoch(raw.waiting_since),
        snoozed_until=snoozed_until,
        rating=_integer(rating.rating),
        rating_remark=clean(rating.remark or "").strip(),
        sla_name=_line(sla.sla_name),
        sla_status=_line(sla.sla_status),
        custom_attributes=_json(_cleaned(raw.custom_attributes)) if raw.custom_attributes else "",
        tags=tuple(_labels((raw.tags.tags or raw.tags.data or []) if raw.tags else [], "a tag")),
        source=opening,
        # The opening message has the number 0: a part without a usable number would replace it.
        parts=None if raw.conversation_parts is None else tuple(part for part in parts if part.part_id),
        final=asked_at is None or asked_at > updated + FINAL_AFTER,
        total_parts=_total_parts(raw) if len(parts) >= PART_LIMIT else 0,
    )


def _total_parts(raw: wire.WireConversation) -> int:
    listed, statistics = raw.conversation_parts, raw.statistics
    return max(
        (_integer(listed.total_count) if listed else None) or 0,
        (_integer(statistics.count_conversation_parts) if statistics else None) or 0,
    )


def _state(raw: wire.WireConversation, snoozed_until: int | None) -> ConversationState:
    # `open` stays true while snoozed (example in OpenAPI 2.16), so it only counts without a usable state.
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


def _opening(source: wire.WireSource, created_at: int) -> PartRecord:
    return _record(source, part_id=0, source_id=_integer(source.id) or 0, type_="source", at=created_at)


def _parts(listed: wire.WirePartList | None) -> list[PartRecord]:
    if listed is None:
        return []
    parts = [_part(part) for part in _present(listed.conversation_parts or [])]
    parts.sort(key=lambda part: (part.created_at, part.part_id))
    return parts


def _part(part: wire.WirePart) -> PartRecord:
    identity = _id(part.id, "a conversation part")
    created = _epoch(part.created_at)
    if created is None:
        created = _epoch(part.updated_at)
    if created is None:
        raise BadAnswer(f"conversation part {identity} came without created_at")
    event = _cleaned(part.event_details) if part.event_details else {}
    if part.assigned_to is not None:
        event["assigned_to"] = {
            "type": _line(part.assigned_to.type),
            "id": _integer(part.assigned_to.id),
        }
    return _record(
        part,
        part_id=identity,
        source_id=None,
        type_=_line(part.part_type) or "unknown",
        at=created,
        event=_json(event) if event else "",
    )


def _record(
    message: wire.WireSource | wire.WirePart,
    *,
    part_id: int,
    source_id: int | None,
    type_: str,
    at: int,
    event: str = "",
) -> PartRecord:
    author = message.author or _NO_AUTHOR
    text = html_to_text(message.body) if message.body else ""
    return PartRecord(
        part_id=part_id,
        source_id=source_id,
        type=type_,
        author_kind=_line(author.type) or "unknown",
        author_id=_text(author.id),
        author_name=_line(author.name),
        author_email=_line(author.email),
        created_at=at,
        text=text[:MAX_TEXT],
        event=event,
        attachments=_attachments(message.attachments) if message.attachments else "",
        redacted=bool(message.redacted),
        truncated=len(text) > MAX_TEXT,
    )


_NO_AUTHOR = wire.WireAuthor()


def _customer(
    opening: PartRecord, parts: Iterable[PartRecord], contacts: wire.WireContactList | None
) -> tuple[str, str, str, str]:
    """(kind, id, name, e-mail) of the first customer with a name in the thread, else of the first one.

    Without any, the first contact: of that only the id is known.
    """
    first: PartRecord | None = None
    for part in (opening, *parts):
        if part.author_kind in CUSTOMER_KINDS:
            if part.author_name or part.author_email:
                first = part
                break
            first = first or part
    if first is not None:
        return first.author_kind, first.author_id, first.author_name, first.author_email
    listed = _present(contacts.contacts or []) if contacts else ()
    return "contact", next((_text(contact.id) for contact in listed if contact.id), ""), "", ""


def _attachments(uploads: list[wire.WireUpload | None]) -> str:
    listed = [
        {
            "name": _line(upload.name) or "file",
            "content_type": _line(upload.content_type),
            "size": _integer(upload.filesize),
            "url": _line(upload.url),
        }
        for upload in _present(uploads)
    ]
    return _json(listed) if listed else ""


def _assignee(identity: wire.WireId, assignee: wire.WireReference | None, kind: str) -> int | None:
    """Nobody is 0, null or missing; versions before 2.0 have one `assignee` for both kinds."""
    if identity is None and assignee is not None and assignee.type == kind:
        identity = assignee.id
    return _integer(identity) or None


def _labels(labels: Iterable[wire.WireLabel | None], what: str) -> Iterator[tuple[int, str]]:
    """(id, name) of each; `what` names one of them in an error."""
    return ((_id(label.id, what), _line(label.name)) for label in _present(labels))


def _contact(raw: wire.WireContact) -> FetchedContact:
    identity = _text(raw.id)
    if not identity:
        raise BadAnswer("a contact came without an id")
    companies = raw.companies or wire.WireAttachedList()
    return FetchedContact(
        id=identity,
        name=_line(raw.name),
        email=_line(raw.email),
        custom_attributes=_cleaned(raw.custom_attributes or {}),
        has_companies=bool(companies.data or _integer(companies.total_count)),
    )


def _next(pages: wire.WirePages | None) -> tuple[str | None, int | None]:
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


def _present(items: Iterable[_T | None]) -> Iterator[_T]:
    return (item for item in items if item is not None)


def _required(items: list[_T] | None, what: str) -> list[_T]:
    if items is None:
        raise BadAnswer(f"the server's answer has no list of {what}")
    return items


def _json(value: object) -> str:
    return _encode(value).decode()


def _line(text: str | None) -> str:
    return one_line(text) if text else ""


def _text(identity: wire.WireId) -> str:
    return "" if identity is None else one_line(str(identity))


_is_integer = re.compile(r"-?[0-9]{1,19}").fullmatch


def _integer(value: wire.WireNumber) -> int | None:
    """A whole number that SQLite can hold; None for anything else."""
    if isinstance(value, str):
        value = int(value) if _is_integer(value) else None
    if value is None or not -_MAX_ID <= value <= _MAX_ID:
        return None
    return int(value)


def _id(value: wire.WireId, what: str) -> int:
    identity = _integer(value)
    if identity is None:
        raise BadAnswer(f"{what} came with an id that is not a whole number: {one_line(repr(value))[:60]}")
    return identity


def _epoch(value: wire.WireNumber) -> int | None:
    seconds = _integer(value)
    if seconds is None:
        return None
    if seconds >= _MILLISECONDS_FROM:
        seconds //= 1000
    return seconds if 0 < seconds < _FAR_FUTURE else None
