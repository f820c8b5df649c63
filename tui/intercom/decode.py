"""From answer bodies to records and payloads. Every public function raises `BadAnswer` for the unreadable.

What Intercom sends is cleaned here, once: names and subjects become single lines without control characters,
HTML bodies plain text, impossible times and numbers None. Conversations come out as the store takes them
(`tui.records`).

What cannot be read costs itself: a conversation its page names as unreadable, a part or tag its record as a
problem; an entry of another list is left out. Customers can write as much as they like, so everything here
has a limit and takes linear time.
"""

from __future__ import annotations

import contextlib
import logging
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypedDict, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tui.domain import CUSTOMER_KINDS, ConversationState, MacroText, Name
from tui.intercom import wire
from tui.intercom.errors import BadAnswer
from tui.intercom.html import MAX_HTML, html_to_text
from tui.intercom.payloads import ConversationPage, DeletedPage, FetchedContact, Me
from tui.plausible import plausible_count, plausible_rating, plausible_size, plausible_time
from tui.records import MAX_TEXT, ConversationRecord, PartRecord, UnreadableItem, merge_recipients
from tui.text import clean, one_line

logger = logging.getLogger(__name__)

PART_LIMIT = 500
"""Intercom returns at most the 500 most recent parts (OpenAPI 2.16, "Retrieve a conversation")."""
FINAL_AFTER = 10
"""Seconds after its last change from which on a thread is final: a second change may share its second, a
replica may lag behind, clocks may differ."""
CLOCK_ERROR = 86_400
"""Seconds by which the times of one conversation may contradict each other."""
MAX_PARTS = 5_000
"""Parts of one answer that are kept, the newest; Intercom sends at most `PART_LIMIT`."""
MAX_LINE = 2_000
"""Characters kept of a name, a subject or a remark."""
MAX_URL = 10_000
"""Characters of an address; a longer one is left out, because the beginning of an address leads elsewhere."""
MAX_ADDRESS = 320
"""Characters kept of the name or the address of a mail's recipient: as many as an address may have."""
MAX_JSON = 100_000
"""Bytes of JSON kept of the attributes of a conversation, of an event, or of the attachments of a message:
entries that no longer fit are left out."""
MAX_TAGS = 1_000
"""Tags kept of one conversation; Intercom allows 100."""
MAX_DEPTH = 10
"""Levels kept of attributes and of the details of an event; "…" stands for what is deeper."""
_MAX_ID = 2**63 - 1
_MAX_EXACT = 2**53
"""Beyond it, floating-point numbers are not exact."""
_PRIORITIES = {"priority": "high", "not_priority": "none", "": "none"}
"""The words of versions before 2.16 (OpenAPI 2.15, "Conversation")."""
_TICKET_TITLE = "_default_title_"
"""The attribute that holds the title of a ticket (OpenAPI 2.16, "Create a ticket")."""
_CHANNEL_WORDS = {"messenger": "conversation"}
"""What `channel` calls otherwise than `source.type` (OpenAPI 2.16, "Conversation Channel")."""
_NOTHING = "nothing readable"
"""Shown for null, and for what is not even text or a number."""
_STATISTICS = tuple(sorted(wire.WireStatistics.__struct_fields__))
_T = TypeVar("_T")
_Wire = TypeVar("_Wire")
_Key = TypeVar("_Key", int, str)
_encode = msgspec.json.Encoder().encode


class _Unreadable(Exception):
    """One thing in an answer cannot be read; the message says why, in words about "it"."""


def conversation(body: bytes, asked_at: int | None = None) -> ConversationRecord:
    """A conversation with its thread, asked for at `asked_at` (epoch seconds on the server's clock).

    Raises `BadAnswer` also for an answer without the parts that it counts: it would look like a short thread.
    """
    raw = wire.decode(body, wire.WireConversation)
    try:
        record = _conversation(raw, asked_at)
    except _Unreadable as error:
        raise BadAnswer(f"the answer about a conversation cannot be read: {error}") from None
    _check_parts(record.id, raw)
    return record


