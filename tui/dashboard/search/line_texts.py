"""The texts at the right end of the search line, and below it, fitted to their room. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tui.cells import cell_width, fit

SHORTEST_MEANING = 12
"""Cells below which the meaning of a query is left out instead of shortened."""
SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Summary:
    """What a search found: how many, what its query means in words (empty: all), and how long it took."""

    count: str
    meaning: str
    time: str

    def fitted(self, room: int) -> Content:
        """In `room` cells: the meaning is shortened, then left out, then the time is. The count stays."""
        left = room - cell_width(SEPARATOR.join((self.count, self.time))) - len(SEPARATOR)
        meaning = self.meaning if cell_width(self.meaning) <= left else ""
        if self.meaning and not meaning and left >= SHORTEST_MEANING:
            meaning = fit(self.meaning, left)
        words = [word for word in (meaning, self.time) if word]
        if cell_width(SEPARATOR.join((self.count, *words))) > room:
            words = []
        return Content.assemble((self.count, "bold"), *((f"{SEPARATOR}{word}", "$muted") for word in words))


def pointed_at(message: str, start: int, width: int, available: int) -> Content:
    """`width` carets from the cell `start` on, with the message beside them or, for want of room, below."""
    start = max(0, min(start, available - 1))
    carets = ("^" * max(1, min(width, available - start)), "bold")
    after = start + len(carets[0]) + 1
    if after + cell_width(message) <= available:
        return Content.assemble(" " * start, carets, f" {message}")
    if cell_width(message) < start:
        return Content.assemble(f"{message:>{start - 1 - cell_width(message) + len(message)}} ", carets)
    return Content.assemble(" " * start, carets, f"\n{message}")
