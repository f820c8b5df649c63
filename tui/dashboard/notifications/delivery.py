"""How notices are delivered: toasts, the bell, the terminal, and none in quiet hours."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from textual.app import App
from textual.driver import Driver

from tui.clock import Clock
from tui.dashboard.formatting import number
from tui.dashboard.notifications.rules import (
    Amount,
    ChangeNotices,
    Notice,
    TransitionNotices,
    amount_words,
)
from tui.dashboard.sync_status.state import QueryFreshness
from tui.domain import Changes
from tui.formatting import counted
from tui.settings import Settings
from tui.settings.quiet import is_quiet, parse_quiet_hours
from tui.sync.events import SyncEvent
from tui.text import one_line

MOST_A_MINUTE = 6
"""Toasts of one kind a minute; more would be a storm."""
ONE_MINUTE = 60.0
LONGEST_NOTIFICATION = 200
"""Characters of a desktop notification."""
RELEASE_EVERY = 5.0
"""Seconds between two looks whether the quiet hours are over."""


class NoticeFilter:
    """Lets notices through as the settings say. What comes in the quiet hours is told when they are over."""

    def __init__(self, settings: Settings, zone: tzinfo | None) -> None:
        self._zone = zone
        self._told: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_A_MINUTE))
        self._held: dict[str, HeldNotices] = {}
        self.use(settings)

    def use(self, settings: Settings) -> None:
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
                self._held[notice.kind] = HeldNotices(notice)
            return False
        told, at = self._told[notice.kind], now.timestamp()
        if notice.kind != "followups" and len(told) == MOST_A_MINUTE and at - told[0] < ONE_MINUTE:
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


class HeldNotices:
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
            if before is not None and not amount.is_total:
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
    title, message = (
        one_line(notice.title)[:LONGEST_NOTIFICATION],
        one_line(notice.message)[:LONGEST_NOTIFICATION],
    )
    if way == "osc9":
        return f"\x1b]9;{title}: {message}\x07"
    if way == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{message.replace(';', ',')}\x07"
    return ""


class Notifier:
    """Turns what happens into notices, and shows them as the settings allow."""

    def __init__(self, app: App[Any], settings: Settings, clock: Clock, zone: tzinfo | None) -> None:
        self._app = app
        self._clock = clock
        self._settings = settings
        self._filter = NoticeFilter(settings, zone)
        self._transitions = TransitionNotices()
        self._changes = ChangeNotices()
        self._is_first_mirror: bool | None = None
        """Whether nothing was mirrored at the start; what the first sync brings is then no news."""
        self.driver: Driver | None = None
        """The terminal's driver, once it runs."""

    def use(self, settings: Settings) -> None:
        """These settings are in force from now on."""
        self._settings = settings
        self._filter.use(settings)

    def is_quiet(self) -> bool:
        """Whether the settings want nothing to draw attention now."""
        return self._filter.is_quiet(self._clock())

    # --- what happened

    def sync_event(self, event: SyncEvent) -> None:
        self._show_transition(self._transitions.sync_event(event))

    def freshness_shown(self, freshness: QueryFreshness, query: str) -> None:
        if self._is_first_mirror is None:
            self._is_first_mirror = not len(freshness.coverage)
        self._show_transition(self._transitions.freshness_shown(freshness, query))

    def changes_counted(self, changes: Changes, *, was_synced: bool) -> None:
        """`was_synced`: a sync completed since the start."""
        now = self._clock().timestamp()
        notice = self._changes.changes_counted(changes, now)
        if self._is_first_mirror:
            self._is_first_mirror = not was_synced
            self._changes.reset(now)
        elif notice is not None:
            self.show(notice)

    def _show_transition(self, notice: Notice | None) -> None:
        if notice is not None:
            if notice.includes_changes:
                self._changes.reset(self._clock().timestamp())
            self.show(notice)

    # --- showing it

    def show(self, notice: Notice) -> None:
        """Show a notice now, or hold it until the quiet hours are over."""
        if self._filter.admits(notice, self._clock()):
            self._deliver(notice)

    def release_held(self) -> None:
        """Show what was held, if the quiet hours are over."""
        for notice in self._filter.release(self._clock()):
            self._deliver(notice)

    def _deliver(self, notice: Notice) -> None:
        self._app.notify(
            notice.message,
            title=notice.title,
            severity=notice.severity,
            timeout=notice.seconds,
            markup=False,
        )
        if self._settings.bell:
            self._app.bell()
        sequence = desktop_sequence(self._settings.desktop_notifications, notice)
        if self.driver is not None and sequence:
            self.driver.write(sequence)
            self.driver.flush()


def reporting_driver(driver_class: type[Driver], started: Callable[[Driver], None]) -> type[Driver]:
    """The same driver, passed to `started`: Textual itself has no call that writes a control sequence."""

    class ReportingDriver(driver_class):  # type: ignore[misc, valid-type]
        def start_application_mode(self) -> None:
            started(self)
            super().start_application_mode()

    return ReportingDriver
