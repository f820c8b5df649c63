"""Passes the events of the sync engine to widgets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from textual.message_pump import MessagePump

from tui.clock import Clock
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.sync_status.state import SyncActivity
from tui.sync.events import SyncEvent


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

        Its first event comes only after Intercom's first answer.
        """
        with self._lock:
            activity = self._activity
            if activity.failure is None and not activity.running and self._source.sync_in_progress:
                self._activity = replace(activity, running=True)
            return self._activity

    def _receive(self, event: SyncEvent) -> None:
        """Called on the engine's thread; posting messages is safe from any thread."""
        with self._lock:
            self._activity = self._activity.after(event, self._clock().timestamp())
            subscribers = self._subscribers
        for widget in subscribers:
            widget.post_message(SyncEventReceived(event))
