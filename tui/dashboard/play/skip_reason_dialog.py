"""Asks why a conversation is skipped."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.dashboard.common.dialog import Dialog


class SkipReasonDialog(Dialog[str | None]):
    """Dismissed with the reason, which may be empty, or with None."""

    TITLE_TEXT = "skip"
    KEYS = "Enter skip · Esc cancel"

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="reason (optional, kept on this computer)", compact=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
