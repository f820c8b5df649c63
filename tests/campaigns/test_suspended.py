"""The lease's owner is suspended: it keeps the lease, and writes nothing once another process took it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.campaigns import LONG
from tests.campaigns.mirror import Mirror, contents, server
from tests.campaigns.processes import Running, ended
from tests.waiting import until
from tui.store.database import Database
from tui.sync.lease import lock_path, read_owner

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
ROUNDS = 10 if LONG else 1
FIRST_THREAD = "GET /conversations/2"
TAKEN_OVER = "another fastintercom took over the sync"


def suspended(mirror: Mirror, process: Running, threads: int, *, in_transaction: bool) -> None:
    """Suspend a sync after it asked for so many threads, inside a write transaction or outside of one."""
    mirror.await_request(FIRST_THREAD, threads, process)
    until(lambda: _is_suspended(mirror, process, in_transaction=in_transaction))


def _is_suspended(mirror: Mirror, process: Running, *, in_transaction: bool) -> bool:
    assert process.suspend(), process.wait().err
    if mirror.is_being_written() == in_transaction:
        return True
    process.resume()
    return False


def owner(mirror: Mirror) -> int | None:
    database = Database(mirror.database)
    found = read_owner(database)
    database.close()
    return None if found is None else found.pid


def test_a_suspended_owner_keeps_the_lease_and_completes_when_it_goes_on(tmp_path: Path) -> None:
    with server(latency_ms=20) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        for number, in_transaction in enumerate((False, True)):
            simulator.world.advance(150 * number)
            with ended(mirror.start("sync", "--json")) as process:
                suspended(mirror, process, 10, in_transaction=in_transaction)
                before = contents(mirror.database)
                refused = mirror.call("sync")
                assert refused.code == 75
                assert f"process {process.pid} on " in refused.error
                assert mirror.call("search", "--no-sync", "is:open").code == 0, "reads do not wait for it"
                assert owner(mirror) == process.pid
                assert contents(mirror.database) == before
                assert mirror.broken_claims() == []
                process.resume()
                done = process.wait()
            assert (done.code, done.json["outcome"]) == (0, "complete"), done.err
            assert mirror.problems() == []
        mirror.must_become_complete()


@pytest.mark.parametrize("replaced", [False, True])
def test_an_owner_that_was_taken_over_writes_nothing_more(tmp_path: Path, replaced: bool) -> None:
    random_ = random.Random(5)
    for number in range(ROUNDS):
        with server(latency_ms=20) as simulator:
            mirror = Mirror(tmp_path / str(number), simulator)
            with ended(mirror.start("sync", "--json")) as process:
                suspended(mirror, process, random_.randint(1, 150), in_transaction=False)
                lock = lock_path(mirror.database)
                simulator.world.advance(20)
                lock.unlink()
                if replaced:
                    lock.touch()
                successor = mirror.call("sync", "--json")
                assert successor.code == 0, successor.err
                assert mirror.problems() == []
                before = contents(mirror.database)
                process.resume()
                done = process.wait()
            assert done.code == 75
            assert TAKEN_OVER in done.error
            assert "Traceback" not in done.err + mirror.log.read_text()
            assert contents(mirror.database) == before
            assert mirror.problems() == []
            assert lock.exists(), "the lock of the successor is not the one that it gave back"
            mirror.must_become_complete()


def test_an_owner_that_goes_on_in_the_middle_of_its_successor_writes_nothing(tmp_path: Path) -> None:
    with server(latency_ms=20) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        with ended(mirror.start("sync", "--json")) as process:
            suspended(mirror, process, 20, in_transaction=False)
            lock_path(mirror.database).unlink()
            with ended(mirror.start("sync", "--json")) as successor:
                mirror.await_request(FIRST_THREAD, 20, successor)
                process.resume()
                assert TAKEN_OVER in process.wait().error
                assert owner(mirror) == successor.pid
                done = successor.wait()
            assert done.code == 0, done.err
        assert mirror.problems() == []
        with mirror.open() as workspace:
            assert [run.outcome for run in workspace.runs(2)] == ["complete", "interrupted"]
        mirror.must_become_complete()
