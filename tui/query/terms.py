"""Words, phrases and the operators that select conversations: one token becomes one node."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal, NoReturn, TypeAlias

from tui.folding import words
from tui.formatting import listed
from tui.query.choices import CHOICES, SYNONYMS
from tui.query.comparisons import FIELDS, Comparisons
from tui.query.errors import QueryError
from tui.query.help import OPERATORS
from tui.query.lexer import Kind, Token
from tui.query.nodes import Attribute, Choice, Flag, Node, Span, Text, Who
from tui.query.syntax import MAX_ATTRIBUTE, MAX_NEAR, is_one_letter, is_searchable, quote, shown
from tui.text import nearest

_TextField: TypeAlias = Literal["subject", "from", "company"]
_TEXT_FIELDS: dict[str, _TextField] = {"subject": "subject", "from": "from", "company": "company"}
_FLAGS: dict[str, Literal["is", "has"]] = {"is": "is", "has": "has"}
_NAMES: dict[str, Literal["assignee", "with", "team", "tag"]] = {
    "assignee": "assignee",
    "with": "with",
    "team": "team",
    "tag": "tag",
}


class Terms:
    """Parses terms. `read` returns None for a term that is omitted: it is still typed or holds nothing
    to search for; raises `QueryError`."""

    def __init__(self, source: str, now: datetime, tz: tzinfo | None, typing: bool) -> None:
        self._source = source
        self._comparisons = Comparisons(source, now, tz)
        self._typing = typing
        self.needs: QueryError | None = None
        """What the first term needs that was omitted because it holds nothing to search for."""
        self.too_short: QueryError | None = None
        """What is wrong with the first word of one letter, if there is nothing else to search for."""

    def read(self, token: Token, last: bool) -> Node | None:
        unfinished = self._typing and last
        if not token.closed:
            if not (unfinished and token.kind is Kind.OPERATOR):
                self._omit(unclosed(token, self._source), unfinished)
            return None
        name = token.name.lower()
        if token.kind is not Kind.OPERATOR or name not in OPERATORS:
            return self._text(token, "any", unfinished)
        if not check_value(token, self._source, unfinished):
            return None
        if name in _TEXT_FIELDS:
            return self._text(token, _TEXT_FIELDS[name], unfinished)
        check_no_suffix(token, self._source)
        if name in _FLAGS:
            return self._flag(token, _FLAGS[name], unfinished)
        if name in _NAMES:
            return self._who(token, name)
        if name in CHOICES:
            return self._choice(token, name, unfinished)
        if name == "attr":
            return self._attribute(token, unfinished)
        return self._comparisons.read(token, FIELDS[name], unfinished)

    def _text(self, token: Token, field: Literal["any"] | _TextField, unfinished: bool) -> Node | None:
        text, prefix, phrase = token.text, token.star, token.quoted
        if not phrase and text.endswith("*"):
            text, prefix = text[:-1], True
        written = token.text
        if field == "any" and token.kind is Kind.OPERATOR:  # “Re:” and “localhost:3000” are no operators
            text, written, phrase = f"{token.name}:{text}", f"{token.name}:{token.text}", True
        span = Span(token.start, token.end)
        if not is_searchable(text):
            copied = token.kind is Kind.WORD and text != "-"  # as in “Salt & Pepper”
            self._omit(self._unsearchable(token), copied or unfinished)
            return None
        if not token.quoted and "*" in text:
            advice = f"to search for the text, quote it: {shown(quote(written))}"
            self._fail_value(f"“*” works only at the end of a word, as in refund*; {advice}", token)
        if is_one_letter(text):
            error = self._wrong(f"“{shown(written)}” is too short; write at least two letters", token)
            if prefix or unfinished:  # as the beginning of a word it would fit too many
                self._omit(error, self._typing)
                return None
            self.too_short = self.too_short or error
        near = None if token.near is None else self._near(token, unfinished)
        return Text(text, phrase, prefix, field, span, near)

    def _omit(self, error: QueryError, may_omit: bool) -> None:
        """Leave a term out while the query is typed, or raise what is wrong with it."""
        if not may_omit:
            raise error
        self.needs = self.needs or error

    def _unsearchable(self, token: Token) -> QueryError:
        if token.kind is not Kind.OPERATOR and token.text == "-":
            message = "put “-” directly before the word to exclude, as in -spam"
        elif token.quoted and not token.text:
            message = "the quotes are empty"
        else:
            message = f"“{shown(token.text)}” cannot be searched for; write a word, a number or an emoji"
        return self._wrong(message, token)

    def _near(self, token: Token, unfinished: bool) -> int | None:
        """How many words there may be between those of the phrase; None while that is still typed."""
        written = token.near or ""
        start = max(token.end - len(written) - 1, token.start)
        if unfinished and not written:
            return None
        number = int(written) if written.isascii() and written.isdigit() and len(written) <= len("99") else 0
        if not 1 <= number <= MAX_NEAR:
            message = f'“~” needs a number from 1 to {MAX_NEAR} directly after it, as in "late refund"~5'
            raise QueryError(message, start, token.end, self._source)
        if len(words(token.text)) == 1:
            message = '“~” works only after a phrase of two words or more, as in "late refund"~5'
            raise QueryError(message, start, token.end, self._source)
        return number

    def _who(self, token: Token, name: str) -> Who:
        lowered = token.text.lower()
        if name == "with" and lowered == "none":
            self._fail_value("with: needs a teammate’s name or me, not none", token)
        value = lowered if lowered in OPERATORS[name].values else token.text
        return Who(_NAMES[name], value, Span(token.start, token.end))

    def _choice(self, token: Token, name: str, unfinished: bool) -> Choice | None:
        value = check_choice(token, self._source, unfinished)
        return None if value is None else Choice(*CHOICES[name][value], Span(token.start, token.end))

    def _attribute(self, token: Token, unfinished: bool) -> Attribute | None:
        name, assigned, value = (side.strip() for side in token.text.partition("="))
        if not token.quoted and token.text.endswith("*"):
            self._fail_value("“*” does not work with attr:; to search for one, put quotes around it", token)
        if not name:
            self._fail_value("attr: needs a name before “=”, as in attr:plan=pro", token)
        if assigned and not value:
            if unfinished:
                return None
            self._fail_value(
                f"attr: needs a value after “=”; for any value write {shown(str(Attribute(name)))}", token
            )
        if len(value) > MAX_ATTRIBUTE:
            self._fail_value(
                f"attr: only values of {MAX_ATTRIBUTE} characters or less are found; "
                f"for any value write {shown(str(Attribute(name)))}",
                token,
            )
        return Attribute(name, value if assigned else None, Span(token.start, token.end))

    def _flag(self, token: Token, kind: Literal["is", "has"], unfinished: bool) -> Flag | None:
        value = check_choice(token, self._source, unfinished)
        return None if value is None else Flag(kind, value, Span(token.start, token.end))

    def _fail_value(self, message: str, token: Token) -> NoReturn:
        raise self._wrong(message, token)

    def _wrong(self, message: str, token: Token) -> QueryError:
        known = token.kind is Kind.OPERATOR and token.name.lower() in OPERATORS
        return QueryError(message, token.value_start if known else token.start, token.end, self._source)


def check_quotes(token: Token, source: str, unfinished: bool) -> bool:
    """False for an open quote that is still being typed; raises `QueryError` for any other open quote."""
    if token.closed or unfinished:
        return token.closed
    raise unclosed(token, source)


def unclosed(token: Token, source: str) -> QueryError:
    start = token.value_start if token.kind is Kind.OPERATOR else token.start
    message = 'this quote is not closed; add a " at the end of the phrase'
    return QueryError(message, start, token.end, source)


def check_no_suffix(token: Token, source: str) -> None:
    """Raise `QueryError` for a `*` or `~` behind the value of an operator that takes neither."""
    sign = "*" if token.star else None if token.near is None else "~"
    if sign is not None:
        start = max(token.end - 1 - len(token.near or ""), token.start)
        raise QueryError(f"“{sign}” does not work with {token.name.lower()}:", start, token.end, source)


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
    values, synonyms = OPERATORS[name].values, SYNONYMS.get(name, {})
    value = synonyms.get(value, value)
    if value in values:
        return value
    if unfinished and any(known.startswith(value) for known in (*values, *synonyms)):
        return None
    close = nearest(value, values)
    hint = f"; did you mean “{close}”?" if close else ""
    message = f"{name}: takes {listed(values, 'or')}, not “{shown(token.text)}”{hint}"
    raise QueryError(message, token.value_start, token.end, source, close)