def written_conversation(body: bytes) -> ConversationRecord:
    """The answer to a write: the conversation, with all of its parts or the new ones alone."""
    try:
        return _conversation(wire.decode(body, wire.WireConversation))
    except _Unreadable as error:
        raise BadAnswer(f"the answer to a write cannot be read: {error}") from None


def conversation_page(body: bytes) -> ConversationPage:
    """The answer to a search for conversations."""
    page = wire.decode(body, wire.WireConversationList)
    total = _integer(page.total_count)
    if page.conversations is None or total is None or total < 0:
        raise BadAnswer("the server's answer to a search has no list of conversations or no total_count")
    found, unreadable = [], []
    for item in page.conversations:
        if item is None:
            unreadable.append(UnreadableItem("", None, "it is no JSON object"))
            continue
        try:
            found.append(_conversation(item))
        except _Unreadable as error:
            unreadable.append(UnreadableItem(_shown(item.id), _epoch(item.updated_at), str(error)))
    following = _next(page.pages)
    return ConversationPage(found, total, following.cursor, following.is_announced, unreadable)


def deleted_page(body: bytes, page: int) -> DeletedPage:
    """Page number `page` of the list of deleted conversations, without those that have no readable id."""
    answer = wire.decode(body, wire.WireDeletedList)
    listed = answer.conversations if answer.conversations is not None else answer.data
    if listed is None:
        raise BadAnswer("the server's list of deleted conversations has no conversations")
    found = _readable(listed, lambda item: (_id(item.id), _epoch(item.deleted_at)), "deleted conversations")
    following = _next(answer.pages)
    if not (following.is_announced and listed):
        return DeletedPage(found, None)
    number = following.number
    return DeletedPage(found, number if number is not None and number > page else page + 1)


def me(body: bytes) -> Me:
    """The answer to GET /me."""
    admin = wire.decode(body, wire.WireAdmin)
    app = admin.app or wire.WireApp()
    try:
        identity = _id(admin.id)
    except _Unreadable as error:
        raise BadAnswer(f"the answer to GET /me cannot be read: {error}") from None
    return Me(
        id=identity,
        name=_line(admin.name),
        email=_line(admin.email),
        app_id=_line(app.id_code),
        app_name=_line(app.name),
        region=_region(app.region or ""),
        has_inbox_seat=admin.has_inbox_seat,
    )


def _region(name: str) -> str:
    """ "EU". It becomes a part of the host in links to Intercom, so anything but letters is left out."""
    return name.upper() if name.isascii() and name.isalpha() else ""


def admins(body: bytes) -> list[Name]:
    """The answer to GET /admins."""
    listed = _required(wire.decode(body, wire.WireAdminList).admins, "admins")
    return _readable(
        listed,
        lambda item: Name(_id(item.id), _line(item.name), _line(item.email), item.has_inbox_seat),
        "admins",
    )


def teams(body: bytes) -> list[Name]:
    """The answer to GET /teams."""
    listed = _required(wire.decode(body, wire.WireTeamList).teams, "teams")
    return _readable(listed, lambda item: Name(*_label(item)), "teams")


def tags(body: bytes) -> list[Name]:
    """The answer to GET /tags."""
    answer = wire.decode(body, wire.WireTagList)
    listed = _required(answer.data if answer.data is not None else answer.tags, "tags")
    return _readable(listed, lambda item: Name(*_label(item)), "tags")


def tag(body: bytes) -> Name:
    """The answer to POST /tags."""
    try:
        return Name(*_label(wire.decode(body, wire.WireLabel)))
    except _Unreadable as error:
        raise BadAnswer(f"the server's answer about a tag cannot be read: {error}") from None


