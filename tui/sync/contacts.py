"""A single contact, asked for because somebody opened their card: beside whatever run is going on."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tui.domain import ContactDetails
from tui.intercom.errors import BadAnswer, Forbidden, NotFound
from tui.store.database import Database
from tui.store.people import store_contact
from tui.sync.events import Reason
from tui.sync.jobs import SyncError

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

PATIENCE = 10.0
"""Seconds; whoever looks at a card would rather hear that it cannot be known now."""


async def fetch_contact(client: IntercomClient, database: Database, contact_id: str) -> None:
    """Store what Intercom says of a contact. Raises `SyncError`, or what the client or the store raises."""
    try:
        async with asyncio.timeout(PATIENCE):
            contact = await _ask(client, contact_id)
    except TimeoutError as error:
        raise SyncError(
            Reason.UNREACHABLE, f"Intercom did not answer within {PATIENCE:.0f} seconds"
        ) from error
    with database.user_transaction() as connection:
        store_contact(connection, contact)


async def _ask(client: IntercomClient, contact_id: str) -> ContactDetails:
    found = await client.contact(contact_id, urgent=True)
    companies: list[str] = []
    if found.has_companies:
        with contextlib.suppress(BadAnswer, Forbidden, NotFound):  # a token may not be let see them
            companies = await client.companies_of(contact_id, urgent=True)
    return ContactDetails(
        id=contact_id,
        name=found.name,
        email=found.email,
        company=", ".join(companies),
        custom_attributes=found.custom_attributes,
        fetched_at=client.server_now(),
    )
