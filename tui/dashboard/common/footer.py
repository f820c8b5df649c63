"""The footer: the keys that work at present.

Textual's own footer mounts a widget for each key, all again whenever the focus or an action changes. This one
is a single line, and is redrawn only when what it shows changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from textual import events
from textual.content import Content
from textual.keys import key_to_character
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

PALETTE = "command_palette"
ALWAYS_SHOWN = frozenset({"help", PALETTE})
"""Actions at the right end, which are shown however narrow the line is."""
MORE = " …"
"""Shown where keys are left out."""


@dataclass(frozen=True, slots=True)
class FooterKeys:
    """What the footer shows at one place of a screen, such as the list.

    `keys` are the ids of bindings with the words beside them, the most important first; a key that does not
    work at present is left out. `heading` stands before them.
    """

    keys: tuple[tuple[str, str], ...]
    heading: str = ""


@runtime_checkable
class ChoosesFooterKeys(Protocol):
    """A screen with several places, each with keys of its own in the footer."""

    def footer_keys(self) -> FooterKeys | None:
        """The keys of the place that has the focus; None for those that the bindings mark as shown."""


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
        return self.content(hovered=False).cell_length

    def content(self, *, hovered: bool) -> Content:
        dim = "" if self.enabled else " dim"
        background = " on $block-hover-background" if hovered else ""
        words = f" {self.description} " if self.description else " "
        return Content.assemble(
            (f" {self.display}", f"bold $footer-key-foreground{background}{dim}"),
            (words, f"$footer-description-foreground{background}{dim}"),
        )


class KeyFooter(Widget, can_focus=False):
    """Shows the keys of a screen in their order; a click on one simulates it.

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
    heading: reactive[Content] = reactive(Content(""))
    hovered: reactive[KeyItem | None] = reactive(None)

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        chosen = screen.footer_keys() if isinstance(screen, ChoosesFooterKeys) else None
        items = self._working_keys(screen, all_bindings=chosen is not None)
        if chosen is None:
            self.heading = Content("")
            self.items = tuple(items.values())
            return
        self.heading = (
            Content.assemble((f" {chosen.heading} ", "bold reverse"), " ") if chosen.heading else Content("")
        )
        named = [replace(items[name], description=words) for name, words in chosen.keys if name in items]
        self.items = (*named, *(item for item in items.values() if item.action in ALWAYS_SHOWN))

    def _working_keys(self, screen: Screen[object], *, all_bindings: bool) -> dict[str, KeyItem]:
        """The first working key of each action id; without `all_bindings`, of those that are to be shown."""
        items: dict[str, KeyItem] = {}
        for key, (_, binding, enabled, tooltip) in screen.active_bindings.items():
            name = binding.id or binding.action
            shown = binding.show or all_bindings or binding.action in ALWAYS_SHOWN
            if shown and name not in items and not is_typed(screen.focused, key):
                items[name] = KeyItem(
                    binding.key,
                    self.app.get_key_display(binding),
                    first_lower(binding.description),
                    binding.action,
                    enabled,
                    tooltip or binding.tooltip or binding.description,
                )
        return items

    def render(self) -> Content:
        left, right = self._fitting_items()
        start, end = Content.assemble(self.heading, self._content(left)), self._content(right)
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
        room = self.size.width - self.heading.cell_length
        if sum(item.width for item in self.items) <= room:
            return others, right
        right = [replace(item, description="") if item.action == PALETTE else item for item in right]
        room -= sum(item.width for item in right)
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
        end = self.heading.cell_length
        if x < end:
            return None
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


def is_typed(focused: Widget | None, key: str) -> bool:
    """Whether the focused widget takes this key as text."""
    return focused is not None and focused.check_consume_key(key, key_to_character(key))


def first_lower(words: str) -> str:
    """ "Sync days" → "sync days"."""
    return words[:1].lower() + words[1:]
