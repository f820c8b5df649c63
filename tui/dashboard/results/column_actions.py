"""Which columns the results have: the usual ones, or those of the view one is in; and what changes them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Container

from tui.dashboard.common.messages import UiStateChanged
from tui.dashboard.results.columns import Arrangement, Column, with_hidden
from tui.dashboard.results.columns_dialog import ColumnsDialog
from tui.dashboard.results.messages import ColumnWidthDragged
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.ui_state import UiState
from tui.views import View


class ColumnActions(Container):
    """Around the results. Subclasses say which view one is in, and keep what is chosen for it."""

    HELP = "A view can have columns of its own. The edges of the headings can be dragged with the mouse too."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "C",
            "columns",
            "Columns",
            id="columns",
            tooltip="Choose the columns, their order and width",
            show=False,
        ),
    ]

    table = getters.query_one("#results", ResultsTable)

    def __init__(self, remembered: UiState, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.remembered = remembered
        self._choosing = False
        """Whether the window that chooses is open: what it shows stays."""

    @property
    @abstractmethod
    def view_open(self) -> View | None:
        """The view one is in."""

    @abstractmethod
    def keep_columns(self, view: View) -> None:
        """Save the view with its new columns."""

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the view one is in; none: it has the usual ones."""
        return self.view_open.columns if self.view_open else ()

    def use_columns(self) -> None:
        """Another view may be open, or the same one with other columns."""
        if not self._choosing:
            self.table.use(self._filled(replace(self.remembered.columns, keys=self.own_columns)))

    def _filled(self, arrangement: Arrangement) -> Arrangement:
        """With the usual columns, if it has none of its own."""
        return replace(arrangement, keys=arrangement.keys or self.remembered.columns.keys)

    def keys_of(self, arrangement: Arrangement) -> tuple[str, ...]:
        """The columns that are chosen, or those that are laid out while none are."""
        return arrangement.keys or tuple(column.key for column in self.table.laid_out(arrangement))

    # --- choosing

    def action_columns(self) -> None:
        own, remembered, view = self.own_columns, self.remembered.columns, self.view_open

        def preview(arrangement: Arrangement) -> tuple[Column, ...]:
            self.table.use(self._filled(arrangement) if own else arrangement)
            return self.table.columns

        def closed(arrangement: Arrangement | None) -> None:
            self._choosing = False
            if arrangement is None:
                self.use_columns()
            else:
                self.choose(arrangement)

        place = f"of the view “{view.name}”" if view and own else "wherever a view does not have its own"
        usual = self.keys_of(remembered if own else Arrangement())
        present = replace(remembered, keys=own or remembered.keys)
        self._choosing = True
        self.app.push_screen(ColumnsDialog(place, present, usual, preview), closed)

    def choose(self, arrangement: Arrangement) -> None:
        """Have the columns like this from now on: in this view, or wherever a view does not have its own."""
        own, remembered, view = self.own_columns, self.remembered.columns, self.view_open
        if view is not None and own:
            self.remembered.columns = replace(arrangement, keys=remembered.keys)
            self.table.use(self._filled(arrangement))
            if own != arrangement.keys:
                self.keep_columns(replace(view, columns=arrangement.keys))
        else:
            self.remembered.columns = arrangement
            self.table.use(arrangement)
        self.post_message(UiStateChanged())

    def switch_column(self, key: str) -> None:
        """Show this column, or hide it."""
        shown = {*self.shown_columns} ^ {key}
        keys = tuple(k for k in with_hidden(self.shown_columns) if k in shown)
        if keys:
            self.choose(replace(self.remembered.columns, keys=keys))

    def reset_columns(self) -> None:
        self.choose(Arrangement())

    @property
    def shown_columns(self) -> tuple[str, ...]:
        return self.keys_of(self.table.arrangement)

    @on(ColumnWidthDragged)
    def _dragged(self, message: ColumnWidthDragged) -> None:
        message.stop()
        self.remembered.columns = self.remembered.columns.sized(message.key, message.width)
        self.use_columns()
        self.post_message(UiStateChanged())
