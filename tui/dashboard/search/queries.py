"""Store queries of the search pane: completions, the search history, timeframes. Run on the store thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui.dashboard.search.completion import Completion
from tui.dashboard.search.messages import (
    CompletionsFetched,
    HistoryFetched,
    SuggestionFetched,
    TimeframesAssessed,
)
from tui.dashboard.search.timeframes import timeframes
from tui.domain import Directory, Name
from tui.folding import fold
from tui.query import OPERATORS, Query
from tui.query.lexer import Kind, Token, tokens
from tui.query.syntax import term
from tui.store.names import fits
from tui.workspace import Workspace

MAX_COMPLETIONS = 8
COUNTED = frozenset({"is", "has", "assignee", "with", "team", "tag", "channel", "sla"})
"""Operators whose completions show how many conversations match."""
NAMED: dict[str, Callable[[Directory], tuple[Name, ...]]] = {
    "assignee": lambda directory: directory.admins,
    "with": lambda directory: directory.admins,
    "team": lambda directory: directory.teams,
    "tag": lambda directory: directory.tags,
}
"""Operators whose values are names."""


def fetch_completions(workspace: Workspace, *, text: str, cursor: int) -> CompletionsFetched:
    """The completions at the cursor; for an empty text, earlier searches and saved views."""
    if not text.strip():
        return CompletionsFetched(text, tuple(_searches_and_views(workspace))[:MAX_COMPLETIONS])
    token = next((t for t in tokens(text) if t.start < cursor <= t.end and t.kind is not Kind.END), None)
    if token is None:
        return CompletionsFetched(text, ())
    if token.kind is Kind.WORD:
        found = _operators(text[token.start : cursor], token)
    elif token.kind is Kind.OPERATOR and cursor >= token.value_start:
        value = text[token.value_start : cursor].strip('"“”')
        found = _values(workspace, token, value)
    else:
        found = []
    if [completion.text for completion in found] == [text[token.start : token.end]]:
        return CompletionsFetched(text, ())
    return CompletionsFetched(text, tuple(found[:MAX_COMPLETIONS]))


def fetch_suggestion(workspace: Workspace, *, query: Query) -> SuggestionFetched:
    """What a query without results may mean."""
    return SuggestionFetched(query.source, workspace.lookup.suggestion(query))


def _searches_and_views(workspace: Workspace) -> Iterator[Completion]:
    for text in workspace.history.all()[: MAX_COMPLETIONS // 2]:
        yield Completion(0, 0, text, "recent")
    for view in workspace.views.saved():
        yield Completion(0, 0, view.source, f"view “{view.name}”")


def _operators(prefix: str, token: Token) -> list[Completion]:
    if len(prefix) < 2:
        return []
    return [
        Completion(token.start, token.end, f"{name}:", operator.summary)
        for name, operator in OPERATORS.items()
        if name.startswith(prefix.lower())
    ]


def _values(workspace: Workspace, token: Token, value: str) -> list[Completion]:
    name = token.name.lower()
    if name == "from":
        return _customers(workspace, token, value)
    if name not in OPERATORS:
        return []
    values = [known for known in OPERATORS[name].values if known.startswith(fold(value))]
    if name in NAMED:
        values += [n.name for n in NAMED[name](workspace.directory()) if fits(n, value)]
    terms = [term(name, known) for known in values[:MAX_COMPLETIONS]]
    counts = workspace.lookup.counts(terms) if name in COUNTED else {}
    found = []
    for text in terms:
        count = counts.get(text)
        detail = "" if count is None else f"{count.total:,}{'' if count.exact else '+'}"
        found.append(Completion(token.start, token.end, text, detail))
    return found


def _customers(workspace: Workspace, token: Token, value: str) -> list[Completion]:
    if len(value) == 1:
        return []
    return [
        Completion(
            token.start,
            token.end,
            term("from", found.person.email or found.person.name),
            f"{found.person.name} · {found.conversations}",
        )
        for found in workspace.lookup.customers(value, MAX_COMPLETIONS)
    ]


def fetch_history(workspace: Workspace) -> HistoryFetched:
    """The earlier searches."""
    return HistoryFetched(workspace.history.all())


def add_to_history(workspace: Workspace, *, text: str) -> HistoryFetched:
    """Add a search to the history."""
    workspace.history.remember(text)
    return fetch_history(workspace)


def assess_timeframes(workspace: Workspace) -> TimeframesAssessed:
    """How completely each timeframe is synced."""
    states = []
    for timeframe in timeframes(workspace.settings.reach):
        query = workspace.parse(f"since:{timeframe.since}" if timeframe.since else "")
        states.append(workspace.verdict(query).state)
    return TimeframesAssessed(tuple(states))
