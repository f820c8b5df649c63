"""Actions on the columns of the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.common.messages import UiStateChanged
from tui.dashboard.results.columns import Column, with_hidden
from tui.dashboard.results.columns_dialog import ColumnsDialog
from tui.dashboard.results.messages import ColumnWidthDragged
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.ui_state import Arrangement, UiState
from tui.views import View


class ColumnActions(Actions):
    """Changes the columns of the open view if it has its own, otherwise those of all views without their own.

    The screen passes `ColumnWidthDragged` on to `resize`, and calls `apply` when another view is open.
    """

    HELP = "A view can have columns of its own. Drag the edges of the headings to resize columns."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "C",
            "feature('columns', 'choose')",
            "Columns",
            id="columns",
            tooltip="Choose the columns, their order and their widths",
            show=False,
        ),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        table: ResultsTable,
        ui_state: UiState,
        open_view: Callable[[], View | None],
        save_view: Callable[[View], None],
    ) -> None:
        """`open_view` returns the view that is shown, `save_view` saves one with other columns."""
        self._screen = screen
        self._table = table
        self._ui_state = ui_state
        self._open_view = open_view
        self._save_view = save_view
        self._is_choosing = False
        """Whether the dialog is open: `apply` must not replace its preview."""

    @property
    def _view_columns(self) -> tuple[str, ...]:
        """The open view's own columns; empty if it has none."""
        view = self._open_view()
        return view.columns if view else ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns in the table."""
        return self._keys(self._table.arrangement)

    @property
    def default(self) -> tuple[str, ...]:
        """The columns of views without their own."""
        return self._keys(self._ui_state.columns)

    def apply(self) -> None:
        """Show the columns of the open view."""
        if not self._is_choosing:
            arrangement = replace(self._ui_state.columns, keys=self._view_columns)
            self._table.use(self._with_default(arrangement))

    def _with_default(self, arrangement: Arrangement) -> Arrangement:
        return replace(arrangement, keys=arrangement.keys or self._ui_state.columns.keys)

    def _keys(self, arrangement: Arrangement) -> tuple[str, ...]:
        """The chosen columns or, if none are chosen, those that fit."""
        return arrangement.keys or tuple(column.key for column in self._table.lay_out(arrangement))

    # --- changes

    def choose(self) -> None:
        """Open the dialog; the table previews what is chosen in it."""
        own, default, view = self._view_columns, self._ui_state.columns, self._open_view()

        def preview(arrangement: Arrangement) -> tuple[Column, ...]:
            self._table.use(self._with_default(arrangement) if own else arrangement)
            return self._table.columns

        def closed(arrangement: Arrangement | None) -> None:
            self._is_choosing = False
            if arrangement is None:
                self.apply()
            else:
                self._use(arrangement)

        scope = f"View “{view.name}”" if view and own else "All views without their own columns"
        fallback = self._keys(default if own else Arrangement())
        current = replace(default, keys=own or default.keys)
        self._is_choosing = True
        self._screen.app.push_screen(ColumnsDialog(scope, current, fallback, preview), closed)

    def _use(self, arrangement: Arrangement) -> None:
        """Show and save these columns."""
        own, default, view = self._view_columns, self._ui_state.columns, self._open_view()
        if view is not None and own:
            self._ui_state.columns = replace(arrangement, keys=default.keys)
            self._table.use(self._with_default(arrangement))
            if own != arrangement.keys:
                self._save_view(replace(view, columns=arrangement.keys))
        else:
            self._ui_state.columns = arrangement
            self._table.use(arrangement)
        self._screen.post_message(UiStateChanged())

    def toggle(self, key: str) -> None:
        """Show or hide this column."""
        wanted = {*self.shown} ^ {key}
        if keys := tuple(k for k in with_hidden(self.shown) if k in wanted):
            self._use(replace(self._ui_state.columns, keys=keys))

    def reset(self) -> None:
        """Go back to the default columns."""
        self._use(Arrangement())

    def resize(self, message: ColumnWidthDragged) -> None:
        """Save the width of a column whose edge was dragged."""
        self._ui_state.columns = self._ui_state.columns.with_width(message.key, message.width)
        self.apply()
        self._screen.post_message(UiStateChanged())
