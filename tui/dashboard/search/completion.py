"""Completions of the search line, and the correction of a query that cannot be parsed."""

from __future__ import annotations

from dataclasses import dataclass

from tui.query import QueryError


@dataclass(frozen=True, slots=True)
class Completion:
    """Replaces `start` to `end` of the query by `text`; `detail` describes it, or says how many match."""

    start: int
    end: int
    text: str
    detail: str


def correction_of(error: QueryError) -> Completion | None:
    """The replacement for the wrong part of a query, if the error suggests one."""
    if error.suggestion is None or error.start == error.end:
        return None
    return Completion(error.start, error.end, error.suggestion, "")
