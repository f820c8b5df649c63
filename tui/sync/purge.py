"""Deletes on purpose: conversations by number, those of a contact, or all that are old.

Under the lease, so that no sync stores meanwhile what is being deleted. What is to go is noted in one
transaction and removed in short ones; the end of the next sync removes what a process that died has left.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tui.clock import to_epoch
from tui.domain import PurgedMark
from tui.formatting import counted, listed
from tui.store.database import Database, Snapshot
from tui.store.erasure import is_overwriting_due, note_erasure, overwrite_erased
from tui.store.errors import StoreError
from tui.store.participants import Participant, conversations_with, delete_contact, find_participant
from tui.store.purge import (
    Extent,
    mark_purged,
    measure,
    purge_before,
    read_purged,
    remove_some,
    restore_purged,
    stored_ids,
)
from tui.store.remembered_searches import forget_searches
from tui.sync.housekeeping import REMOVED_AT_ONCE
from tui.sync.lease import Lease

OnRemoved = Callable[[int, int], None]
"""Called with how many conversations were removed so far, and how many there are."""

logger = logging.getLogger(__name__)


class UnknownToMirror(LookupError):
    """Something that is to be purged or restored is not in the mirror; the text is one line."""


@dataclass(frozen=True, slots=True)
class PurgeRequest:
    """What is to be deleted, as somebody named it."""

    conversations: tuple[int, ...] = ()
    contacts: tuple[str, ...] = ()
    """Contact ids or e-mail addresses."""
    before: datetime | None = None
    """Everything that was last active before that."""


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What a request deletes."""

    request: PurgeRequest
    ids: array[int]
    """Of the conversations that are stored, deleted ones too; empty for a time."""
    extent: Extent
    participants: tuple[Participant, ...]
    already: tuple[PurgedMark, ...]
    """Named conversations that were purged before."""
    is_overwritten: bool = False
    """Whether nothing is left of it in the file, once it is carried out."""
    failure: StoreError | None = None
    """What was in the way of that, if something was."""


def plan_purge(database: Database, request: PurgeRequest) -> PurgePlan:
    """Find what a request deletes; nothing is changed.

    Raises `UnknownToMirror` when any conversation or contact that it names is unknown.
    """
    if request.before is not None:
        return PurgePlan(request, array("q"), measure(database, to_epoch(request.before)), (), ())
    already = read_purged(database, request.conversations)
    ids = set(stored_ids(database, request.conversations))
    unknown = sorted({*request.conversations} - ids - {mark.id for mark in already})
    if unknown:
        raise UnknownToMirror(_unknown("conversation", map(str, unknown)))
    found = database.snapshot(
        lambda snapshot: {name: find_participant(snapshot.connection, name) for name in request.contacts},
        interruptible=False,
    )
    if missing := [name for name, participant in found.items() if participant is None]:
        raise UnknownToMirror(_unknown("contact", missing))
    participants = tuple(dict.fromkeys(p for p in found.values() if p is not None))

    def theirs(snapshot: Snapshot) -> set[int]:
        return {i for who in participants for i in conversations_with(snapshot.connection, who)}

    ids |= database.snapshot(theirs, interruptible=False)
    chosen = array("q", sorted(ids))
    return PurgePlan(request, chosen, measure(database, chosen), participants, tuple(already))


def _unknown(what: str, names: Iterable[str]) -> str:
    missing = list(names)
    plural = what if len(missing) == 1 else f"{what}s"
    return f"no {plural} {listed(missing, 'or')} in the mirror: nothing was purged"


def carry_out(database: Database, request: PurgeRequest, now: datetime, on_removed: OnRemoved) -> PurgePlan:
    """Delete what a request names, as it is found now. Returns what that was.

    Raises `UnknownToMirror`, `LeaseHeld` while a sync runs, and `StoreError`: what was noted by then is
    removed by the next sync, or by the same request again. What could not be overwritten in the file then is
    overwritten by them, too.
    """
    with Lease(database, now):
        plan = plan_purge(database, request)
        with database.transaction() as connection:
            if request.before is not None:
                purge_before(database, connection, to_epoch(request.before))
            mark_purged(connection, plan.ids, to_epoch(now))
            for participant in plan.participants:
                delete_contact(connection, participant)
                forget_searches(database, _search_words(participant))
            note_erasure(connection)
        removed, before = 0, to_epoch(request.before) if request.before else 0
        while ids := remove_some(database, before, REMOVED_AT_ONCE)[0]:
            removed += len(ids)
            on_removed(removed, max(removed, plan.extent.conversations))
        failure = None
        try:
            overwrite_erased(database)
        except StoreError as error:
            logger.warning("what was purged is not overwritten yet: %s", error)
            failure = error
    logger.info("purged: %s", counted(removed, "conversation"))
    return replace(
        plan,
        extent=replace(plan.extent, conversations=removed),
        is_overwritten=failure is None and not is_overwriting_due(database),
        failure=failure,
    )


def _search_words(participant: Participant) -> list[str]:
    """What a search contains that names this person; a name of one word may mean anything."""
    return [*participant.ids, *participant.emails, *(n for n in participant.names if " " in n)]


def restore(database: Database, ids: Iterable[int], now: datetime) -> list[int]:
    """Let the next sync that reaches so far back store these conversations again.

    Returns their activity times. Raises `UnknownToMirror` when any was not purged, `LeaseHeld` while a sync
    runs, and `StoreError`.
    """
    wanted = list(dict.fromkeys(ids))
    with Lease(database, now):
        known = {mark.id for mark in read_purged(database, wanted)}
        if unknown := [str(i) for i in wanted if i not in known]:
            were = "conversation {} was" if len(unknown) == 1 else "conversations {} were"
            raise UnknownToMirror(f"{were.format(listed(unknown))} not purged here: nothing was restored")
        with database.transaction() as connection:
            return restore_purged(connection, wanted)
