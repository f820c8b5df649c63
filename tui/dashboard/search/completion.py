"""Completions of the search line, and the correction of a query that cannot be parsed."""

from __future__ import annotations

from dataclasses import dataclass

from tui.query import OPERATORS, QueryError
from tui.query.syntax import term


@dataclass(frozen=True, slots=True)
class Completion:
    """Replaces `start` to `end` of the query by `text`; `detail` describes it, or says how many match."""

    start: int
    end: int
    text: str
    detail: str


def correction_of(error: QueryError) -> Completion | None:
    """The replacement for the wrong part of a query, if the error suggests one."""
    text = suggested_text(error)
    if text is None or error.start == error.end:
        return None
    return Completion(error.start, error.end, text, "")


def suggested_text(error: QueryError) -> str | None:
    """What should probably stand in place of `start` to `end` of the query."""
    _, found, hint = error.message.partition("did you mean ")
    meant = hint.partition("?")[0].strip("“”")
    if not found or not meant:
        return None
    operator, colon, value = error.source[error.start : error.end].partition(":")
    if meant.endswith(":"):
        return meant + value
    return term(operator, meant) if colon and operator.lower() in OPERATORS else meant
