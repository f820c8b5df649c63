"""A change that is not sent, as a block at the end of its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from tui.cells import fit
from tui.dashboard.acting.words import ShownChange, state_words
from tui.dashboard.common.blocks import Block, Frame
from tui.visible import visible
from tui.writes import Note, WriteState

MAX_NAME = 40
"""Cells of the name of a teammate that are shown."""


@dataclass(frozen=True, slots=True)
class ChangeKeys:
    """The keys as they are shown."""

    undo: str = "u"
    retry: str = "!"
    edit: str = "e"
    drop: str = "x"
    read: str = "⏎"


class ChangeBlock(Block):
    """ "Priya Raman  close  sends in 8 s · u takes it back", above the text of a message."""

    frame: ClassVar[Frame] = Frame(2, 1, edge=True)

    def __init__(self, change: ShownChange, now: datetime, keys: ChangeKeys, *, has_keys: bool) -> None:
        """`has_keys`: the keys for what is not sent are about this one."""
        super().__init__()
        self.change = change
        self._keys = keys
        self._has_keys = has_keys
        self._state = state_words(change.write, now)

    @property
    def style_name(self) -> str:
        return "note" if isinstance(self.change.write.write, Note) else "teammate"

    def tick(self, now: datetime) -> bool:
        """Show the time that is left at `now`. Returns whether the words changed."""
        words = state_words(self.change.write, now)
        if words == self._state:
            return False
        self._state = words
        self.redraw()
        return True

    def render(self) -> Content:
        change = self.change
        kind = (" INTERNAL NOTE ", "bold reverse $text-warning") if self.style_name == "note" else ("", "")
        what = ("", "") if change.is_message else (change.words, "bold")
        style = "bold $text-error" if change.write.is_undecided else "$text-warning"
        pieces = (
            (fit(change.author, MAX_NAME), "bold $text-secondary"),
            kind,
            what,
            (" · ".join((self._state, *self._hints())), style),
        )
        heading = Content("  ").join(Content.styled(*piece) for piece in pieces if piece[0])
        return Content("\n").join((heading, Content(visible(change.text)))) if change.text else heading

    def _hints(self) -> tuple[str, ...]:
        change, keys = self.change, self._keys
        if change.write.is_undecided:
            if not self._has_keys:
                return ()
            return (
                *((f"{keys.read} read it",) if change.has_newer_message else ()),
                *((f"{keys.edit} edit",) if change.is_message else ()),
                f"{keys.retry} {'send anyway' if change.write.state is WriteState.HELD else 'try again'}",
                f"{keys.drop} drop",
            )
        return (f"{keys.undo} takes it back",) if change.is_own and self._state.startswith("sends") else ()
