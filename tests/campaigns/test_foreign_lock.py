"""Another program holds the write lock of the database for longer than anybody waits for it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.campaigns.mirror import Mirror, contents, server
from tests.campaigns.processes import ended
from tests.waiting import until
from tui.store.errors import StoreError

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""
FIRST_THREAD = "GET /conversations/2"


@contextmanager
def held_by_another_program(database: Path) -> Iterator[None]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate("\n")


def asks_nothing(mirror: Mirror) -> bool:
    """Whether the sync asks nothing for a while, because it waits for the lock."""
    before = mirror.asked_for("")
    time.sleep(0.5)
    return mirror.asked_for("") == before


def test_a_lock_that_stays_ends_the_sync_with_one_line_and_loses_nothing(tmp_path: Path) -> None:
    """The sync waits three times ten seconds: for its data, for its entry in the history, for its lease."""
    with server(latency_ms=20) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        with ended(mirror.start("sync", "--json")) as process, mirror.open() as workspace:
            mirror.await_request(FIRST_THREAD, 30, process)
            noted, refused = sorted(simulator.world.truth())[-1], list[str]()
            mirror.annotate(workspace, noted, "before")
            with held_by_another_program(mirror.database):

                def annotate() -> None:
                    with pytest.raises(StoreError) as caught:
                        workspace.annotations.write_note([noted], "refused")
                    refused.append(str(caught.value))

                user = threading.Thread(target=annotate)
                user.start()
                assert mirror.call("search", "--no-sync", "is:open").code == 0, "reads do not wait for it"
                done = process.wait()
                user.join()
        assert done.code == 75, done
        assert done.error.startswith(f"{mirror.database} is held by another program")
        assert done.json["error"] == done.error
        assert "Traceback" not in done.err + mirror.log.read_text()
        assert [text.startswith(f"{mirror.database} is held by another program") for text in refused] == [
            True
        ]
        assert mirror.problems() == []
        mirror.must_become_complete()


def test_a_lock_that_is_given_back_in_time_is_waited_for(tmp_path: Path) -> None:
    with server(latency_ms=20) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        with ended(mirror.start("sync", "--json")) as process, mirror.open() as workspace:
            mirror.await_request(FIRST_THREAD, 30, process)
            with held_by_another_program(mirror.database):
                before = contents(mirror.database)
                until(lambda: asks_nothing(mirror))
                assert process.is_alive
                assert contents(mirror.database) == before
            mirror.annotate(workspace, sorted(simulator.world.truth())[-1], "after")
            done = process.wait()
        assert (done.code, done.json["outcome"]) == (0, "complete"), done.err
        mirror.must_become_complete()
