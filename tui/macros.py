"""The placeholders of macros, `{{user.name|fallback:"there"}}`, and what is known to put in their place.

Their form is that of OpenAPI 2.16 ("Macros"): a name, perhaps a fallback in double or single quotes, blanks
anywhere between. `\\{{` is no placeholder: in the Markdown of messages that shows the braces themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tui.domain import ContactDetails, Thread, person_name
from tui.message_html import literal
from tui.text import one_line

LONGEST = 500
"""Characters between the braces; what is longer is no placeholder."""
_BRACES = re.compile(rf"(\\*)\{{\{{(?:([^{{}}\n]{{0,{LONGEST}}})\}}\}})?")
_FALLBACK = re.compile(r"""\s*fallback\s*:\s*(?:"([^"]*)"|'([^']*)')\s*""")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder in a text."""

    start: int
    end: int
    """Character offsets, the braces included."""
    name: str
    """Such as "user.name"; all between the braces where that cannot be read; empty where they are not closed
    on the line."""
    fallback: str | None
    """What is written without a value; None when there is none."""


def placeholders(text: str) -> Iterator[Placeholder]:
    """The placeholders of a text in their order."""
    for found in _BRACES.finditer(text):
        if len(found[1]) % 2:
            continue  # the first brace is escaped
        inner = found[2] or ""
        name, bar, rest = inner.partition("|")
        fallback = _FALLBACK.fullmatch(rest)
        start = found.start() + len(found[1])
        if bar and fallback is None:
            yield Placeholder(start, found.end(), inner.strip(), None)
        else:
            given = None if fallback is None else fallback[1] if fallback[1] is not None else fallback[2]
            yield Placeholder(start, found.end(), name.strip(), given)


def value_of(placeholder: Placeholder, values: Mapping[str, str]) -> str | None:
    """What is written in its place; None when its value is not known and it has no fallback."""
    return values.get(_key(placeholder.name)) or placeholder.fallback


def missing(text: str, values: Mapping[str, str]) -> Placeholder | None:
    """The first placeholder that nothing can be written for; None when all have something."""
    return next((each for each in placeholders(text) if value_of(each, values) is None), None)


def gap_words(gap: Placeholder) -> str:
    """What is wrong with a placeholder that nothing can be written for."""
    if not gap.name:
        return r"“{{” needs a name and “}}” on its line; \{{ sends the braces themselves"
    return f"{{{{{gap.name}}}}} has neither a value here nor a fallback: replace it"


def render(text: str, values: Mapping[str, str]) -> str:
    """The Markdown of a message with its placeholders replaced; those without a value stay.

    A value is shown as it is, whatever it holds: a customer's name makes no link.
    """
    rendered, end = [], 0
    for each in placeholders(text):
        if (value := value_of(each, values)) is not None:
            rendered += [text[end : each.start], literal(one_line(value))]
            end = each.end
    return "".join([*rendered, text[end:]])


def known_values(thread: Thread, contact: ContactDetails | None, teammate: str) -> dict[str, str]:
    """What can be written into a message to a conversation: name of the placeholder → its value.

    `contact` is what Intercom said of the customer, if it was asked; `teammate` the name of who writes.
    """
    row, customer = thread.conversation, thread.conversation.customer
    name = customer.name
    if name in {customer.email, person_name(customer.kind, "", "")}:
        name = ""  # it stands for a name that is not known
    company = thread.company or (contact.company if contact else "")
    found: dict[str, Any] = {
        "user.name": name,
        "user.first_name": _first(name),
        "user.email": customer.email,
        "company.name": company,
        "teammate.name": teammate,
        "teammate.first_name": _first(teammate),
        "conversation.id": row.id,
        "conversation.title": thread.title or row.subject,
    }
    for owner, attributes in (
        ("conversation", thread.custom_attributes),
        ("user", contact.custom_attributes if contact else {}),
    ):
        found |= {f"{owner}.custom_attributes.{key}": value for key, value in attributes.items()}
    return {_key(key): text for key, value in found.items() if (text := _words(value))}


def _key(name: str) -> str:
    """Attributes are named "Order number" in one place and "order_number" in another."""
    return re.sub(r"\s+", "_", name.strip()).casefold()


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _words(value: object) -> str:
    """The value as it is written; empty for what cannot be."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value)) if isinstance(value, str | int | float) else ""
