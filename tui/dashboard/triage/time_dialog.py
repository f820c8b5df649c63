"""The base of the dialogs that ask for a time in the future."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, tzinfo
from typing import TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.clock import Clock
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.triage.follow_up_words import reminder_words
from tui.future_time import LATER_EXAMPLES, parse_later
from tui.timeframe import TimeframeError

Answer = TypeVar("Answer")


class TimeDialog(Dialog[Answer]):
    """Shows the time that the text means while it is typed, or examples of what can be typed.

    Dismissed with `answer` of the time, or with None when cancelled.
    """

    entry = getters.query_one("#time-entry", Input)
    meaning = getters.query_one("#time-meaning", Static)

    def __init__(self, question: str, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__()
        self._question = question
        self._clock = clock
        self._zone = zone

    @abstractmethod
    def answer(self, at: datetime) -> Answer:
        """What the dialog is dismissed with."""

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._question))
        yield Input(placeholder="when", id="time-entry", compact=True)
        yield Static(Content.styled(LATER_EXAMPLES, "$muted"), id="time-meaning")

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self.show_problem("")
        now = self._clock()
        try:
            at = parse_later(event.value, now=now, tz=self._zone)
        except TimeframeError:
            self.meaning.update(Content.styled(LATER_EXAMPLES, "$muted"))
            return
        self.meaning.update(Content(f"→ {reminder_words(at, now, self._zone)}"))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self.dismiss(self.answer(parse_later(event.value, now=self._clock(), tz=self._zone)))
        except TimeframeError as error:
            self.show_problem(str(error))
