"""Messages of the coverage screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textual.message import Message

from tui.insights import DayCoverage


@dataclass
class DaysFetched(Message):
    """The coverage of every day of the configured history, oldest first."""

    days: tuple[DayCoverage, ...]
    total: int
    """All stored conversations, those of earlier days among them."""


@dataclass
class DaysHighlighted(Message):
    """The cursor of the calendar moved or the selection changed: its first and last day."""

    first: date
    last: date


@dataclass
class DayOpened(Message):
    """The conversations of this day should be listed."""

    day: date
