"""Conversations as people read them: every text with only what can be seen in it.

The dashboard, the tables and `show` of the command line, Markdown and CSV show these; JSON has what is
stored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from tui.domain import (
    AnnotationDetails,
    Attachment,
    ContactDetails,
    ConversationRow,
    Person,
    Snippet,
    Thread,
    ThreadPart,
    person_name,
)
from tui.visible import is_blank, visible, visible_name, visible_with_spans

_Record = TypeVar(
    "_Record",
    AnnotationDetails,
    Attachment,
    ContactDetails,
    ConversationRow,
    Person,
    Snippet,
    Thread,
    ThreadPart,
)


def shown_row(row: ConversationRow) -> ConversationRow:
    """A line of a list; the matches of its snippet stay on the same words."""
    text, matches = visible_with_spans(row.snippet.text, row.snippet.matches)
    if is_blank(text):
        text, matches = "", ()
    return _changed(
        row,
        subject=_or_nothing(row.subject),
        snippet=_changed(row.snippet, text=text, matches=matches),
        customer=_person(row.customer),
        priority=visible(row.priority),
        assignee=visible_name(row.assignee),
        team=visible_name(row.team),
        tags=tuple(visible_name(tag) for tag in row.tags),
        sla_status=visible(row.sla_status),
    )


def shown_thread(thread: Thread) -> Thread:
    """A whole conversation."""
    return _changed(
        thread,
        conversation=shown_row(thread.conversation),
        parts=tuple(map(_part, thread.parts)),
        title=_or_nothing(thread.title),
        custom_attributes=_value(thread.custom_attributes),
        company=_or_nothing(thread.company),
        rating_remark=_or_nothing(thread.rating_remark),
        sla_name=_or_nothing(thread.sla_name),
        sla_status=visible(thread.sla_status),
        annotation=_changed(thread.annotation, note=visible(thread.annotation.note)),
        channel=visible(thread.channel),
        delivered_as=visible(thread.delivered_as),
        recipients=tuple(visible_name(recipient) for recipient in thread.recipients),
        ai_agent=visible(thread.ai_agent),
    )


def shown_contact(contact: ContactDetails) -> ContactDetails:
    """The details of a customer."""
    return _changed(
        contact,
        name=_or_nothing(contact.name),
        email=_or_nothing(contact.email),
        company=_or_nothing(contact.company),
        custom_attributes=_value(contact.custom_attributes),
    )


def _person(person: Person) -> Person:
    """Where nothing in the name can be seen, it is called as a person without one."""
    email = _or_nothing(person.email)
    name = person_name(person.kind, _or_nothing(person.name), email)
    return _changed(person, kind=visible(person.kind), name=name, email=email)


def _part(part: ThreadPart) -> ThreadPart:
    return _changed(
        part,
        type=visible(part.type),
        author=_person(part.author),
        text=visible(part.text),
        attachments=tuple(map(_attachment, part.attachments)),
    )


def _attachment(attachment: Attachment) -> Attachment:
    return _changed(
        attachment,
        name=visible_name(attachment.name),
        content_type=_or_nothing(attachment.content_type),
        url=visible(attachment.url),
    )


def _or_nothing(text: str) -> str:
    """What is seen of a text, without the blanks of one that shows nothing."""
    return "" if is_blank(text) else visible(text)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(str(name)): _value(item) for name, item in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else value


def _changed(record: _Record, **values: Any) -> _Record:
    """The record with these values: the same object if it has them already."""
    if all(getattr(record, name) == value for name, value in values.items()):
        return record
    return replace(record, **values)
