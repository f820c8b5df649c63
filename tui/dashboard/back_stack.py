"""Where one was before each drill-down, so that escape leads back there. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.results.selection import Selection
from tui.dashboard.results.window import Place
from tui.store.listing_pages import Listing
from tui.views import View

DEEPEST = 50
"""Drill-downs that are remembered; of more, the first ones are forgotten."""


@dataclass(frozen=True, slots=True)
class ScreenState:
    """A screen above the main one from which a list was opened, and what it showed."""

    name: str
    state: object


@dataclass(frozen=True, slots=True)
class LeftList:
    """A list as it was left: its search, the cursor and what is in view, the selection, the focus."""

    title: str
    request: SearchRequest
    view: View | None
    """The view that was open."""
    listing: Listing | None
    place: Place | None
    """The place of the cursor."""
    offset: int
    """How far below the top of the list the cursor was, in lines."""
    selection: Selection
    is_reading: bool
    above: ScreenState | None
    """The screen that was above the list."""

    @property
    def before(self) -> tuple[Listing, Place] | None:
        """The place that is searched for again; None: the top is shown."""
        return None if self.listing is None or self.place is None else (self.listing, self.place)


class BackStack:
    """The lists that were left for drill-downs, the first one first."""

    def __init__(self) -> None:
        self._lists: list[LeftList] = []

    def __bool__(self) -> bool:
        return bool(self._lists)

    @property
    def last(self) -> LeftList | None:
        """Where one came from."""
        return self._lists[-1] if self._lists else None

    @property
    def destination(self) -> str:
        """What escape leads back to, such as “Waiting”."""
        if self.last is None:
            return ""
        return self.last.above.name if self.last.above else f"“{self.last.title}”"

    def push(self, left: LeftList) -> None:
        self._lists = [*self._lists, left][-DEEPEST:]

    def pop(self) -> LeftList:
        return self._lists.pop()

    def clear(self) -> None:
        self._lists.clear()
