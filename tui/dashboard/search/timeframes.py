"""Timeframes to choose with the mouse or a key, and the `since:` terms that they put into a query."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.style import Style

from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.messages import TimeframeChosen
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


GLYPHS = {
    SyncState.FRESH: ("●", "$text-success"),
    SyncState.PARTIAL: ("◐", "$text-warning"),
    SyncState.STALE: ("○", "$text-error"),
}
"""Glyph and colour of each state; the shapes differ so that they are readable without colour."""


class TimeframeChips(StaticText):
    """A line with a chip for each timeframe, followed by a description of the query."""

    def __init__(self, choices: tuple[Timeframe, ...], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._choices = choices
        self._states: tuple[SyncState, ...] = ()
        self._since: str | None = ""
        self._description = ""

    def show_states(self, states: tuple[SyncState, ...]) -> None:
        """Show how completely each timeframe is synced."""
        self._states = states
        self._show()

    def show_query(self, text: str, description: str) -> None:
        """Mark the timeframe of the query `text`, and describe the query."""
        self._since, self._description = since_of(text), description
        self._show()

    def following(self, text: str, step: int) -> str:
        """The `since:` value of the timeframe `step` places after the one of the query `text`."""
        values = [timeframe.since for timeframe in self._choices]
        since = since_of(text)
        index = values.index(since) if since in values else len(values) - 1
        return values[(index + step) % len(values)]

    def _show(self) -> None:
        chips: list[Content] = []
        for number, timeframe in enumerate(self._choices):
            chip = Content(f" {timeframe.label}")
            if number < len(self._states):
                glyph, colour = GLYPHS[self._states[number]]
                chip = Content.assemble(chip, (f" {glyph}", colour))
            chip += " "
            if timeframe.since == self._since:
                chip = chip.stylize("reverse")
            chips.append(chip.stylize(Style.from_meta({"timeframe": number})))
        description = (self._description, "$muted")
        self.set_text(Content.assemble(Content(" ").join(chips), "   ", description), layout=False)

    def on_click(self, event: events.Click) -> None:
        if (number := event.style.meta.get("timeframe")) is not None:
            event.stop()
            self.post_message(TimeframeChosen(self._choices[number].since))
