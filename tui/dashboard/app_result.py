"""What the dashboard asks its caller to do when it ends."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.settings import Secret, Settings


@dataclass
class TokenAccepted(Message):
    """A token was checked against Intercom and stored."""

    result: RestartWithToken


@dataclass
class DemoChosen(Message):
    """The demo should be started instead."""


@dataclass(frozen=True, slots=True)
class RestartWithToken:
    """A token was given: open the dashboard with it."""

    settings: Settings
    token: Secret


@dataclass(frozen=True, slots=True)
class StartDemo:
    """Start the demo instead."""


AppResult = RestartWithToken | StartDemo | None
