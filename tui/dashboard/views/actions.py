"""The keys that open, save and arrange views, and the tabs they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, getters, on
from textual.binding import Binding, BindingType

from tui.dashboard.common.messages import UiStateChanged
from tui.dashboard.results.column_actions import ColumnActions
from tui.dashboard.triage.queries import TriageJobs
from tui.dashboard.ui_state import UiState
from tui.dashboard.views.messages import EmptyTabsHidden, TabsChanged, ViewChosen, ViewRefused, ViewsChanged
from tui.dashboard.views.save_dialog import SaveViewDialog
from tui.dashboard.views.screen import ViewsScreen
from tui.dashboard.views.tabs import LAST_NUMBER, ViewTabs
from tui.views import View


def tab_bindings() -> list[BindingType]:
    return [
        Binding(
            str(number),
            f"open_tab({number})",
            f"Tab {number}",
            id=f"tab_{number}",
            tooltip=f"Open tab {number}",
            show=False,
        )
        for number in range(1, LAST_NUMBER + 1)
    ]


class ViewActions(ColumnActions):
    """Around everything that shows a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "views", "Views", id="views", tooltip="List, rename, reorder and delete views"),
        Binding(
            "V", "save_view", "Save view", id="save_view", tooltip="Save the search as a view", show=False
        ),
        *tab_bindings(),
    ]

    tabs = getters.query_one("#tabs", ViewTabs)

    def __init__(self, jobs: TriageJobs, remembered: UiState, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(remembered, id=id)
        self._jobs = jobs
        self.shown = View("", "")
        """What is searched for, as a view without a name."""

    def on_mount(self) -> None:
        self.tabs.hides_empty = self.remembered.hides_empty
        self.use_columns()

    @property
    def view_open(self) -> View | None:
        return self.tabs.open

    def show_query(self, spelling: str) -> None:
        """The results are those of this query, in its canonical spelling."""
        self.tabs.show_query(spelling)
        self.use_columns()

    @on(ViewChosen)
    def _view_chosen(self, message: ViewChosen) -> None:
        self.tabs.choose(message.view)

    @on(TabsChanged)
    def _tabs_changed(self, message: TabsChanged) -> None:
        message.stop()
        self.use_columns()

    @on(EmptyTabsHidden)
    def _empty_hidden(self, message: EmptyTabsHidden) -> None:
        message.stop()
        self.remembered.hides_empty = message.hide
        self.post_message(UiStateChanged())

    def on_key(self, event: events.Key) -> None:
        """The keys that were given to saved views."""
        if (view := self.tabs.keyed(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self.post_message(ViewChosen(view))

    def action_open_tab(self, number: int) -> None:
        if (view := self.tabs.numbered(number)) is not None:
            self.post_message(ViewChosen(view))

    def open_view(self, name: str) -> None:
        """Show the view of this name, if there is one."""
        if (view := next((v for v in self.tabs.views if v.name == name), None)) is not None:
            self.post_message(ViewChosen(view))

    def action_views(self) -> None:
        def closed(chosen: View | None) -> None:
            self.tabs.count_now()
            if chosen is not None:
                self.post_message(ViewChosen(chosen))

        self.app.push_screen(ViewsScreen(self._jobs), closed)

    def action_save_view(self) -> None:
        def closed(saved: ViewsChanged | None) -> None:
            if saved is not None:
                self.tabs.count_now()
                self.notify(saved.words, title="Views", markup=False)

        in_use = {key: bound.binding.tooltip for key, bound in self.screen.active_bindings.items()}
        view = replace(self.shown, columns=self.table.arrangement.keys)
        usual = self.keys_of(self.remembered.columns)
        self.app.push_screen(SaveViewDialog(self._jobs, view, in_use, usual), closed)

    def keep_columns(self, view: View) -> None:
        self._jobs.save_view(self, view, replace=True)

    @on(ViewsChanged)
    def _view_kept(self, message: ViewsChanged) -> None:
        message.stop()
        self.tabs.count_now()
        self.notify(message.words, title="Views", markup=False)

    @on(ViewRefused)
    def _view_refused(self, message: ViewRefused) -> None:
        message.stop()
        self.notify(message.words, title="Not saved", severity="warning", markup=False)
        self.use_columns()
