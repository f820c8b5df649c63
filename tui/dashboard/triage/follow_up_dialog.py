"""Asks for the time of a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.clock import Clock
from tui.dashboard.triage.time_dialog import TimeDialog
from tui.formatting import counted


@dataclass(frozen=True, slots=True)
class Reminder:
    """The time to set; None clears the follow-up."""

    at: datetime | None


class FollowUpDialog(TimeDialog[Reminder | None]):
    """Dismissed with None when cancelled."""

    TITLE_TEXT = "follow up"
    KEYS = "Enter save · ^d clear · Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+d", "clear", "Clear", id="clear_follow_up", tooltip="Clear the follow-up", priority=True
        ),
    ]

    def __init__(self, count: int, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__(f"Remind me about {counted(count, 'conversation')}", clock, zone)

    def answer(self, at: datetime) -> Reminder:
        return Reminder(at)

    def action_clear(self) -> None:
        self.dismiss(Reminder(None))
