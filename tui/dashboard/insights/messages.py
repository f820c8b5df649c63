"""Messages of the insights screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.insights import Report


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What numbers should be about: the last so many `days`, or 0 for the period that `query` names."""

    days: int
    query: str = ""


@dataclass
class ReportFetched(Message):
    """The numbers that were asked for."""

    asked: ReportRequest
    report: Report


@dataclass
class ReportRefused(Message):
    """The search that the numbers should be about can no longer be read; `words` say why."""

    words: str


@dataclass
class PeriodChosen(Message):
    """The numbers should be about the last so many days."""

    days: int


@dataclass
class ScopeChosen(Message):
    """The numbers should be about the results of the search only, or about all conversations."""

    narrowed: bool
