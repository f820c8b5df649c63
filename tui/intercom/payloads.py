"""What the client's calls return beside conversations: normalised, and safe to show.

Ids are integers (contacts' are str), times whole epoch seconds (UTC). Names, addresses and attributes are
single lines without control characters (`tui.text.one_line`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from tui.records import ConversationRecord, UnreadableItem


class ConversationPage(msgspec.Struct, frozen=True):
    """One page of a search for conversations."""

    conversations: list[ConversationRecord]
    """Without threads."""
    total_count: int
    """How many conversations the search finds, on all pages together."""
    next_cursor: str | None
    """`starting_after` of the next page; None on the last, and if it cannot be read."""
    has_next: bool
    """Whether the answer announces a next page, in whatever form."""
    unreadable: list[UnreadableItem] = []
    """Those on this page that could not be decoded."""


class DeletedPage(msgspec.Struct, frozen=True):
    """One page of the list of deleted conversations."""

    conversations: list[tuple[int, int | None]]
    """(id, deleted_at)"""
    next: int | None
    """The number of the next page; None on the last."""


class Me(msgspec.Struct, frozen=True):
    """The teammate the token belongs to, and the workspace."""

    id: int
    name: str
    email: str
    app_id: str
    app_name: str
    region: str
    """"US", "EU" or "AU"; empty when the server does not say."""
    has_inbox_seat: bool | None = None
    """Whether Intercom lets them act on conversations; None when it does not say."""


class FetchedContact(msgspec.Struct, frozen=True):
    """A contact, without the names of its companies, which are a list of their own."""

    id: str
    name: str
    email: str
    custom_attributes: dict[str, Any]
    has_companies: bool
