"""Jobs that hold the store thread, for tests of what happens meanwhile."""

from __future__ import annotations

import threading
from functools import partial

from textual.message import Message

from tests.dashboard.stage import Dashboard, app_of
from tui.dashboard.store_thread import Job, JobKind
from tui.workspace import Workspace


class Inbox:
    """A recipient that keeps its messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.received = threading.Event()

    def post_message(self, message: Message) -> bool:
        self.messages.append(message)
        self.received.set()
        return True


def hold(_: Workspace, begun: threading.Event, until: threading.Event) -> None:
    """A job that runs until `until` is set."""
    begun.set()
    until.wait(10)


def hold_store(pilot: Dashboard) -> threading.Event:
    """Keep the store thread busy until the returned event is set."""
    begun, held = threading.Event(), threading.Event()
    job = Job(JobKind.SEARCH, "search", partial(hold, begun=begun, until=held))
    app_of(pilot).store.run(job, Inbox())
    assert begun.wait(10)
    return held
