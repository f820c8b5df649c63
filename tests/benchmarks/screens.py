"""How long each act of a user blocks the event loop of the dashboard, with a large mirror and no sync.

Run `python -m tests.benchmarks.screens [--database FILE] [--conversations N] [--corpus FILE] [--rounds N]`.
The dashboard runs on its own terminal, so that the time of its output is included.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import gc
import json
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from tests.benchmarks.acts import ACTS, RARE_ACTS, Act, settled
from tests.benchmarks.corpus import real, replicated, stamp
from tests.benchmarks.dashboard_lag import PROBE
from tests.benchmarks.large_store import simulated, write_store
from tests.benchmarks.offline import offline
from tui.dashboard.app import create_app
from tui.dashboard.app_result import AppResult
from tui.dashboard.results.table import ResultsTable

ROOT = Path(__file__).resolve().parents[2]
LIMIT, RARE_LIMIT = 0.05, 0.2
"""Seconds for which an act, or a rare act, may block the loop."""
LINES, COLUMNS = 36, 120

Lag = tuple[float, float]
"""Seconds that the probe overslept, and seconds of CPU time of the loop's thread meanwhile."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", type=Path, help="keep the mirror here and use it if it exists")
    arguments.add_argument("--conversations", type=int, default=100_000)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument(
        "--only", nargs="*", default=[""], help="only acts whose name contains one of these"
    )
    arguments.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.inside:
        chosen.inside.write_text(json.dumps(asyncio.run(_measure(chosen))))
        return
    with tempfile.TemporaryDirectory() as folder:
        database = chosen.database or Path(folder) / "bench.db"
        if not database.exists():
            records = replicated(real(chosen.corpus), chosen.conversations) if chosen.corpus else None
            stored = write_store(database, records or simulated(chosen.conversations))
            print(f"stored {stored.conversations:,} conversations in {stored.seconds:.0f} s")
        measure(database, chosen.rounds, chosen.only)


def measure(database: Path, rounds: int, only: Sequence[str]) -> None:
    """Print how long each act blocks the loop, of those whose name contains one of `only`."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        _on_terminal(
            "--inside", str(found), "--database", str(database), "--rounds", str(rounds), "--only", *only
        )
        _report(json.loads(found.read_text()))


def _on_terminal(*options: str) -> None:
    """Run this module on a terminal whose output is read immediately."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.screens", *options],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown = (shown + chunk)[-4000:]
    except OSError:
        pass  # Linux reports the end of a terminal as an error
    os.close(ours)
    if process.wait():
        raise SystemExit(shown.decode(errors="replace"))


async def _measure(chosen: argparse.Namespace) -> dict[str, list[Lag]]:
    """For each act, the longest lag of each round."""
    worst: dict[str, list[Lag]] = defaultdict(list)
    lags: list[Lag] = []
    with offline(chosen.database) as workspace:
        gc.disable()  # as the command does
        app = create_app(workspace)

        async def play(_pilot: Pilot[object]) -> None:
            pilot = Pilot(app)
            while not any(table.count for table in app.screen.query(ResultsTable)):
                await asyncio.sleep(PROBE)
            await settled(pilot)
            worst["start"].append(max(lags))
            for _ in range(chosen.rounds):
                for name, act in ACTS.items():
                    if any(part in name for part in chosen.only):
                        worst[name].append(await _longest(lags, act, pilot))
            app.exit()

        probe = asyncio.create_task(_probe(lags))
        await app.run_async(auto_pilot=play)
        probe.cancel()
    return worst


async def _longest(lags: list[Lag], act: Act, pilot: Pilot[AppResult]) -> Lag:
    lags.clear()
    await act(pilot)
    await settled(pilot)
    return max(lags)


async def _probe(lags: list[Lag]) -> None:
    while True:
        started, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(PROBE)
        lags.append((time.perf_counter() - started - PROBE, time.thread_time() - worked))


def _report(found: dict[str, list[Lag]]) -> None:
    print(f"{'':32}{'longest':>11}{'median':>11}{'computing':>11}")
    for name, lags in found.items():
        longest, worked = max(lags)
        median = statistics.median(lag for lag, _ in lags)
        limit = RARE_LIMIT if name in RARE_ACTS else LIMIT
        mark = f"  ◀ over {limit * 1000:.0f} ms" if longest > limit else ""
        print(f"{name:32}{stamp(longest)}{stamp(median)}{stamp(worked)}{mark}")


if __name__ == "__main__":
    main()
