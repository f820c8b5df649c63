"""Store queries of play mode. Run on the store thread."""

from __future__ import annotations

from contextlib import suppress

from tui.dashboard.play.messages import ConversationSkipped, DoneMeanwhile, NewMatchesFound, QueueFetched
from tui.store.listing_pages import Listing
from tui.workspace import Workspace

LONGEST_QUEUE = 10_000
"""Conversations of a queue, more than anybody reviews at a stretch."""


def fetch_queue(workspace: Workspace, *, listing: Listing) -> QueueFetched:
    ids = workspace.page(listing, first=0, limit=LONGEST_QUEUE + 1).ids
    return QueueFetched(tuple(ids[:LONGEST_QUEUE]), is_cut=len(ids) > LONGEST_QUEUE)


def find_new_matches(workspace: Workspace, *, listing: Listing, ids: frozenset[int]) -> NewMatchesFound:
    """Those of these conversations that match the query."""
    return NewMatchesFound(ids, tuple(workspace.matching(listing, ids)))


def find_done(workspace: Workspace, *, listing: Listing, ids: tuple[int, ...]) -> DoneMeanwhile:
    """Those of these conversations that are done by now, where the queue is one of what is to be done."""
    noted = workspace.annotations.read(ids)
    done = [id_ for id_ in ids if id_ in noted and noted[id_].done_until is not None]
    matching = frozenset(workspace.matching(listing, done)) if done else frozenset[int]()
    return DoneMeanwhile(ids, tuple(id_ for id_ in done if id_ not in matching))


def skip(workspace: Workspace, *, conversation_id: int, reason: str) -> ConversationSkipped:
    with suppress(LookupError):  # it was deleted: there is nothing to keep the reason on
        workspace.annotations.skip(conversation_id, reason)
    return ConversationSkipped(conversation_id, reason)
