"""Words, phrases and the operators that select conversations: one token becomes one node."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal, NoReturn

from tui.formatting import listed
from tui.query.comparisons import FIELDS, Comparisons
from tui.query.errors import QueryError
from tui.query.help import OPERATORS
from tui.query.lexer import Kind, Token
from tui.query.nodes import Flag, Node, Span, Text, Who
from tui.query.syntax import has_letter_or_digit, is_one_letter, quote, shown
from tui.text import nearest

_TEXT_FIELDS: dict[str, Literal["subject", "from"]] = {"subject": "subject", "from": "from"}
_FLAGS: dict[str, Literal["is", "has"]] = {"is": "is", "has": "has"}
_NAMES: dict[str, Literal["assignee", "team", "tag"]] = {"assignee": "assignee", "team": "team", "tag": "tag"}


class Terms:
    """Parses terms. `read` returns None for a term that is omitted while `typing`; raises `QueryError`."""

    def __init__(self, source: str, now: datetime, tz: tzinfo | None, typing: bool) -> None:
        self._source = source
        self._comparisons = Comparisons(source, now, tz)
        self._typing = typing

    def read(self, token: Token, last: bool) -> Node | None:
        unfinished = self._typing and last
        if not check_quotes(token, self._source, unfinished):
            return None
        if token.kind is not Kind.OPERATOR:
            return self._text(token, "any", unfinished)
        name = token.name.lower()
        if name not in OPERATORS:
            if unfinished and not token.quoted and token.text in ("", "/"):  # on the way to http://
                return None
            self._unknown_operator(token)
        if not check_value(token, self._source, unfinished):
            return None
        if name in _TEXT_FIELDS:
            return self._text(token, _TEXT_FIELDS[name], unfinished)
        if token.star:
            raise QueryError(f"“*” does not work with {name}:", token.end - 1, token.end, self._source)
        if name in _FLAGS:
            return self._flag(token, _FLAGS[name], unfinished)
        if name in _NAMES:
            value = token.text.lower() if token.text.lower() in OPERATORS[name].values else token.text
            return Who(_NAMES[name], value, Span(token.start, token.end))
        return self._comparisons.read(token, FIELDS[name], unfinished)

    def _text(self, token: Token, field: Literal["any", "subject", "from"], unfinished: bool) -> Node | None:
        text, prefix = token.text, token.star
        if not token.quoted and text.endswith("*"):
            text, prefix = text[:-1], True
        if not has_letter_or_digit(text):
            if unfinished:
                return None
            if text == "-":
                self._fail_value("put “-” directly before the word to exclude, as in -spam", token)
            if token.quoted and not text:
                self._fail_value("the quotes are empty", token)
            self._fail_value(f"“{shown(token.text)}” has no letter or digit to search for", token)
        if not token.quoted and "*" in text:
            advice = f"to search for the text, quote it: {shown(quote(token.text))}"
            self._fail_value(f"“*” works only at the end of a word, as in refund*; {advice}", token)
        if is_one_letter(text):
            if self._typing:
                return None
            self._fail_value(f"“{shown(token.text)}” is too short; write at least two letters", token)
        return Text(text, token.quoted, prefix, field, Span(token.start, token.end))

    def _flag(self, token: Token, kind: Literal["is", "has"], unfinished: bool) -> Flag | None:
        value = check_choice(token, self._source, unfinished)
        return None if value is None else Flag(kind, value, Span(token.start, token.end))

    def _unknown_operator(self, token: Token) -> NoReturn:
        close = nearest(token.name, OPERATORS)
        hint = f"; did you mean “{close}:”? Or write" if close else "; write"
        message = (
            f"there is no operator “{shown(token.name)}:”{hint} "
            f"{shown(quote(f'{token.name}:{token.text}'))} to search for the text. "
            f"Operators: {', '.join(f'{known}:' for known in OPERATORS)}"
        )
        written = self._source[token.start : token.end]
        suggestion = f"{close}:{written.partition(':')[2]}" if close else None
        raise QueryError(message, token.start, token.end, self._source, suggestion)

    def _fail_value(self, message: str, token: Token) -> NoReturn:
        start = token.value_start if token.kind is Kind.OPERATOR else token.start
        raise QueryError(message, start, token.end, self._source)


def check_quotes(token: Token, source: str, unfinished: bool) -> bool:
    """False for an open quote that is still being typed; raises `QueryError` for any other open quote."""
    if token.closed or unfinished:
        return token.closed
    start = token.value_start if token.kind is Kind.OPERATOR else token.start
    raise QueryError('this quote is not closed; add a " at the end of the phrase', start, token.end, source)


def check_value(token: Token, source: str, unfinished: bool) -> bool:
    """False for an operator whose value is still to be typed; raises `QueryError` if it is missing."""
    if token.text:
        return True
    if unfinished and not token.quoted:
        return False
    name = token.name.lower()
    message = f"{name}: needs a value directly after the colon: {OPERATORS[name].needs}"
    if source.startswith("(", token.end):
        message = f"{name}: cannot be used before parentheses: write ({name}:this OR {name}:that)"
    raise QueryError(message, token.start, token.end, source)


def check_choice(token: Token, source: str, unfinished: bool) -> str | None:
    """The value of an operator with fixed values, in lower case.

    None while it is still being typed. Raises `QueryError` for any other value.
    """
    name, value = token.name.lower(), token.text.lower()
    values = OPERATORS[name].values
    if value in values:
        return value
    if unfinished and any(known.startswith(value) for known in values):
        return None
    close = nearest(value, values)
    hint = f"; did you mean “{close}”?" if close else ""
    message = f"{name}: takes {listed(values, 'or')}, not “{shown(token.text)}”{hint}"
    raise QueryError(message, token.value_start, token.end, source, close)
