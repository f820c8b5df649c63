"""Why a conversation is skipped."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.dashboard.common.dialog import Dialog


class SkipReasonDialog(Dialog[str | None]):
    """Any text, or none."""

    TITLE_TEXT = "skip"
    KEYS = "enter skips · esc leaves"

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="why? (kept here only; may be empty)", id="reason-entry", compact=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
