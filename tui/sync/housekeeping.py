"""What a run does beside conversations: names, macros, deletions, nameless customers, the file's health."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tui.clock import AGREEMENT
from tui.domain import MacroText, Name
from tui.intercom.errors import BadAnswer, Forbidden, NotFound, RateLimited, Unreachable
from tui.intercom.payloads import Me
from tui.store.database import Database
from tui.store.directory import store_directory
from tui.store.erasure import overwrite_erased
from tui.store.errors import DatabaseBusy, DatabaseCorrupt, DatabaseUnwritable
from tui.store.ingest import name_customers
from tui.store.macros import store_macros
from tui.store.pending import unnamed_customers
from tui.store.purge import read_kept_since, remove_some
from tui.store.search_parts import find_part_to_merge, merge_step
from tui.store.settings_table import read_setting, write_setting
from tui.sync.coverage_tracker import CoverageTracker
from tui.sync.run_clock import RunClock

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

DIRECTORY_AGE = 600
"""Seconds after which teammates, teams and tags are read again."""
MACROS_AGE = 3600
"""Seconds after which the macros are read again: of a long list each costs a request."""
CONTACTS_PER_SEARCH = 50
CONTACT_AGE = 86_400
"""Seconds after which a contact without a name is asked for again: new ones take minutes to be found."""
REFUSED_LISTS = "refused_lists"
"""Setting: which of these lists were refused last, separated by spaces."""
MACROS_REFUSED = "macros_refused"
"""Setting: whether the macros were refused last; empty or "1"."""
MERGE_SECONDS = 1.0
REMOVED_AT_ONCE = 25
"""Conversations that one transaction removes."""
_DELETIONS_OVERLAP = 3600
"""Seconds of deletions read again: the list is paged by number and shifts while it is read."""

logger = logging.getLogger(__name__)


async def refresh_directory(client: IntercomClient, database: Database, me: Me, now: int) -> tuple[str, ...]:
    """Read teammates, teams and tags, unless that was done in the last `DIRECTORY_AGE` seconds.

    Returns what people should know: a list that the token or the plan does not include is told once, and the
    sync goes on without those names. `now` is the server's time (epoch seconds). Raises what the client
    raises apart from that, and `StoreError`.
    """
    last = read_setting(database, "directory_read_at")
    if last is not None and 0 <= now - int(last) < DIRECTORY_AGE:
        return ()
    refused: list[str] = []

    async def read(what: str, call: Callable[[], Awaitable[list[Name]]]) -> list[Name]:
        try:
            return await call()
        except (Forbidden, NotFound) as error:
            logger.warning("the list of %s cannot be read: %s", what, error)
            refused.append(what)
            return []

    admins = await read("teammates", client.admins)
    teams, tags = await read("teams", client.teams), await read("tags", client.tags)
    told = (read_setting(database, REFUSED_LISTS) or "").split()
    with database.transaction():
        store_directory(
            database,
            admins=[(a.id, a.name, a.email, a.has_inbox_seat) for a in admins],
            teams=[(t.id, t.name) for t in teams],
            tags=[(t.id, t.name) for t in tags],
        )
        for key, value in {
            "me": str(me.id),
            "has_inbox_seat": {True: "1", False: "0", None: ""}[me.has_inbox_seat],
            "app": me.app_id,
            "app_name": me.app_name,
            "region": me.region,
            "directory_read_at": str(now),
            REFUSED_LISTS: " ".join(refused),
        }.items():
            write_setting(database, key, value)
    return tuple(
        f"Intercom refuses the list of {what} to this token or plan: their names are not shown"
        for what in refused
        if what not in told
    )


async def refresh_macros(client: IntercomClient, database: Database, now: int) -> tuple[str, ...]:
    """Read the macros, unless that was tried in the last `MACROS_AGE` seconds; when it fails, the old stay.

    Returns what people should know: that they are refused is told once. `now` is the server's time (epoch
    seconds). Raises `Unauthorized`, and `StoreError`.
    """
    last = read_setting(database, "macros_read_at")
    if last is not None and 0 <= now - int(last) < MACROS_AGE:
        return ()
    told = bool(read_setting(database, MACROS_REFUSED))
    macros: list[MacroText] | None = None
    is_refused = False
    try:
        macros = await client.macros()
    except (BadAnswer, Forbidden, NotFound, RateLimited, Unreachable) as error:
        logger.warning("the macros cannot be read: %s", error)
        is_refused = not isinstance(error, RateLimited | Unreachable)
    with database.transaction():
        if macros is not None:
            store_macros(database, macros)
        write_setting(database, "macros_read_at", str(now))
        if macros is not None or is_refused:
            write_setting(database, MACROS_REFUSED, "1" if is_refused else "")
    if not is_refused or told:
        return ()
    return ("Intercom does not give the macros to this token or plan: only your own snippets are offered",)


async def read_deletions(
    client: IntercomClient, database: Database, tracker: CoverageTracker, clock: RunClock
) -> list[int]:
    """Forget what `GET /conversations/deleted` lists since the last run. Returns the ids that were alive.

    The first run only records where to start: nothing is stored that could have been deleted before. Raises
    `IntercomError`s apart from a refusal of the list, and `StoreError`.
    """
    began, last = clock.now(), read_setting(database, "deletions_read_at")
    forgotten: list[int] = []
    # A mark in the future is that of a clock that was wrong: then everything is read.
    known = 0 if last is None or int(last) > began + AGREEMENT else int(last)
    horizon, number = known - _DELETIONS_OVERLAP, 1
    while True:
        try:
            page = await client.deleted_conversations(number)
        except (BadAnswer, Forbidden, NotFound) as error:
            # Older workspaces and restricted tokens lack this list. Deleted conversations are then
            # found missing when their time is listed again (the daily reconcile).
            logger.warning("the list of deleted conversations cannot be read: %s", error)
            return forgotten
        recent = [(i, t) for i, t in page.conversations if t is None or t >= horizon]
        for conversation_id, deleted_at in recent:
            forgotten += tracker.store_deleted([conversation_id], deleted_at or began)
        if last is None or page.next is None or len(recent) < len(page.conversations) or not recent:
            break
        number = page.next
    with database.transaction():
        write_setting(database, "deletions_read_at", str(began))
    return forgotten


async def check_database(database: Database) -> None:
    """Raises `DatabaseCorrupt` when pages of the file are damaged. The loop goes on meanwhile."""
    stop = threading.Event()
    try:
        problem = await asyncio.to_thread(database.check_health, stop)
    except asyncio.CancelledError:
        stop.set()
        raise
    if problem is not None:
        raise DatabaseCorrupt(database.path, problem)


async def merge_search_index(database: Database) -> None:
    """Keep the search index fast where much was taken out of it, for `MERGE_SECONDS` at most: what is left is
    for the next run. Raises `StoreError`."""
    end, first = time.monotonic() + MERGE_SECONDS, True
    while time.monotonic() < end:
        with database.transaction() as connection:
            part = find_part_to_merge(connection)
            if part is None:
                return
            # The segments that are there now are gathered first, then merged step by step.
            first = not merge_step(connection, part, first=first)
        await asyncio.sleep(0)


async def overwrite_deleted(database: Database) -> tuple[str, ...]:
    """Leave no trace in the files of what was deleted or redacted. The loop goes on meanwhile.

    Returns what people should know: when it fails, the next run tries again. Raises `StoreError` only when
    the database can no longer be used.
    """
    stop = threading.Event()

    def work() -> None:
        try:
            overwrite_erased(database, stop.is_set)
        finally:
            database.release()  # of a thread that may end at any time

    try:
        await asyncio.to_thread(work)
    except asyncio.CancelledError:
        stop.set()
        raise
    except (DatabaseBusy, DatabaseUnwritable) as error:
        logger.warning("what was deleted could not be overwritten: %s", error)
        return (f"what was deleted may still be in free space of the database: {error}",)
    return ()


async def remove_unkept(
    database: Database, retention: str, now: int, on_removed: Callable[[list[int]], object]
) -> bool:
    """Remove what is older than is kept, and what an interrupted purge left, in short transactions.

    `on_removed` is called with the ids after each. Returns whether the coverage changed. Raises `StoreError`.
    """
    kept_since = read_kept_since(database, retention, now)
    second = 0 if kept_since is None else kept_since.second
    narrowed = False
    while True:
        ids, changed = remove_some(database, second, REMOVED_AT_ONCE)
        narrowed = narrowed or changed
        if not ids:
            return narrowed
        on_removed(ids)
        await asyncio.sleep(0)


async def fetch_missing_names(client: IntercomClient, database: Database, now: int) -> list[int]:
    """Ask for the contacts of conversations that came without a customer's name.

    Returns the ids of the conversations that changed. Raises `IntercomError`s apart from a refusal of the
    search, and `StoreError`.
    """
    wanted = unnamed_customers(database, now - CONTACT_AGE)
    changed: list[int] = []
    for start in range(0, len(wanted), CONTACTS_PER_SEARCH):
        ids = wanted[start : start + CONTACTS_PER_SEARCH]
        try:
            found = {c.id: c for c in await client.contacts(ids)}
        except (BadAnswer, Forbidden) as error:
            logger.warning("the names of customers cannot be read: %s", error)
            break
        # Contacts that were not found are stored too, without a name, so that they are not asked for again.
        people = [(i, found[i].name, found[i].email) if i in found else (i, "", "") for i in ids]
        with database.transaction() as connection:
            changed += name_customers(connection, people, now)
    return changed
