"""The texts of the customer screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from textual.content import Content

from tui.cells import cell_width
from tui.clock import from_epoch
from tui.dashboard.thread.header import MAX_NAME
from tui.domain import ContactDetails, ConversationRow, Thread
from tui.formatting import ago
from tui.sync.events import Reason
from tui.sync.jobs import SyncError
from tui.text import one_line

PROBLEMS = {
    Reason.UNREACHABLE: "Offline",
    Reason.UNAUTHORIZED: "Denied",
    Reason.FORBIDDEN: "Denied",
    Reason.RATE_LIMITED: "Rate limited",
}
"""What precedes the message of a failure; "Not loaded" for any other reason."""


DATES = range(100_000_000, 10_000_000_000)
"""Numbers that are epoch seconds: 1973 to 2286."""


def facts(
    row: ConversationRow, thread: Thread | None, contact: ContactDetails | None, zone: tzinfo | None
) -> Content:
    """Name, e-mail address and company, then the attributes of the customer and of the conversation.

    Also, whole, what the header of the thread shortens.
    """
    lines = list(_person(row, thread, contact))
    if contact is not None:
        lines += _attributes("Customer attributes", contact.custom_attributes, zone)
    lines += _attributes("Conversation", _conversation(row, thread), zone)
    if thread is not None:
        lines += _attributes("Conversation attributes", thread.custom_attributes, zone)
    return Content("\n").join(lines)


def status(
    contact: ContactDetails | None, now: datetime, *, loading: bool, problem: SyncError | None
) -> Content:
    """How old the details are, and whether newer ones are being loaded or could not be."""
    age = "" if contact is None else f"As of {ago((now - contact.fetched_at).total_seconds())}."
    if loading:
        return Content.styled(f"{age} Loading from Intercom…".strip(), "$muted")
    if problem is not None:
        title = PROBLEMS.get(problem.reason, "Not loaded")
        return Content.assemble(
            (f"⚠ {title}: {one_line(str(problem))}", "$text-warning"), f"  {age}".rstrip()
        )
    return Content.styled(age, "$muted")


def _person(row: ConversationRow, thread: Thread | None, contact: ContactDetails | None) -> Iterator[Content]:
    customer = row.customer
    company = (contact.company if contact else "") or (thread.company if thread else "")
    name = contact.name if contact and contact.name != customer.name else ""
    known = (
        ("Name", name or (customer.name if cell_width(customer.name) > MAX_NAME else "")),
        ("E-mail", (contact.email if contact else "") or customer.email),
        ("Company", company),
    )
    for name, value in known:
        if value:
            yield Content.assemble((f"{name:<9}", "$muted"), one_line(value))


def _conversation(row: ConversationRow, thread: Thread | None) -> dict[str, str]:
    """What the header shortens; of people only those beside the customer who wrote or did something."""
    if thread is None:
        return {"Tags": ", ".join(row.tags)}
    others = (person.name for person in thread.participants if person.id != row.customer.id)
    return {
        "Title": thread.title or row.subject,
        "Rating": thread.rating_remark,
        "SLA": thread.sla_name,
        "Tags": ", ".join(row.tags),
        "Others": ", ".join(dict.fromkeys(others)),
    }


def _attributes(title: str, attributes: Mapping[str, Any], zone: tzinfo | None) -> Iterator[Content]:
    known = {one_line(str(name)): attribute_text(name, value, zone) for name, value in attributes.items()}
    if any(known.values()):
        yield Content.styled(title, "bold")
    for name, text in known.items():
        if text:
            yield Content.assemble((f"  {name}: ", "$muted"), text)


def attribute_text(name: str, value: Any, zone: tzinfo | None) -> str:
    """A value on one line; empty if there is none. Numbers named “…_at” are dates in Intercom."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_at") and value in DATES:
            return f"{from_epoch(value).astimezone(zone):%Y-%m-%d %H:%M}"
        case dict() | list():
            return one_line(msgspec.json.encode(value).decode())
    return one_line(str(value))
