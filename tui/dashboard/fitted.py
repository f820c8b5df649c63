"""Screens that are laid out and painted once when they come up, and once for each size of the terminal.

Left alone, Textual does both twice: a layout tells the screen of its own size, which has it laid out again,
and the classes for the size come only after the first.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tui.dashboard.steps import draw, give_way, in_steps

Answer = TypeVar("Answer")
TURNS = 8
"""Of the event loop, from a layout to the widgets having heard of their new sizes."""


class FittedScreen(Screen[Answer], Generic[Answer]):
    """Takes the classes for a size before it is laid out for it, and is not laid out again without need."""

    BRIEF: ClassVar[str] = ""
    """What says less on a small screen: told before the layout, as it would need another one after it."""
    focused = Reactive[Widget | None](None, repaint=False)
    """Textual has all of the screen painted when it changes; here the two widgets are, by their styles."""

    @on(events.ScreenResume)
    def _fit_resumed(self, event: events.ScreenResume) -> None:
        self._fit(self.app.size, restyle=not event.refresh_styles)
        self._hold_painting()

    @on(events.Resize)
    def _fit_resized(self, event: events.Resize) -> None:
        before = self.classes
        self._fit(event.size)
        if self.classes != before:
            for widget in self.query(self.BRIEF) if self.BRIEF else ():
                widget.post_message(events.Resize(widget.outer_size, widget.virtual_size))
        if all(screen.outer_size == event.size for screen in self.app.screen_stack):
            event.prevent_default()
        else:
            self._hold_painting()

    def _hold_painting(self) -> None:
        """New styles, a layout, the layout that widgets of another size ask for, and all of them drawn: in
        one go that would hold up the loop, one by one it would flicker."""
        hold = ExitStack()
        hold.enter_context(self.app.batch_update())
        if not self.call_later(self._draw_ahead, hold):
            hold.close()

    async def _draw_ahead(self, hold: ExitStack) -> None:
        """Comes when the widgets are laid out and before they are painted."""
        await give_way(TURNS)
        await in_steps(self.walk_children(Widget, with_self=True), draw)
        if not self.call_later(self._paint, hold):
            hold.close()

    def _paint(self, hold: ExitStack) -> None:
        hold.close()
        self.refresh()

    def _fit(self, size: Size, *, restyle: bool = True) -> None:
        across, down = self.app.HORIZONTAL_BREAKPOINTS or [], self.app.VERTICAL_BREAKPOINTS or []
        fitting = {fitting_class(size.width, across), fitting_class(size.height, down)}
        self.update_classes({name: name in fitting for _, name in [*across, *down]}, restyle, animate=False)


class FittedModal(ModalScreen[Answer], FittedScreen[Answer], Generic[Answer]):
    """The same for what lies over another screen."""


def fitting_class(cells: int, breakpoints: list[tuple[int, str]]) -> str:
    """The class for so many columns, or lines."""
    return max(((least, name) for least, name in breakpoints if cells >= least), default=(0, ""))[1]
