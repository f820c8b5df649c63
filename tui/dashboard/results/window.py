"""The part of a list that is in memory: successive lines around those in view. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from tui.store.listing_pages import Page

PAGE = 512
"""Lines read at once."""
MARGIN = 128
"""More lines are read when those in view are so near to the end of the known ones."""
OVERLAP = 64
"""Known lines that are read again with the next ones. In an order whose lines have no keys of their own they
show by how much the numbers have moved since."""
MOST = 3072
"""Lines kept; those farthest away are dropped."""


class Place(NamedTuple):
    """A line of a list: its number, the conversation, and the key by which the line is found again."""

    line: int
    id: int
    key: int


class Side(Enum):
    """Where lines are read."""

    AT = auto()
    """From a number on."""
    AFTER = auto()
    """After a key."""
    BEFORE = auto()
    """Before a key."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Lines to read; `key` and `first` as in `Workspace.page`, `page_after` and `page_before`."""

    side: Side
    key: int
    first: int
    limit: int


class Window:
    """Successive lines of a list, and how many lines the list has.

    The numbers of lines far from the top are those that were counted when the lines were read. When lines
    above have left since, that is found out when the top is reached: see `merge`.
    """

    def __init__(self) -> None:
        self.first = 0
        """The number of the first known line."""
        self.ids: array[int] = array("q")
        self.keys: array[int] = array("q")
        self.total = 0
        """Lines of the list."""
        self.is_counted = True
        """Whether `total` is exact; otherwise there are at least so many."""

    @property
    def end(self) -> int:
        """The number after that of the last known line."""
        return self.first + len(self.ids)

    @property
    def is_whole(self) -> bool:
        """Whether all lines of the list are known."""
        return self.first == 0 and self.reaches_end

    @property
    def reaches_end(self) -> bool:
        return self.end >= self.total

    @property
    def page(self) -> Page:
        """A copy of the known lines."""
        return Page(self.first, self.ids[:], self.keys[:])

    def place(self, line: int) -> Place | None:
        """What is at a line; None if that is not known."""
        index = line - self.first
        return Place(line, self.ids[index], self.keys[index]) if 0 <= index < len(self.ids) else None

    def line_of(self, conversation_id: int | None) -> int | None:
        """The line of a conversation; None if it is not among the known lines."""
        if conversation_id is None:
            return None
        try:
            return self.first + self.ids.index(conversation_id)
        except ValueError:
            return None

    def between(self, first: int, last: int) -> array[int]:
        """The ids of the lines from `first` up to, not including, `last`, as far as they are known."""
        return self.ids[max(0, first - self.first) : max(0, last - self.first)]

    def show(self, page: Page, total: int, *, is_counted: bool) -> None:
        """Replace the lines."""
        self.first, self.ids, self.keys = page
        self.total, self.is_counted = total, is_counted
        self._correct_total()

    def count(self, total: int) -> None:
        """Set the exact number of lines."""
        self.total, self.is_counted = total, True
        self._correct_total()

    def _correct_total(self) -> None:
        """A list has at least the known lines, and may go on after them until it is counted."""
        self.total = max(self.total, self.end + (not self.is_counted))

    # --- more lines

    def wanted(self, first: int, last: int) -> PageRequest | None:
        """What to read when the lines from `first` up to, not including, `last` are in view."""
        last = min(last, self.total)
        if first >= last:
            return None
        if not self.ids or first > self.end + PAGE or last < self.first - PAGE:
            start = min((first + last - PAGE) // 2, self.total - PAGE)
            return PageRequest(Side.AT, 0, max(0, start), PAGE)
        if last + MARGIN > self.end and not self.reaches_end:
            known = min(OVERLAP, len(self.ids) - 1)
            limit = known + PAGE + max(0, last - self.end)
            return PageRequest(Side.AFTER, self.keys[-1 - known], self.end - known, limit)
        if first - MARGIN < self.first and self.first > 0:
            known = min(OVERLAP, len(self.ids) - 1)
            above = PAGE + max(0, self.first - first)
            limit = known + min(above, self.first + 1)  # one more than there should be: fewer are all
            return PageRequest(Side.BEFORE, self.keys[known], self.first + known, limit)
        return None

    def merge(self, request: PageRequest, page: Page) -> int:
        """Add the lines that were requested. Returns by how much their numbers became lower."""
        are_all = len(page.ids) < request.limit
        if request.side is Side.AT:
            self.first, self.ids, self.keys = page
        elif request.side is Side.AFTER:
            self._append(page)
        else:
            return self._prepend(page, are_all=are_all)
        if are_all:
            self.total, self.is_counted = self.end, True
        self._correct_total()
        return 0

    def _append(self, page: Page) -> None:
        known = frozenset(self.ids)
        start = max(
            (i + 1 for i in range(min(2 * OVERLAP, len(page.ids))) if page.ids[i] in known), default=0
        )
        self._insert(len(self.ids), page, range(start, len(page.ids)), known)
        surplus = max(0, len(self.ids) - MOST)
        del self.ids[:surplus], self.keys[:surplus]
        self.first += surplus

    def _prepend(self, page: Page, *, are_all: bool) -> int:
        """The number of the top line is known to be 0, and that of a line which others precede not to be."""
        known, length = frozenset(self.ids), len(page.ids)
        end = min(
            (i for i in range(max(0, length - 2 * OVERLAP), length) if page.ids[i] in known), default=length
        )
        first = self.first - self._insert(0, page, range(end), known)
        self.first = 0 if are_all else max(1, first)
        del self.ids[MOST:], self.keys[MOST:]
        self._correct_total()
        return first - self.first

    def _insert(self, index: int, page: Page, lines: range, known: AbstractSet[int]) -> int:
        """Insert those lines of a page that are not known, so that no conversation is in the list twice."""
        new = [i for i in lines if page.ids[i] not in known]
        self.ids[index:index] = array("q", [page.ids[i] for i in new])
        self.keys[index:index] = array("q", [page.keys[i] for i in new])
        return len(new)
