"""Actions that open, save and arrange views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import ViewChosen, ViewRefused, ViewsChanged
from tui.dashboard.views.queries import save_view
from tui.dashboard.views.save_dialog import SaveViewDialog
from tui.dashboard.views.screen import ViewsScreen
from tui.dashboard.views.tabs import LAST_NUMBER, ViewTabs
from tui.views import View

_TABS = {f"feature('views', 'open_tab', {number})": number for number in range(1, LAST_NUMBER + 1)}
"""Action → the number of the tab that it opens."""


def tab_bindings() -> list[BindingType]:
    return [
        Binding(
            str(number),
            action,
            f"Tab {number}",
            id=f"tab_{number}",
            tooltip=f"Open tab {number}",
            show=False,
        )
        for action, number in _TABS.items()
    ]


class ViewActions(Actions):
    """The screen receives `ViewChosen`, and passes `ViewsChanged` and `ViewRefused` on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "v",
            "feature('views', 'manage')",
            "Views",
            id="views",
            tooltip="List, rename, reorder, hide and delete views",
        ),
        Binding(
            "V",
            "feature('views', 'save')",
            "Save view",
            id="save_view",
            tooltip="Save the search as a view",
            show=False,
        ),
        *tab_bindings(),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        tabs: ViewTabs,
        store: StoreThread,
        shown_query: Callable[[], View],
        columns: Callable[[], tuple[tuple[str, ...], tuple[str, ...]]],
    ) -> None:
        """`shown_query` returns the present search as a view without a name, `columns` the columns chosen
        for it and the default ones."""
        self._screen = screen
        self._tabs = tabs
        self._store = store
        self._shown_query = shown_query
        self._columns = columns

    def open_tab(self, number: int) -> None:
        if (view := self._tabs.view_at(number)) is not None:
            self._screen.post_message(ViewChosen(view))

    def opens_tab(self, action: str) -> bool:
        """Whether this action of a binding opens a tab that there is."""
        number = _TABS.get(action)
        return number is not None and self._tabs.view_at(number) is not None

    def open_by_key(self, key: str) -> bool:
        """Open the saved view that has this key. Returns False where there is none."""
        if (view := self._tabs.view_with_key(key)) is not None:
            self._screen.post_message(ViewChosen(view))
        return view is not None

    def open_by_name(self, name: str) -> None:
        if (view := next((v for v in self._tabs.views if v.name == name), None)) is not None:
            self._screen.post_message(ViewChosen(view))

    def manage(self) -> None:
        def closed(chosen: View | None) -> None:
            self._tabs.count_now()
            if chosen is not None:
                self._screen.post_message(ViewChosen(chosen))

        shown = self._tabs.open
        self._screen.app.push_screen(ViewsScreen(self._store, shown.name if shown else ""), closed)

    def save(self) -> None:
        def closed(saved: ViewsChanged | None) -> None:
            if saved is not None:
                self.confirm(saved)

        in_use = {
            key: bound.binding.tooltip or bound.binding.description
            for key, bound in self._screen.active_bindings.items()
        }
        chosen, default = self._columns()
        view = replace(self._shown_query(), columns=chosen)
        self._screen.app.push_screen(SaveViewDialog(self._store, view, in_use, default), closed)

    def save_changed(self, view: View) -> None:
        """Overwrite a saved view after its columns were changed."""
        job = Job(JobKind.WRITE, "view", partial(save_view, view=view, overwrite=True))
        self._store.run(job, self._screen)

    def confirm(self, message: ViewsChanged) -> None:
        self._tabs.count_now()
        self._screen.notify(message.words, title="Views", markup=False)

    def report_refused(self, message: ViewRefused) -> None:
        self._screen.notify(message.words, title="Not saved", severity="warning", markup=False)
