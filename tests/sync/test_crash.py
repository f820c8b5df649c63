"""The promise holds at any instant: real processes, killed with SIGKILL while the workspace changes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TOKEN
from tests.sync.invariant import broken_promises
from tui.simulator import SimulatorOptions
from tui.simulator.server import running
from tui.store.database import Database
from tui.workspace import Workspace

KILLS = 8
ROOT = Path(__file__).resolve().parents[2]


def start_sync(database: Path, config: Path, url: str) -> subprocess.Popen[str]:
    environment = dict(
        os.environ,
        INTERCOM_ACCESS_TOKEN=TOKEN,
        FASTINTERCOM_BASE_URL=url,
        FASTINTERCOM_DATABASE=str(database),
        FASTINTERCOM_CONFIG=str(config),
    )
    return subprocess.Popen(
        [sys.executable, "-m", "tui", "sync", "--quiet"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stored_threads(database: Path) -> int:
    """How far a sync of another process has come."""
    if not database.exists():
        return 0
    store = Database(database)
    try:
        return int(store.one("SELECT count(*) FROM conversation WHERE thread_updated_at > 0")[0])
    finally:
        store.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_again_and_again_the_mirror_never_claims_what_it_lacks(
    tmp_path: Path, open_workspace: Callable[..., Workspace]
) -> None:
    random_ = random.Random(20_241_220)
    database, config = tmp_path / "mirror.db", tmp_path / "config.toml"
    config.write_text('settle = 3\noverlap = 30\nhistory = "120d"\n')
    options = SimulatorOptions(
        conversations=900,
        days=60,
        token=TOKEN,
        rate_limit=100_000,
        latency_ms=40,
        search_lag=1,
        activity=900,
        faults=0.01,
        slow_seconds=0.2,
    )
    with running(options) as simulator:
        Workspace.close(open_workspace(simulator.url))  # the file exists before the first process
        interrupted = 0
        for _ in range(KILLS):
            before = stored_threads(database)
            process = start_sync(database, config, simulator.url)
            target = before + random_.randrange(1, 120)
            ended = threading.Event()
            deadline = time.monotonic() + 60
            while process.poll() is None and stored_threads(database) < target:
                assert time.monotonic() < deadline, "the sync makes no progress"
                ended.wait(random_.uniform(0.002, 0.05))
            interrupted += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate()
            workspace = open_workspace(simulator.url, settle=3)
            assert broken_promises(workspace, simulator.world) == []
            workspace.close()
        assert interrupted >= KILLS // 2, "the processes must be caught in the middle"

        process = start_sync(database, config, simulator.url)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        workspace = open_workspace(simulator.url, settle=3)
        assert broken_promises(workspace, simulator.world) == []
        assert [r.outcome for r in workspace.runs(KILLS + 1)].count("interrupted") >= KILLS // 2
        store = Database(database)
        store.all("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
        (indexed,) = store.one("SELECT count(*) FROM search_index WHERE search_index MATCH 'meta : all'")
        store.close()
        assert indexed == workspace.total()
