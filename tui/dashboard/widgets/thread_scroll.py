"""The messages, notes and events of a thread, mounted bit by bit, with ways to walk through them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import islice
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.dashboard.reading import Day, Events, Passage, Reading
from tui.dashboard.widgets.day_rule import DayRule
from tui.dashboard.widgets.events_line import EventsLine
from tui.dashboard.widgets.part_view import PartView

FIRST_PARTS = 12
"""Parts mounted at once; they fill any screen."""
MORE_PARTS = 24
"""Parts mounted in each further step, so that a long thread never holds up a key."""


class ThreadScroll(VerticalScroll):
    """The part of the preview that scrolls and takes the focus."""

    HELP = "The conversation. Notes marked INTERNAL NOTE were never seen by the customer."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="thread_down", tooltip="A line down"),
        Binding("k", "scroll_up", "Up", show=False, id="thread_up", tooltip="A line up"),
        Binding("space", "page_down", "Page down", show=False, id="thread_page", tooltip="A page down"),
        Binding("g", "scroll_home", "Start", show=False, id="thread_start", tooltip="The opening message"),
        Binding("G", "scroll_end", "End", show=False, id="thread_end", tooltip="The newest message"),
        Binding(
            "enter", "fold", "Unfold", id="unfold", tooltip="Open or fold quoted and long text of the message"
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shows_events = False
        """Whether runs of events are open."""
        self._queue: Iterator[Static] = iter(())
        self._left = 0
        """Parts not mounted yet."""
        self._messages: list[PartView] = []
        self._current: PartView | None = None
        self._hits: list[tuple[PartView, int]] = []
        self._hit: int | None = None
        self._aim: tuple[PartView, int | None] | None = None
        """What is to be brought into view: a message, or a match in it."""

    def clear(self) -> None:
        self._queue, self._left = iter(()), 0
        self._messages, self._current = [], None
        self._hits, self._hit, self._aim = [], None, None
        self.remove_children()
        self.scroll_to(y=0, animate=False)

    async def show(self, reading: Reading, now: datetime, zone: tzinfo | None) -> None:
        """Show a thread from its start, instead of what was shown."""
        self.clear()
        await self.remove_children()
        views = [self._view(block, now, zone) for block in reading.blocks]
        self._messages = [view for view in views if isinstance(view, PartView)]
        self._hits = [(view, n) for view in self._messages for n in range(len(view.passage.matches))]
        self._queue, self._left = iter(views), len(views)
        self._mount_more(FIRST_PARTS)

    @property
    def is_waiting(self) -> bool:
        """Whether parts of a long thread are still to be mounted."""
        return self._left > 0

    @property
    def match_place(self) -> tuple[int | None, int]:
        """The number of the match gone to, from 1, and how many there are."""
        return (None if self._hit is None else self._hit + 1), len(self._hits)

    @property
    def message(self) -> PartView | None:
        """The message that keys are about: the one gone to, else the first in view."""
        if self._current is not None and self._is_in_view(self._current):
            return self._current
        return next((view for view in self._messages if self._is_in_view(view)), None)

    def go_to_match(self, step: int) -> bool:
        """To the next (1) or previous (-1) match, opening what hides it; False when there is none."""
        if not self._hits:
            return False
        if self._hit is not None:
            self._hits[self._hit][0].mark(None)
        self._hit = 0 if self._hit is None else (self._hit + step) % len(self._hits)
        view, number = self._hits[self._hit]
        view.mark(number)
        self._bring(view, number)
        return True

    def go_to_message(self, step: int) -> None:
        """To the next (1) or previous (-1) message or note."""
        if not self._messages:
            return
        if self._current is not None and self._is_in_view(self._current):
            place = self._messages.index(self._current) + step
        else:
            seen = self.message
            place = self._messages.index(seen) if seen is not None else 0
        view = self._messages[max(0, min(place, len(self._messages) - 1))]
        if self._current is not None:
            self._current.remove_class("-current")
        self._current = view
        view.add_class("-current")
        self._bring(view, None)

    def toggle_events(self) -> None:
        """Open or fold all runs of events, of this thread and of those to come."""
        self.shows_events = not self.shows_events
        for line in self.query(EventsLine):
            line.open(self.shows_events)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "fold":
            return any(view.passage.folds for view in self._messages)
        return True

    def action_fold(self) -> None:
        if (view := self.message) is not None:
            view.toggle_folds()

    def _view(self, block: Day | Passage | Events, now: datetime, zone: tzinfo | None) -> Static:
        match block:
            case Day():
                return DayRule(block, now.astimezone(zone).date())
            case Events():
                return EventsLine(block, zone, is_open=self.shows_events)
            case Passage():
                return PartView(block, zone)

    def _is_in_view(self, view: PartView) -> bool:
        if not view.is_attached:
            return False
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        region = view.virtual_region
        return region.height > 0 and region.y < bottom and region.bottom > top

    def _bring(self, view: PartView, match: int | None) -> None:
        while not view.is_attached and self._mount_more(MORE_PARTS):
            pass
        self._aim = (view, match)
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Scroll to what is aimed at; repeated when the last parts are there, which may have been needed
        below it for it to come up high enough."""
        if self._aim is None:
            return
        view, match = self._aim
        if view.is_attached:
            line = view.virtual_region.y
            if match is not None:
                line += view.line_of(match) - self.size.height // 3
            self.scroll_to(y=max(0, line), animate=False)

    def _mount_more(self, count: int) -> bool:
        """Mount the next parts and, when the screen is painted, those after; False when none are left."""
        views = list(islice(self._queue, count))
        if not views:
            self._reveal()
            return False
        self._left -= len(views)
        self.mount_all(views)
        queue = self._queue
        self.call_after_refresh(lambda: queue is self._queue and self._mount_more(MORE_PARTS))
        return True