def macro_page(body: bytes) -> tuple[list[MacroText], str | None]:
    """The macros and the cursor of the next page; the text of some may be missing."""
    answer = wire.decode(body, wire.WireMacroList)
    return _readable(_required(answer.data, "macros"), _macro, "macros"), _next(answer.pages).cursor


def macro(body: bytes) -> MacroText:
    """The answer to GET /macros/{id}."""
    try:
        return _macro(wire.decode(body, wire.WireMacro))
    except _Unreadable as error:
        raise BadAnswer(f"the server's answer about a macro cannot be read: {error}") from None


def _macro(raw: wire.WireMacro) -> MacroText:
    return MacroText(_id(raw.id), _line(raw.name), clean(raw.body_text or "").strip()[:MAX_TEXT])


def contact(body: bytes) -> FetchedContact:
    """The answer to GET /contacts/{id}."""
    try:
        return _contact(wire.decode(body, wire.WireContact))
    except _Unreadable as error:
        raise BadAnswer(f"the server's answer about a contact cannot be read: {error}") from None


def companies(body: bytes) -> list[str]:
    """The names of the companies in a list; those without one are left out."""
    answer = wire.decode(body, wire.WireCompanyList)
    listed = _required(answer.data if answer.data is not None else answer.companies, "companies")
    return [name for item in _present(listed) if (name := _line(item.name))]


def contact_page(body: bytes) -> tuple[list[FetchedContact], str | None]:
    """The contacts and the cursor of the next page."""
    answer = wire.decode(body, wire.WireContactPage)
    found = _readable(_required(answer.data, "contacts"), _contact, "contacts")
    return found, _next(answer.pages).cursor


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


def _readable(items: Iterable[_Wire | None], read: Callable[[_Wire], _T], what: str) -> list[_T]:
    """Those of the items that can be read; the log says how many cannot. `what` names them."""
    found, unreadable = [], 0
    for item in items:
        try:
            if item is not None:
                found.append(read(item))
                continue
        except _Unreadable:
            pass
        unreadable += 1
    if unreadable:
        logger.warning("entries of the list of %s that cannot be read and are left out: %d", what, unreadable)
    return found


def _check_parts(identity: int, raw: wire.WireConversation) -> None:
    listed, statistics = raw.conversation_parts, raw.statistics
    if listed is None or listed.conversation_parts is None:
        raise BadAnswer(f"conversation {identity} came without its parts")
    sent, counted = len(listed.conversation_parts), _integer(listed.total_count) or 0
    if not sent and not counted and statistics:
        # One may be the opening message, which is not among the parts.
        counted = _integer(statistics.count_conversation_parts) or 0
        counted = counted if counted >= 2 else 0
    if sent < min(counted, PART_LIMIT):
        raise BadAnswer(f"conversation {identity} came without the parts it counts ({sent} of {counted})")


def _conversation(raw: wire.WireConversation, asked_at: int | None = None) -> ConversationRecord:
    identity = _id(raw.id)
    created, updated = _time(raw.created_at, "created_at"), _time(raw.updated_at, "updated_at")
    source = raw.source or wire.WireSource()
    problems: list[str] = []
    opening, parts = _opening(source, created, problems), _parts(raw.conversation_parts, problems)
    customer_kind, customer_id, customer_name, customer_email = _customer(opening, parts, raw.contacts)
    rating = raw.conversation_rating or wire.WireRating()
    sla = raw.sla_applied or wire.WireSla()
    snoozed_until = _epoch(raw.snoozed_until)
    if snoozed_until is not None and snoozed_until < created:
        snoozed_until = None
    return ConversationRecord(
        id=identity,
        title=_subject(raw.title) or _ticket_title(raw.custom_attributes),
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
        waiting_since=_waiting_since(_epoch(raw.waiting_since), created, updated),
        snoozed_until=snoozed_until,
        rating=plausible_rating(_integer(rating.rating)),
        rating_remark=clean(rating.remark or "").strip()[:MAX_LINE],
        sla_name=_line(sla.sla_name),
        sla_status=_line(sla.sla_status),
        custom_attributes=_json(_attributes(raw.custom_attributes)) if raw.custom_attributes else "",
        tags=_tags(raw.tags, problems),
        source=None if raw.source is None else opening,  # nothing says that it was emptied
        parts=None if raw.conversation_parts is None else tuple(parts),
        final=asked_at is None or asked_at > updated + FINAL_AFTER,
        total_parts=_total_parts(raw),
        statistics=_statistics(raw.statistics) if raw.statistics else (),
        channel=_channel(source.type, raw.channel),
        delivered_as=_line(source.delivered_as).lower(),
        recipients=_recipients(source, raw.conversation_parts),
        ai_agent=_ai_agent(raw.ai_agent_participated, raw.ai_agent),
        problem=_in_one_line(problems),
    )


