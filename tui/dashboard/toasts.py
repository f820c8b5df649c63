"""Which notices become toasts, and how they are told beyond the screen. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, tzinfo

from tui.dashboard.notices import Notice
from tui.settings import Settings
from tui.settings.quiet import is_quiet, parse_quiet_hours
from tui.text import one_line

MOST = 6
"""Toasts of one kind a minute; more would be a storm."""
MINUTE = 60.0
LONGEST = 200
"""Characters of a desktop notification."""


class Announcer:
    """Lets notices through as the settings say."""

    def __init__(self, settings: Settings, zone: tzinfo | None) -> None:
        self._switches = settings.toasts
        self._quiet = parse_quiet_hours(settings.quiet_hours)
        self._zone = zone
        self._told: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))

    def admits(self, notice: Notice, now: datetime) -> bool:
        """Whether to show it: its kind is wanted, the hours are not quiet, and there were not too many."""
        if not self._switches.get(notice.kind, True):
            return False
        if is_quiet(self._quiet, now.astimezone(self._zone).time()):
            return False
        told, at = self._told[notice.kind], now.timestamp()
        if len(told) == MOST and at - told[0] < MINUTE:
            return False
        told.append(at)
        return True


def desktop_sequence(way: str, notice: Notice) -> str:
    """The escape sequence that asks the terminal to notify; empty for "off".

    Nothing in the text can end the sequence early: control characters are taken out.
    """
    title, message = one_line(notice.title)[:LONGEST], one_line(notice.message)[:LONGEST]
    if way == "osc9":
        return f"\x1b]9;{title}: {message}\x07"
    if way == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{message.replace(';', ',')}\x07"
    return ""
