"""Lists a range of activity time completely, although it changes while it is listed.

No cursor is carried from answer to answer. Every answer is sorted by activity time, newest first, so it is
complete down to the oldest second it reached: that much is a slice, and the next search ends where the slice
begins. A conversation that changes meanwhile moves to "now", which is in another slice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui.freshness import Interval
from tui.intercom.errors import BadAnswer, PageTooHeavy
from tui.intercom.payloads import ConversationPage
from tui.intercom.searches import MAX_PER_PAGE, condition, updated_between
from tui.records import ConversationRecord

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

PAGES_BEFORE_GROWING = 20
"""Successful pages in a row after which a page size that had been halved is doubled."""
MAX_PASSES = 5
"""Readings of a second with more conversations than a page before its completeness is given up on."""


@dataclass(frozen=True, slots=True)
class ListedSlice:
    """Conversations without their threads; all that the server has in `window` are among them."""

    window: Interval | None
    """None: nothing is claimed."""
    conversations: list[ConversationRecord]
    answered_at: datetime | None = None
    """The server's time of the answer, if it says."""
    gave_up: bool = False
    """True when the server kept contradicting itself about what there is."""


class SliceLister:
    """Lists ranges for one sync run, with what it learned about the server so far (page size, bounds)."""

    def __init__(self, client: IntercomClient) -> None:
        self._client = client
        self._page_size = MAX_PER_PAGE
        self._successful_pages = 0
        self._inclusive = False
        """Whether `<` was seen to include its bound; the documentation does not say."""

    async def slices(self, window: Interval) -> AsyncIterator[ListedSlice]:
        """The range, newest slice first, without gaps. Raises the client's `IntercomError`s, among them
        `BadAnswer` when the answers contradict the search."""
        low, high = window
        while high >= low:
            inclusive = self._inclusive  # another listing may learn it while this one asks
            page = await self._search(updated_between(low, high, inclusive=inclusive), "updated_at")
            times = [c.updated_at for c in page.conversations]
            inside = [c for c in page.conversations if low <= c.updated_at <= high]
            if page.total_count <= len(times):
                yield ListedSlice(Interval(low, high), inside, page.server_time)
                return
            if not times:
                raise BadAnswer(f"Intercom counts {page.total_count} conversations but lists none")
            if any(t < later for later, t in zip(times[1:], times, strict=False)):
                async for part in self._bisect(Interval(low, high)):
                    yield part
                return
            if times[-1] > high:
                # Nothing but the second beyond the range: `<` includes its bound on this server.
                if inclusive:
                    raise BadAnswer("Intercom's search returns conversations outside the range asked for")
                self._inclusive = True
                continue
            oldest = max(times[-1], low)
            if oldest < high:
                newer = [c for c in inside if c.updated_at > oldest]
                yield ListedSlice(Interval(oldest + 1, high), newer, page.server_time)
                yield ListedSlice(None, [c for c in inside if c.updated_at == oldest])
                high = oldest
            else:
                yield await self._list_second(high)
                high -= 1

    async def _bisect(self, window: Interval) -> AsyncIterator[ListedSlice]:
        """For answers that are not in order: halve the range until one answer holds everything."""
        if window.start == window.end:
            yield await self._list_second(window.start)
            return
        middle = (window.start + window.end) // 2
        for half in (Interval(middle + 1, window.end), Interval(window.start, middle)):
            async for part in self.slices(half):
                yield part

    async def _list_second(self, second: int) -> ListedSlice:
        """One second that holds more than a page (a bulk action): paged by id, then counted again.

        Conversations can only leave a past second, so a count no larger than what was seen proves that
        none was skipped.
        """
        query = condition("updated_at", "=", second)
        seen: dict[int, ConversationRecord] = {}
        for _ in range(MAX_PASSES):
            cursor = None
            while True:
                page = await self._search(query, "id", descending=False, cursor=cursor)
                seen.update((c.id, c) for c in page.conversations if c.updated_at == second)
                cursor = page.next_cursor
                if cursor is None or not page.conversations:
                    break
            if (await self._search(query, "id", descending=False)).total_count <= len(seen):
                return ListedSlice(Interval(second, second), list(seen.values()))
        # The rows are real; only the claim to completeness is not made.
        return ListedSlice(None, list(seen.values()), gave_up=True)

    async def _search(
        self, query: dict[str, Any], sort: str, *, descending: bool = True, cursor: str | None = None
    ) -> ConversationPage:
        while True:
            try:
                page = await self._client.search_conversations(
                    query,
                    per_page=self._page_size,
                    starting_after=cursor,
                    sort_field=sort,
                    descending=descending,
                )
            except PageTooHeavy:
                if self._page_size == 1:
                    raise
                self._page_size //= 2
                self._successful_pages = 0
                continue
            self._successful_pages += 1
            if self._successful_pages >= PAGES_BEFORE_GROWING and self._page_size < MAX_PER_PAGE:
                self._page_size, self._successful_pages = min(self._page_size * 2, MAX_PER_PAGE), 0
            return page
