"""The thread that reads and writes the local store, so that the event loop never waits for it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from typing import Protocol

from textual.message import Message

from tui.store.errors import StoreError, Superseded
from tui.workspace import Workspace

log = logging.getLogger(__name__)


class Recipient(Protocol):
    """A widget, screen or app. Posting to it is safe from any thread."""

    def post_message(self, message: Message) -> bool: ...


class AwaitedAnswer:
    """A recipient of a job whose answer is awaited."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Message] = self._loop.create_future()

    def post_message(self, message: Message) -> bool:
        """Called on the store thread."""
        self._loop.call_soon_threadsafe(self._set, message)
        return True

    def _set(self, message: Message) -> None:
        if not self.future.done():
            self.future.set_result(message)


@dataclass
class StoreFailed(Message):
    """A job on the local store failed; `message` is one line for people."""

    message: str


class JobKind(IntEnum):
    """The purpose of a job, most urgent first."""

    WRITE = 0
    """Done in order and never replaced; completed when the dashboard closes."""
    SEARCH = 1
    PAGE = 2
    """More lines of the list."""
    ROWS = 3
    THREAD = 4
    FRESHNESS = 5
    OTHER = 6
    COUNT = 7
    """Exact counts, which take long in a large list."""


INTERRUPTIBLE = frozenset({JobKind.SEARCH, JobKind.PAGE, JobKind.THREAD})
"""Kinds of which only the newest job matters: it interrupts a running one."""
YIELDING = frozenset({JobKind.PAGE, JobKind.COUNT})
"""Kinds whose running job is interrupted by a more urgent one that somebody waits for; it starts again
after that."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that works on the store. The message it returns is posted to the recipient."""

    kind: JobKind
    name: str
    function: Callable[[Workspace], Message | None]


Key = tuple[JobKind, str, int, int]
"""Kind and name of a job, the identity of its recipient, and a number that makes each write unique."""


class StoreThread:
    """Runs one job at a time, the most urgent first.

    A job replaces a waiting one with the same kind, name and recipient. Failures of the store are posted as
    `StoreFailed`.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._waiting: dict[Key, tuple[Job, Recipient]] = {}
        self._running: Key | None = None
        self._closed = False
        self._numbers = count(1)
        self._changed = threading.Condition()

    def run(self, job: Job, reply_to: Recipient) -> None:
        """Queue `job` and return at once. May be called from any thread."""
        with self._changed:
            number = next(self._numbers) if job.kind is JobKind.WRITE else 0
            key = (job.kind, job.name, id(reply_to), number)
            self._waiting[key] = (job, reply_to)
            if self._running is not None and self._gives_way(self._running, key):
                self.workspace.interrupt()
            self._changed.notify()

    async def answer(self, job: Job) -> Message:
        """Queue `job`, which must return a message, and wait for that, or for `StoreFailed`."""
        reply = AwaitedAnswer()
        self.run(job, reply)
        return await reply.future

    @staticmethod
    def _gives_way(running: Key, new: Key) -> bool:
        """Whether a new job interrupts the running one."""
        if running == new:
            return new[0] in INTERRUPTIBLE
        return running[0] in YIELDING and new[0] < running[0] and new[0] <= JobKind.THREAD

    def close(self) -> None:
        """Make `serve` return once the waiting writes are done. A running read is interrupted."""
        with self._changed:
            self._closed = True
            self._waiting = {key: job for key, job in self._waiting.items() if key[0] is JobKind.WRITE}
            if self._running is not None and self._running[0] is not JobKind.WRITE:
                self.workspace.interrupt()
            self._changed.notify()

    @property
    def is_idle(self) -> bool:
        """Whether no job waits or runs."""
        with self._changed:
            return not self._waiting and self._running is None

    def serve(self) -> None:
        """Run jobs on this thread until `close`. Raises what a job raises, but for `StoreError`."""
        while (taken := self._take()) is not None:
            key, job, recipient = taken
            try:
                if (message := job.function(self.workspace)) is not None:
                    recipient.post_message(message)
            except Superseded:
                self._retry(key, job, recipient)
            except StoreError as error:
                log.warning("a %s job on the store failed: %s", job.name, error)
                recipient.post_message(StoreFailed(str(error)))
            finally:
                with self._changed:
                    self._running = None

    def _take(self) -> tuple[Key, Job, Recipient] | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if not self._waiting:
                return None
            key = min(self._waiting, key=lambda waiting: waiting[0])
            self._running = key
            return key, *self._waiting.pop(key)

    def _retry(self, key: Key, job: Job, recipient: Recipient) -> None:
        """Queue an interrupted read again, unless a newer one has replaced it."""
        with self._changed:
            if not self._closed:
                self._waiting.setdefault(key, (job, recipient))
