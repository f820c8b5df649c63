"""What the search index holds of a conversation.

The index is contentless: to remove a row, FTS5 must be given exactly the text that was added. So this is the
only place that makes the text, from stored rows alone, and a change here raises `CONTENT`. SQL, because it
is half of the work of writing a conversation (see `tui.store.ingest`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from tui.domain import CUSTOMER_KINDS
from tui.folding import fold, separate, variants, words
from tui.query.syntax import MAX_ATTRIBUTE
from tui.store.search_parts import Document

CONTENT = 1
"""Documents that another version of this module made may differ: the index is then rebuilt."""
NOTE_TYPES = frozenset({"note", "note_and_reopen"})
META = "\ue000"
"""What the words of filters begin with: folding removes it from text, so no text can contain them."""
_BOUNDARY = " \ue001 "
"""A word between texts, so that no phrase reaches from one into the next."""
_SPACE, _SIGNS = "\ue004", "\ue005"
"""Stands for spaces inside a word of a filter, and begins the code of what has no words."""


def read_document(connection: sqlite3.Connection, conversation_id: int) -> Document | None:
    """The document of a stored conversation; None when it is unknown or not indexed."""
    row = connection.execute(
        "SELECT docid, title, subject, customer_name, customer_email, company, state, read, priority,"
        " assignee_id, team_id, waiting_since, rating, rating_remark, sla_status, custom_attributes,"
        " channel, delivered_as, recipients, ai_agent FROM conversation WHERE id = ?",
        (conversation_id,),
    ).fetchone()
    if row is None or row[0] is None:
        return None
    docid, title, subject, name, email, company, state, read, priority, assignee, team = row[:11]
    waiting, rating, remark, sla, attributes, channel, delivered, recipients, ai_agent = row[11:]
    tags = connection.execute(
        "SELECT tag_id FROM conversation_tag WHERE conversation_id = ? ORDER BY tag_id", (conversation_id,)
    ).fetchall()
    parts = connection.execute(
        "SELECT text, type, attachments, author_kind, author_id, author_name, author_email FROM part"
        " WHERE conversation_id = ? ORDER BY part_id",
        (conversation_id,),
    ).fetchall()
    people = {(name, email): None}
    people.update(((p[5], p[6]), None) for p in parts if p[3] in CUSTOMER_KINDS)
    teammates = {p[4]: None for p in parts if p[3] == "admin" and (p[0] or p[2])}
    meta = ["all", f"st{state}", f"as{assignee or 0}", f"tm{team or 0}"]
    meta += [f"tg{tag}" for (tag,) in tags] or ["tg0"]
    meta += [f"wi{teammate}" for teammate in teammates]
    flags = {
        "unread": not read,
        "waiting": waiting is not None and state != "closed",
        "priority": priority != "none",
        "hasrating": rating is not None,
        "hasnote": any(p[1] in NOTE_TYPES for p in parts),
        "hasattachment": any(p[2] for p in parts),
        f"sla{sla}": bool(sla),
        f"ch{channel}": bool(channel),
        f"da{delivered}": bool(delivered),
        "fin": bool(ai_agent),
    }
    meta += [name for name, is_set in flags.items() if is_set]
    meta += _attribute_words(attributes)
    return Document(
        docid,
        _text([title, subject] if subject != title else [title]),
        _text([*(text for person in people for text in person), *recipients.splitlines()]),
        _text([company]),
        _text(p[0] for p in parts),
        _text([*(name for p in parts for name in attachment_names(p[2])), remark]),
        " ".join(META + word for word in meta),
    )


def attribute_word(name: str, value: str | None = None) -> str:
    """The word of a filter for conversations with a custom attribute, or with a value of it."""
    parts = [_one_word(text) for text in (name, value) if text is not None]
    return "at" + (_SPACE * 2).join(parts)


def _one_word(text: str) -> str:
    """The words of a text as one; for a text of nothing but signs, such as "€", what it is made of."""
    return _SPACE.join(words(text)) or _SIGNS + text.strip().encode("utf-8", "surrogatepass").hex()


def attachment_names(attachments: str) -> list[str]:
    """The names of files, from the JSON of a part."""
    return [attachment["name"] for attachment in json.loads(attachments)] if attachments else []


def _attribute_words(attributes: str) -> Iterator[str]:
    for name, value in json.loads(attributes).items() if attributes else ():
        if value is None or value == "":
            continue
        yield attribute_word(name)
        text = attribute_text(value)
        if text is not None and len(text) <= MAX_ATTRIBUTE:
            yield attribute_word(name, text)


def attribute_text(value: Any) -> str | None:
    """A value of a custom attribute as people write it; None for one that is no single value."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
    return None


def _text(texts: Iterable[str]) -> str:
    """The words of texts, and what else they are found by."""
    found: list[str] = []
    for text in texts:
        if text:
            separated = separate(fold(text))
            found.append(separated)
            found += variants(separated)
    return _BOUNDARY.join(found)
