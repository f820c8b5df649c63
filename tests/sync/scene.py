"""A server and a mirror of it, both on a clock that the test turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.conftest import TOKEN
from tests.sync.invariant import broken_promises
from tui.freshness import SyncState
from tui.simulator import SimulatorOptions
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World
from tui.store.database import Database
from tui.sync.events import SyncSummary
from tui.workspace import Workspace

WAIT = 60.0
MINUTE, HOUR, DAY = 60, 3600, 86_400


class HandClock:
    """Goes on by itself and can be turned; `offset` is how far it was turned, in seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


@dataclass
class Scene:
    """`true_time` drives the server; `local` is what the mirror's machine believes."""

    server: RunningServer
    true_time: HandClock
    local: HandClock
    open: Callable[[], Workspace]
    workspace: Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.workspace = self.open()

    @property
    def world(self) -> World:
        return self.server.world

    def pass_time(self, seconds: float) -> None:
        """On both clocks."""
        self.true_time.offset += seconds
        self.local.offset += seconds

    def sync(self) -> SyncSummary:
        """One run, to its end, with connections of its own: what older ones know of the time is gone.

        Raises `SyncError`."""
        job = self.workspace.request_sync()
        summary = None
        while summary is None or not job.done:
            summary = self.workspace.run_sync(cancel=threading.Event())
        job.wait(WAIT)
        return summary

    def reopen(self) -> None:
        """As a new process would."""
        self.workspace.close()
        self.workspace = self.open()

    def broken(self) -> list[str]:
        """Where the mirror claims what is not so."""
        return broken_promises(self.workspace, self.world)

    def state(self, query: str = "since:30d") -> SyncState:
        return self.workspace.verdict(self.workspace.parse(query)).state

    def found(self, query: str) -> set[int]:
        return set(self.workspace.search_ids(self.workspace.parse(query)))

    def requests(self) -> int:
        return len(self.world.requests)

    def database(self) -> Database:
        return Database(self.workspace.settings.database)


@contextmanager
def scene(open_workspace: Callable[..., Workspace], **options: Any) -> Iterator[Scene]:
    """A scene of a few conversations on a quiet server; `settle`, `overlap` and `tolerance` are settings."""
    settings = {name: options.pop(name) for name in ("settle", "overlap", "tolerance") if name in options}
    values: dict[str, Any] = {
        "conversations": 60,
        "days": 20,
        "tie": 2,
        "long_threads": 0,
        "token": TOKEN,
        "rate_limit": 100_000,
        "latency_ms": 0,
        "search_lag": 0,
        "activity": 0,
    }
    true_time, local = HandClock(), HandClock()
    with running(SimulatorOptions(**(values | options)), clock=true_time) as server:
        made = Scene(
            server,
            true_time,
            local,
            lambda: open_workspace(server.url, clock=local.moment, **({"settle": 20} | settings)),
        )
        made.pass_time(HOUR)  # what there is from the beginning has settled
        yield made
        made.workspace.close()
