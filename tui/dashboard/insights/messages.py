"""Messages of the insights screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.insights import Report


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report on the conversations of `query` in the last `days`; 0: in the period that `query` names."""

    days: int
    query: str = ""


@dataclass
class ReportFetched(Message):
    """The answer to `request`."""

    request: ReportRequest
    report: Report


@dataclass
class ReportRefused(Message):
    """The query of a request has become invalid; `reason` is one line for the user."""

    reason: str


@dataclass
class PeriodChosen(Message):
    """The report should be on the last `days`; 0: on the period of the search."""

    days: int


@dataclass
class ScopeChosen(Message):
    """The report should be on the results of the search only, or on the whole workspace."""

    results_only: bool
