"""Memory and open descriptors over thousands of syncs of one process, as of `fastintercom sync --watch`.

    python -m tests.benchmarks.watch_for_weeks --cycles 10000

The simulator runs in a process of its own. The first tenth of the cycles is the warm-up: caches fill, the
allocator finds its size. Flat is what grows by no more than `MEMORY_NOISE` and `DESCRIPTOR_NOISE` after that.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.benchmarks.server import TOKEN, simulator
from tui.cli.options import Invocation
from tui.cli.syncing import sync_and_wait
from tui.settings import Secret, Settings
from tui.workspace import Workspace

MEMORY_NOISE = 8.0
"""MB."""
DESCRIPTOR_NOISE = 3
"""The engine's thread may be about to end; its connection has so many."""


def memory() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors() -> int:
    """Open descriptors of this process (Linux)."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--activity", type=float, default=1, help="changes per minute")
    chosen = parser.parse_args()
    warm, every = chosen.cycles // 10, max(1, chosen.cycles // 10)
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator(
            conversations=chosen.conversations, rate_limit=100_000, latency_ms=0, activity=chosen.activity
        ) as url,
    ):
        settings = Settings(
            base_url=url,
            database=Path(folder) / "mirror.db",
            config_path=Path(folder) / "config.toml",
            settle=2,
        )
        invocation = Invocation(quiet=True)
        with Workspace(settings, token=Secret(TOKEN)) as workspace:
            reference, started = (0.0, 0), time.monotonic()
            for cycle in range(1, chosen.cycles + 1):
                result = sync_and_wait(invocation, workspace)
                if result.error:
                    raise SystemExit(f"cycle {cycle}: {result.error}")
                if cycle % every == 0 or cycle == warm:
                    now = memory(), descriptors()
                    print(
                        f"{cycle:>7,} syncs in {time.monotonic() - started:6.0f} s: {now[0]:6.1f} MB,"
                        f" {now[1]} descriptors, {threads()} threads, {workspace.total()} conversations,"
                        f" database {settings.database.stat().st_size / 1e6:.1f} MB",
                        flush=True,
                    )
                if cycle == warm:
                    reference = now
    growth, more = now[0] - reference[0], now[1] - reference[1]
    flat = growth <= MEMORY_NOISE and more <= DESCRIPTOR_NOISE
    print(f"since the warm-up: {growth:+.1f} MB, {more:+d} descriptors: {'flat' if flat else 'NOT FLAT'}")
    raise SystemExit(not flat)


if __name__ == "__main__":
    main()
