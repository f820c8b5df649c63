"""How many conversations are selected; hidden while none is."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.triage.marks import SELECTED
from tui.formatting import number


class SelectionBar(Static):
    """ "■ 12 selected, 3 of them not in this list · esc clears"."""

    count: reactive[int] = reactive(0)
    elsewhere: reactive[int] = reactive(0)

    def on_mount(self) -> None:
        self.display = False

    def show(self, count: int, elsewhere: int) -> None:
        """`elsewhere` of the selected are not in the list that is shown."""
        self.count, self.elsewhere = count, elsewhere
        self.display = count > 0

    def render(self) -> Content:
        hidden = f", {number(self.elsewhere)} of them not in this list" if self.elsewhere else ""
        return Content.assemble(
            (f"{SELECTED} {number(self.count)} selected", "bold"), hidden, " · esc clears"
        )