def _waiting_since(since: int | None, created: int, updated: int) -> int | None:
    """Since the conversation began at the earliest; nobody waits since a time after its last change."""
    if since is None or since > updated + CLOCK_ERROR:
        return None
    return max(since, created)


def _in_one_line(problems: list[str]) -> str:
    if not problems:
        return ""
    return problems[0] + (f", and {len(problems) - 1:,} more" if len(problems) > 1 else "")


def _statistics(raw: wire.WireStatistics) -> tuple[tuple[str, int], ...]:
    numbers = ((name, _integer(getattr(raw, name))) for name in _STATISTICS)
    return tuple((name, number) for name, number in numbers if number is not None)


def _total_parts(raw: wire.WireConversation) -> int:
    listed, statistics = raw.conversation_parts, raw.statistics
    sent = len(listed.conversation_parts or []) if listed else 0
    if listed is None or sent < PART_LIMIT:
        return 0
    return max(
        sent,
        plausible_count(_integer(listed.total_count)) or 0,
        plausible_count(_integer(statistics.count_conversation_parts) if statistics else None) or 0,
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
    return _line(html_to_text(text) if "<" in text or "&" in text else text)


def _ticket_title(attributes: dict[str, Any] | None) -> str:
    title = (attributes or {}).get(_TICKET_TITLE)
    return _subject(title) if isinstance(title, str) else ""


def _channel(source_type: str | None, channel: wire.WireChannel | None) -> str:
    word = _line(source_type or (channel.initial if channel else None)).lower()
    return _CHANNEL_WORDS.get(word, word)


def _ai_agent(participated: bool | None, agent: wire.WireAiAgent | None) -> str:
    if participated is False or (agent is None and not participated):
        return ""
    return _line(agent.resolution_state if agent else None).lower() or "participated"


def _recipients(source: wire.WireSource, listed: wire.WirePartList | None) -> tuple[str, ...]:
    """Everybody that its mails name but their senders, who are the authors."""
    parts = _present((listed.conversation_parts or []) if listed else [])
    mails = _present([source.email_message_metadata, *(part.email_message_metadata for part in parts)])
    lists = [source.recipients, source.reply_to, *(mail.email_address_headers for mail in mails)]
    people = (
        _recipient(one)
        for people in lists
        for one in _present(people or [])
        if _line(one.type).lower() != "from"
    )
    return merge_recipients(person for person in people if person)


def _recipient(raw: wire.WireRecipient) -> str:
    """ "Name <address>", or one of the two; angle brackets of their own would mislead."""
    name, address = (
        _line(text)[:MAX_ADDRESS].replace("<", "").replace(">", "").strip()
        for text in (raw.name, raw.email_address or raw.email)
    )
    if name and address and name.casefold() != address.casefold():
        return f"{name} <{address}>"
    return address or name


def _opening(source: wire.WireSource, created_at: int, problems: list[str]) -> PartRecord:
    return PartRecord(
        part_id=0,
        source_id=_integer(source.id) or 0,
        type="source",
        created_at=created_at,
        **_message(source, "the opening message", problems),
    )


def _parts(listed: wire.WirePartList | None, problems: list[str]) -> list[PartRecord]:
    """The parts in the order of time; `problems` gets a line about each that cannot be read."""
    found: dict[int, tuple[int, wire.WirePart]] = {}
    for part in (listed.conversation_parts or []) if listed else []:
        identity = _integer(part.id) if part else None
        if part is None or identity is None or identity <= 0:
            problems.append("a part has no readable id")
            continue
        created = _epoch(part.created_at)
        at = created if created is not None else _epoch(part.updated_at)
        if at is None:
            problems.append(f"part {identity} has no readable time")
        elif identity in found:
            problems.append(f"part {identity} is listed twice")
        else:
            found[identity] = at, part
    ordered = sorted((at, identity) for identity, (at, _) in found.items())[-MAX_PARTS:]
    return [_part(found[identity][1], identity, at, problems) for at, identity in ordered]


def _part(part: wire.WirePart, identity: int, at: int, problems: list[str]) -> PartRecord:
    event = _cleaned(part.event_details) if part.event_details else {}
    if part.assigned_to is not None:
        assigned = {
            "assigned_to": {"type": _line(part.assigned_to.type), "id": _integer(part.assigned_to.id)}
        }
        event = assigned | event | assigned  # first, so that no other detail takes its room
    return PartRecord(
        part_id=identity,
        source_id=None,
        type=_line(part.part_type) or "unknown",
        created_at=at,
        event=_json(_fitting(event)) if event else "",
        **_message(part, f"part {identity}", problems),
    )


class _Message(TypedDict):
    """What opening messages and parts have in common."""

    author_kind: str
    author_id: str
    author_name: str
    author_email: str
    text: str
    attachments: str
    redacted: bool
    truncated: bool


def _message(message: wire.WireSource | wire.WirePart, what: str, problems: list[str]) -> _Message:
    """`what` names the message in a problem."""
    author = message.author or _NO_AUTHOR
    body = message.body or ""
    if not isinstance(body, str):
        problems.append(f"the text of {what} is no text")
        body = ""
    text = html_to_text(body) if body else ""
    return _Message(
        author_kind=_line(author.type) or "unknown",
        author_id=_text(author.id),
        author_name=_line(author.name),
        author_email=_line(author.email),
        text=text[:MAX_TEXT],
        attachments=_attachments(message.attachments) if message.attachments else "",
        redacted=bool(message.redacted),
        truncated=len(text) > MAX_TEXT or len(body) > MAX_HTML,
    )


_NO_AUTHOR = wire.WireAuthor()
_NO_LABEL = wire.WireLabel()


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
    listed = (
        {
            "name": _line(upload.name) or "file",
            "content_type": _line(upload.content_type),
            "size": plausible_size(_integer(upload.filesize)),
            "url": url if len(url := one_line(upload.url or "")) <= MAX_URL else "",
        }
        for upload in _present(uploads)
    )
    kept = list(_fitting(dict(enumerate(listed))).values())
    return _json(kept) if kept else ""


def _assignee(identity: wire.WireId, assignee: wire.WireReference | None, kind: str) -> int | None:
    """Nobody is 0, null or missing; versions before 2.0 have one `assignee` for both kinds."""
    if identity is None and assignee is not None and assignee.type == kind:
        identity = assignee.id
    return _integer(identity) or None


def _tags(listed: wire.WireTagList | None, problems: list[str]) -> tuple[tuple[int, str], ...]:
    found = []
    for tag in ((listed.tags or listed.data or []) if listed else [])[:MAX_TAGS]:
        try:
            found.append(_label(tag or _NO_LABEL))
        except _Unreadable:
            problems.append("a tag has no readable id")
    return tuple(found)


def _label(label: wire.WireLabel) -> tuple[int, str]:
    """(id, name)"""
    return _id(label.id), _line(label.name)


def _contact(raw: wire.WireContact) -> FetchedContact:
    identity = _text(raw.id)
    if not identity:
        raise _Unreadable("it has no id")
    companies = raw.companies or wire.WireAttachedList()
    return FetchedContact(
        id=identity,
        name=_line(raw.name),
        email=_line(raw.email),
        custom_attributes=_attributes(raw.custom_attributes or {}),
        has_companies=bool(companies.data or _integer(companies.total_count)),
    )


class _Next(NamedTuple):
    """What an answer says of the next page."""

    is_announced: bool
    cursor: str | None
    number: int | None


def _next(pages: Any) -> _Next:
    """Intercom writes the next page as an object, as a URL, or not at all.

    Whatever else stands there announces a page, but does not say which.
    """
    following = pages.get("next") if isinstance(pages, dict) else pages
    named: dict[str, Any] = {}
    if isinstance(following, dict):
        named = following
    elif isinstance(following, str):
        with contextlib.suppress(ValueError):  # no URL
            named = dict(parse_qsl(urlsplit(following[:MAX_URL]).query))
    cursor, number = named.get("starting_after"), named.get("page")
    is_usable = isinstance(cursor, str) and cursor.isprintable() and len(cursor) <= MAX_URL
    return _Next(
        is_announced=bool(following),
        cursor=(cursor or None) if is_usable else None,
        number=_integer(number) if isinstance(number, int | float | str) else None,
    )


def _attributes(values: dict[str, Any]) -> dict[str, Any]:
    return _fitting(_cleaned(values))


def _cleaned(value: Any, levels: int = MAX_DEPTH) -> Any:
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, dict | list):
        return value
    if not levels:
        return "…"
    if isinstance(value, dict):
        return {_line(str(key)): _cleaned(item, levels - 1) for key, item in value.items()}
    return [_cleaned(item, levels - 1) for item in value]


