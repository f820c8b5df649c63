"""Timeframes to choose with the mouse or a key, and the `since:` terms that they put into a query. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.freshness import SyncState
from tui.query.lexer import Kind, Token, tokens
from tui.timeframe import parse_duration

TIME_OPERATORS = frozenset({"since", "until", "on"})


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A timeframe with its label, and the value of its `since:` term (empty: no time term)."""

    label: str
    since: str


def timeframes(history: str) -> tuple[Timeframe, ...]:
    """Today, those of these that are shorter than the synced history ("90d"), and the whole history."""
    shorter = [since for since in ("24h", "7d", "30d") if parse_duration(since) < parse_duration(history)]
    return (
        Timeframe("today", "today"),
        *(Timeframe(_label(since), since) for since in shorter),
        Timeframe(_label(history.strip()), ""),
    )


def _label(length: str) -> str:
    """ "90d" → "90 d"."""
    return f"{length[:-1]} {length[-1]}"


def with_since(text: str, value: str) -> str:
    """The query with `since:value` in place of its time terms; without any if `value` is empty."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return f"{text.strip()} since:{value}".lstrip() if value else text.strip()
    for number, token in reversed(list(enumerate(found))):
        before, after = text[: token.start], text[token.end :]
        text = f"{before}since:{value}{after}" if value and not number else before + after.lstrip()
    return text.strip()


def since_of(text: str) -> str | None:
    """The value of the `since:` term; "" without time terms, None if there are others."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return ""
    if len(found) == 1 and found[0].name.lower() == "since":
        return found[0].text.lower()
    return None


def _is_time(token: Token) -> bool:
    return token.kind is Kind.OPERATOR and token.name.lower() in TIME_OPERATORS


def label_of(text: str, choices: tuple[Timeframe, ...]) -> str:
    """The timeframe of the query `text`, or its time terms if that is none of the `choices`."""
    since = since_of(text)
    label = next((timeframe.label for timeframe in choices if timeframe.since == since), None)
    return label or " ".join(text[token.start : token.end] for token in tokens(text) if _is_time(token))


def following(text: str, step: int, choices: tuple[Timeframe, ...]) -> str:
    """The `since:` value of the timeframe `step` places after the one of the query `text`."""
    values = [timeframe.since for timeframe in choices]
    since = since_of(text)
    index = values.index(since) if since in values else len(values) - 1
    return values[(index + step) % len(values)]


GLYPHS = {
    SyncState.FRESH: ("◆", "$text-success"),
    SyncState.PARTIAL: ("◈", "$text-warning"),
    SyncState.STALE: ("◇", "$text-error"),
}
"""Glyph and colour of each state; the shapes differ so that they are readable without colour."""
