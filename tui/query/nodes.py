"""A parsed query. `str()` of everything here is its canonical spelling."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from tui.query.choices import SPELLING, ChoiceField
from tui.query.syntax import assignment, is_bare_value, is_bare_word, quote, term
from tui.timeframe import duration_text

CompareField: TypeAlias = Literal["waiting", "updated", "created", "replies", "rating"]
CompareSign: TypeAlias = Literal[">=", "<=", ">", "<", "="]


class Span(NamedTuple):
    """Character offsets into the source of the query; `end` is exclusive."""

    start: int
    end: int


_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """Words to find. `phrase`: they were in quotes; `prefix`: the last word may be longer.

    `field` is where: the subject, the customer's name and address ("from"), the company, or anywhere ("any").
    `near` (1 to 99, only for a phrase of several words): the words are in any order, with so many others
    between the first and the last of them at most. `text` holds at least one letter, digit or symbol and no
    control characters.
    """

    text: str
    phrase: bool = False
    prefix: bool = False
    field: Literal["any", "subject", "from", "company"] = "any"
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)
    near: int | None = None

    def __str__(self) -> str:
        star = "*" if self.prefix else "" if self.near is None else f"~{self.near}"
        if self.field == "any":
            bare = not self.phrase and is_bare_word(self.text)
            return f"{self.text if bare else quote(self.text)}{star}"
        bare = not self.phrase and is_bare_value(self.text) and "*" not in self.text
        return f"{self.field}:{self.text if bare else quote(self.text)}{star}"


@dataclass(frozen=True, slots=True)
class Flag:
    """`is:` open, closed, snoozed, unread, waiting, priority, unassigned, fin (an AI agent took part), and of
    the local annotations starred, done and due (a follow-up whose time has come); `has:` note, attachment,
    rating, and of the local annotations followup and mynote."""

    kind: Literal["is", "has"]
    name: str
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Who:
    """A name: of the assignee, of a teammate who took part ("with"), of a team or of a tag.

    "none" stands for nobody and nothing (except in "with"), "me" for the person asking (assignee and with).
    """

    field: Literal["assignee", "with", "team", "tag"]
    value: str
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        return term(self.field, self.value)


@dataclass(frozen=True, slots=True)
class Choice:
    """Intercom's word for the kind of source ("channel"), for how the conversation began ("delivered"), or
    for the state of its SLA: a value of `CHOICES`."""

    field: ChoiceField
    value: str
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        return term(*SPELLING[self.field, self.value])


@dataclass(frozen=True, slots=True)
class Attribute:
    """A custom attribute that has this value; None: any value. Neither text is empty; no "=" in the name."""

    name: str
    value: str | None = None
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        return assignment("attr", self.name, self.value)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was written ("yesterday", "2024-12"): its first and last second, UTC-aware."""

    text: str = dataclasses.field(compare=False)
    first: datetime
    last: datetime
    ago: bool = False
    """It is how long ago ("3mo"): more of that is earlier."""


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison. `value` is a length of time for waiting (how long the customer has been), updated and
    created (how long ago), without "="; for the latter two also a moment: "=" means within it, ">" after
    its last second, ">=" from its first on. It is a number for replies (messages of the thread) and rating
    (1 to 5).
    """

    field: CompareField
    operator: CompareSign
    value: timedelta | int | Moment
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        match self.value:
            case int():
                value = str(self.value)
            case timedelta():
                value = duration_text(self.value)
            case Moment():
                value = self.value.text
        return term(self.field, value if self.operator == "=" else f"{self.operator}{value}")


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node

    def __str__(self) -> str:
        return f"-({self.operand})" if isinstance(self.operand, And | Or) else f"-{self.operand}"


@dataclass(frozen=True, slots=True)
class And:
    """Two operands or more, none of them an `And`."""

    operands: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({node})" if isinstance(node, Or) else str(node) for node in self.operands)


@dataclass(frozen=True, slots=True)
class Or:
    """Two operands or more, none of them an `Or`."""

    operands: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.operands))


Node: TypeAlias = Text | Flag | Who | Choice | Attribute | Compare | Not | And | Or


class Sort(Enum):
    UPDATED = "updated"
    WAITING = "waiting"
    CREATED = "created"
    OLDEST = "oldest"
    """By activity like `UPDATED`, the other way round."""
    RELEVANCE = "relevance"
    DUE = "due"
    """By the time of the follow-up, the earliest first; without one last."""


@dataclass(frozen=True, slots=True)
class TimeTerm:
    """`since:7d` as it was written, so that a query keeps its meaning on another day."""

    operator: Literal["since", "until", "on"]
    value: str
    span: Span = dataclasses.field(default=_NOWHERE, compare=False)

    def __str__(self) -> str:
        return term(self.operator, self.value)


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. Two queries are equal when they mean the same, however they were spelt.

    `expression` is None when every conversation of the window is meant. `start` and `end` are UTC-aware
    whole seconds, both inclusive, None when open. `times` is how they were written: whoever replaces
    `start` or `end` replaces `times` by () as well. `number`: the query is the number of a conversation, or a
    link to it; that one comes first, those that hold the number as text follow.
    """

    source: str = dataclasses.field(compare=False)
    expression: Node | None = None
    start: datetime | None = None
    end: datetime | None = None
    sort: Sort = Sort.UPDATED
    times: tuple[TimeTerm, ...] = dataclasses.field(default=(), compare=False)
    number: int | None = None

    @property
    def terms(self) -> tuple[Text, ...]:
        """The text that matching conversations hold (nothing negated), for highlighting."""
        return () if self.expression is None else tuple(_positive(self.expression))

    def __str__(self) -> str:
        around = [*map(str, self.times or _absolute(self.start, self.end))]
        if self.sort is not Sort.UPDATED:
            around.append(f"sort:{self.sort.value}")
        if self.expression is None:
            return " ".join(around)
        inner = f"({self.expression})" if around and isinstance(self.expression, Or) else str(self.expression)
        return " ".join([inner, *around])


def _absolute(start: datetime | None, end: datetime | None) -> Iterator[TimeTerm]:
    if start is not None:
        yield TimeTerm("since", f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    if end is not None:
        yield TimeTerm("until", f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


def _positive(node: Node) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, And | Or):
        for operand in node.operands:
            yield from _positive(operand)
