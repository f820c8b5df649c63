"""Store queries of the thread view: a conversation, its customer. Run on the store thread."""

from __future__ import annotations

from tui.dashboard.thread.layout import MatchSpans, lay_out_thread
from tui.dashboard.thread.messages import ContactFetched, CustomerFetched, ThreadFetched
from tui.query import Query
from tui.workspace import Workspace


def fetch_thread(workspace: Workspace, *, conversation_id: int, query: Query | None) -> ThreadFetched:
    """A conversation with the matches of the query in its messages."""
    found = workspace.thread(conversation_id)
    if found is None:
        return ThreadFetched(conversation_id, None, ())
    matches: tuple[MatchSpans, ...] = ()
    if query is not None and query.terms:
        matches = tuple(workspace.matches(part.text, query) for part in found.parts)
    return ThreadFetched(conversation_id, found, matches, lay_out_thread(found, matches, workspace.tz))


def fetch_customer(workspace: Workspace, *, customer_id: str, limit: int) -> CustomerFetched:
    """The newest conversations of a customer, `limit` at most."""
    ids, total = workspace.lookup.conversations_of(customer_id, limit)
    return CustomerFetched(customer_id, tuple(workspace.rows(ids)), total)


def fetch_contact(workspace: Workspace, *, customer_id: str) -> ContactFetched:
    """The stored details of a customer."""
    return ContactFetched(workspace.lookup.contact(customer_id))
