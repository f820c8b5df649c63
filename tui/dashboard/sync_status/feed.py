"""Brings the events of the sync engine to the widgets that subscribe."""

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
    """What the feed needs of a workspace."""

    @property
    def sync_in_progress(self) -> bool: ...

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]: ...


class SyncFeed:
    """Posts `SyncEventReceived` to each subscriber, and keeps what the events add up to."""

    def __init__(self, source: SyncSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._subscribers: tuple[MessagePump, ...] = ()
        self._activity = SyncActivity()
        self._unsubscribe = source.subscribe(self._receive)

    @property
    def activity(self) -> SyncActivity:
        """What the sync is doing, as far as its events tell."""
        return self._activity

    def subscribe(self, widget: MessagePump) -> None:
        """Call from `on_mount`."""
        with self._lock:
            self._subscribers = (*self._subscribers, widget)

    def unsubscribe(self, widget: MessagePump) -> None:
        """Call from `on_unmount`."""
        with self._lock:
            self._subscribers = tuple(known for known in self._subscribers if known is not widget)

    def close(self) -> None:
        self._unsubscribe()

    def check_running(self) -> SyncActivity:
        """Ask whether a sync runs: the first event of one comes only after an answer from Intercom."""
        with self._lock:
            activity = self._activity
            if activity.failure is None and not activity.running and self._source.sync_in_progress:
                self._activity = replace(activity, running=True)
            return self._activity

    def _receive(self, event: SyncEvent) -> None:
        """Called on the engine's thread, where posting messages is safe."""
        with self._lock:
            self._activity = self._activity.after(event, self._clock().timestamp())
            subscribers = self._subscribers
        for widget in subscribers:
            widget.post_message(SyncEventReceived(event))
