"""How long the event loop of the dashboard is blocked by actions on all conversations that match.

Run `python -m tests.benchmarks.bulk_triage [--database FILE | --invented N] [--times N]`. The database is
copied, not changed. Each step is a key, and ends when its effect is painted.

On a busy machine the lag includes other processes. "Ours" is at most the CPU time that all threads of this
process used during the lag.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from textual.message import Message
from textual.pilot import Pilot

from tests.benchmarks.corpus import invent_database, stamp
from tests.benchmarks.offline import offline
from tui.dashboard.app import create_app
from tui.dashboard.app_result import AppResult
from tui.dashboard.main_screen import DashboardScreen
from tui.workspace import Workspace

PROBE = 0.001
"""Seconds that the probe sleeps; whatever it oversleeps is lag."""
CALM = 0.15
"""Seconds without a message after which a step is over."""
FROZEN = 0.05
STEPS = (
    ("select all matching", "A", ""),
    ("star all", "asterisk", "AnnotationsChanged"),
    ("undo", "u", "ActionRestored"),
    ("redo", "ctrl+r", "ActionRestored"),
    ("done all", "d", "AnnotationsChanged"),
    ("clear selection", "escape", ""),
)
"""Name of a step, its key, and the message that reports its completion."""


class Lag(NamedTuple):
    """Seconds that the probe overslept, and how many of them this process can have caused."""

    wall: float
    ours: float


class Watch:
    """Records the messages of the dashboard, to know when it is idle."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.last = 0.0

    def __call__(self, message: Message) -> None:
        if type(message).__module__.startswith("tui.dashboard."):
            self.seen.append(type(message).__name__)
            self.last = time.monotonic()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    source = arguments.add_mutually_exclusive_group()
    source.add_argument("--database", type=Path)
    source.add_argument("--invented", type=int, default=20_000)
    arguments.add_argument("--times", type=int, default=5)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        if chosen.database:
            shutil.copyfile(chosen.database, path)
        else:
            invent_database(path, chosen.invented)
        with offline(path) as workspace:
            asyncio.run(_measure(workspace, chosen.times))


async def _measure(workspace: Workspace, times: int) -> None:
    watch = Watch()
    app = create_app(workspace)
    lags: dict[str, list[list[Lag]]] = {name: [] for name, *_ in STEPS}
    took: dict[str, list[float]] = {name: [] for name, *_ in STEPS}
    async with app.run_test(size=(120, 36), message_hook=watch) as pilot:
        await _calm(pilot, watch)
        for _ in range(times):
            for name, key, message in STEPS:
                lags[name].append(await _step(pilot, watch, key, message, took[name]))
            await pilot.press("u", "u")  # undo both
            await _calm(pilot, watch)
        assert isinstance(app.screen, DashboardScreen)
        print(
            f"{len(app.screen.results.table.model):,} conversations, each step {times} times; lag of the loop"
        )
    print(f"{'':22}{'done after':>12}{'p99':>12}{'longest':>12}{'its median':>12}{'ours':>12}   over 50 ms")
    for name, runs in lags.items():
        every = sorted(lag.wall for run in runs for lag in run)
        longest = [max(lag.wall for lag in run) for run in runs]
        ours = [max(lag.ours for lag in run) for run in runs]
        frozen = sum(lag > FROZEN for lag in every)
        print(
            f"{name:22} {stamp(statistics.median(took[name]))} {stamp(every[int(len(every) * 0.99)])}"
            f" {stamp(max(longest))} {stamp(statistics.median(longest))} {stamp(max(ours))}"
            f"   {frozen} of {len(every):,}"
        )


async def _step(
    pilot: Pilot[AppResult], watch: Watch, key: str, message: str, took: list[float]
) -> list[Lag]:
    """The lags from the key until its effect is painted."""
    watch.seen.clear()
    lags: list[Lag] = []
    probe = asyncio.create_task(_probe(lags))
    started = time.perf_counter()
    pilot.app.simulate_key(key)
    while message and message not in watch.seen:
        await asyncio.sleep(PROBE)
    took.append(time.perf_counter() - started)
    await _calm(pilot, watch)
    probe.cancel()
    return lags


async def _calm(pilot: Pilot[AppResult], watch: Watch) -> None:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, DashboardScreen)
    watch.last = time.monotonic()
    while screen.is_waiting or not screen.store.is_idle or time.monotonic() - watch.last < CALM:
        await asyncio.sleep(PROBE)


async def _probe(lags: list[Lag]) -> None:
    while True:
        started, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(PROBE)
        wall = max(0.0, time.perf_counter() - started - PROBE)
        lags.append(Lag(wall, min(wall, time.process_time() - worked)))


if __name__ == "__main__":
    main()