def _fitting(entries: dict[_Key, Any]) -> dict[_Key, Any]:
    """The entries whose JSON fits into `MAX_JSON`, one after the other."""
    if len(_encode(entries)) <= MAX_JSON:
        return entries
    kept, room = {}, MAX_JSON
    for key, value in entries.items():
        size = len(_encode((key, value)))
        if size <= room:
            kept[key] = value
            room -= size
    return kept


def _present(items: Iterable[_T | None]) -> Iterator[_T]:
    return (item for item in items if item is not None)


def _required(items: list[_T] | None, what: str) -> list[_T]:
    if items is None:
        raise BadAnswer(f"the server's answer has no list of {what}")
    return items


def _json(value: object) -> str:
    return _encode(value).decode()


def _line(text: str | None) -> str:
    return one_line(text)[:MAX_LINE] if text else ""


def _shown(value: wire.WireNumber) -> str:
    """The beginning of an id or number for people, as it came; empty for null."""
    return "" if value is None else one_line(str(value))[:60]


def _text(identity: wire.WireId) -> str:
    return "" if identity is None else _line(str(identity))


_is_integer = re.compile(r"-?[0-9]{1,19}").fullmatch


def _integer(value: wire.WireNumber) -> int | None:
    """A whole number that SQLite can hold; None for anything else."""
    if isinstance(value, str):
        value = int(value) if _is_integer(value) else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) <= _MAX_EXACT else None
    if value is None or not -_MAX_ID <= value <= _MAX_ID:
        return None
    return int(value)


def _id(value: wire.WireId) -> int:
    identity = _integer(value)
    if identity is None or identity <= 0:
        raise _Unreadable(f"its id is no whole number above 0: {_shown(value) or _NOTHING}")
    return identity


def _epoch(value: wire.WireNumber) -> int | None:
    seconds = _integer(math.floor(value) if isinstance(value, float) and math.isfinite(value) else value)
    return plausible_time(seconds)


def _time(value: wire.WireNumber, name: str) -> int:
    seconds = _epoch(value)
    if seconds is None:
        raise _Unreadable(f"its {name} is no time: {_shown(value) or _NOTHING}")
    return seconds
