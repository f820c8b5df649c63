"""A line with the number of selected conversations; hidden while there are none."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.triage.marks import SELECTED
from tui.formatting import number


class SelectionBar(Static):
    """ "■ 12 selected, 3 of them not in this list · Esc clear"."""

    count: reactive[int] = reactive(0)
    not_listed: reactive[int] = reactive(0)

    def on_mount(self) -> None:
        self.display = False

    def show(self, count: int, not_listed: int) -> None:
        """`not_listed` is how many of the selected are not in the list that is shown."""
        self.count, self.not_listed = count, not_listed
        self.display = count > 0

    def render(self) -> Content:
        not_listed = f", {number(self.not_listed)} of them not in this list" if self.not_listed else ""
        return Content.assemble(
            (f"{SELECTED} {number(self.count)} selected", "bold"), not_listed, " · Esc clear"
        )
