"""Which columns the results have, in which order and how wide; the table behind follows at once."""

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

HINT = "space shows or hides · K J move\n← → narrower, wider · r resets"


class SizedColumns(ColumnList):
    """With the keys for the width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "screen.resize(-1)", "Narrower", id="column_narrower", tooltip="A narrower column"),
        Binding("right,l", "screen.resize(1)", "Wider", id="column_wider", tooltip="A wider column"),
    ]


class ColumnsDialog(Dialog[Arrangement | None]):
    """Dismissed with what was chosen; whoever opened it takes the preview back when nothing was."""

    TITLE_TEXT = "columns"
    KEYS = "enter keeps · esc leaves"

    list = getters.query_one("#columns-list", ColumnList)

    def __init__(
        self,
        place: str,
        arrangement: Arrangement,
        usual: tuple[str, ...],
        preview: Callable[[Arrangement], tuple[Column, ...]],
    ) -> None:
        """`place` says which results they are for; `usual` are those shown while none are chosen;
        `preview` shows an arrangement and tells how it is laid out."""
        super().__init__()
        self._place = place
        self._arrangement = arrangement
        self._usual = usual
        self._preview = preview

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._place), id="columns-place")
        yield SizedColumns(self._arrangement.keys, self._usual, id="columns-list")
        yield Static(HINT, id="columns-hint")

    def on_mount(self) -> None:
        self._show(self._arrangement)

    def _show(self, arrangement: Arrangement) -> tuple[Column, ...]:
        self._arrangement = arrangement
        columns = self._preview(arrangement)
        notes = {c.key: "takes the rest" if c.flexible else str(c.width) for c in columns}
        self.list.note(dict.fromkeys(self.list.ticked, "no room here") | notes)
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
        """Make the column wider, as far as there is room, or narrower."""
        key = self.list.current
        column = next((c for c in self._preview(self._arrangement) if c.key == key), None)
        if column is None:
            self.show_problem("a column that is not shown has no width")
        elif column.flexible:
            self.show_problem("it takes what the others leave over")
        else:
            before, wanted = self._arrangement, max(NARROWEST, min(column.width + cells, WIDEST))
            laid = self._show(before.with_width(key, wanted))
            got = next(c.width for c in laid if c.key == key)
            self.show_problem("")
            if got == column.width:
                self._show(before)
                self.show_problem(f"it cannot be {'wider' if cells > 0 else 'narrower'}")
