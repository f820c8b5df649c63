"""The footer: the keys that work at present.

Textual's own footer mounts a widget for each key, all again whenever the focus or an action changes. This one
is a single line, and is redrawn only when the keys in it change.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

ALWAYS_SHOWN = frozenset({"help", "command_palette"})
"""Actions at the right end, which are shown however narrow the line is."""
MORE = " …"
"""Shown where keys are left out."""


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One key as it is shown."""

    key: str
    display: str
    description: str
    action: str
    enabled: bool
    tooltip: str

    @property
    def width(self) -> int:
        return Content(self.display).cell_length + Content(self.description).cell_length + 3

    def content(self, *, hovered: bool) -> Content:
        dim = "" if self.enabled else " dim"
        background = " on $block-hover-background" if hovered else " on $footer-background"
        return Content.assemble(
            (f" {self.display}", f"bold $footer-key-foreground{background}{dim}"),
            (f" {self.description} ", f"$footer-description-foreground{background}{dim}"),
        )


class KeyFooter(Widget, can_focus=False):
    """Shows the bindings of the screen in their order; a click on one simulates its key.

    Keys that do not fit are left out, except those of `ALWAYS_SHOWN`.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyFooter {
        dock: bottom;
        height: 1;
        background: $footer-background;
        color: $footer-foreground;
    }
    """

    items: reactive[tuple[KeyItem, ...]] = reactive(())
    hovered: reactive[KeyItem | None] = reactive(None)

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        items: dict[str, KeyItem] = {}
        for _, binding, enabled, tooltip in screen.active_bindings.values():
            palette = binding.action == "command_palette"
            if (binding.show or palette) and binding.action not in items:
                items[binding.action] = KeyItem(
                    binding.key,
                    self.app.get_key_display(binding),
                    binding.description,
                    binding.action,
                    enabled,
                    tooltip or binding.tooltip or binding.description,
                )
        self.items = tuple(items.values())

    def render(self) -> Content:
        left, right = self._fitting_items()
        start, end = self._content(left), self._content(right)
        if len(left) + len(right) < len(self.items):
            start = start.append(Content.styled(MORE, "$text-muted"))
        gap = max(0, self.size.width - start.cell_length - end.cell_length)
        return Content.assemble(start, " " * gap, end)

    def _content(self, items: list[KeyItem]) -> Content:
        return Content("").join(item.content(hovered=item == self.hovered) for item in items)

    def _fitting_items(self) -> tuple[list[KeyItem], list[KeyItem]]:
        """The keys at the left end and at the right end."""
        right = [item for item in self.items if item.action in ALWAYS_SHOWN]
        others = [item for item in self.items if item.action not in ALWAYS_SHOWN]
        room = self.size.width - sum(item.width for item in right)
        if sum(item.width for item in others) <= room:
            return others, right
        room -= len(MORE)
        left: list[KeyItem] = []
        for item in others:
            room -= item.width
            if room < 0:
                break
            left.append(item)
        return left, right

    def _item_at(self, x: int) -> KeyItem | None:
        left, right = self._fitting_items()
        end = 0
        for item in left:
            end += item.width
            if x < end:
                return item
        start = self.size.width
        for item in reversed(right):
            start -= item.width
            if start <= x < start + item.width:
                return item
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self._item_at(event.x)

    def on_leave(self) -> None:
        self.hovered = None

    def watch_hovered(self, hovered: KeyItem | None) -> None:
        self.tooltip = Content(hovered.tooltip) if hovered else None

    def on_click(self, event: events.Click) -> None:
        event.stop()
        item = self._item_at(event.x)
        if item is None:
            return
        if item.enabled:
            self.app.simulate_key(item.key)
        else:
            self.app.bell()
