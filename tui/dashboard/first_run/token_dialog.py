"""Takes another access token while the dashboard runs."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from tui.credentials import WHERE, used_instead
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.first_run.messages import TokenAccepted
from tui.dashboard.first_run.token_form import TokenForm, TokenPrompt
from tui.sync.events import Reason

PRESENT_TOKEN = {
    Reason.UNAUTHORIZED: "The present token cannot be used.",
    Reason.FORBIDDEN: "The present token lacks a permission.",
    Reason.WRONG_WORKSPACE: "The present token belongs to another workspace.",
}
"""Why a sync failed, where another token helps."""


class TokenDialog(Dialog[None]):
    """Closes once a token is accepted; the sync goes on with it."""

    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE_TEXT = "another access token"
    form = getters.query_one(TokenForm)

    def __init__(self, prompt: TokenPrompt) -> None:
        super().__init__()
        self._prompt = prompt

    def compose_body(self) -> ComposeResult:
        words = f"{WHERE}\nIt is sent to {self._prompt.receiver} only. {used_instead(self._prompt.settings)}"
        yield Static(Content(words), classes="dialog-text")
        yield TokenForm(self._prompt, save_label="Save and sync")

    @on(TokenAccepted)
    def _token_accepted(self) -> None:
        self.dismiss(None)
