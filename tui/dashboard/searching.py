"""What the search pane offers while one types. Reads of the store: run on the reader's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.message import Message

from tui.dashboard.reader import WRITE, Reader, Recipient
from tui.domain import Directory, Name
from tui.freshness import SyncState
from tui.query import OPERATORS, QueryError
from tui.query.lexer import Kind, Token, tokens
from tui.query.syntax import term
from tui.workspace import Workspace

OFFERED = 8
"""Offers at most."""
TIMEFRAMES = (("today", "today"), ("24 h", "24h"), ("7 d", "7d"), ("30 d", "30d"), ("all", ""))
"""The chip's words, and the value of its `since:` (empty: no time term)."""
_COUNTED = frozenset({"is", "has", "assignee", "team", "tag"})
_NAMED: dict[str, Callable[[Directory], tuple[Name, ...]]] = {
    "assignee": lambda directory: directory.admins,
    "team": lambda directory: directory.teams,
    "tag": lambda directory: directory.tags,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Replaces `start` to `end` of the query by `text`; `detail` says what it is or how many there are."""

    start: int
    end: int
    text: str
    detail: str


@dataclass
class OffersFetched(Message):
    """What can stand at the cursor of a query."""

    text: str
    offers: tuple[Offer, ...]


@dataclass
class HistoryFetched(Message):
    """The searches made before, the newest first."""

    searches: tuple[str, ...]


@dataclass
class TimeframesJudged(Message):
    """How complete the answer for each of `TIMEFRAMES` would be."""

    states: tuple[SyncState, ...]


@dataclass
class TimeframeChosen(Message):
    """The query should be about another period: the value of its `since:`, or empty."""

    since: str


@dataclass
class OfferTaken(Message):
    """An offer was put into the query."""

    text: str


def offers(workspace: Workspace, text: str, cursor: int) -> OffersFetched:
    """What can stand at the cursor; nothing when all is written."""
    if not text.strip():
        return OffersFetched(text, tuple(_starts(workspace))[:OFFERED])
    token = next((t for t in tokens(text) if t.start < cursor <= t.end and t.kind is not Kind.END), None)
    if token is None:
        return OffersFetched(text, ())
    if token.kind is Kind.WORD:
        found = _operators(text[token.start : cursor], token)
    elif token.kind is Kind.OPERATOR and cursor >= token.value_start:
        value = text[token.value_start : cursor].strip('"“”')
        found = _values(workspace, token, value)
    else:
        found = []
    written = text[token.start : token.end]
    return OffersFetched(text, () if [o.text for o in found] == [written] else tuple(found[:OFFERED]))


def history(workspace: Workspace) -> HistoryFetched:
    return HistoryFetched(workspace.history.all())


def remember(workspace: Workspace, text: str) -> HistoryFetched:
    workspace.history.remember(text)
    return history(workspace)


def judge_timeframes(workspace: Workspace) -> TimeframesJudged:
    states = []
    for _, value in TIMEFRAMES:
        query = workspace.parse(f"since:{value}" if value else "")
        states.append(workspace.verdict(query).state)
    return TimeframesJudged(tuple(states))


def _starts(workspace: Workspace) -> Iterator[Offer]:
    """On an empty pane: recent searches, then saved views."""
    for text in workspace.history.all()[: OFFERED // 2]:
        yield Offer(0, 0, text, "recent")
    for view in workspace.views.saved():
        yield Offer(0, 0, view.source, f"view “{view.name}”")


def _operators(prefix: str, token: Token) -> list[Offer]:
    if len(prefix) < 2:
        return []
    return [
        Offer(token.start, token.end, f"{name}:", operator.summary)
        for name, operator in OPERATORS.items()
        if name.startswith(prefix.lower())
    ]


def _values(workspace: Workspace, token: Token, value: str) -> list[Offer]:
    name = token.name.lower()
    if name == "from":
        return _customers(workspace, token, value)
    if name not in OPERATORS:
        return []
    wanted = value.casefold()
    values = [known for known in OPERATORS[name].values if known.casefold().startswith(wanted)]
    if name in _NAMED:
        values += [n.name for n in _NAMED[name](workspace.directory()) if _fits(n, wanted)]
    terms = [term(name, known) for known in values[:OFFERED]]
    counts = workspace.lookup.counts(terms) if name in _COUNTED else {}
    found = []
    for text in terms:
        count = counts.get(text)
        detail = "" if count is None else f"{count.total:,}{'' if count.exact else '+'}"
        found.append(Offer(token.start, token.end, text, detail))
    return found


def _fits(name: Name, wanted: str) -> bool:
    full = name.name.casefold()
    return full.startswith(wanted) or any(word.startswith(wanted) for word in full.split())


def _customers(workspace: Workspace, token: Token, value: str) -> list[Offer]:
    if len(value) == 1:
        return []
    return [
        Offer(
            token.start,
            token.end,
            term("from", found.person.email or found.person.name),
            f"{found.person.name} · {found.conversations}",
        )
        for found in workspace.lookup.customers(value, OFFERED)
    ]


def proposal(error: QueryError, words: Iterable[str]) -> Offer | None:
    """The correction that an error proposes, if one of `words` is quoted in it as what was meant."""
    _, asks, hint = error.message.partition("did you mean ")
    if not asks:
        return None
    meant = hint.partition("?")[0].strip("“”")
    if not meant or error.start == error.end:
        return None
    written = error.source[error.start : error.end]
    if meant.endswith(":"):
        rest = written.partition(":")[2]
        return Offer(error.start, error.end, meant + rest, "")
    operator, colon, _ = written.partition(":")
    if colon and operator.lower() in words:
        return Offer(error.start, error.end, term(operator, meant), "")
    return Offer(error.start, error.end, meant, "")


class SearchReads:
    """Hands the reads of the search pane to the reader's thread."""

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self._workspace = workspace
        self._reader = reader

    def offers(self, to: Recipient, text: str, cursor: int) -> None:
        self._reader.ask("offers", partial(offers, self._workspace, text, cursor), to)

    def history(self, to: Recipient) -> None:
        self._reader.ask("history", partial(history, self._workspace), to)

    def remember(self, to: Recipient, text: str) -> None:
        self._reader.ask(f"{WRITE} history {text}", partial(remember, self._workspace, text), to)

    def judge_timeframes(self, to: Recipient) -> None:
        self._reader.ask("timeframes", partial(judge_timeframes, self._workspace), to)
