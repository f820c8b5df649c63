"""What each operator does, for the help screen, completion and error lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tui.timeframe import KEYWORDS

WAITING_SIGNS: tuple[Literal[">=", "<=", ">", "<"], ...] = (">=", "<=", ">", "<")
_TIMES = (*KEYWORDS, "24h", "7d", "30d", "3mo")


@dataclass(frozen=True, slots=True)
class OperatorHelp:
    """`values` are the fixed values (to complete after the colon); names of people, teams and tags come
    from the workspace. `needs` says what the value is, as the end of “is: needs …”."""

    name: str
    summary: str
    needs: str
    values: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyntaxHelp:
    """One way of writing a query that is not an operator."""

    example: str
    summary: str


def listed(words: Iterable[str], last: str = "or") -> str:
    """“a, b or c”."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def _fixed(name: str, summary: str, *values: str) -> OperatorHelp:
    return OperatorHelp(name, summary, listed(values), values, tuple(f"{name}:{v}" for v in values[:2]))


_ALL = (
    _fixed(
        "is", "state of the conversation",
        "open", "closed", "snoozed", "unread", "waiting", "priority", "unassigned",
    ),
    _fixed("has", "what the conversation holds", "note", "attachment", "rating"),
    OperatorHelp(
        "assignee", "who it is assigned to", "a teammate’s name, me or none", ("me", "none"),
        ("assignee:me", 'assignee:"Ada Lovelace"', "assignee:none"),
    ),
    OperatorHelp(
        "team", "the team it is assigned to", "a team’s name or none", ("none",),
        ("team:billing", 'team:"Tier 2"'),
    ),
    OperatorHelp(
        "tag", "a tag it carries", "a tag’s name or none", ("none",), ("tag:refund", 'tag:"billing issue"')
    ),
    OperatorHelp(
        "from", "the customer’s name or address", "a name or an address", (),
        ("from:ada@example.com", 'from:"Ada Lovelace"'),
    ),
    OperatorHelp("subject", "words of the subject", "a word or a phrase", (), ('subject:"late fee"',)),
    OperatorHelp(
        "waiting", "how long the customer has been waiting",
        ">, <, >= or <= and a length of time, as in >2h", (">1h", ">4h", ">1d", "<1h"),
        ("waiting:>2h", "waiting:<30m"),
    ),
    OperatorHelp(
        "since", "active at or after", "a time, as in 7d, yesterday or 2024-12-20", _TIMES,
        ("since:7d", "since:2024-12-20"),
    ),
    OperatorHelp(
        "until", "active at or before", "a time, as in 7d, yesterday or 2024-12-20", _TIMES,
        ("until:yesterday", "until:2024-12"),
    ),
    OperatorHelp(
        "on", "active within a day, month or minute", "a day, as in yesterday or 2024-12-20",
        tuple(word for word in KEYWORDS if word != "now"), ("on:today", "on:2024-12-20"),
    ),
    _fixed("sort", "order of the results", "updated", "waiting", "created", "relevance"),
)  # fmt: skip

OPERATORS: Mapping[str, OperatorHelp] = MappingProxyType({entry.name: entry for entry in _ALL})

SYNTAX: tuple[SyntaxHelp, ...] = (
    SyntaxHelp("late refund", "both words, anywhere in the conversation"),
    SyntaxHelp('"late refund"', "exactly this phrase"),
    SyntaxHelp("refu*", "words that begin so"),
    SyntaxHelp("-spam", "without it; works before words, phrases, operators and groups"),
    SyntaxHelp("refund OR invoice", "either; OR is written in capitals"),
    SyntaxHelp("(refund OR invoice) is:open", "parentheses group"),
)
