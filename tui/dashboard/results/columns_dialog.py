"""A dialog for the columns of the results: which ones, their order and their widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.dialog import Dialog
from tui.dashboard.results.column_list import ColumnList
from tui.dashboard.results.columns import Column
from tui.dashboard.ui_state import NARROWEST, WIDEST, Arrangement

HINT = "Space show or hide · K J move\n← → resize · r reset"


class SizedColumns(ColumnList):
    """A column list with keys for the widths."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h",
            "screen.resize(-1)",
            "Narrower",
            id="column_narrower",
            tooltip="Make the column narrower",
        ),
        Binding("right,l", "screen.resize(1)", "Wider", id="column_wider", tooltip="Make the column wider"),
    ]


class ColumnsDialog(Dialog[Arrangement | None]):
    """Dismissed with the chosen arrangement, or None. Every change is previewed in the table below."""

    TITLE_TEXT = "columns"

    list = getters.query_one("#columns-list", ColumnList)

    def __init__(
        self,
        scope: str,
        arrangement: Arrangement,
        default: tuple[str, ...],
        preview: Callable[[Arrangement], tuple[Column, ...]],
    ) -> None:
        """`scope` says whose columns they are, `default` are those shown while none are chosen, and `preview`
        shows an arrangement in the table and returns its layout."""
        super().__init__()
        self._scope = scope
        self._arrangement = arrangement
        self._default = default
        self._preview = preview

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._scope))
        yield SizedColumns(self._arrangement.keys, self._default, id="columns-list")
        yield Static(HINT, id="columns-hint")

    def on_mount(self) -> None:
        self._show(self._arrangement)

    def _show(self, arrangement: Arrangement) -> tuple[Column, ...]:
        self._arrangement = arrangement
        columns = self._preview(arrangement)
        notes = {c.key: "flexible" if c.flexible else str(c.width) for c in columns}
        self.list.note(dict.fromkeys(self.list.ticked, "does not fit") | notes)
        return columns

    @on(ColumnList.Changed)
    def _changed(self, message: ColumnList.Changed) -> None:
        message.stop()
        self.show_problem(message.problem)
        self._show(replace(self._arrangement, keys=self.list.chosen))

    @on(ColumnList.Reset)
    def _reset(self, message: ColumnList.Reset) -> None:
        message.stop()
        self.show_problem("")
        self._show(Arrangement())

    @on(ColumnList.Kept)
    def _kept(self, message: ColumnList.Kept) -> None:
        message.stop()
        self.dismiss(self._arrangement)

    def action_resize(self, cells: int) -> None:
        """Make the column wider or narrower, as far as possible."""
        key = self.list.current
        column = next((c for c in self._preview(self._arrangement) if c.key == key), None)
        if column is None:
            self.show_problem("a hidden column has no width")
        elif column.flexible:
            self.show_problem("a flexible column has no fixed width")
        else:
            before, wanted = self._arrangement, max(NARROWEST, min(column.width + cells, WIDEST))
            columns = self._show(before.with_width(key, wanted))
            width = next(c.width for c in columns if c.key == key)
            self.show_problem("")
            if width == column.width:
                self._show(before)
                self.show_problem(f"the column cannot be {'wider' if cells > 0 else 'narrower'}")
