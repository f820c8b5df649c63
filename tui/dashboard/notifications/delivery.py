"""Delivers notices: as toasts, with the bell, and as notifications of the terminal."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from textual.app import App
from textual.driver import Driver

from tui.clock import Clock
from tui.dashboard.notifications.notice_filter import NoticeFilter
from tui.dashboard.notifications.rules import ChangeNotices, Notice, TransitionNotices, sync_notices
from tui.dashboard.sync_status.state import QueryFreshness
from tui.domain import Changes
from tui.settings import Settings
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished
from tui.text import one_line

LONGEST_NOTIFICATION = 200
"""Characters of the title and of the message of a desktop notification."""
RELEASE_EVERY = 5.0
"""Seconds between two checks whether the quiet hours are over."""


class Notifier:
    """Turns events into notices, and shows them as the settings allow."""

    def __init__(self, app: App[Any], settings: Settings, clock: Clock, zone: tzinfo | None) -> None:
        self._app = app
        self._clock = clock
        self._settings = settings
        self._filter = NoticeFilter(settings, zone)
        self._transitions = TransitionNotices()
        self._changes = ChangeNotices()
        self._is_first_sync: bool | None = None
        """Whether the store was empty at the start: what the first sync brings is not announced as new."""
        self.driver: Driver | None = None
        """The terminal's driver, once it runs."""

    def use(self, settings: Settings) -> None:
        """Apply these settings from now on."""
        self._settings = settings
        self._filter.use(settings)

    def is_quiet(self) -> bool:
        """Whether it is within the quiet hours."""
        return self._filter.is_quiet(self._clock())

    # --- events

    def sync_event(self, event: SyncEvent) -> None:
        self._show_transition(self._transitions.sync_event(event))
        if isinstance(event, SyncFinished | SyncFailed):
            for notice in sync_notices(event.summary):
                self.show(notice)

    def freshness_shown(self, freshness: QueryFreshness, words: str | None, query: str) -> None:
        if self._is_first_sync is None:
            self._is_first_sync = not len(freshness.coverage)
        self._show_transition(self._transitions.freshness_shown(freshness.verdict, words, query))

    def changes_counted(self, changes: Changes, *, was_synced: bool) -> None:
        """`was_synced`: a sync was completed since the start."""
        now = self._clock().timestamp()
        notice = self._changes.changes_counted(changes, now)
        if self._is_first_sync:
            self._is_first_sync = not was_synced
            self._changes.reset(now)
        elif notice is not None:
            self.show(notice)

    def _show_transition(self, notice: Notice | None) -> None:
        if notice is not None:
            # A kind that is switched off names nothing: the changes keep for a notice of their own.
            if notice.includes_changes and self._filter.is_enabled(notice.kind):
                self._changes.reset(self._clock().timestamp())
            self.show(notice)

    # --- delivery

    def show(self, notice: Notice) -> None:
        """Show a notice now, or hold it until the quiet hours are over."""
        if self._filter.admits(notice, self._clock()):
            self._deliver(notice)

    def release_held(self) -> None:
        """Show what was held, if the quiet hours are over."""
        for notice in self._filter.release(self._clock()):
            self._deliver(notice)

    def _deliver(self, notice: Notice) -> None:
        if not notice.is_on_line:
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
        self._write(sequence)

    def name_terminal(self, title: str) -> None:
        """Give the terminal's window this title, until `give_name_back`."""
        self._write(f"\x1b[22;2t\x1b]2;{one_line(title)}\x07")

    def give_name_back(self) -> None:
        """Let the terminal's window have the title that it had before."""
        self._write("\x1b[23;2t")

    def _write(self, sequence: str) -> None:
        if self.driver is not None and sequence:
            self.driver.write(sequence)
            self.driver.flush()


def desktop_sequence(protocol: str, notice: Notice) -> str:
    """The escape sequence that makes the terminal show a desktop notification; empty for "off".

    Control characters are removed from the text, so that nothing in it can end the sequence.
    """
    title = one_line(notice.title)[:LONGEST_NOTIFICATION]
    message = one_line(notice.message)[:LONGEST_NOTIFICATION]
    if protocol == "osc9":
        return f"\x1b]9;{title}: {message}\x07"
    if protocol == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{message.replace(';', ',')}\x07"
    return ""
