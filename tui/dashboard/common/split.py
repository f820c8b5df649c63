"""Two panes with a divider that keys and the mouse move."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.layout import Layout
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


@dataclass
class DividerDragged(Message):
    """The mouse holds the divider, and is at this place of the screen."""

    x: int
    y: int


@dataclass
class DividerDropped(Message):
    """The mouse let go of the divider."""


LEAST_SPLIT, USUAL_SPLIT, MOST_SPLIT = 20.0, 60.0, 80.0
"""The share of the results, in percent."""


@dataclass
class SplitChosen(Message):
    """The results should take this share of the screen, in percent."""

    share: float


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


STEP = 10
"""Percent that a key moves the border by, to the next round number."""


class Split(Container):
    """Holds the first pane, a divider and the second pane, side by side or one above the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign",
            "split(-1)",
            "Narrower",
            id="list_narrower",
            tooltip="More room for the conversation",
            show=False,
        ),
        Binding(
            "greater_than_sign",
            "split(1)",
            "Wider",
            id="list_wider",
            tooltip="More room for the results",
            show=False,
        ),
    ]

    share: reactive[float] = reactive(USUAL_SPLIT)
    """The share of the first pane of the whole, in percent."""

    def validate_share(self, share: float) -> float:
        return max(LEAST_SPLIT, min(share, MOST_SPLIT))

    def watch_share(self) -> None:
        self.pre_layout(self.layout)

    def pre_layout(self, layout: Layout) -> None:
        """The first pane gets its share, and everything when the second one is not shown."""
        if self.children:
            first, _, second = self.children
            share = f"{self.share:g}%" if second.display else "1fr"
            size = ("1fr", share) if layout.name == "vertical" else (share, "1fr")
            first.styles.width, first.styles.height = size

    def action_split(self, step: int) -> None:
        rounded = ceil(self.share / STEP) - 1 if step < 0 else floor(self.share / STEP) + 1
        self.share = rounded * STEP
        self._chosen()

    @on(DividerDragged)
    def _dragged(self, message: DividerDragged) -> None:
        message.stop()
        left, top, width, height = self.region
        upright = self.layout.name == "horizontal"
        at, whole = (message.x - left, width) if upright else (message.y - top, height)
        # Half a cell more, so that rounding down gives this very cell.
        self.share = 100 * (at + 0.5) / max(1, whole)

    @on(DividerDropped)
    def _chosen(self) -> None:
        self.post_message(SplitChosen(self.share))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _follow_focus(self) -> None:
        """The divider shows which side the keys go to."""
        _, divider, second = self.children
        divider.set_class(second.has_focus_within, "-active")
