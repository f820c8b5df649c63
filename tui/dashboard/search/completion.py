"""Completions and corrections for the search line, and edits of its time terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tui.dashboard.search.messages import Completion, CompletionsFetched, HistoryFetched, TimeframesAssessed
from tui.domain import Directory, Name
from tui.query import OPERATORS, QueryError
from tui.query.lexer import Kind, Token, tokens
from tui.query.syntax import term
from tui.workspace import Workspace

TIMES = frozenset({"since", "until", "on"})


def with_since(text: str, value: str) -> str:
    """The query with `since:value` in place of its time terms; an empty value leaves them out."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return f"{text.strip()} since:{value}".lstrip() if value else text.strip()
    for number, token in reversed(list(enumerate(found))):
        before, after = text[: token.start], text[token.end :]
        text = f"{before}since:{value}{after}" if value and not number else before + after.lstrip()
    return text.strip()


def since_of(text: str) -> str | None:
    """The value of the only time term if that is `since:`; "" without any, None for anything else."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return ""
    if len(found) == 1 and found[0].name.lower() == "since":
        return found[0].text.lower()
    return None


def _is_time(token: Token) -> bool:
    return token.kind is Kind.OPERATOR and token.name.lower() in TIMES


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


def fetch_completions(workspace: Workspace, *, text: str, cursor: int) -> CompletionsFetched:
    """What can stand at the cursor; nothing when all is written."""
    if not text.strip():
        return CompletionsFetched(text, tuple(_starts(workspace))[:OFFERED])
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
    written = text[token.start : token.end]
    return CompletionsFetched(text, () if [o.text for o in found] == [written] else tuple(found[:OFFERED]))


def fetch_history(workspace: Workspace) -> HistoryFetched:
    return HistoryFetched(workspace.history.all())


def add_to_history(workspace: Workspace, *, text: str) -> HistoryFetched:
    workspace.history.remember(text)
    return fetch_history(workspace)


def assess_timeframes(workspace: Workspace) -> TimeframesAssessed:
    states = []
    for _, value in TIMEFRAMES:
        query = workspace.parse(f"since:{value}" if value else "")
        states.append(workspace.verdict(query).state)
    return TimeframesAssessed(tuple(states))


def _starts(workspace: Workspace) -> Iterator[Completion]:
    """On an empty pane: recent searches, then saved views."""
    for text in workspace.history.all()[: OFFERED // 2]:
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
        found.append(Completion(token.start, token.end, text, detail))
    return found


def _fits(name: Name, wanted: str) -> bool:
    full = name.name.casefold()
    return full.startswith(wanted) or any(word.startswith(wanted) for word in full.split())


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
        for found in workspace.lookup.customers(value, OFFERED)
    ]


def proposal(error: QueryError, words: Iterable[str]) -> Completion | None:
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
        return Completion(error.start, error.end, meant + rest, "")
    operator, colon, _ = written.partition(":")
    if colon and operator.lower() in words:
        return Completion(error.start, error.end, term(operator, meant), "")
    return Completion(error.start, error.end, meant, "")
