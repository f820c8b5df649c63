"""Two panes with a divider between them that is moved by keys or the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.layout import Layout
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.cells import cell_width


@dataclass
class DividerDragged(Message):
    """The divider is dragged to this offset of the screen, in cells."""

    x: int
    y: int


@dataclass
class DividerDropped(Message):
    """The mouse button was released."""


MIN_SPLIT, DEFAULT_SPLIT, MAX_SPLIT = 20.0, 60.0, 80.0
"""The share of the first pane, in percent."""


@dataclass
class SplitChosen(Message):
    """The user gave the first pane this share, in percent."""

    share: float


VERTICAL, HORIZONTAL = "▏", "─"


class Divider(Widget):
    """A line, one cell wide. Posts where it is dragged to; the `Split` around it resizes the panes."""

    ALLOW_SELECT = False

    title: reactive[Content] = reactive(Content(""))
    """What the pane below shows, in the line between panes one above the other."""
    hint: reactive[str] = reactive("")
    """How to show it alone, at the right end of that line."""

    def on_mount(self) -> None:
        self.tooltip = "Drag to resize the panes"

    def render(self) -> Content:
        width, height = self.size
        if width <= height:
            return Content("\n".join([VERTICAL] * height))
        if not self.title:
            return Content(HORIZONTAL * width)
        end = f" {self.hint} {HORIZONTAL}" if self.hint else ""
        title = self.title.truncate(max(0, width - cell_width(end) - 4), ellipsis=True)
        line = HORIZONTAL * max(0, width - title.cell_length - cell_width(end) - 3)
        return Content.assemble(f"{HORIZONTAL} ", title, f" {line}", (end, "$muted"))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self.add_class("-dragged")

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.has_class("-dragged"):
            event.stop()
            self.post_message(DividerDragged(*event.screen_offset))

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_mouse_release(self) -> None:
        if self.has_class("-dragged"):
            self.remove_class("-dragged")
            self.post_message(DividerDropped())


STEP = 10
"""Percent: a key moves the divider to the next multiple of this."""


class Split(Container):
    """The first pane, a divider and the second pane: side by side, or one above the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign",
            "split(-1)",
            "Narrower",
            id="list_narrower",
            tooltip="Make the conversation larger",
            show=False,
        ),
        Binding(
            "greater_than_sign",
            "split(1)",
            "Wider",
            id="list_wider",
            tooltip="Make the list larger",
            show=False,
        ),
    ]

    share: reactive[float] = reactive(DEFAULT_SPLIT)
    """The share of the first pane, in percent."""

    def validate_share(self, share: float) -> float:
        return max(MIN_SPLIT, min(share, MAX_SPLIT))

    def watch_share(self) -> None:
        self.pre_layout(self.layout)

    def pre_layout(self, layout: Layout) -> None:
        """Size the first pane: its share, or all of the space if the second pane is not shown."""
        if self.children:
            first, _, second = self.children
            share = f"{self.share:g}%" if second.display else "1fr"
            size = ("1fr", share) if layout.name == "vertical" else (share, "1fr")
            first.styles.width, first.styles.height = size

    def action_split(self, step: int) -> None:
        rounded = ceil(self.share / STEP) - 1 if step < 0 else floor(self.share / STEP) + 1
        self.share = rounded * STEP
        self._post_share()

    @on(DividerDragged)
    def _dragged(self, message: DividerDragged) -> None:
        message.stop()
        left, top, width, height = self.region
        side_by_side = self.layout.name == "horizontal"
        cells, total = (message.x - left, width) if side_by_side else (message.y - top, height)
        # Textual rounds down: half a cell more makes it exactly this many cells.
        self.share = 100 * (cells + 0.5) / max(1, total)

    @on(DividerDropped)
    def _post_share(self) -> None:
        self.post_message(SplitChosen(self.share))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_changed(self) -> None:
        """Mark the divider while the second pane has the focus."""
        _, divider, second = self.children
        divider.set_class(second.has_focus_within, "-active")
