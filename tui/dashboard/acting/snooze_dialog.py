"""Asks until when conversations are to be snoozed."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tui.clock import Clock, to_epoch
from tui.dashboard.triage.time_dialog import TimeDialog
from tui.formatting import counted
from tui.writes import Snooze


class SnoozeDialog(TimeDialog[Snooze | None]):
    """Dismissed with None when cancelled."""

    TITLE_TEXT = "snooze"
    KEYS = "Enter snooze · Esc cancel"

    def __init__(self, count: int, clock: Clock, zone: tzinfo | None) -> None:
        super().__init__(f"Snooze {counted(count, 'conversation')} in Intercom until", clock, zone)

    def answer(self, at: datetime) -> Snooze:
        return Snooze(to_epoch(at))
