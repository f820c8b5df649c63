"""What the card of a customer says of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from textual.content import Content

from tui.dashboard.words import ago
from tui.domain import Contact, ConversationRow, Thread
from tui.sync.events import Reason
from tui.sync.jobs import SyncError
from tui.text import one_line

PROBLEMS = {
    Reason.UNREACHABLE: "Offline",
    Reason.UNAUTHORIZED: "Denied",
    Reason.FORBIDDEN: "Denied",
    Reason.RATE_LIMITED: "Rate limited",
}
"""What stands before the words of a failure; "Not known" before any other."""


def facts(row: ConversationRow, thread: Thread | None, contact: Contact | None) -> Content:
    """Who it is, what Intercom notes about them, and what the conversation carries itself."""
    lines = list(_person(row, thread, contact))
    if contact is not None:
        lines += _attributes("Attributes of this customer", contact.custom_attributes)
    if thread is not None:
        lines += _attributes("Attributes of this conversation", thread.custom_attributes)
    return Content("\n").join(lines)


def standing(contact: Contact | None, now: datetime, *, asking: bool, problem: SyncError | None) -> Content:
    """How old what is said of the customer is, and what is being done, or stands in the way."""
    age = "" if contact is None else f"As of {ago((now - contact.fetched_at).total_seconds())}."
    if asking:
        return Content.styled(f"{age} Asking Intercom…".strip(), "$muted")
    if problem is not None:
        word = PROBLEMS.get(problem.reason, "Not known")
        return Content.assemble((f"‼ {word}: {one_line(str(problem))}", "$text-warning"), f"  {age}".rstrip())
    return Content.styled(age, "$muted")


def _person(row: ConversationRow, thread: Thread | None, contact: Contact | None) -> Iterator[Content]:
    customer = row.customer
    company = (contact.company if contact else "") or (thread.company if thread else "")
    known = (
        ("Name", contact.name if contact and contact.name != customer.name else ""),
        ("E-mail", (contact.email if contact else "") or customer.email),
        ("Company", company),
    )
    for name, value in known:
        if value:
            yield Content.assemble((f"{name:<9}", "$muted"), one_line(value))


def _attributes(title: str, attributes: Mapping[str, Any]) -> Iterator[Content]:
    known = {one_line(str(name)): attribute_text(value) for name, value in attributes.items()}
    if any(known.values()):
        yield Content.styled(title, "bold")
    for name, text in known.items():
        if text:
            yield Content.assemble((f"  {name}: ", "$muted"), text)


def attribute_text(value: Any) -> str:
    """A value as people write it, on one line; empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict() | list():
            return one_line(msgspec.json.encode(value).decode())
    return one_line(str(value))
