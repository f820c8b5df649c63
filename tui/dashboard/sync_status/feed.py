"""Passes the events of the sync engine to widgets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from textual.message_pump import MessagePump

from tui.clock import Clock
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.sync_status.state import SyncActivity
from tui.sync.events import SyncEvent, SyncFinished
from tui.sync.lease import OtherSync

LOST_AFTER = 0.75
"""Seconds without a sync in progress after which none is expected; a request takes a moment to the engine."""


class SyncSource(Protocol):
    """The part of a workspace that the feed uses."""

    @property
    def sync_in_progress(self) -> bool: ...

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]: ...


class SyncFeed:
    """Posts `SyncEventReceived` to each subscriber, and keeps the resulting `SyncActivity`."""

    def __init__(self, source: SyncSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._subscribers: tuple[MessagePump, ...] = ()
        self._activity = SyncActivity()
        self._seen_at = 0.0
        """When (monotonic seconds) a sync was in progress, or none was expected."""
        self._unsubscribe = source.subscribe(self._receive)

    @property
    def activity(self) -> SyncActivity:
        """The state of the sync after the last event."""
        return self._activity

    def subscribe(self, widget: MessagePump) -> None:
        """Post events to `widget` from now on; for its `on_mount`."""
        with self._lock:
            self._subscribers = (*self._subscribers, widget)

    def unsubscribe(self, widget: MessagePump) -> None:
        """Stop posting events to `widget`; for its `on_unmount`."""
        with self._lock:
            self._subscribers = tuple(known for known in self._subscribers if known is not widget)

    def close(self) -> None:
        self._unsubscribe()

    def check_running(self) -> SyncActivity:
        """The activity, with `running` set when a sync has begun.

        Its first event comes only after Intercom's first answer. What nothing comes of is forgotten: a
        request that was lost, and a run whose end was not told.
        """
        with self._lock:
            activity, is_in_progress = self._activity, self._source.sync_in_progress
            if activity.failure is None and not activity.running and is_in_progress:
                activity = replace(activity, running=True)
            now = time.monotonic()
            if is_in_progress or not (activity.is_requested or activity.running):
                self._seen_at = now
            if now - self._seen_at >= LOST_AFTER:
                activity = replace(activity, is_requested=False, running=False, progress=None)
            self._activity = activity
            return activity

    def note_request(self) -> SyncActivity:
        """The activity after a request for a sync, which is on its way to the engine."""
        with self._lock:
            self._seen_at = time.monotonic()
            self._activity = replace(self._activity, is_requested=True)
            return self._activity

    def note_other(self, other: OtherSync | None) -> SyncActivity:
        """The activity after a look at who else syncs the database."""
        with self._lock:
            self._activity = replace(self._activity, other=other)
            return self._activity

    def _receive(self, event: SyncEvent) -> None:
        """Called on the engine's thread; posting messages is safe from any thread."""
        with self._lock:
            activity = self._activity.after(event, self._clock().timestamp())
            if isinstance(event, SyncFinished) and self._source.sync_in_progress:
                activity = replace(activity, running=True)  # what was requested meanwhile
            self._activity = activity
            subscribers = self._subscribers
        for widget in subscribers:
            widget.post_message(SyncEventReceived(event))
