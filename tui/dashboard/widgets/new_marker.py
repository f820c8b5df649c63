"""The marker that waits to be taken: rows came in, and the list on screen was left alone."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.keys import KnowsKeys
from tui.dashboard.messages import NewRowsTaken
from tui.dashboard.words import number


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · press . to show"; hidden while there is nothing to take."""

    arrived: reactive[int] = reactive(0)
    moved: reactive[int] = reactive(0)
    gone: reactive[int] = reactive(0)
    take_key: reactive[str] = reactive(".")

    def on_mount(self) -> None:
        self.display = False
        if isinstance(self.app, KnowsKeys):
            self.take_key = self.app.shown_key("take_new")

    def offer(self, arrived: int, moved: int, gone: int) -> None:
        self.arrived, self.moved, self.gone = arrived, moved, gone
        self.display = bool(arrived or moved or gone)

    def render(self) -> Content:
        amounts = ((self.arrived, "new"), (self.moved, "moved"), (self.gone, "gone"))
        words = [f"{number(amount)} {word}" for amount, word in amounts if amount]
        return Content.assemble(("▲ " + ", ".join(words), "bold"), f" · press {self.take_key} to show")

    def on_click(self) -> None:
        self.post_message(NewRowsTaken())
