"""The operators that compare: `waiting:>2h`, `created:<1d`, `updated:2024-12-20`, `replies:>5`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NoReturn

from tui.plausible import RATINGS
from tui.query.errors import QueryError
from tui.query.help import OPERATORS
from tui.query.lexer import Token
from tui.query.nodes import Compare, CompareField, CompareSign, Moment, Span
from tui.query.syntax import shown
from tui.timeframe import (
    CALENDAR_UNITS,
    TimeframeError,
    ago_in_words,
    is_unfinished_moment,
    parse_duration,
    parse_moment,
)

TIMES: Mapping[str, CompareField] = {"updated": "updated", "created": "created"}
NUMBERS: Mapping[str, CompareField] = {"replies": "replies", "rating": "rating"}
FIELDS: Mapping[str, CompareField] = {"waiting": "waiting", **TIMES, **NUMBERS}

MOST = 1_000_000_000
"""Replies; no thread has that many."""
_SIGNS: tuple[CompareSign, ...] = (">=", "<=", ">", "<")


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Reads the values of `FIELDS`. Days are those of `tz` (None: the machine's zone)."""

    source: str
    now: datetime
    tz: tzinfo | None

    def read(self, token: Token, field: CompareField, unfinished: bool) -> Compare | None:
        """What the operator means; None while its value is still being typed. Raises `QueryError`."""
        sign: CompareSign = next((known for known in _SIGNS if token.text.startswith(known)), "=")
        amount = token.text.removeprefix(sign).strip()
        if unfinished and sign != "=" and not amount:
            return None
        value: timedelta | int | Moment | None
        if field in NUMBERS:
            value = self._number(amount, field, token)
        elif field in TIMES:
            value = self._time(amount, sign, token, unfinished)
        elif sign == "=":
            self._fail_needs(field, token)
        else:
            value = self._length(amount, sign, token, unfinished)
        return None if value is None else Compare(field, sign, value, Span(token.start, token.end))

    def _time(
        self, amount: str, sign: CompareSign, token: Token, unfinished: bool
    ) -> timedelta | Moment | None:
        """A length of time stays one; months, years and everything else are calculated by the calendar."""
        name, lowered = token.name.lower(), amount.lower()
        ago = ago_in_words(amount)
        if sign != "=" and ago is not None and not lowered.endswith(CALENDAR_UNITS):
            return self._length(amount, sign, token, unfinished)
        try:
            first, last = parse_moment(amount, now=self.now, tz=self.tz)
        except TimeframeError as error:
            if unfinished and is_unfinished_moment(amount):
                return None
            self._fail(f"{name}: {error}", amount, sign, token, error.suggestion)
        if sign == "=" and (ago is not None or lowered == "now"):
            hint = f"for the last {ago} write {name}:<{lowered}" if ago else f"write {name}:today"
            self._fail(f"{name}: needs a day, month or minute; {hint}", amount, sign, token)
        return Moment(amount, first, last, ago is not None)

    def _length(self, amount: str, sign: CompareSign, token: Token, unfinished: bool) -> timedelta | None:
        if unfinished and amount.isdigit():
            return None
        try:
            return parse_duration(amount)
        except TimeframeError as error:
            self._fail(f"{token.name.lower()}: {error}", amount, sign, token)

    def _number(self, amount: str, field: CompareField, token: Token) -> int:
        if not (amount.isascii() and amount.isdigit()):
            self._fail_needs(field, token)
        value = min(int(amount[:20]), MOST)
        if field == "rating" and value not in RATINGS:
            message = f"rating: must be from {RATINGS[0]} to {RATINGS[-1]}, not “{shown(amount)}”"
            raise QueryError(message, token.value_start, token.end, self.source)
        return value

    def _fail(
        self, message: str, amount: str, sign: CompareSign, token: Token, suggestion: str | None = None
    ) -> NoReturn:
        """Points at what follows the sign or, in quotes, at the whole value."""
        start = token.value_start
        if amount and not token.quoted and self.source.startswith(sign, start):
            start += len(sign)
        elif suggestion is not None and sign != "=":
            suggestion = sign + suggestion
        raise QueryError(message, start, token.end, self.source, suggestion)

    def _fail_needs(self, field: CompareField, token: Token) -> NoReturn:
        message = f"{field}: needs {OPERATORS[field].needs}, not “{shown(token.text)}”"
        raise QueryError(message, token.value_start, token.end, self.source)
