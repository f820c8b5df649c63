"""A list of conversations that is read in pages: what is in it, and a part of it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import NamedTuple

from tui.query import Query, Sort


@dataclass(frozen=True, slots=True)
class Listing:
    """The matches of a query at one moment, in its order or, with `reverse`, in the reverse order.

    A list that begins with the newest activity ends there: what is active later gets a docid above `top`, and
    is not in the list, so that the lines keep their numbers. In every other order it is in its place.
    """

    query: Query
    reverse: bool
    top: int
    """The highest docid when the list was read: it grows with activity, and is new whenever that changes."""

    @property
    def is_by_activity(self) -> bool:
        """Whether lines have a place of their own by which they are found again: their docid."""
        return self.query.sort in {Sort.UPDATED, Sort.OLDEST}

    @property
    def is_newest_first(self) -> bool:
        """Whether what is active later belongs above the first line."""
        return self.is_by_activity and (self.query.sort is Sort.UPDATED) is not self.reverse

    def shares_keys(self, other: Listing) -> bool:
        """Whether a key of a line of this list finds its conversation in the other one."""
        return (self.is_by_activity and other.is_by_activity) or (
            self.reverse is other.reverse and str(self.query) == str(other.query)
        )


class Page(NamedTuple):
    """Successive lines of a list."""

    first: int
    """The number of the first line, from 0."""
    ids: array[int]
    keys: array[int]
    """For each id what `page_after`, `page_before` and `line` find its line by. A docid in a list ordered by
    activity, else the number that the line had when it was read."""
