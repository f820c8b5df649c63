"""The tabs of the views, each with the number of its conversations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, HorizontalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import (
    EmptyTabsHidden,
    MoreTabsWanted,
    TabsChanged,
    ViewChosen,
    ViewsCounted,
)
from tui.dashboard.views.queries import count_views
from tui.domain import Count
from tui.formatting import amount
from tui.views import FOLLOW_UPS, View

COUNT_AFTER = 0.3
"""Seconds between a change in the store and the next count, which covers all changes up to then."""
COUNT_EVERY = 60.0
"""Seconds between two counts while nothing changes: the days of "on:today" or "since:7d" do."""
LAST_NUMBER = 9
"""The last tab that a number key opens."""
UNREADABLE = "?"
"""Shown instead of the count of a view whose query cannot be parsed."""
_ORDER = re.compile(r"(^| )sort:\S+$")
"""The order at the end of a query in its canonical spelling."""


class ViewTab(Widget):
    """A view: the key that opens it, its name, its count. A click posts `ViewChosen`."""

    view: reactive[View | None] = reactive(None)
    count: reactive[Count | None] = reactive(None, layout=True)
    due: reactive[Count | None] = reactive(None, layout=True)
    """How many follow-ups are due, if it is their queue."""
    number: reactive[int] = reactive(0, layout=True)
    """Position among the visible tabs, from 1."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.tooltip = Content(view.source)

    def render(self) -> Content:
        view = self.view
        if view is None:
            return Content("")
        key = view.key or (str(self.number) if self.number <= LAST_NUMBER else "")
        if self.due is not None and self.due.total:
            words = f"{amount(self.due)} due"
        else:
            words = UNREADABLE if self.count is None else amount(self.count)
        active = self.has_class("-active")
        return Content.assemble(
            (f"{key} " if key else "", "$text-accent"),
            (view.name, "bold underline" if active else ""),
            (f" {words}", "bold" if self.count and self.count.total else "$muted"),
        )

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.view is not None:
            self.post_message(ViewChosen(self.view))


class OverflowMark(Widget):
    """‹ or › at an end of the tabs, blank while there are no more behind it. A click shows them."""

    is_marked: reactive[bool] = reactive(False)

    def __init__(self, step: int) -> None:
        """`step` is 1 at the right end, -1 at the left."""
        super().__init__()
        self.step = step

    def render(self) -> str:
        if not self.is_marked:
            return ""
        return "›" if self.step > 0 else "‹"

    def watch_is_marked(self) -> None:
        self.tooltip = "More views" if self.is_marked else None

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(MoreTabsWanted(self.step))


