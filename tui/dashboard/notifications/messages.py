"""Messages about notices."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.notifications.rules import Notice


@dataclass
class NoticeGiven(Message):
    """A notice should be shown, if the settings allow it."""

    notice: Notice
