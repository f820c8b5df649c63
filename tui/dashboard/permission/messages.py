"""Messages about whether something may be done in Intercom."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.domain import Name
from tui.outbox import Identity


@dataclass
class PermissionRead(Message):
    """Whether a change may be made."""

    refusal: str | None
    """Why not, in one line; None if it may."""
    is_switched_off: bool
    """Whether acting is off only because nobody has turned it on."""
    obstacle: str | None
    """What else is in the way."""
    identity: Identity | None
    unconfirmed: Name | None
    """The other teammate whose name would be used, to which nobody has agreed yet."""
    undo_window: int
    """Seconds in which a change can be taken back."""


@dataclass
class PermissionGiven(Message):
    """The user agreed to something; `problem` says why that could not be kept, empty if it was."""

    problem: str = ""
