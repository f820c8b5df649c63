"""The keys of the moment, in the last line.

Textual's own footer is a widget for each key, made anew whenever the focus or an action changes; this one is
a line that is drawn again only when it says something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

LAST = frozenset({"help", "command_palette"})
"""Actions that keep their place at the right, however narrow the line is."""
MORE = " …"


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One key as the line shows it."""

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
        ground = " on $block-hover-background" if hovered else " on $footer-background"
        return Content.assemble(
            (f" {self.display}", f"bold $footer-key-foreground{ground}{dim}"),
            (f" {self.description} ", f"$footer-description-foreground{ground}{dim}"),
        )


class KeyFooter(Widget, can_focus=False):
    """The shown bindings of the screen in their order; a click does what the key does.

    What does not fit is left out whole, with a mark; help and the command palette always stay.
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
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
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
        left, right = self._laid_out()
        shown = self._drawn(left)
        if len(left) + len(right) < len(self.items):
            shown = shown.append(Content.from_markup("[$text-muted]" + MORE + "[/]"))
        end = self._drawn(right)
        gap = max(0, self.size.width - shown.cell_length - end.cell_length)
        return Content.assemble(shown, " " * gap, end)

    def _drawn(self, items: list[KeyItem]) -> Content:
        return Content("").join(item.content(hovered=item == self.hovered) for item in items)

    def _laid_out(self) -> tuple[list[KeyItem], list[KeyItem]]:
        """What is shown at the left and at the right."""
        right = [item for item in self.items if item.action in LAST]
        others = [item for item in self.items if item.action not in LAST]
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
        left, right = self._laid_out()
        place = 0
        for item in left:
            place += item.width
            if x < place:
                return item
        place = self.size.width
        for item in reversed(right):
            place -= item.width
            if place <= x < place + item.width:
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
