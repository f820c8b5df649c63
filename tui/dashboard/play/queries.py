"""Store queries of play mode. Run on the store thread."""

from __future__ import annotations

from contextlib import suppress

from tui.dashboard.play.messages import ConversationSkipped, NewMatchesFound
from tui.query import Query
from tui.workspace import Workspace


def find_new_matches(workspace: Workspace, *, query: Query, known: frozenset[int]) -> NewMatchesFound:
    return NewMatchesFound(tuple(id_ for id_ in workspace.search_ids(query) if id_ not in known))


def skip(workspace: Workspace, *, conversation_id: int, reason: str) -> ConversationSkipped:
    with suppress(LookupError):  # it was deleted: there is nothing to keep the reason on
        workspace.annotations.skip(conversation_id, reason)
    return ConversationSkipped(conversation_id, reason)
