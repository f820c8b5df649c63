"""The daily run looks at the pages of the database before it relies on them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import TOKEN
from tui.simulator import SimulatorOptions
from tui.simulator.server import running
from tui.sync.events import Reason
from tui.sync.jobs import SyncError
from tui.workspace import Workspace

WAIT = 60.0


def damage(path: Path) -> None:
    """Overwrite a page that no sync reads."""
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'saved_view'")
        ((size,),) = connection.execute("PRAGMA page_size")
        connection.execute("UPDATE setting SET value = 1 WHERE key = 'reconciled_at'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(os.urandom(size))


def test_the_daily_run_finds_damaged_pages_and_says_so(
    open_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    path = tmp_path / "mirror.db"
    with running(SimulatorOptions(conversations=20, token=TOKEN, activity=0, latency_ms=0)) as server:
        workspace = open_workspace(server.url)
        workspace.request_sync().wait(WAIT)
        workspace.close()
        damage(path)
        workspace = open_workspace(server.url)
        with pytest.raises(SyncError, match="move it away to sync afresh") as caught:
            workspace.request_sync().wait(WAIT)
        assert caught.value.reason is Reason.STORE
        assert workspace.runs(1)[0].outcome == "failed"
        with pytest.raises(SyncError, match="cannot be read as a fastintercom database"):
            workspace.request_sync().wait(WAIT)
