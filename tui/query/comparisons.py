"""The operators that compare: `waiting:>2h`, `created:<1d`, `replies:>5`, `rating:1`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NoReturn

from tui.query.errors import QueryError
from tui.query.help import OPERATORS
from tui.query.lexer import Token
from tui.query.nodes import Compare, CompareField, CompareSign, Span
from tui.query.syntax import shown
from tui.timeframe import TimeframeError, parse_duration

LENGTHS: Mapping[str, CompareField] = {"waiting": "waiting", "updated": "updated", "created": "created"}
NUMBERS: Mapping[str, CompareField] = {"replies": "replies", "rating": "rating"}
FIELDS: Mapping[str, CompareField] = {**LENGTHS, **NUMBERS}

MOST = 1_000_000_000
"""Replies. No thread has that many."""
RATINGS = range(1, 6)
_SIGNS: tuple[CompareSign, ...] = (">=", "<=", ">", "<")


def read_comparison(token: Token, field: CompareField, source: str, unfinished: bool) -> Compare | None:
    """What an operator of `FIELDS` means; None when its value is still being typed. Raises `QueryError`."""
    sign: CompareSign = next((known for known in _SIGNS if token.text.startswith(known)), "=")
    amount = token.text.removeprefix(sign)
    if unfinished and sign != "=" and not amount:
        return None
    value: timedelta | int | None
    if field in NUMBERS:
        value = _number(amount, field, token, source)
    elif sign == "=":
        _fail_needs(field, token, source)
    else:
        value = _length(amount, field, token, source, unfinished)
    return None if value is None else Compare(field, sign, value, Span(token.start, token.end))


def _length(
    amount: str, field: CompareField, token: Token, source: str, unfinished: bool
) -> timedelta | None:
    if unfinished and amount.isdigit():
        return None
    try:
        return parse_duration(amount)
    except TimeframeError as error:
        raise QueryError(f"{field}: {error}", token.value_start, token.end, source) from error


def _number(amount: str, field: CompareField, token: Token, source: str) -> int:
    if not (amount.isascii() and amount.isdigit()):
        _fail_needs(field, token, source)
    value = min(int(amount[:20]), MOST)
    if field == "rating" and value not in RATINGS:
        message = f"rating: runs from {RATINGS[0]} to {RATINGS[-1]}, not “{shown(amount)}”"
        raise QueryError(message, token.value_start, token.end, source)
    return value


def _fail_needs(field: CompareField, token: Token, source: str) -> NoReturn:
    message = f"{field}: needs {OPERATORS[field].needs}, not “{shown(token.text)}”"
    raise QueryError(message, token.value_start, token.end, source)
