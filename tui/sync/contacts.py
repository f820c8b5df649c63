"""Fetches a single contact when somebody opens its card, independently of the run in progress."""

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

CONTACT_TIMEOUT = 10.0
"""Seconds, retries included: after that the card shows that the details cannot be fetched now."""


async def fetch_contact(client: IntercomClient, database: Database, contact_id: str) -> None:
    """Ask Intercom for a contact and store it.

    Raises `SyncError` after `CONTACT_TIMEOUT`, and what the client or the store raises.
    """
    try:
        async with asyncio.timeout(CONTACT_TIMEOUT):
            contact = await _read_contact(client, contact_id)
    except TimeoutError as error:
        raise SyncError(
            Reason.UNREACHABLE, f"Intercom did not answer within {CONTACT_TIMEOUT:.0f} seconds"
        ) from error
    with database.user_transaction() as connection:
        store_contact(connection, contact)


async def _read_contact(client: IntercomClient, contact_id: str) -> ContactDetails:
    found = await client.contact(contact_id, urgent=True)
    companies: list[str] = []
    if found.has_companies:
        with contextlib.suppress(BadAnswer, Forbidden, NotFound):  # not every token may read them
            companies = await client.companies_of(contact_id, urgent=True)
    return ContactDetails(
        id=contact_id,
        name=found.name,
        email=found.email,
        company=", ".join(companies),
        custom_attributes=found.custom_attributes,
        fetched_at=client.server_now(),
    )
