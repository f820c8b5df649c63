"""Which notices become toasts, and when, and how they are told beyond the screen. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol, runtime_checkable

from tui.dashboard.notices import Amount, Notice, amount_words
from tui.dashboard.words import number
from tui.formatting import counted
from tui.settings import Settings
from tui.settings.quiet import is_quiet, parse_quiet_hours
from tui.text import one_line

MOST = 6
"""Toasts of one kind a minute; more would be a storm."""
MINUTE = 60.0
LONGEST = 200
"""Characters of a desktop notification."""
RELEASE_EVERY = 5.0
"""Seconds between two looks whether the quiet hours are over."""


@runtime_checkable
class KeepsQuiet(Protocol):
    """The application."""

    def is_quiet(self) -> bool:
        """Whether nothing should draw attention now."""


class Announcer:
    """Lets notices through as the settings say. What comes in the quiet hours is told when they are over."""

    def __init__(self, settings: Settings, zone: tzinfo | None) -> None:
        self._zone = zone
        self._told: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))
        self._held: dict[str, Held] = {}
        self.follow(settings)

    def follow(self, settings: Settings) -> None:
        """From now on these settings are in force."""
        self._switches = settings.toasts
        self._quiet = parse_quiet_hours(settings.quiet_hours)

    def is_quiet(self, now: datetime) -> bool:
        return is_quiet(self._quiet, now.astimezone(self._zone).time())

    def admits(self, notice: Notice, now: datetime) -> bool:
        """Whether to show it now: its kind is wanted, the hours are not quiet, and there were not too many.

        A reminder is never one too many.
        """
        if not self._wants(notice.kind):
            return False
        if self.is_quiet(now):
            if notice.kind in self._held:
                self._held[notice.kind].add(notice)
            else:
                self._held[notice.kind] = Held(notice)
            return False
        told, at = self._told[notice.kind], now.timestamp()
        if notice.kind != "followups" and len(told) == MOST and at - told[0] < MINUTE:
            return False
        told.append(at)
        return True

    def release(self, now: datetime) -> list[Notice]:
        """What was held back, once the quiet hours are over: at most one notice of each kind."""
        if not self._held or self.is_quiet(now):
            return []
        held, self._held = self._held, {}
        return [notices.folded() for kind, notices in held.items() if self._wants(kind)]

    def _wants(self, kind: str) -> bool:
        return self._switches.get(kind, True)


class Held:
    """Notices of one kind that become a single one."""

    def __init__(self, first: Notice) -> None:
        self._titles: Counter[str] = Counter()
        self._amounts: dict[str, Amount] = {}
        self._reminders: list[str] = []
        self.add(first)

    def add(self, notice: Notice) -> None:
        self._last = notice
        self._titles[notice.title] += 1
        if notice.kind == "followups":
            self._reminders.append(notice.message)
        for amount in notice.amounts:
            before = self._amounts.get(amount.words)
            if before is not None and not amount.standing:
                amount = replace(amount, number=before.number + amount.number)
            self._amounts[amount.words] = amount

    def folded(self) -> Notice:
        """How things stand after the last of them, all amounts added up, and what else there was."""
        last = self._last
        times = self._titles.total()
        if times == 1:
            return last
        amounts = tuple(self._amounts.values())
        if last.kind == "followups":
            title = " and ".join(self._titles)
            return replace(last, title=title, message="\n".join(self._reminders), amounts=amounts)
        if last.kind == "rate_limit":  # that one waits is over by now
            return replace(last, message=f"{counted(times, 'time')} in the quiet hours")
        message = amount_words(amounts) if last.amounts else last.message
        if len(self._titles) > 1:
            happened = ", ".join(
                f"{number(count)} × {title}" if count > 1 else title for title, count in self._titles.items()
            )
            message += f"\nIn the quiet hours: {happened}"
        return replace(last, message=message, amounts=amounts)


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
