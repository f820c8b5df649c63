"""The line between two panes, which the mouse can drag."""

from __future__ import annotations

from textual import events
from textual.widget import Widget

from tui.dashboard.looks import DividerDragged, DividerDropped

UPRIGHT, LEVEL = "▏", "─"


class Divider(Widget):
    """One cell thick. Tells where the mouse takes it; whoever shares out the room goes by that."""

    ALLOW_SELECT = False

    def on_mount(self) -> None:
        self.tooltip = "Drag to share out the screen"

    def render(self) -> str:
        width, height = self.size
        return LEVEL * width if width > height else "\n".join([UPRIGHT] * height)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self.add_class("-held")

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.has_class("-held"):
            event.stop()
            self.post_message(DividerDragged(*event.screen_offset))

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_mouse_release(self) -> None:
        if self.has_class("-held"):
            self.remove_class("-held")
            self.post_message(DividerDropped())
