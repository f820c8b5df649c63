"""One's own note at the head of a conversation, where it cannot be taken for something that was sent."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.dashboard.triage.marks import NOTE

HEADING = f" {NOTE} MY NOTE "
BELOW = "only here, never sent to Intercom"


class OwnNote(Static):
    """A box of its own: no message and no internal note of Intercom has one."""

    def __init__(self, text: str) -> None:
        super().__init__(Content(text))
        self.border_title = HEADING
        self.border_subtitle = BELOW
