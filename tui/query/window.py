"""The terms that apply to the whole query: since:, until:, on: and sort:."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal, NoReturn

from tui.query.errors import QueryError
from tui.query.lexer import Token
from tui.query.nodes import Sort, Span, TimeTerm
from tui.query.syntax import shown, term
from tui.query.terms import check_choice, check_no_suffix, check_quotes, check_value
from tui.timeframe import TimeframeError, ago_in_words, is_unfinished_moment, parse_moment

_TIMES: dict[str, Literal["since", "until", "on"]] = {"since": "since", "until": "until", "on": "on"}


class Window:
    """Collects these terms. Its methods raise `QueryError` with the place."""

    operators = frozenset({"since", "until", "on", "sort"})

    def __init__(self, source: str, now: datetime, tz: tzinfo | None, typing: bool) -> None:
        self._source = source
        self._now = now
        self._tz = tz
        self._typing = typing
        self._start: datetime | None = None
        self._end: datetime | None = None
        self._seen: dict[str, Token] = {}
        self._times: list[TimeTerm] = []
        self.sort = Sort.UPDATED

    @property
    def times(self) -> tuple[TimeTerm, ...]:
        return tuple(self._times)

    def take(self, token: Token, minus: Token | None, depth: int, last: bool) -> None:
        """Add one of `operators`: with the `-` before it, if any, inside `depth` parentheses."""
        name = token.name.lower()
        if minus is not None:
            self._refuse_negated(name, token, minus)
        if depth:
            self._fail(f"{name}: applies to the whole query: put it outside the parentheses", token)
        if name in self._seen:
            self._fail(f"{name}: can be used only once", token)
        unfinished = self._typing and last
        if not check_quotes(token, self._source, unfinished):
            return
        if not check_value(token, self._source, unfinished):
            return
        check_no_suffix(token, self._source)
        if name == "sort":
            self._take_sort(token, unfinished)
        else:
            self._take_time(_TIMES[name], token, unfinished)

    def refuse_in_alternatives(self) -> None:
        """Raise for a time in `a OR b`, where it would seem to apply to one side only."""
        for time in self._times:
            message = f"{time.operator}: applies to the whole query: write (… OR …) {time}"
            raise QueryError(message, time.span.start, time.span.end, self._source)

    def limits(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last second, checked against each other and the present."""
        start, end = self._start, self._end
        if start is None:
            return start, end
        opening = self._seen.get("since") or self._seen["on"]
        if end is not None and start > end:
            later = max(opening, self._seen["until"], key=lambda token: token.start)
            self._fail(f"the period ends ({self._local(end)}) before it starts ({self._local(start)})", later)
        if start > self._now:
            message = (
                f"{opening.name.lower()}: “{shown(opening.text)}” is in the future; write a time before now"
            )
            raise QueryError(message, opening.value_start, opening.end, self._source)
        return start, end

    def _refuse_negated(self, name: str, token: Token, minus: Token) -> NoReturn:
        """Raise, with the term that means the opposite."""
        instead, hint = None, "; write another order, as in sort:oldest" if name == "sort" else ""
        if name in _TIMES and token.text and token.closed:
            ago = ago_in_words(token.text) is not None
            signs = {"since": ">" if ago else "<", "until": "<" if ago else ">"}
            instead = ("" if name in signs else "-") + term("updated", signs.get(name, "") + token.text)
            hint = f"; write {shown(instead)}"
        message = f"{name}: cannot be negated: it applies to the whole query{hint}"
        raise QueryError(message, minus.start, token.end, self._source, instead)

    def _take_sort(self, token: Token, unfinished: bool) -> None:
        value = check_choice(token, self._source, unfinished)
        if value is not None:
            self._seen["sort"] = token
            self.sort = Sort(value)

    def _take_time(self, name: Literal["since", "until", "on"], token: Token, unfinished: bool) -> None:
        others = ("since", "until") if name == "on" else ("on",)
        for other in others:
            if other in self._seen:
                self._fail(f"on: cannot be combined with {name if name != 'on' else other}:", token)
        try:
            first, last = parse_moment(token.text, now=self._now, tz=self._tz)
        except TimeframeError as error:
            if unfinished and is_unfinished_moment(token.text):
                return
            raise QueryError(
                f"{name}: {error}", token.value_start, token.end, self._source, error.suggestion
            ) from error
        if name == "on" and (token.text.lower() == "now" or ago_in_words(token.text) is not None):
            since = "today" if token.text.lower() == "now" else token.text
            message = f"on: needs a day, month or minute; for the time up to now write since:{since}"
            raise QueryError(message, token.value_start, token.end, self._source)
        self._seen[name] = token
        self._times.append(TimeTerm(name, token.text, Span(token.start, token.end)))
        if name != "until":
            self._start = first
        if name != "since":
            self._end = last

    def _fail(self, message: str, token: Token) -> NoReturn:
        raise QueryError(message, token.start, token.end, self._source)

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._tz):%Y-%m-%d %H:%M:%S}"
