"""How many conversations are selected; hidden while none is."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.common.key_hints import KeepsQuiet
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.formatting import number
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.results.browser import Browser
from tui.dashboard.results.messages import LineSelected, MatchesFetched, ResultsCompared, ResultsCompleted
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.marks import SELECTED, Ageing, announcement
from tui.dashboard.triage.messages import ActionRestored, AnnotationsChanged, FollowUpsDue
from tui.dashboard.views.tabs import ViewTabs


class SelectionBar(Static):
    """ "■ 12 selected, 3 of them not in this list · esc clears"."""

    count: reactive[int] = reactive(0)
    elsewhere: reactive[int] = reactive(0)

    def on_mount(self) -> None:
        self.display = False

    def tell(self, count: int, elsewhere: int) -> None:
        """`elsewhere` of the selected are not in the list that is shown."""
        self.count, self.elsewhere = count, elsewhere
        self.display = count > 0

    def render(self) -> Content:
        hidden = f", {number(self.elsewhere)} of them not in this list" if self.elsewhere else ""
        return Content.assemble(
            (f"{SELECTED} {number(self.count)} selected", "bold"), hidden, " · esc clears"
        )


DUE_EVERY = 15.0
"""Seconds between two looks for follow-ups whose time has come."""


class ListActions(TriageActions):
    """Owns the selection; a step is about it or, while nothing is selected, about the line of the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "play", "Play", id="play", tooltip="Go through the list, one conversation at a time"),
        Binding("x", "select", "Select", id="select", tooltip="Select, or not any more"),
        Binding(
            "X", "select_range", "To here", id="select_range", tooltip="Select up to this line", show=False
        ),
        Binding(
            "shift+down", "drag(1)", "Select down", id="pick_down", tooltip="Select and go down", show=False
        ),
        Binding("shift+up", "drag(-1)", "Select up", id="pick_up", tooltip="Select and go up", show=False),
        Binding(
            "A", "select_all", "Select all", id="select_all", tooltip="Select all that match", show=False
        ),
        Binding(
            "escape", "select_none", "Unselect", id="select_none", tooltip="Clear the selection", show=False
        ),
    ]

    browser = getters.query_one("#browser", Browser)
    table = getters.query_one("#results", ResultsTable)
    bar = getters.query_one("#selection", SelectionBar)

    def on_mount(self) -> None:
        settings = self._jobs.workspace.settings
        self.table.ageing = self.browser.thread.header.ageing = Ageing.of(settings)
        self._look_for_due()
        self.set_interval(DUE_EVERY, self._look_for_due)

    @property
    def tabs(self) -> ViewTabs:
        return self.screen.query_one(ViewTabs)

    # --- what it is about

    @property
    def current(self) -> int | None:
        """What is read, while the keys go there: it may not be in the list."""
        thread = self.browser.thread
        return thread.conversation_id if thread.scroll.has_focus else self.table.selected_id

    @property
    def targets(self) -> Collection[int]:
        return self.table.selection.ids or super().targets

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "select_none":
            return self.is_mounted and len(self.table.selection) > 0 and self.table.has_focus
        return True

    def action_select(self) -> None:
        if self.current is not None:
            self.table.selection.toggle(self.current)
            self.show_selection()

    def action_select_range(self) -> None:
        if self.current is not None:
            self.table.selection.extend(self.table.model.ids, self.table.cursor)
            self.show_selection()

    def action_drag(self, lines: int) -> None:
        """Take the line of the cursor and the next one into the selection, and go there."""
        self.action_select_range()
        self.table.cursor += lines
        self.action_select_range()

    def action_select_all(self) -> None:
        if (query := self.browser.results.query_shown) is not None:
            self._jobs.gather(self, query)

    @on(MatchesFetched)
    def _gathered(self, message: MatchesFetched) -> None:
        self.table.selection.take(message.ids)
        self.show_selection()

    def action_select_none(self) -> None:
        self.table.selection.clear()
        self.show_selection()

    @on(LineSelected)
    def _picked(self, message: LineSelected) -> None:
        if message.extend:
            self.table.selection.extend(self.table.model.ids, message.line)
        else:
            self.table.selection.toggle(self.table.model.ids[message.line])
        self.show_selection()

    @on(ResultsCompleted)
    @on(ResultsCompared)
    def show_selection(self) -> None:
        """The selection changed, or the list did."""
        selection = self.table.selection
        elsewhere = len(selection) - selection.within(self.table.model.ids) if len(selection) else 0
        self.bar.tell(len(selection), elsewhere)
        self.table.refresh()
        self.refresh_bindings()

    # --- what is noted

    @on(AnnotationsChanged)
    def _noted(self, message: AnnotationsChanged) -> None:
        self.browser.changed(message.ids)
        self.tabs.count_soon()

    @on(ActionRestored)
    def look_again(self) -> None:
        """Anything in the list may have changed."""
        known = self.table.model.known
        reading = self.browser.thread.conversation_id
        self.browser.changed(known if reading is None else {*known, reading})
        self.tabs.count_soon()

    def _look_for_due(self) -> None:
        """In the quiet hours reminders wait in the store, where leaving the dashboard loses none of them."""
        if not (isinstance(self.app, KeepsQuiet) and self.app.is_quiet()):
            self._jobs.take_due(self)

    @on(FollowUpsDue)
    def _due(self, message: FollowUpsDue) -> None:
        title, words = announcement(message)
        self.post_message(NoticeGiven(Notice(title, words, kind="followups", seconds=20)))
        self.browser.changed(tuple(each.conversation_id for each in message.due))

    # --- one after the other

    def action_play(self) -> None:
        results, active = self.browser.results, self.tabs.active
        if results.query_shown is None or not self.table.count:
            self.notify("The list is empty: there is nothing to play.", title="", markup=False)
            return
        title = active.name if active else str(results.query_shown) or "Every conversation"
        session = PlayQueue(title, self.table.model.ids, self._clock())
        screen = PlayScreen(self._jobs, self.browser.reads, session, results.query_shown)
        self.app.push_screen(screen, self._played)

    def _played(self, query: str | None) -> None:
        self.look_again()
        if query is not None:
            self.post_message(QueryChosen(query))
