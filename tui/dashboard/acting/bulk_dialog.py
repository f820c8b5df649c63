"""Says what a change of several conversations will do, and asks for a confirmation that names the number."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.dialog import Dialog
from tui.outbox import Preview
from tui.writes import kind_of


class BulkDialog(Dialog[bool]):
    """Dismissed with True when confirmed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "Confirm", id="confirm_bulk", tooltip="Do it"),
    ]

    def __init__(self, preview: Preview, words: str, window: str) -> None:
        """`words` say what is done; `window` says when it is sent."""
        super().__init__()
        self._preview = preview
        self._words = words
        self._window = window

    def compose_body(self) -> ComposeResult:
        yield Static(Content("\n").join(map(Content, self._preview.words.split(" · "))))
        yield Static(Content.styled(self._window, "$muted"), id="bulk-window")

    def on_mount(self) -> None:
        frame = self.query_one(".dialog")
        frame.border_title = self._words
        frame.border_subtitle = (
            f"Enter {kind_of(self._preview.write)} {len(self._preview.change):,} · Esc cancel"
        )

    def action_confirm(self) -> None:
        self.dismiss(True)
