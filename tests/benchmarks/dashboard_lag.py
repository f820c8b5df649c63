"""How long the event loop of the dashboard is blocked while a first sync runs at full rate and a user types.

Run `python -m tests.benchmarks.dashboard_lag [--conversations N] [--corpus FILE]`.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from textual.events import Key
from textual.widgets import Input

from tests.benchmarks.corpus import stamp
from tests.benchmarks.first_sync import arguments, unsynced
from tui.dashboard.app import create_app
from tui.sync.events import SyncEvent, SyncFinished, SyncProgress
from tui.workspace import Workspace

PROBE = 0.002
"""Seconds that the probe sleeps; whatever it oversleeps is lag."""
WORDS = ("refund", "invoice is:open", "login", "thank you", "since:7d", "")
KEYS = {" ": "space", ":": "colon"}
KEY_PAUSE = 0.12


def main() -> None:
    options = arguments(__doc__, conversations=4000)
    options.add_argument("--seconds", type=float, default=20)
    chosen = options.parse_args()
    with unsynced(chosen) as workspace:
        asyncio.run(_measure(workspace, chosen.seconds))


async def _measure(workspace: Workspace, seconds: float) -> None:
    seen: list[SyncEvent] = []
    workspace.subscribe(seen.append)
    app = create_app(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        while not any(isinstance(e, SyncProgress) for e in seen):
            await asyncio.sleep(0.01)
        lags: list[float] = []
        probe = asyncio.create_task(_probe(lags))
        started = time.monotonic()
        field = app.screen.query_one(Input)
        number = 0
        while time.monotonic() - started < seconds and not any(isinstance(e, SyncFinished) for e in seen):
            field.value = ""
            field.focus()
            for letter in WORDS[number % len(WORDS)]:
                app.post_message(Key(KEYS.get(letter, letter), letter))
                await asyncio.sleep(KEY_PAUSE)
            await pilot.press("down", "down")
            number += 1
        elapsed = time.monotonic() - started
        probe.cancel()
        progress = [e for e in seen if isinstance(e, SyncProgress)]
        done = progress[-1].done - progress[0].done
        p95, p99 = (statistics.quantiles(lags, n=100)[i] for i in (94, 98))
        print(f"{elapsed:.0f} s of syncing {done / elapsed:.0f} threads per second, while typing and moving")
        print(f"event loop lag: median{stamp(statistics.median(lags))}  p95{stamp(p95)}  p99{stamp(p99)}")
        frozen = sum(lag > 0.05 for lag in lags)
        print(f"                longest{stamp(max(lags))}; over 50 ms: {frozen} of {len(lags)}")


async def _probe(lags: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(PROBE)
        lags.append(time.perf_counter() - started - PROBE)


if __name__ == "__main__":
    main()
