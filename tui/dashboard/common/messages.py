"""Messages that several features share."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class UiStateChanged(Message):
    """Something was chosen that is remembered by the next start."""


@dataclass
class QueryChosen(Message):
    """The conversations behind something shown should be listed on the main screen."""

    query: str
