"""The one thread that works on the local store, so that the event loop never waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from textual.message import Message

from tui.dashboard.common.messages import StoreFailed
from tui.store.errors import StoreError, Superseded

log = logging.getLogger(__name__)

Job = Callable[[], Message | None]
Key = tuple[str, int]
"""A kind of job, and whom it is for (the identity of the recipient, which waits with the job)."""


class Recipient(Protocol):
    """A widget, screen or app; posting to it is safe from any thread."""

    def post_message(self, message: Message) -> bool: ...


WRITE = "write"
"""The first word of what must be done even when the dashboard closes; the next word is to be unique."""
URGENCY = (WRITE, "search", "rows", "thread", "standing")
"""Kinds of jobs (by their first word) that go first, in this order; any other kind comes after them."""
SUPERSEDABLE = frozenset({"search", "thread"})
"""Kinds of which only the newest matters, so that a running one is broken off."""


def urgency(kind: str) -> int:
    word = kind.partition(" ")[0]
    return URGENCY.index(word) if word in URGENCY else len(URGENCY)


def must_be_done(key: Key) -> bool:
    """Whether it is, even when the dashboard closes."""
    return urgency(key[0]) == URGENCY.index(WRITE)


class Interruptible(Protocol):
    def interrupt(self) -> None: ...


class StoreThread:
    """Does one job at a time; a newer one of a kind replaces an older one for the same recipient that has not
    begun."""

    def __init__(self, workspace: Interruptible) -> None:
        self._workspace = workspace
        self._waiting: dict[Key, tuple[Job, Recipient]] = {}
        self._running: Key | None = None
        self._closed = False
        self._change = threading.Condition()

    def ask(self, kind: str, job: Job, to: Recipient) -> None:
        """Do `job` soon and post the message it returns to `to`. Callable from any thread."""
        with self._change:
            key = (kind, id(to))
            self._waiting[key] = (job, to)
            if key == self._running and kind in SUPERSEDABLE:
                self._workspace.interrupt()
            self._change.notify()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._waiting = {key: job for key, job in self._waiting.items() if must_be_done(key)}
            if self._running is not None and not must_be_done(self._running):
                self._workspace.interrupt()
            self._change.notify()

    @property
    def idle(self) -> bool:
        with self._change:
            return not self._waiting and self._running is None

    def run(self) -> None:
        """Work until `close`. Failures of the store become messages; anything else is raised."""
        while (taken := self._next()) is not None:
            key, job, recipient = taken
            try:
                if (message := job()) is not None:
                    recipient.post_message(message)
            except Superseded:
                self._again(key, job, recipient)
            except StoreError as error:
                log.warning("reading the store failed: %s", error)
                recipient.post_message(StoreFailed(str(error)))
            finally:
                with self._change:
                    self._running = None

    def _next(self) -> tuple[Key, Job, Recipient] | None:
        with self._change:
            while not self._waiting and not self._closed:
                self._change.wait()
            if not self._waiting:
                return None
            key = min(self._waiting, key=lambda waiting: urgency(waiting[0]))
            self._running = key
            return key, *self._waiting.pop(key)

    def _again(self, key: Key, job: Job, to: Recipient) -> None:
        """A read was broken off: unless a newer one of its kind waits, it was hit by mistake."""
        with self._change:
            if not self._closed:
                self._waiting.setdefault(key, (job, to))
