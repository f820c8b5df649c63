"""Lists a range of activity time completely, although it changes while it is listed.

No cursor is carried from answer to answer. Every answer is sorted by activity time, newest first, so it is
complete down to the oldest second it reached: that much is a slice, and the next search ends where the slice
begins. A conversation that changes meanwhile moves to "now", which is in another slice.

A second with more conversations than a page (a bulk action) is listed in the same manner by `created_at`:
ids cannot be compared, because Intercom's search takes them as text. Only those that share that second too
are paged with a cursor, and believed only if nothing moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tui.freshness import Interval
from tui.intercom.errors import BadAnswer, PageTooHeavy
from tui.intercom.payloads import ConversationPage
from tui.intercom.searches import MAX_PER_PAGE, all_of, between, condition, updated_exactly_between
from tui.records import ConversationRecord, UnreadableItem

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

PAGES_BEFORE_GROWING = 20
"""Successful pages in a row after which a page size that had been halved is doubled."""
MAX_PASSES = 5
"""Readings of what only a cursor can list, and repetitions of an answer that contradicts itself, before the
completeness is given up on."""
LATEST = 1 << 32
"""An epoch second after every `created_at`, in the year 2106."""


@dataclass(frozen=True, slots=True)
class ListedSlice:
    """Conversations without their threads; all that the server has in `window` are among them."""

    window: Interval | None
    """None: nothing is claimed."""
    conversations: list[ConversationRecord]
    gave_up: bool = False
    """True when the server kept contradicting itself about what there is."""
    unreadable: list[UnreadableItem] = field(default_factory=list)
    """Conversations in it that could not be decoded, each with its activity time."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A range of one field, and what else must hold."""

    field: str
    window: Interval
    fixed: tuple[dict[str, Any], ...] = ()
    settled: int = LATEST
    """Up to this value the range can only lose conversations."""

    def value(self, record: ConversationRecord) -> int:
        return record.updated_at if self.field == "updated_at" else record.created_at

    def has_unplaced(self, page: ConversationPage) -> bool:
        """Whether something on the page cannot be read, not even its place in the range."""
        if self.field == "updated_at":
            return any(item.updated_at is None for item in page.unreadable)
        return bool(page.unreadable) and not _is_whole(page)

    def query(self, window: Interval, *, inclusive: bool) -> dict[str, Any]:
        return all_of(*self.fixed, *between(self.field, *window, inclusive=inclusive))


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the answer after a slice is compared with."""

    window: Interval
    times: list[int]
    """Of the conversations listed in it."""
    remaining: int
    """Conversations counted in the older rest of the range."""


class SliceLister:
    """Lists ranges for one sync run, with what it learned about the server so far (page size, bounds)."""

    def __init__(self, client: IntercomClient) -> None:
        self._client = client
        self._page_size = MAX_PER_PAGE
        self._successful_pages = 0
        self._inclusive = False
        """Whether `<` was seen to include its bound; the documentation does not say."""

    async def slices(self, window: Interval, settled: int = LATEST) -> AsyncIterator[ListedSlice]:
        """The range, newest slice first, without gaps.

        Conversations can only leave what lies up to `settled` (an epoch second); later, new ones may appear.
        Raises the client's `IntercomError`s, among them `BadAnswer` when the answers contradict the search.
        """
        async for part in self._stretch(_Stretch("updated_at", window, settled=settled)):
            yield part

    async def count(self, window: Interval) -> int:
        """How many conversations the server counts in the range."""
        page = await self._search(updated_exactly_between(*window), "updated_at", per_page=1)
        return page.total_count

    async def _stretch(self, stretch: _Stretch) -> AsyncIterator[ListedSlice]:
        low, high = stretch.window
        contradictions, before = 0, None
        while high >= low:
            inclusive = self._inclusive  # another listing may learn it while this one asks
            page = await self._search(stretch.query(Interval(low, high), inclusive=inclusive), stretch.field)
            times = [stretch.value(c) for c in page.conversations]
            inside = [c for c in page.conversations if low <= stretch.value(c) <= high]
            in_order = all(t >= later for later, t in zip(times[1:], times, strict=False))
            if page.has_next == _is_whole(page):
                # Everything is here, and yet there is more; or there should be more, and there is not.
                contradictions += 1
                if contradictions > MAX_PASSES:
                    yield ListedSlice(None, inside, gave_up=True)
                    return
                continue
            remaining = page.total_count - sum(t > high for t in times)
            if before is not None and not await self._was_whole(stretch, before, remaining):
                yield ListedSlice(None, [], gave_up=True)
            before = None
            in_order = in_order or _is_whole(page)  # then the order does not matter
            if low < high and (not in_order or stretch.has_unplaced(page)):
                async for part in self._halves(stretch, Interval(low, high)):
                    yield part
                return
            unreadable = page.unreadable if low < high else _at(low, page.unreadable)
            if _is_whole(page):
                yield ListedSlice(Interval(low, high), inside, unreadable=unreadable)
                return
            if times and times[-1] > high:
                # Nothing but the second beyond the range: `<` includes its bound on this server.
                if inclusive:
                    raise BadAnswer("Intercom's search returns conversations outside the range asked for")
                self._inclusive = True
                continue
            placed = [item.updated_at for item in unreadable if item.updated_at is not None]
            oldest = max(min([*times, *placed]), low)
            if oldest < high:
                newer = [c for c in inside if stretch.value(c) > oldest]
                odd = [item for item in unreadable if (item.updated_at or low) > oldest]
                yield ListedSlice(Interval(oldest + 1, high), newer, unreadable=odd)
                yield ListedSlice(None, [c for c in inside if stretch.value(c) == oldest])
                times = [*(stretch.value(c) for c in newer), *(item.updated_at or 0 for item in odd)]
                before = _Listed(Interval(oldest + 1, high), times, remaining - len(times))
                high = oldest
            else:
                yield await self._list_second(stretch, high)
                high -= 1

    async def _was_whole(self, stretch: _Stretch, before: _Listed, remaining: int) -> bool:
        """Whether a slice held all that was counted in it, as far as the next answer tells.

        If fewer remain than expected, some have left meanwhile, or the slice was counted with some that were
        not listed: then it is counted by itself.
        """
        settled = before.window.intersect(Interval(0, stretch.settled))
        if remaining >= before.remaining or settled is None:
            return True
        listed = sum(time <= stretch.settled for time in before.times)
        if stretch.field == "updated_at":
            return await self.count(settled) <= listed
        inside = between(stretch.field, settled.start + 1, settled.end - 1)  # perhaps without its ends
        page = await self._search(all_of(*stretch.fixed, *inside), stretch.field, per_page=1)
        return page.total_count <= listed

    async def _halves(self, stretch: _Stretch, window: Interval) -> AsyncIterator[ListedSlice]:
        """For answers that are not in order, or hold an item whose place is not known: halve the range."""
        if window.start == window.end:
            yield await self._list_second(stretch, window.start)
            return
        middle = (window.start + window.end) // 2
        for half in (Interval(middle + 1, window.end), Interval(window.start, middle)):
            async for part in self._stretch(replace(stretch, window=half)):
                yield part

    async def _list_second(self, stretch: _Stretch, second: int) -> ListedSlice:
        """One second that holds more than a page."""
        same = condition(stretch.field, "=", second)
        if stretch.field != "updated_at":
            return await self._list_by_cursor(stretch, same)
        whole = Interval(second, second)
        found: dict[int, ConversationRecord] = {}
        unreadable: list[UnreadableItem] = []
        complete = True
        settled = LATEST if second <= stretch.settled else 0
        async for part in self._stretch(_Stretch("created_at", Interval(0, LATEST), (same,), settled)):
            found.update((c.id, c) for c in part.conversations if c.updated_at == second)
            unreadable += part.unreadable
            complete = complete and not part.gave_up
        # The rows are real; without a proof only the claim to completeness is not made.
        return ListedSlice(
            whole if complete else None,
            list(found.values()),
            gave_up=not complete,
            unreadable=_at(second, unreadable),
        )

    async def _list_by_cursor(self, stretch: _Stretch, same: dict[str, Any]) -> ListedSlice:
        """Conversations that share both times, page by page. Those that leave meanwhile shift the others, so
        it counts only if every page says the same number and that many were seen."""
        query = all_of(*stretch.fixed, same)
        seen: dict[int, ConversationRecord] = {}
        unreadable: dict[str, UnreadableItem] = {}
        for _ in range(MAX_PASSES):
            cursor, counts, this_pass = None, set[int](), set[int | str]()
            while True:
                page = await self._search(query, stretch.field, cursor=cursor)
                counts.add(page.total_count)
                seen.update((c.id, c) for c in page.conversations)
                unreadable.update((item.id, item) for item in page.unreadable)
                this_pass.update(c.id for c in page.conversations)
                this_pass.update(item.id for item in page.unreadable)
                cursor = page.next_cursor
                if cursor is None or not (page.conversations or page.unreadable):
                    break
            if counts == {len(this_pass)}:
                return ListedSlice(stretch.window, list(seen.values()), unreadable=list(unreadable.values()))
        return ListedSlice(None, list(seen.values()), gave_up=True, unreadable=list(unreadable.values()))

    async def _search(
        self, query: dict[str, Any], sort: str, *, cursor: str | None = None, per_page: int | None = None
    ) -> ConversationPage:
        while True:
            try:
                page = await self._client.search_conversations(
                    query,
                    per_page=per_page or self._page_size,
                    starting_after=cursor,
                    sort_field=sort,
                )
            except PageTooHeavy:
                if per_page == 1 or self._page_size == 1:
                    raise
                self._page_size //= 2
                self._successful_pages = 0
                continue
            self._successful_pages += 1
            if self._successful_pages >= PAGES_BEFORE_GROWING and self._page_size < MAX_PER_PAGE:
                self._page_size, self._successful_pages = min(self._page_size * 2, MAX_PER_PAGE), 0
            return page


def _is_whole(page: ConversationPage) -> bool:
    """Whether everything that the search finds is on this page."""
    return page.total_count <= len(page.conversations) + len(page.unreadable)


def _at(second: int, items: list[UnreadableItem]) -> list[UnreadableItem]:
    """The items, placed at the second that was asked for."""
    return [replace(item, updated_at=second) for item in items]
