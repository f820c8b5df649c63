"""When to be reminded of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui.clock import Clock
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.formatting import duration
from tui.dashboard.triage.follow_up_times import parse_later
from tui.dashboard.triage.marks import later_text
from tui.text import counted
from tui.timeframe import TimeframeError


@dataclass(frozen=True, slots=True)
class Reminder:
    """The answer: bring it up again then; None: no longer."""

    at: datetime | None


class FollowUpDialog(Dialog[Reminder | None]):
    """Shows while one types which moment that would be."""

    TITLE_TEXT = "follow up"
    KEYS = "enter sets · ^d clears · esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+d", "clear", "Clear", id="clear_follow_up", tooltip="No follow-up any more", priority=True
        ),
    ]

    entry = getters.query_one("#follow-up-entry", Input)
    meaning = getters.query_one("#follow-up-meaning", Static)

    def __init__(self, count: int, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__()
        self._count = count
        self._clock = clock
        self._zone = zone

    def compose_body(self) -> ComposeResult:
        yield Static(Content(f"Bring {counted(self._count, 'conversation')} up again at"))
        yield Input(
            placeholder="2h, tomorrow, monday 14:00, 2024-12-20 09:00", id="follow-up-entry", compact=True
        )
        yield Static(id="follow-up-meaning")

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self.show_problem("")
        now = self._clock()
        try:
            at = parse_later(event.value, now=now, tz=self._zone)
        except TimeframeError:
            self.meaning.update("")
            return
        away = duration((at - now).total_seconds())
        self.meaning.update(Content(f"→ {later_text(at, now, self._zone)} · in {away}"))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self.dismiss(Reminder(parse_later(event.value, now=self._clock(), tz=self._zone)))
        except TimeframeError as error:
            self.show_problem(str(error))

    def action_clear(self) -> None:
        self.dismiss(Reminder(None))
