"""Lists of conversations: what is asked for, and one page of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mcp_types import CallToolResult

from tui.answers import found_conversation
from tui.domain import ConversationRow, Count
from tui.formatting import amount, counted, date_time, number
from tui.freshness import Verdict
from tui.freshness_words import SyncOutlook
from tui.mcp.cursor import BUDGET, SearchPosition, digest, read_cursor, write_cursor
from tui.mcp.errors import BadArgument
from tui.mcp.fence import NOTICE
from tui.mcp.mirror import Mirror
from tui.mcp.reply import reply
from tui.mcp.shapes import Conversation, ConversationList
from tui.mcp.timeframes import timeframe_query
from tui.query import Query, QueryError, Text, parse
from tui.query.combine import combine
from tui.shown import shown_row
from tui.store.listing_pages import Listing
from tui.visible import visible_line
from tui.workspace import Workspace

READ_AT_ONCE = 200
"""Lines of a list."""
LONGEST_TEXT = 1_000
"""Characters of a subject or a snippet."""
LONGEST_NAME = 320
"""Characters of a name, an address or a tag: the longest address has so many."""
_EMAIL = re.compile(r"[^\s\x00-\x1f\x7f\"<>@]+@[^\s\x00-\x1f\x7f\"<>@]+")


@dataclass(frozen=True, slots=True)
class Search:
    """What a client asks for."""

    text: str = ""
    timeframe: str | None = None
    customer_email: str | None = None
    view: str | None = None

    def query(self, workspace: Workspace) -> Query:
        """Raises `QueryError`, `ViewError`, and `BadArgument` for a period or address that is none."""
        query = (
            workspace.parse(self.text) if self.view is None else workspace.views.query(self.view, self.text)
        )
        if self.timeframe is not None:
            query = _within(workspace, query, self.timeframe)
        if self.customer_email is not None:
            address = Text(_address(self.customer_email), phrase=True, field="from")
            query = workspace.parse(combine(query, Query("", address)))
        return query

    @property
    def digest(self) -> str:
        return digest(self.text, self.timeframe, self.customer_email, self.view)

    def admits(self, row: ConversationRow) -> bool:
        """Whether a conversation of the query is meant: words of an address are those of others too."""
        return (
            self.customer_email is None
            or row.customer.email.casefold() == self.customer_email.strip().casefold()
        )


def _address(text: str) -> str:
    if not _EMAIL.fullmatch(text.strip()):
        raise BadArgument(
            f"customer_email: “{visible_line(text[:80])}” is no address, such as grace@example.com"
        )
    return text.strip()


def _within(workspace: Workspace, query: Query, timeframe: str) -> Query:
    now = workspace.clock()
    try:
        period = parse(timeframe_query(timeframe, now=now, tz=workspace.tz), now=now, tz=workspace.tz)
        return workspace.parse(combine(query, period))
    except QueryError as error:
        raise BadArgument(f"timeframe: {error.message}") from None


def find(
    mirror: Mirror, search: Search, limit: int, cursor: str | None, outlook: SyncOutlook
) -> CallToolResult:
    """One page of a list, on a thread that uses the store. Raises what `Search.query` does."""
    workspace, query = mirror.workspace, search.query(mirror.workspace)
    verdict = workspace.verdict(query)
    position = _position(search, cursor)
    found, following = _page(workspace, search, workspace.listing(query), position, limit)
    count = workspace.count(query) if search.customer_email is None else None
    suggestion = workspace.lookup.suggestion(query) if not found and position is None else None
    shape = ConversationList(
        query=str(query),
        conversations=[each for each, _ in found],
        total=None if count is None else count.total,
        total_is_exact=count is not None and count.exact,
        next_cursor=None if following is None else write_cursor(following),
        suggestion=None if suggestion is None else visible_line(suggestion),
        notice=NOTICE,
        sync_info=mirror.sync_info(verdict, outlook),
    )
    first = 0 if position is None else position.line
    sentence = mirror.sentence(verdict, outlook)
    others = "\n".join(text for _, text in found) if suggestion is None else f"Did you mean: {suggestion}"
    return reply(sentence, shape, _words(shape, first), others=others)


def judge(workspace: Workspace, search: Search) -> Verdict:
    return workspace.verdict(search.query(workspace))


def _position(search: Search, cursor: str | None) -> SearchPosition | None:
    if cursor is None:
        return None
    position = read_cursor(cursor, SearchPosition)
    if position.asked != search.digest:
        raise BadArgument("cursor: it belongs to another search; give the arguments that it came with")
    return position


def _page(
    workspace: Workspace, search: Search, listing: Listing, position: SearchPosition | None, limit: int
) -> tuple[list[tuple[Conversation, str]], SearchPosition | None]:
    """The conversations after a position, each with its lines of text, and where the next page begins."""
    found = list[tuple[Conversation, str]]()
    room, last = BUDGET, position
    at_once = limit + 1 if search.customer_email is None else READ_AT_ONCE
    while True:
        page = (
            workspace.page(listing, first=0, limit=at_once)
            if last is None
            else workspace.page_after(listing, last.key, last.line, at_once)
        )
        rows = {row.id: row for row in workspace.rows(page.ids, listing.query)}
        for index, (id_, key) in enumerate(zip(page.ids, page.keys, strict=True)):
            row = rows.get(id_)
            if row is not None and search.admits(row):
                shape = conversation_shape(shown_row(row))
                text = _text(workspace, shape)
                if len(found) == limit or (found and len(text) > room):
                    return found, last
                found.append((shape, text))
                room -= len(text)
            last = SearchPosition(search.digest, key, page.first + index + 1)
        if len(page.ids) < at_once:
            return found, None


def conversation_shape(row: ConversationRow) -> Conversation:
    """A row as it is shown, with long texts cut."""
    found = found_conversation(row)
    found["subject"], found["snippet"] = (
        visible_line(text[:LONGEST_TEXT]) for text in (row.subject, row.snippet.text)
    )
    found["customer"] = row.customer.name[:LONGEST_NAME]
    found["tags"] = [tag[:LONGEST_NAME] for tag in row.tags]
    email = row.customer.email[:LONGEST_NAME] or None
    return Conversation.model_validate({**found, "customer_email": email})


def _words(shape: ConversationList, first: int) -> str:
    shown = len(shape.conversations)
    if not shown:
        return "No more conversations." if first else "No matching conversations in the mirror."
    if shape.total is None:
        is_all = not first and shape.next_cursor is None
        words = f"{counted(shown, 'conversation')}" + (
            "." if is_all else " in this answer; how many there are in all is not counted."
        )
    else:
        total = amount(Count(shape.total, shape.total_is_exact))
        words = f"{total} conversation{'' if shape.total == 1 else 's'}"
        words += (
            f", here {number(first + 1)} to {number(first + shown)}." if shape.next_cursor or first else "."
        )
    return words + (f" More with cursor: {shape.next_cursor}" if shape.next_cursor else "")


def _text(workspace: Workspace, each: Conversation) -> str:
    """One line of facts, and one of words."""
    email = f" <{each.customer_email}>" if each.customer_email not in (None, each.customer) else ""
    facts = [
        f"#{each.id}",
        each.state,
        f"updated {date_time(each.updated_at, workspace.tz)}",
        f"waiting since {date_time(each.waiting_since, workspace.tz)}" if each.waiting_since else "",
        f"customer {each.customer}{email}",
        f"assigned to {each.assignee}" if each.assignee else "unassigned",
        f"team {each.team}" if each.team else "",
        f"priority {each.priority}" if each.priority != "none" else "",
        f"tags {', '.join(each.tags)}" if each.tags else "",
    ]
    text = " · ".join(filter(None, (each.subject, each.snippet)))
    return visible_line(" · ".join(filter(None, facts))) + (f"\n  {text}" if text else "")
