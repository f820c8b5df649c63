"""The messages, notes and events of a thread, mounted bit by bit, with ways to walk through them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from itertools import chain
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.dashboard.reading import Day, Events, Passage, Reading
from tui.dashboard.widgets.day_rule import DayRule
from tui.dashboard.widgets.events_line import EventsLine
from tui.dashboard.widgets.filled_scroll import FilledScroll
from tui.dashboard.widgets.own_note import OwnNote
from tui.dashboard.widgets.part_view import PartView


class ThreadScroll(FilledScroll):
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
        self._passages: list[Passage] = []
        self._messages: list[PartView] = []
        """Those of the passages that are mounted."""
        self._current: int | None = None
        """The number of the message gone to."""
        self._hits: list[tuple[int, int]] = []
        """The matches: number of the message, and of the match in it."""
        self._hit: int | None = None
        self._aim: tuple[int, int | None] | None = None
        """What is to be brought into view: a message, or a match in it."""

    def clear(self) -> None:
        self._passages, self._messages, self._current = [], [], None
        self._hits, self._hit, self._aim = [], None, None
        self.empty()

    async def show(self, reading: Reading, now: datetime, zone: tzinfo | None, note: str = "") -> None:
        """Show a thread from its start, below one's own note, instead of what was shown."""
        self.clear()
        await self.remove_children()
        self._passages = [block for block in reading.blocks if isinstance(block, Passage)]
        self._hits = [(p, n) for p, read in enumerate(self._passages) for n in range(len(read.matches))]
        head = [OwnNote(note)] if note else []
        views = (self._view(block, now, zone) for block in reading.blocks)
        self.fill(chain(head, views), len(head) + len(reading.blocks))

    @property
    def match_place(self) -> tuple[int | None, int]:
        """The number of the match gone to, from 1, and how many there are."""
        return (None if self._hit is None else self._hit + 1), len(self._hits)

    @property
    def message(self) -> PartView | None:
        """The message that keys are about: the one gone to, else the first in view."""
        place = self._place
        return None if place is None else self._messages[place]

    @property
    def _place(self) -> int | None:
        if self._is_in_view(self._current):
            return self._current
        return next((n for n in range(len(self._messages)) if self._is_in_view(n)), None)

    def go_to_match(self, step: int) -> bool:
        """To the next (1) or previous (-1) match, opening what hides it; False when there is none."""
        if not self._hits:
            return False
        if self._hit is not None:
            self._messages[self._hits[self._hit][0]].mark(None)
        self._hit = 0 if self._hit is None else (self._hit + step) % len(self._hits)
        place, number = self._hits[self._hit]
        self._reach(place).mark(number)
        self._bring(place, number)
        return True

    def go_to_message(self, step: int) -> None:
        """To the next (1) or previous (-1) message or note."""
        if not self._passages:
            return
        here = self._place
        wanted = here if here is not None and here != self._current else (here or 0) + step
        place = max(0, min(wanted, len(self._passages) - 1))
        if self._current is not None:
            self._messages[self._current].remove_class("-current")
        self._current = place
        self._reach(place).add_class("-current")
        self._bring(place, None)

    def toggle_events(self) -> None:
        """Open or fold all runs of events, of this thread and of those to come."""
        self.shows_events = not self.shows_events
        for line in self.query(EventsLine):
            line.open(self.shows_events)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "fold":
            return any(passage.folds for passage in self._passages)
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

    def _is_in_view(self, place: int | None) -> bool:
        if place is None or not self._messages[place].is_attached:
            return False
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        region = self._messages[place].virtual_region
        return region.height > 0 and region.y < bottom and region.bottom > top

    def _reach(self, place: int) -> PartView:
        """The message of that number, mounted."""
        while len(self._messages) <= place and self.mount_more():
            pass
        return self._messages[place]

    def _bring(self, place: int, match: int | None) -> None:
        self._aim = (place, match)
        self.call_after_refresh(self.filled)

    def filled(self) -> None:
        """Scroll to what is aimed at; repeated when the last parts are there, which may have been needed
        below it for it to come up high enough."""
        if self._aim is None:
            return
        place, match = self._aim
        view = self._messages[place]
        if view.is_attached and view.virtual_region.height:
            line = view.virtual_region.y
            if match is not None:
                line += view.line_of(match) - self.size.height // 3
            self._aim = None if self.max_scroll_y >= line or not self.left else self._aim
            self.scroll_to(y=max(0, line), animate=False)

    def mounted(self, widgets: list[Static]) -> None:
        self._messages += [view for view in widgets if isinstance(view, PartView)]
