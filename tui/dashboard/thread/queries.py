"""Store queries of the thread view: a conversation, its customer. Run on the store thread."""

from __future__ import annotations

from tui.dashboard.acting.queries import described
from tui.dashboard.thread.layout import MatchSpans, lay_out_thread
from tui.dashboard.thread.messages import ContactFetched, CustomerFetched, ThreadFetched
from tui.query import Query
from tui.shown import shown_contact, shown_row, shown_thread
from tui.workspace import Workspace


def fetch_thread(workspace: Workspace, *, conversation_id: int, query: Query | None) -> ThreadFetched:
    """A conversation with the matches of the query in its messages."""
    found = workspace.thread(conversation_id, intended=True)
    if found is None:
        return ThreadFetched(conversation_id, None, ())
    found = shown_thread(found)
    matches: tuple[MatchSpans, ...] = ()
    if query is not None and query.terms:
        matches = tuple(workspace.matches(part.text, query) for part in found.parts)
    draft = workspace.outbox.draft(conversation_id)
    unsent = described(workspace, workspace.outbox.open([conversation_id]))
    layout = lay_out_thread(found, matches, workspace.tz)
    draft_kind = "" if draft is None else draft[0]
    return ThreadFetched(conversation_id, found, matches, layout, unsent, draft_kind)


def fetch_customer(workspace: Workspace, *, customer_id: str, limit: int) -> CustomerFetched:
    """The newest conversations of a customer, `limit` at most."""
    ids, total = workspace.lookup.conversations_of(customer_id, limit)
    return CustomerFetched(customer_id, tuple(map(shown_row, workspace.rows(ids, intended=True))), total)


def fetch_contact(workspace: Workspace, *, customer_id: str) -> ContactFetched:
    """The stored details of a customer."""
    found = workspace.lookup.contact(customer_id)
    return ContactFetched(None if found is None else shown_contact(found))
