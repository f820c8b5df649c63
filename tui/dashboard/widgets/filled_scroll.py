"""A scrolling column that mounts its widgets only as far as one has scrolled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from textual.containers import VerticalScroll
from textual.widgets import Static

FIRST = 8
"""Widgets mounted at once; they fill most screens."""
MORE = 8
"""Widgets mounted in each further step: each costs some 3 ms, and a key is never held up for long."""
AHEAD = 2
"""Screens below the one in view that are mounted; what comes after waits to be scrolled to."""


class FilledScroll(VerticalScroll):
    """Subclasses hear of what was mounted with `mounted`, and with `filled` when nothing more is needed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._queue: Iterator[Static] = iter(())
        self.left = 0
        """Widgets not mounted yet."""
        self._filling = False
        """Whether more is to be mounted once the screen is painted."""
        self._to_end = False
        """Whether all is to be mounted, to come to the end."""

    def on_mount(self) -> None:
        self.watch(self, "scroll_y", self._fill_soon, init=False)

    @property
    def is_waiting(self) -> bool:
        """Whether widgets that belong on the screen, or near it, are still to be mounted."""
        return self._filling

    def empty(self) -> None:
        self._queue, self.left, self._to_end = iter(()), 0, False
        self.remove_children()
        self.scroll_to(y=0, animate=False)

    def fill(self, widgets: Iterator[Static], count: int) -> None:
        """Mount the first of these `count` widgets now, the others as they are needed."""
        self._queue, self.left = widgets, count
        self.mount_more(FIRST)

    def mount_more(self, count: int = MORE) -> bool:
        """Mount the next widgets; False when none are left."""
        widgets = list(islice(self._queue, count))
        if not widgets:
            return False
        self.left -= len(widgets)
        self.mounted(widgets)
        self.mount_all(widgets)
        self._fill_soon()
        return True

    def mounted(self, widgets: list[Static]) -> None:
        """These come next."""

    def filled(self) -> None:
        """Enough is mounted, and painted."""

    def action_scroll_end(self) -> None:
        self._to_end = True
        self._fill_soon()

    def _fill_soon(self) -> None:
        if not self._filling:
            self._filling = True
            self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        """Mount more while the end of what is there is near."""
        self._filling = False
        below = self.max_scroll_y - self.scroll_y
        if self.left and (self._to_end or below < AHEAD * self.size.height):
            self.mount_more()
        elif self._to_end:
            self._to_end = False
            self.scroll_end(animate=False)
        else:
            self.filled()