class ViewTabs(Horizontal):
    """Counts the conversations of the views, and marks the tab whose query is shown."""

    strip = getters.query_one("#tab-strip", HorizontalScroll)

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._count_timer: Timer | None = None
        self._is_counting = False
        self._spellings: dict[str, str] = {}
        """Name of a view → its query in canonical spelling."""
        self._shown_spelling = ""
        self._open_name = ""
        """The view that was opened last; empty once another query is shown."""
        self._chosen_name = ""
        """The view that was chosen, until its results are shown."""
        self.views: tuple[View, ...] = ()
        self.counts: dict[str, Count | None] = {}
        self._due: Count | None = None
        self.hides_empty = False

    def compose(self) -> ComposeResult:
        yield OverflowMark(-1)
        yield HorizontalScroll(id="tab-strip", can_focus=False)
        yield OverflowMark(1)

    def on_mount(self) -> None:
        self.watch(self.strip, "scroll_x", self._show_overflow, init=False)
        self.count_now()
        self.set_interval(COUNT_EVERY, self.count_soon)

    @property
    def is_waiting(self) -> bool:
        """Whether a count is scheduled or running."""
        return self._count_timer is not None or self._is_counting

    @property
    def active(self) -> View | None:
        """The view whose query is shown; of several, the one that was opened, else the first."""
        same = [view for view in self.views if self._spellings.get(view.name) == self._shown_spelling]
        return next((view for view in same if view.name == self._open_name), same[0] if same else None)

    @property
    def open(self) -> View | None:
        """The active view, or the one that was opened when only its order was changed since."""
        return self.active or next((view for view in self.views if view.name == self._open_name), None)

    @property
    def visible_tabs(self) -> list[ViewTab]:
        """The tabs that are not hidden, left to right."""
        return [tab for tab in self.query(ViewTab) if tab.display]

    def view_at(self, number: int) -> View | None:
        """The view of the visible tab at this position, from 1."""
        tabs = self.visible_tabs
        return tabs[number - 1].view if 0 < number <= len(tabs) else None

    def view_with_key(self, key: str) -> View | None:
        """The saved view that `key` opens."""
        return next((view for view in self.views if view.key and view.key == key), None)

    def count_soon(self) -> None:
        """Count in a moment, once for all changes until then."""
        if self._count_timer is None:
            self._count_timer = self.set_timer(COUNT_AFTER, self.count_now)

    def count_now(self) -> None:
        if self._count_timer is not None:
            self._count_timer.stop()
            self._count_timer = None
        self._is_counting = True
        self._store.run(Job(JobKind.OTHER, "views", count_views), self)

    @on(ViewsCounted)
    async def _counted(self, message: ViewsCounted) -> None:
        message.stop()
        self._is_counting = False
        self.counts = dict(message.counts)
        self._due = message.due
        self._spellings = dict(message.spellings)
        before, self.views = self.views, message.views
        self._update_open()
        if message.views != before:
            await self.strip.remove_children()
            await self.strip.mount_all(ViewTab(view) for view in message.views)
        self._update_tabs()
        self.post_message(TabsChanged())

    def show_query(self, spelling: str) -> None:
        """Mark the view of the shown query, given in its canonical spelling."""
        self._shown_spelling = spelling
        self._open_name, self._chosen_name = self._chosen_name or self._open_name, ""
        self._update_open()
        self._update_tabs()

    def choose(self, view: View) -> None:
        """Open this view with the next query shown."""
        self._chosen_name = view.name

    def _update_open(self) -> None:
        """A view stays open when the order is changed, and is left when the query is."""
        spelling = self._spellings.get(self._open_name)
        if self._open_name and spelling is None and self._is_counting:
            return  # it was saved or renamed just now
        if self.active is not None:
            self._open_name = self.active.name
        elif spelling is None or _ORDER.sub("", spelling) != _ORDER.sub("", self._shown_spelling):
            self._open_name = ""

    @on(MoreTabsWanted)
    def _more_wanted(self, message: MoreTabsWanted) -> None:
        """Scroll by the tabs in view."""
        message.stop()
        strip = self.strip
        strip.scroll_to(x=strip.scroll_x + message.step * strip.size.width, animate=False)

    def hide_empty(self, hide: bool) -> None:
        self.hides_empty = hide
        self._update_tabs()
        self.post_message(EmptyTabsHidden(hide))

    def _update_tabs(self) -> None:
        active, number = self.active, 0
        for tab in self.query(ViewTab):
            view = tab.view
            if view is None:
                continue
            tab.count = self.counts.get(view.name)
            tab.due = self._due if view.queue == FOLLOW_UPS.queue else None
            is_active = active is not None and view.name == active.name
            empty = tab.count is not None and tab.count.total == 0
            tab.display = is_active or not (view.hidden or (empty and self.hides_empty))
            number += tab.display
            tab.number = number
            tab.set_class(is_active, "-active")
        self.call_after_refresh(self._show_active)

    def on_resize(self) -> None:
        self._update_tabs()

    @property
    def _spans(self) -> Iterator[tuple[ViewTab, int, int]]:
        """Each tab that is not hidden by choice, its first cell in the strip, and the one after its last.

        They are summed up, because tabs that are not in view have no region.
        """
        left = 0
        for tab in self.visible_tabs:
            right = left + tab.render().cell_length + tab.gutter.width
            yield tab, left, right
            left = right

    def _show_active(self) -> None:
        """Scroll to the active tab."""
        strip, active = self.strip, self.active
        for tab, left, right in self._spans:
            if active is not None and tab.view is not None and tab.view.name == active.name:
                x = max(min(strip.scroll_x, left), right - strip.size.width)
                strip.scroll_to(x=x, animate=False)
        self._show_overflow()

    def _show_overflow(self) -> None:
        """Leave out the tabs that are only partly in view, whose counts would be cut, and mark the ends where
        there are more."""
        first = round(self.strip.scroll_x)
        end = first + self.strip.size.width
        is_cut = {-1: False, 1: False}
        for tab, left, right in self._spans:
            tab.visible = first <= left and right <= end
            is_cut[-1] |= left < first
            is_cut[1] |= right > end
        for mark in self.query(OverflowMark):
            mark.is_marked = is_cut[mark.step]
