"""Messages that several features share."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class UiStateChanged(Message):
    """A part of the UI state changed that is kept for the next start."""


@dataclass
class QueryChosen(Message):
    """The user wants the conversations that match `query` listed on the main screen."""

    query: str


@dataclass
class ScreenReopened(Message):
    """The user goes back to a screen from which a list was opened; `state` is what it showed."""

    name: str
    state: object
