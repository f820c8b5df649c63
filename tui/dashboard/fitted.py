"""Screens that are laid out and painted once when they come up, and once for each size of the terminal.

Left alone, Textual does both twice: a layout tells the screen of its own size, which has it laid out again,
and the classes for the size come only after the first.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.geometry import Size
from textual.screen import ModalScreen, Screen

Answer = TypeVar("Answer")
TURNS = 8
"""Of the event loop, from new styles to the widgets having heard of their new sizes."""


class FittedScreen(Screen[Answer], Generic[Answer]):
    """Takes the classes for a size before it is laid out for it, and is not laid out again without need."""

    BRIEF: ClassVar[str] = ""
    """What says less on a small screen: told before the layout, as it would need another one after it."""

    @on(events.ScreenResume)
    def _fit_resumed(self, event: events.ScreenResume) -> None:
        self._fit(self.app.size, restyle=not event.refresh_styles)

    @on(events.Resize)
    async def _fit_resized(self, event: events.Resize) -> None:
        before = self.classes
        self._fit(event.size)
        if self.classes != before:
            for widget in self.query(self.BRIEF) if self.BRIEF else ():
                widget.post_message(events.Resize(widget.outer_size, widget.virtual_size))
            self.run_worker(self._hold_painting(), name="hold")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if all(screen.outer_size == event.size for screen in self.app.screen_stack):
            event.prevent_default()

    async def _hold_painting(self) -> None:
        """New styles, a layout, and the layout that widgets of another size ask for: in one go they would
        hold up the loop, one by one they would flicker."""
        with self.app.batch_update():
            for _ in range(TURNS):
                await asyncio.sleep(0)
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
