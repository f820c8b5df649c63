"""The tabs of the views, each with the number of its conversations."""

from __future__ import annotations

import re

from textual import events, on
from textual.containers import HorizontalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import EmptyTabsHidden, TabsChanged, ViewChosen, ViewsCounted
from tui.dashboard.views.queries import count_views
from tui.domain import Count
from tui.formatting import amount
from tui.views import View

COUNT_AFTER = 0.3
"""Seconds between a change in the store and the next count, which covers all changes up to then."""
COUNT_EVERY = 60.0
"""Seconds between two counts while nothing changes: the days of "on:today" or "since:7d" do."""
LAST_NUMBER = 9
"""The last tab that a number key opens."""
NARROW = 100
"""Width in cells below which tabs do not show their key."""
UNREADABLE = "?"
"""Shown instead of the count of a view whose query cannot be parsed."""
_ORDER = re.compile(r"(^| )sort:\S+$")
"""The order at the end of a query in its canonical spelling."""


class ViewTab(Widget):
    """A view: the key that opens it, its name, its count. A click posts `ViewChosen`."""

    view: reactive[View | None] = reactive(None)
    count: reactive[Count | None] = reactive(None, layout=True)
    number: reactive[int] = reactive(0, layout=True)
    """Position among the visible tabs, from 1."""
    brief: reactive[bool] = reactive(False, layout=True)
    """Whether the key is left out."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.tooltip = Content(view.source)

    def render(self) -> Content:
        view = self.view
        if view is None:
            return Content("")
        key = view.key or (str(self.number) if self.number <= LAST_NUMBER else "")
        words = UNREADABLE if self.count is None else amount(self.count)
        active = self.has_class("-active")
        return Content.assemble(
            (f"{key} " if key and not self.brief else "", "$text-accent"),
            (view.name, "bold underline" if active else ""),
            (f" {words}", "bold" if self.count and self.count.total else "$muted"),
        )

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.view is not None:
            self.post_message(ViewChosen(self.view))


class ViewTabs(HorizontalScroll, can_focus=False, can_focus_children=False):
    """Counts the conversations of the views, and marks the tab whose query is shown."""

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
        self.hides_empty = False

    def on_mount(self) -> None:
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
        self._spellings = dict(message.spellings)
        self._update_open()
        if message.views != self.views:
            self.views = message.views
            await self.remove_children()
            await self.mount_all(ViewTab(view) for view in message.views)
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
        if self.active is not None:
            self._open_name = self.active.name
        elif spelling is None or _ORDER.sub("", spelling) != _ORDER.sub("", self._shown_spelling):
            self._open_name = ""

    def hide_empty(self, hide: bool) -> None:
        self.hides_empty = hide
        self._update_tabs()
        self.post_message(EmptyTabsHidden(hide))

    def _update_tabs(self) -> None:
        active, number = self.active, 0
        brief = self.size.width < NARROW
        for tab in self.query(ViewTab):
            view = tab.view
            if view is None:
                continue
            tab.count = self.counts.get(view.name)
            is_active = active is not None and view.name == active.name
            empty = tab.count is not None and tab.count.total == 0
            tab.display = is_active or not (empty and self.hides_empty)
            number += tab.display
            tab.number = number
            tab.brief = brief
            tab.set_class(is_active, "-active")
            if is_active:
                self.call_after_refresh(tab.scroll_visible, animate=False)

    def on_resize(self) -> None:
        self._update_tabs()
