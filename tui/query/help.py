"""What each operator does, for the help screen, completion and error lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tui.formatting import listed
from tui.query.choices import CHOICES
from tui.timeframe import KEYWORDS

_TIMES = (*KEYWORDS, "24h", "7d", "30d", "3mo")
_DAYS = tuple(word for word in KEYWORDS if word != "now")
_COMPARED_DAYS = (*_DAYS, *(f"{sign}{day}" for day in _DAYS for sign in (">=", "<=", ">", "<")))


@dataclass(frozen=True, slots=True)
class OperatorHelp:
    """How an operator is used.

    `values` are the fixed values that completion offers; names of people, teams and tags come from the
    workspace. `needs` describes the value, as the end of the sentence “is: needs …”.
    """

    name: str
    summary: str
    needs: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyntaxHelp:
    """One way of writing a query that is not an operator."""

    example: str
    summary: str


def _fixed(name: str, summary: str, *values: str) -> OperatorHelp:
    return OperatorHelp(name, summary, listed(values, "or"), values)


def _length(example: str) -> str:
    return f">, <, >= or <= and a length of time, as in >{example}"


def _when(example: str) -> str:
    return (
        "a day or month, as in yesterday or 2024-12; >, <, >= or <= and a time, as in >=2024-12-20;"
        f" or how long ago, as in {example}"
    )


def _number(kind: str, example: str) -> str:
    return f"{kind}, alone or after >, <, >= or <=, as in {example}"


_ALL = (
    _fixed(
        "is", "state of the conversation",
        "open", "closed", "snoozed", "unread", "waiting", "priority", "unassigned", "fin",
        "starred", "done", "due",
    ),
    _fixed(
        "has", "what the conversation contains, or your own annotations",
        "note", "attachment", "rating", "followup", "mynote",
    ),
    OperatorHelp("assignee", "who it is assigned to", "a teammate’s name, me or none", ("me", "none")),
    OperatorHelp("with", "a teammate who took part", "a teammate’s name or me", ("me",)),
    OperatorHelp("team", "the team it is assigned to", "a team’s name or none", ("none",)),
    OperatorHelp("tag", "a tag it has", "a tag’s name or none", ("none",)),
    OperatorHelp("from", "the customer’s name or address", "a name or an address", ()),
    OperatorHelp("company", "the customer’s company", "a word or a phrase of its name", ()),
    OperatorHelp("subject", "words of the subject", "a word or a phrase", ()),
    _fixed("channel", "where it came from, or how it began", *CHOICES["channel"]),
    _fixed("sla", "state of its SLA; hit is kept", *CHOICES["sla"]),
    OperatorHelp("attr", "a custom attribute", "a name, or a name and a value, as in plan=pro", ()),
    OperatorHelp(
        "waiting", "how long the customer has been waiting",
        _length("2h"), (">1h", ">4h", ">1d", "<1h"),
    ),
    OperatorHelp(
        "updated", "when it was last active", _when(">2d"),
        ("today", "yesterday", ">1d", ">7d", "<1h", "<1d", *_COMPARED_DAYS[2:]),
    ),
    OperatorHelp(
        "created", "when it was opened", _when("<7d"),
        ("today", "yesterday", "<1d", "<7d", ">7d", ">30d", *_COMPARED_DAYS[2:]),
    ),
    OperatorHelp(
        "replies", "how many messages it has", _number("a number", ">5"), (">1", ">5", ">10", "1"),
    ),
    OperatorHelp(
        "rating", "how the customer rated it, from 1 (worst) to 5",
        _number("a number from 1 to 5", "<3"), ("<3", ">3", "1", "5"),
    ),
    OperatorHelp("since", "active at or after", "a time, as in 7d, yesterday or 2024-12-20", _TIMES),
    OperatorHelp("until", "active at or before", "a time, as in 7d, yesterday or 2024-12-20", _TIMES),
    OperatorHelp(
        "on", "active within a day, month or minute", "a day, as in yesterday or 2024-12-20",
        _DAYS,
    ),
    _fixed("sort", "order of the results", "updated", "waiting", "created", "oldest", "relevance", "due"),
)  # fmt: skip

OPERATORS: Mapping[str, OperatorHelp] = MappingProxyType({entry.name: entry for entry in _ALL})

SYNTAX: tuple[SyntaxHelp, ...] = (
    SyntaxHelp("late refund", "both words, anywhere in the conversation"),
    SyntaxHelp('"late refund"', "this exact phrase"),
    SyntaxHelp('"late refund"~5', "these words, with at most 5 words between them"),
    SyntaxHelp("refu*", "words that start with this"),
    SyntaxHelp("-spam", "exclude; works before words, phrases, operators and groups"),
    SyntaxHelp("refund OR invoice", "either one; write OR in capitals"),
    SyntaxHelp("(refund OR invoice) is:open", "parentheses for grouping"),
    SyntaxHelp("#1330", "the conversation with this number; a number or a link alone finds it too"),
    SyntaxHelp("localhost:3000", "copied text: what is no operator is searched for as text"),
    SyntaxHelp('"tag:refund"', "the text, although it looks like an operator"),
)
