"""The marker that waits to be taken: rows came in, and the list on screen was left alone."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.messages import NewRowsTaken
from tui.dashboard.words import number


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · press . to show"; hidden while there is nothing to take."""

    arrived: reactive[int] = reactive(0)
    moved: reactive[int] = reactive(0)
    take_key: reactive[str] = reactive(".")

    def on_mount(self) -> None:
        self.display = False

    def offer(self, arrived: int, moved: int) -> None:
        self.arrived, self.moved = arrived, moved
        self.display = bool(arrived or moved)

    def render(self) -> Content:
        words = []
        if self.arrived:
            words.append(f"{number(self.arrived)} new")
        if self.moved:
            words.append(f"{number(self.moved)} moved")
        return Content.assemble(
            ("▲ " + ", ".join(words), "bold"), "  ", (f"{self.take_key} to show", "$text-muted")
        )

    def on_click(self) -> None:
        self.post_message(NewRowsTaken())
