"""Messages about notices."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.notifications.rules import Notice


@dataclass
class NoticeGiven(Message):
    """Something should be told with a toast, as far as the settings allow."""

    notice: Notice
