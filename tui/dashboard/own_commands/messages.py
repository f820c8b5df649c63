"""Messages of the user's own commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from tui.settings import OwnCommand


@dataclass(frozen=True, slots=True)
class ConversationInput:
    """What a command is given of a conversation, as arguments and to read."""

    id: int
    url: str
    json: str
    """One line; empty if the command reads nothing."""


@dataclass(frozen=True, slots=True)
class PendingRun:
    """A command that is to be run, and the conversations that were read for it so far."""

    command: OwnCommand
    unread: Sequence[int]
    """Those that are still to be read."""
    read: tuple[ConversationInput, ...] = ()


@dataclass
class CommandTargetsRead(Message):
    """The conversations that a command is to be run on: `ids`, if they are not too many."""

    command: OwnCommand
    total: int
    ids: tuple[int, ...]


@dataclass
class CommandInputRead(Message):
    """Some more conversations were read for a command."""

    run: PendingRun


@dataclass
class CommandEnded(Message):
    """A command has ended.

    `problem` says in a few words what went wrong, or is empty; `output` is what it printed, safe to show.
    """

    command: OwnCommand
    total: int
    """On how many conversations it was to run."""
    problem: str
    output: str
    is_cut: bool
    """Whether it printed more than is shown."""
