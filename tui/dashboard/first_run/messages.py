"""Messages of the first run."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.app_result import RestartWithToken


@dataclass
class TokenAccepted(Message):
    """Intercom accepted the token, and it is stored."""

    result: RestartWithToken


@dataclass
class TokenRejected(Message):
    """The token cannot be used; `reason` is one line for the user."""

    reason: str


@dataclass
class DemoChosen(Message):
    """The user wants to start the demo instead."""
