"""The queues and saved views as tabs, each with how much is in it."""

from __future__ import annotations

import re

from textual import events, on
from textual.app import ComposeResult
from textual.containers import HorizontalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui.dashboard.formatting import amount
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import EmptyTabsHidden, TabClicked, TabsChanged, ViewChosen, ViewsCounted
from tui.dashboard.views.queries import count_views
from tui.domain import Count
from tui.views import View

COUNT_AFTER = 0.3
"""Seconds after something changed before the views are counted again."""
COUNT_EVERY = 60.0
"""Seconds between two counts while nothing changes: "on:today" is another day some time."""
LAST_NUMBER = 9
NARROW = 100
"""Cells below which tabs do without the number of their key."""
UNREADABLE = "?"
_ORDER = re.compile(r"(^| )sort:\S+$")
"""The order at the end of a canonical spelling."""


class ViewTab(Widget):
    """One view: the key that opens it, its name, its count."""

    view: reactive[View | None] = reactive(None)
    count: reactive[Count | None] = reactive(None, layout=True)
    number: reactive[int] = reactive(0, layout=True)
    """Its place in the row of tabs, from 1."""
    brief: reactive[bool] = reactive(False, layout=True)

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
            self.post_message(TabClicked(self.view))


class ViewTabs(HorizontalScroll, can_focus=False, can_focus_children=False):
    """Counts when told that something changed, and marks the tab whose query is shown.

    Tabs are told apart by name: as long as the views stay the same ones only their numbers change.
    """

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._pause: Timer | None = None
        self._asked = False
        self._spellings: dict[str, str] = {}
        self._shown = ""
        self._open = ""
        """The name of the view one is in."""
        self._chosen = ""
        """The name of the view that was chosen, until its results are shown."""
        self.views: tuple[View, ...] = ()
        self.counts: dict[str, Count | None] = {}
        self.hides_empty = False

    def compose(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        self.count_now()
        self.set_interval(COUNT_EVERY, self.count_soon)

    @property
    def is_waiting(self) -> bool:
        """Whether a count is due or under way."""
        return self._pause is not None or self._asked

    @property
    def active(self) -> View | None:
        """The view whose query is shown; of several, the one that was opened, else the first."""
        same = [view for view in self.views if self._spellings.get(view.name) == self._shown]
        return next((view for view in same if view.name == self._open), same[0] if same else None)

    @property
    def open(self) -> View | None:
        """The view one is in: the active one, also after nothing but the order was changed."""
        return self.active or next((view for view in self.views if view.name == self._open), None)

    @property
    def in_view(self) -> list[ViewTab]:
        """The tabs that are not hidden, left to right."""
        return [tab for tab in self.query(ViewTab) if tab.display]

    def numbered(self, number: int) -> View | None:
        """The view of the tab at this place, from 1."""
        tabs = self.in_view
        return tabs[number - 1].view if 0 < number <= len(tabs) else None

    def keyed(self, key: str) -> View | None:
        """The saved view that this key opens."""
        return next((view for view in self.views if view.key and view.key == key), None)

    def count_soon(self) -> None:
        """Something changed in the store; several changes are counted once."""
        if self._pause is None:
            self._pause = self.set_timer(COUNT_AFTER, self.count_now)

    def count_now(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self._asked = True
        self._store.run(Job(JobKind.OTHER, "views", count_views), self)

    @on(ViewsCounted)
    async def _counted(self, message: ViewsCounted) -> None:
        message.stop()
        self._asked = False
        self.counts = dict(message.counts)
        self._spellings = dict(message.spellings)
        self._stay_open()
        if message.views != self.views:
            self.views = message.views
            await self.remove_children()
            await self.mount_all(ViewTab(view) for view in message.views)
        self._lay_out()
        self.post_message(TabsChanged())

    def show_query(self, spelling: str) -> None:
        """The results are those of this query, in its canonical spelling."""
        self._shown = spelling
        self._open, self._chosen = self._chosen or self._open, ""
        self._stay_open()
        self._lay_out()

    def choose(self, view: View) -> None:
        """The next query shown is that of this view."""
        self._chosen = view.name

    def _stay_open(self) -> None:
        """Another order is no reason to leave the view one is in; another query is."""
        spelling = self._spellings.get(self._open)
        if self.active is not None:
            self._open = self.active.name
        elif spelling is None or _ORDER.sub("", spelling) != _ORDER.sub("", self._shown):
            self._open = ""

    def hide_empty(self, hide: bool) -> None:
        self.hides_empty = hide
        self._lay_out()
        self.post_message(EmptyTabsHidden(hide))

    def _lay_out(self) -> None:
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
        self._lay_out()

    @on(TabClicked)
    def _clicked(self, message: TabClicked) -> None:
        message.stop()
        self.post_message(ViewChosen(message.view))
