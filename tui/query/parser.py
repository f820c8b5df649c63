"""The grammar: tokens become a `Query`, or raise one `QueryError` that points at the place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo
from typing import NoReturn

from tui.folding import is_phone_number
from tui.query.errors import IncompleteQuery, QueryError
from tui.query.help import OPERATORS
from tui.query.lexer import Kind, Token, tokens
from tui.query.nodes import And, Node, Not, Or, Query, Text
from tui.query.reference import conversation_number
from tui.query.spelling import likely_name
from tui.query.syntax import MAX_DEPTH, MAX_LENGTH, is_one_letter, quote, shown
from tui.query.terms import Terms
from tui.query.window import Window

_ENDS_ARM = frozenset({Kind.OR, Kind.CLOSE, Kind.END})


def parse(source: str, *, now: datetime, tz: tzinfo | None = None, typing: bool = False) -> Query:
    """Parse `source`. Days are those of `tz` (None: the machine's zone).

    `typing`: the query is still being written. Its last free word matches as a prefix, single letters are
    left out, and so is a last term that more typing may finish (`is:op`, `since:2024-1`, an open quote). If
    that leaves no word, operator or time, `IncompleteQuery` is raised instead of finding everything.

    Raises `QueryError`; `ValueError` when `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now!r} has no time zone; pass an aware datetime")
    if len(source) > MAX_LENGTH:
        message = f"the query has {len(source):,} characters; at most {MAX_LENGTH:,} are allowed"
        raise QueryError(message, MAX_LENGTH, len(source), source)
    return _Parser(source, now, tz, typing).query()


class _Parser:
    def __init__(self, source: str, now: datetime, tz: tzinfo | None, typing: bool) -> None:
        self._source = source
        self._now = now
        self._tz = tz
        self._typing = typing
        self._tokens = tokens(source)
        self._position = 0
        self._depth = 0
        self._terms = Terms(source, now, tz, typing)
        self._window = Window(source, now, tz, typing)

    def query(self) -> Query:
        expression, arms = self._alternatives()
        if self._peek.kind is Kind.CLOSE:
            self._fail("this “)” has no matching “(”", self._peek)
        if arms > 1:
            self._window.refuse_in_alternatives()
        start, end = self._window.limits()
        times, number = self._window.times, None
        if self._terms.too_short is not None and expression is not None and _is_too_short(expression):
            raise self._incomplete(self._terms.too_short) if self._typing else self._terms.too_short
        if expression is None and not self._typing and self._terms.needs is not None:
            raise self._terms.needs
        if expression is None and not times:
            self._check_complete()
        if isinstance(expression, Text) and expression.field == "any" and not (expression.phrase or times):
            number = conversation_number(expression.text)
            expression = replace(expression, text=expression.text if number is None else str(number))
        if isinstance(expression, And) and self._is_phone_number(expression):
            expression = Or((Text(" ".join(self._source.split()), phrase=True), expression))
        if self._typing and expression is not None:
            expression = self._with_last_word_open(expression)
        return Query(self._source, expression, start, end, self._window.sort, times, number)

    def _is_phone_number(self, expression: And) -> bool:
        """Whether several words are a phone number with spaces in it, which is one word of the index."""
        only_words = all(isinstance(node, Text) for node in expression.operands)
        return only_words and is_phone_number(" ".join(self._source.split()))

    def _check_complete(self) -> None:
        """Raise `IncompleteQuery` if there is something, but nothing to search for."""
        written = self._tokens[:-1]
        if self._terms.needs is not None:
            raise self._incomplete(self._terms.needs)
        if written and all(token.kind is not Kind.OPERATOR for token in written):
            message = "write a word, a number or an emoji to search for"
            raise IncompleteQuery(message, written[0].start, written[-1].end, self._source)

    def _incomplete(self, error: QueryError) -> IncompleteQuery:
        return IncompleteQuery(error.message, error.start, error.end, self._source)

    # --- grammar

    def _alternatives(self) -> tuple[Node | None, int]:
        """`a b OR c`: the node, and how many alternatives there are."""
        found: list[Node] = []
        arms = 0
        while True:
            node, empty = self._conjunction()
            arms += 1
            after = self._peek
            alone = arms == 1 and after.kind is not Kind.OR
            if empty and not alone and not self._may_go_on(after):
                self._fail("OR needs a term on both sides, as in refund OR invoice", self._nearest_or())
            if node is not None:
                found.extend(node.operands if isinstance(node, Or) else (node,))
            if after.kind is not Kind.OR:
                break
            self._position += 1
        if len(found) > 1:
            return Or(tuple(found)), arms
        return (found[0] if found else None), arms

    def _conjunction(self) -> tuple[Node | None, bool]:
        """`a b -c`: the node, and whether there is no term at all."""
        found: list[Node] = []
        empty = True
        while self._peek.kind not in _ENDS_ARM:
            if self._peek.kind is Kind.AND:
                self._and(empty)
                continue
            node, counts = self._term()
            empty = empty and not counts
            if node is not None:
                found.extend(node.operands if isinstance(node, And) else (node,))
        if len(found) > 1:
            return And(tuple(found)), empty
        return (found[0] if found else None), empty

    def _and(self, empty: bool) -> None:
        token = self._next()
        lonely = empty or self._peek.kind in (*_ENDS_ARM, Kind.AND)
        if lonely and not self._may_go_on(self._peek):
            self._fail("AND needs a term on both sides; it can also be left out", token)

    def _term(self) -> tuple[Node | None, bool]:
        """One term, and whether it counts as a term of the expression (sort and times do not)."""
        first = self._peek
        negated = False
        while self._peek.kind is Kind.MINUS:
            self._position += 1
            negated = not negated
        token = self._next()
        if token.kind is Kind.OPEN:
            node = self._group(token)
        elif token.kind is Kind.OPERATOR and token.name.lower() in self._window.operators:
            self._window.take(token, first if first is not token else None, self._depth, self._is_last(token))
            return None, False
        elif token.kind in (Kind.WORD, Kind.PHRASE, Kind.OPERATOR):
            self._check_name(token)
            node = self._terms.read(token, self._is_last(token))
        elif self._typing and self._is_last(token):
            return None, True  # `-OR` may become `-ORDER`
        elif token.kind is Kind.NOT:
            self._fail("instead of NOT, put “-” directly before the word to exclude, as in -spam", token)
        else:
            self._fail(f"“-” cannot be used before “{shown(token.text) or ')'}”", first, token)
        if node is None or not negated:
            return node, True
        return (node.operand if isinstance(node, Not) else Not(node)), True

    def _group(self, opening: Token) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"more than {MAX_DEPTH} levels of parentheses", opening)
        before = self._position
        node, _ = self._alternatives()
        closing = self._peek
        if closing.kind is Kind.END:
            if not self._typing:
                self._fail("this “(” is not closed; add a “)”", opening)
        else:
            if self._position == before:
                self._fail("the parentheses are empty", opening, closing)
            self._position += 1
        self._depth -= 1
        return node

    def _check_name(self, token: Token) -> None:
        """Raise for an operator that is probably misspelt: with the right name the term would be good.

        Anything else that no operator is called, or that nothing follows directly, is copied text.
        """
        if token.kind is not Kind.OPERATOR or token.name.lower() in OPERATORS or not token.text:
            return
        name = likely_name(token.name, OPERATORS)
        if name is None:
            return
        corrected = f"{name}:{self._source[token.start : token.end].partition(':')[2]}"
        if not self._is_good(corrected, typing=self._typing and self._is_last(token)):
            return
        message = (
            f"there is no operator “{shown(token.name)}:”; did you mean “{name}:”? Or write "
            f"{shown(quote(f'{token.name}:{token.text}'))} to search for the text. "
            f"Operators: {', '.join(f'{known}:' for known in OPERATORS)}"
        )
        self._fail(message, token, suggestion=corrected)

    def _is_good(self, source: str, *, typing: bool) -> bool:
        try:
            parse(source, now=self._now, tz=self._tz, typing=typing)
        except IncompleteQuery:
            return True
        except QueryError:
            return False
        return True

    # --- helpers

    @property
    def _peek(self) -> Token:
        return self._tokens[self._position]

    def _next(self) -> Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _is_last(self, token: Token) -> bool:
        """Whether the query ends in `token`, so that more typing may change it."""
        return self._tokens[-2] is token and token.end == len(self._source)

    def _may_go_on(self, token: Token) -> bool:
        """Whether what `token` lacks may still be typed: `refund OR`, or an `OR` that becomes `ORDER`."""
        return self._typing and (token.kind is Kind.END or self._is_last(token))

    def _nearest_or(self) -> Token:
        """The OR at the cursor, else the one just before it."""
        return self._peek if self._peek.kind is Kind.OR else self._tokens[self._position - 1]

    def _with_last_word_open(self, node: Node) -> Node:
        """`node` with its last word as a prefix, if the query ends in it and it is not negated."""
        if isinstance(node, Text) and node.span.end == len(self._source) and not self._tokens[-2].quoted:
            return replace(node, prefix=True)
        if isinstance(node, And | Or):
            last = self._with_last_word_open(node.operands[-1])
            return replace(node, operands=(*node.operands[:-1], last))
        return node

    def _fail(
        self, message: str, token: Token, last: Token | None = None, *, suggestion: str | None = None
    ) -> NoReturn:
        raise QueryError(message, token.start, (last or token).end, self._source, suggestion)


def _is_too_short(node: Node) -> bool:
    """Whether there is nothing to search for but single letters."""
    match node:
        case Text():
            return is_one_letter(node.text)
        case Not(operand):
            return _is_too_short(operand)
        case And(operands) | Or(operands):
            return all(map(_is_too_short, operands))
    return False
