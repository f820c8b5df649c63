"""The engine against a living server over real sockets, in fair weather and foul."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import TOKEN
from tests.sync.invariant import broken_promises
from tests.waiting import until
from tui.clock import to_epoch
from tui.freshness import Interval, SyncState
from tui.simulator import SimulatorOptions
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running
from tui.store.database import Connection, Database
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
)
from tui.sync.job_queue import JobQueue
from tui.sync.jobs import SyncError
from tui.sync.lease import Lease
from tui.uptime import uptime
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
WAIT = 60.0


@contextmanager
def server(**options: Any) -> Iterator[RunningServer]:
    values: dict[str, Any] = {
        "conversations": 260,
        "days": 30,
        "token": TOKEN,
        "rate_limit": 100_000,
        "latency_ms": 0,
        "search_lag": 0.5,
        "activity": 0,
    }
    with running(SimulatorOptions(**(values | options))) as simulator:
        yield simulator


def sync(workspace: Workspace) -> Any:
    return workspace.request_sync().wait(WAIT)


def test_a_first_sync_mirrors_everything_with_its_threads(open_workspace: OpenWorkspace) -> None:
    with server() as simulator:
        workspace = open_workspace(simulator.url)
        summary = sync(workspace)

        truth = simulator.world.truth()
        assert summary.outcome == "complete"
        assert summary.new == workspace.total() == len(truth)
        assert broken_promises(workspace, simulator.world) == []
        now = datetime.now(UTC)
        assert workspace.check_sync_state(now - timedelta(days=30), now) is SyncState.FRESH
        assert workspace.get_sync_status()["pending_threads"] == 0
        assert workspace.runs(1)[0].outcome == "complete"


def test_events_tell_the_story_in_order(open_workspace: OpenWorkspace) -> None:
    with server(conversations=40, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        events: list[SyncEvent] = []
        unsubscribe = workspace.subscribe(events.append)
        at_the_end: list[bool] = []
        workspace.subscribe(
            lambda e: at_the_end.append(workspace.sync_in_progress) if isinstance(e, SyncFinished) else None
        )
        sync(workspace)
        unsubscribe()
        assert at_the_end == [False], "who is told that it is over finds it over"
        seen = len(events)
        sync(workspace)

        assert len(events) == seen, "nothing is delivered after unsubscribing"
        assert isinstance(events[0], SyncStarted)
        assert isinstance(events[-1], SyncFinished)
        stored = {i for e in events if isinstance(e, ConversationsStored) for i in e.ids}
        assert stored == set(simulator.world.truth())
        assert any(isinstance(e, FreshnessChanged) and e.last_sync for e in events)
        assert any(isinstance(e, SyncProgress) for e in events)


def test_the_second_sync_fetches_only_what_changed(open_workspace: OpenWorkspace) -> None:
    with server() as simulator:
        workspace = open_workspace(simulator.url, settle=1)
        sync(workspace)
        changed = sorted(simulator.world.truth())[:3]
        for conversation_id in changed:
            simulator.world.reply(conversation_id, "<p>zyzzyva</p>")
        until(lambda: _found(workspace, "zyzzyva", sync_first=True) == set(changed))

        assert workspace.runs(1)[0].requests < 12
        assert broken_promises(workspace, simulator.world) == []


def _found(workspace: Workspace, query: str, *, sync_first: bool = False) -> set[int]:
    if sync_first:
        sync(workspace)
    return set(workspace.search_ids(workspace.parse(query)))


def test_a_quiet_sync_advances_the_last_sync(open_workspace: OpenWorkspace) -> None:
    with server(conversations=5, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        first = workspace.get_sync_status()["last_sync"]
        assert first is not None

        def advanced() -> bool:
            summary = sync(workspace)
            last = workspace.get_sync_status()["last_sync"]
            return last is not None and last > first and summary.new == summary.updated == 0

        until(advanced)


def test_what_intercom_deleted_is_forgotten(open_workspace: OpenWorkspace) -> None:
    with server(conversations=60, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        victim = sorted(simulator.world.truth())[7]
        simulator.world.delete(victim)

        summary = sync(workspace)

        assert summary.deleted == 1
        thread = workspace.thread(victim)
        assert thread is not None
        assert thread.deleted_at is not None
        assert thread.parts == ()
        assert victim not in _found(workspace, "")


@pytest.mark.parametrize("inclusive", [True, False])
def test_hundreds_that_share_a_second_are_all_there(open_workspace: OpenWorkspace, inclusive: bool) -> None:
    with server(conversations=700, tie=400, inclusive_bounds=inclusive, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        assert sync(workspace).outcome == "complete"
        assert workspace.total() == len(simulator.world.truth())
        assert broken_promises(workspace, simulator.world) == []


def test_a_server_that_cannot_list_many_at_once_is_asked_for_fewer(open_workspace: OpenWorkspace) -> None:
    with server(conversations=150, heavy_page=40, tie=5, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        assert sync(workspace).outcome == "complete"
        assert broken_promises(workspace, simulator.world) == []


def parts_stored(workspace: Workspace, id_: int) -> int:
    thread = workspace.thread(id_)
    return 0 if thread is None else len(thread.parts)


def test_a_thread_of_more_than_500_parts_says_how_many_are_missing(open_workspace: OpenWorkspace) -> None:
    with server(conversations=30, tie=2, long_threads=1) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        longest = max(simulator.world.truth(), key=lambda i: parts_stored(workspace, i))
        thread = workspace.thread(longest)
        assert thread is not None
        assert len(thread.parts) == 501, "the opening message and the newest 500"
        assert thread.missing_parts > 0

        simulator.world.grow(longest, 3)
        until(lambda: bool(sync(workspace)) and parts_stored(workspace, longest) == 504)
        again = workspace.thread(longest)
        assert again is not None
        assert again.missing_parts == thread.missing_parts, "what was stored stays, though no longer sent"


def test_a_server_that_fails_now_and_then_costs_nothing_but_time(open_workspace: OpenWorkspace) -> None:
    with server(conversations=200, faults=0.05, slow_seconds=0.2, activity=300) as simulator:
        workspace = open_workspace(simulator.url)
        summary = sync(workspace)
        assert summary.outcome == "complete"
        assert summary.retries + summary.rate_limited > 0
        assert broken_promises(workspace, simulator.world) == []


# A hundred changes a second delete so many conversations under a slow sync that it must doubt the answers.
@pytest.mark.parametrize(("moving", "deletions"), [(600, True), (6000, False)])
def test_nothing_is_lost_while_the_workspace_changes_under_the_sync(
    open_workspace: OpenWorkspace, moving: int, deletions: bool
) -> None:
    options = {"conversations": 150, "search_lag": 1, "latency_ms": 2}
    with server(activity=moving, deletions=deletions, **options) as simulator:
        workspace = open_workspace(simulator.url, settle=3)
        for _ in range(3):
            sync(workspace)
            assert broken_promises(workspace, simulator.world) == []


def test_a_wrong_token_stops_at_once_and_says_what_to_do(open_workspace: OpenWorkspace) -> None:
    with server(conversations=5, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url, token="wrong")
        events: list[SyncEvent] = []
        workspace.subscribe(events.append)
        with pytest.raises(SyncError) as caught:
            sync(workspace)
        assert caught.value.reason is Reason.UNAUTHORIZED
        assert "token" in str(caught.value)
        assert isinstance(events[-1], SyncFailed)
        assert workspace.runs(1)[0].outcome == "failed"
        answer = workspace.search_conversations("anything")
        assert answer["conversations"] == []
        assert answer["sync_info"]["state"] == "stale"
        assert answer["sync_info"]["reason"] == str(caught.value)


def test_no_network_is_a_reason_not_an_empty_result(open_workspace: OpenWorkspace) -> None:
    with server(conversations=1, tie=1, long_threads=0) as simulator:
        url = simulator.url
    workspace = open_workspace(url)
    with pytest.raises(SyncError) as caught:
        sync(workspace)
    assert caught.value.reason is Reason.UNREACHABLE


def test_one_sync_at_a_time_per_database(open_workspace: OpenWorkspace) -> None:
    with server(conversations=5, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        other = open_workspace(simulator.url)
        database = Database(workspace.settings.database)
        with Lease(database, datetime.now(UTC)):
            with pytest.raises(SyncError) as caught:
                sync(other)
            assert caught.value.reason is Reason.LOCKED
            assert "another fastintercom is syncing" in str(caught.value)
            assert other.get_sync_status()["lease_owner"] is not None
        database.close()
        assert sync(other).outcome == "complete"
        assert other.get_sync_status()["lease_owner"] is None


def test_a_holder_that_lost_the_lease_cannot_write(open_workspace: OpenWorkspace) -> None:
    with server(conversations=1, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        database = Database(workspace.settings.database)
        with Lease(database, datetime.now(UTC)):
            other = Database(workspace.settings.database)
            with other.transaction() as connection:
                connection.execute("UPDATE setting SET value = value + 1 WHERE key = 'fence'")
            other.close()
            with pytest.raises(Exception, match="took over the sync"), database.transaction():
                pytest.fail("the transaction must not begin")
        database.close()


def test_equal_requests_are_one_job(open_workspace: OpenWorkspace) -> None:
    with server() as simulator:
        workspace = open_workspace(simulator.url)
        now = datetime.now(UTC)
        first = workspace.request_sync()
        assert workspace.request_sync() is first
        window = workspace.request_sync(now - timedelta(days=1), now)
        assert workspace.request_sync(now - timedelta(days=1), now) is window
        assert first.wait(WAIT).outcome == "complete"
        assert window.wait(WAIT).outcome == "complete"


def test_a_stale_search_answers_at_once_and_starts_the_sync(open_workspace: OpenWorkspace) -> None:
    with server() as simulator:
        workspace = open_workspace(simulator.url)
        answer = workspace.search_conversations("since:30d")
        assert answer["conversations"] == []
        assert answer["sync_info"]["state"] == "stale"
        assert answer["sync_info"]["message"] == "Data is stale - syncing latest conversations..."
        assert answer["sync_info"]["data_complete"] is False
        assert workspace.sync_in_progress
        until(lambda: workspace.search_conversations("since:30d")["sync_info"]["state"] == "fresh")
        assert workspace.search_conversations("since:30d", 7)["sync_info"]["message"] is None
        assert len(workspace.search_conversations("since:30d", 7)["conversations"]) == 7


def test_a_search_that_waits_is_answered_fresh(open_workspace: OpenWorkspace) -> None:
    with server(conversations=60, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        answer = asyncio.run(workspace.search_when_synced("since:40d", 500))
        assert answer["sync_info"]["state"] == "fresh"
        assert len(answer["conversations"]) == workspace.total() > 0


def test_a_job_can_be_awaited(open_workspace: OpenWorkspace) -> None:
    async def script(workspace: Workspace) -> str:
        job = await workspace.trigger_background_sync()
        assert not job.done
        return (await job).outcome

    with server(conversations=20, tie=2, long_threads=0) as simulator:
        assert asyncio.run(script(open_workspace(simulator.url))) == "complete"


def test_a_partial_window_names_what_is_missing(open_workspace: OpenWorkspace) -> None:
    with server() as simulator:
        workspace = open_workspace(simulator.url)
        now = datetime.now(UTC)
        workspace.request_sync(now - timedelta(days=20), now - timedelta(days=2)).wait(WAIT)
        info = workspace.search_conversations("since:10d")["sync_info"]
        assert info["state"] == "partial"
        assert info["message"] is not None
        assert info["message"].startswith("Analysis includes conversations up to ")
        assert info["message"].endswith(" - may be missing recent conversations")
        assert len(info["gaps"]) == 1
        assert workspace.search_conversations("since:10d until:3d")["sync_info"]["state"] == "fresh"


def test_stopping_is_quick_and_the_next_sync_goes_on(open_workspace: OpenWorkspace) -> None:
    with server(conversations=500, latency_ms=30) as simulator:
        workspace = open_workspace(simulator.url)
        cancel = threading.Event()
        engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 3600})
        engine.start()
        until(lambda: workspace.total() > 0)
        cancel.set()
        engine.join(5)
        assert not engine.is_alive()
        assert workspace.runs(1)[0].outcome == "interrupted"
        assert broken_promises(workspace, simulator.world) == []
        before = workspace.get_sync_status()["pending_threads"]

        summary = sync(workspace)

        assert summary.outcome == "complete"
        assert before > 0
        assert workspace.total() == len(simulator.world.truth())
        assert broken_promises(workspace, simulator.world) == []


def test_the_engine_keeps_syncing_and_survives_the_network_going_away(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.intercom.calls._MAX_BACKOFF", 0.1)
    with server(conversations=30, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url, settle=1)
        events: list[SyncEvent] = []
        workspace.subscribe(events.append)
        cancel = threading.Event()
        engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 0.2})
        engine.start()
        until(lambda: sum(isinstance(e, SyncFinished) for e in events) >= 2)
    until(lambda: any(isinstance(e, SyncFailed) for e in events))
    cancel.set()
    engine.join(10)
    assert not engine.is_alive()
    failed = next(e for e in events if isinstance(e, SyncFailed))
    assert failed.reason is Reason.UNREACHABLE


def test_a_conversation_somebody_opens_is_fetched_first(open_workspace: OpenWorkspace) -> None:
    with server(conversations=600, latency_ms=25) as simulator:
        workspace = open_workspace(simulator.url)
        job = workspace.request_sync()
        until(lambda: workspace.total() >= 590)
        oldest = workspace.search_ids(workspace.parse(""))[-1]
        workspace.prioritise(oldest)
        until(lambda: not workspace.rows([oldest])[0].thread_pending)
        assert workspace.get_sync_status()["pending_threads"] > 50
        job.wait(WAIT)


def test_reads_do_not_wait_for_a_writer(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        database = Database(workspace.settings.database)
        with database.transaction() as connection:
            connection.execute("UPDATE conversation SET state = 'closed'")
            answers: list[int] = []
            reader = threading.Thread(target=lambda: answers.append(len(_found(workspace, "is:open"))))
            before = len(_found(workspace, "is:open"))
            reader.start()
            reader.join(5)
            assert answers == [before]
        database.close()


def test_two_changes_in_one_second_are_both_there(open_workspace: OpenWorkspace) -> None:
    now = [time.time()]
    options = SimulatorOptions(
        conversations=5, days=5, token=TOKEN, latency_ms=0, search_lag=0, activity=0, tie=1, long_threads=0
    )
    with running(options, clock=lambda: now[0]) as simulator:
        workspace = open_workspace(simulator.url, settle=0)
        busy = sorted(simulator.world.truth())[0]
        now[0] = float(int(now[0]) + 10)
        simulator.world.reply(busy, "<p>zyzzyvafirst</p>")
        job = workspace.request_sync()
        until(lambda: _found(workspace, "zyzzyvafirst") == {busy})
        simulator.world.reply(busy, "<p>zyzzyvasecond</p>")
        now[0] += 5
        job.wait(WAIT)
        sync(workspace)
        assert broken_promises(workspace, simulator.world) == []
        assert _found(workspace, "zyzzyvasecond") == {busy}


def test_a_token_of_another_workspace_is_refused_and_nothing_is_touched(
    open_workspace: OpenWorkspace,
) -> None:
    with server(conversations=20, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        database = Database(workspace.settings.database)
        with database.transaction() as connection:
            connection.execute("UPDATE setting SET value = 'another' WHERE key = 'app'")
        database.close()
        before = workspace.total()
        with pytest.raises(SyncError, match=r"mirrors the workspace .* but the token belongs to") as caught:
            sync(workspace)
        assert caught.value.reason is Reason.WRONG_WORKSPACE
        assert workspace.total() == before


def test_a_local_clock_that_is_wrong_does_not_change_the_verdict(open_workspace: OpenWorkspace) -> None:
    half_an_hour = timedelta(minutes=30)
    with server(conversations=20, tie=1, long_threads=0) as simulator:
        for wrong in (half_an_hour, -half_an_hour):
            workspace = open_workspace(simulator.url, clock=lambda wrong=wrong: datetime.now(UTC) + wrong)
            sync(workspace)
            assert abs(workspace.clock() - datetime.now(UTC)) < timedelta(seconds=10)
            assert workspace.search_conversations("since:20m")["sync_info"]["state"] == "fresh"


def test_opened_conversations_do_not_make_a_broken_sync_spin(open_workspace: OpenWorkspace) -> None:
    with server(conversations=5, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        events: list[SyncEvent] = []
        workspace.subscribe(events.append)

        def failures() -> int:
            return sum(isinstance(e, SyncFailed) for e in events)

        database = Database(workspace.settings.database)
        cancel = threading.Event()
        with Lease(database, datetime.now(UTC)):
            engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 3600})
            engine.start()
            until(lambda: bool(failures()))
            opened = 0

            def open_another() -> bool:
                nonlocal opened
                opened += 1
                workspace.prioritise(1)
                return failures() > 10

            until(open_another)
            assert failures() <= 1 + opened, "each costs one failed run, and then it is given up"
        database.close()
        cancel.set()
        engine.join(10)
        assert not engine.is_alive()


def test_what_is_new_comes_in_while_the_history_is_still_being_filled(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long a request for "everything up to now" is the one that runs.
    monkeypatch.setattr("tui.sync.job_queue.MERGE_WITHIN", 2.0)
    with server(conversations=900, latency_ms=60) as simulator:
        workspace = open_workspace(simulator.url, settle=1)
        cancel = threading.Event()
        engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 0.5})
        engine.start()
        until(lambda: workspace.total() > 100)
        new = simulator.world.create("<p>zyzzyvanew</p>")
        until(lambda: _found(workspace, "zyzzyvanew") == {new})
        pending = workspace.get_sync_status()["pending_threads"]
        cancel.set()
        engine.join(10)
        assert pending > 0, "the backfill was still running"


def test_a_few_broken_conversations_cost_a_second_each_and_no_more(open_workspace: OpenWorkspace) -> None:
    with server(conversations=60, tie=1, long_threads=0) as simulator:
        broken = sorted(simulator.world.truth())[::4][:12]
        for conversation_id in broken:
            simulator.world.faults.script(
                Fault.FORBIDDEN, path=f"/conversations/{conversation_id}", times=1000
            )
        workspace = open_workspace(simulator.url)
        summary = sync(workspace)
        assert summary.outcome == "partial"
        assert {int(p.id) for p in summary.problems} == set(broken)
        assert broken_promises(workspace, simulator.world) == []
        now = datetime.now(UTC)
        gaps = workspace.coverage().missing(Interval(to_epoch(now - timedelta(days=60)), to_epoch(now) - 60))
        assert all(gap.end - gap.start < 60 for gap in gaps)

        simulator.world.faults.clear()
        assert sync(workspace).outcome == "complete"


def test_a_gateways_clock_is_not_the_servers(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        simulator.world.faults.script(Fault.HTML, path="/conversations/deleted", times=3)
        sync(workspace)
        last = workspace.get_sync_status()["last_sync"]
        assert last is not None
        assert last <= datetime.now(UTC)


def test_a_listener_that_fails_does_not_stop_the_sync(open_workspace: OpenWorkspace) -> None:
    def fail(event: SyncEvent) -> None:
        raise RuntimeError(type(event).__name__)

    with server(conversations=20, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        workspace.subscribe(fail)
        assert sync(workspace).outcome == "complete"


def test_a_fault_in_the_ticker_ends_the_run(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("planted")

    monkeypatch.setattr("tui.sync.scheduler.count_pending", fail)
    with server(conversations=20, tie=1, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        with pytest.raises(SyncError, match="RuntimeError") as caught:
            sync(workspace)
        assert caught.value.reason is Reason.INTERNAL


def test_a_workspace_that_refuses_names_syncs_without_them_and_says_so_once(
    open_workspace: OpenWorkspace,
) -> None:
    with server(conversations=20, tie=1, long_threads=0, refused=("/teams", "/tags")) as simulator:
        workspace = open_workspace(simulator.url)
        summary = sync(workspace)
        assert summary.outcome == "complete"
        assert [("teams" in n, "tags" in n) for n in summary.notices] == [(True, False), (False, True)]
        assert workspace.total() == len(simulator.world.truth())
        with workspace._database.transaction() as connection:
            connection.execute("UPDATE setting SET value = '0' WHERE key = 'directory_read_at'")
        assert sync(workspace).notices == ()


def test_a_query_for_the_last_seconds_does_not_sync_for_ever(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=1, long_threads=0, search_lag=0) as simulator:
        workspace = open_workspace(simulator.url, settle=60)
        new = simulator.world.create("<p>zyzzyvanow</p>")
        assert workspace.search_conversations("since:30s")["sync_info"]["state"] == "stale"
        for _ in range(6):
            answer = asyncio.run(workspace.search_when_synced("since:30s"))
            info = answer["sync_info"]
            assert new in [found["id"] for found in answer["conversations"]]
            assert (info["state"], info["data_complete"]) == ("partial", False)
            assert info["message"] is not None
            assert info["message"].endswith("the period is newer than Intercom's index can prove")
        assert len(workspace.runs()) == 1
        assert workspace.search_conversations("since:7d")["sync_info"]["state"] == "stale"


def test_what_came_after_the_last_listing_is_stale_again(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=1, long_threads=0) as simulator:
        ahead = timedelta(0)
        workspace = open_workspace(
            simulator.url, settle=250, history="9h", clock=lambda: datetime.now(UTC) + ahead
        )
        sync(workspace)
        now = datetime.now(UTC)
        assert workspace.check_sync_state(now - timedelta(seconds=30), now) is SyncState.PARTIAL
        ahead = timedelta(seconds=40)
        now = workspace.clock()
        assert workspace.check_sync_state(now - timedelta(seconds=30), now) is SyncState.STALE
        assert workspace.check_sync_state(now - timedelta(hours=8), now) is SyncState.FRESH


def test_a_sync_is_due_when_the_machine_wakes_up(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspension moves the clock that counts it, and no other."""
    asleep = 0.0
    monkeypatch.setattr("tui.sync.engine.uptime", lambda: uptime() + asleep)
    with server(conversations=5, tie=0, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        finished: list[SyncEvent] = []
        workspace.subscribe(lambda e: finished.append(e) if isinstance(e, SyncFinished) else None)
        cancel = threading.Event()
        engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 3600.0})
        engine.start()
        try:
            until(lambda: len(finished) == 1)
            asleep = 3601.0
            until(lambda: len(finished) == 2)
        finally:
            cancel.set()
            engine.join(WAIT)


def test_the_engine_leaves_no_connection_behind(open_workspace: OpenWorkspace) -> None:
    """Each thread has one; only the garbage collector would find those of threads that ended."""
    with server(conversations=5, tie=0, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        sync(workspace)
        workspace.run_sync(cancel=threading.Event())
        until(lambda: engine_threads() == 0)
        gc.collect()
        gc.disable()
        try:
            before = open_connections()
            for _ in range(5):
                sync(workspace)
                workspace.run_sync(cancel=threading.Event())
            until(lambda: engine_threads() == 0)
            assert open_connections() == before
        finally:
            gc.enable()


def engine_threads() -> int:
    return sum(thread.name == "fastintercom-sync" for thread in threading.enumerate())


def open_connections() -> int:
    return sum(isinstance(o, Connection) for o in gc.get_objects() if not is_closed(o))


def is_closed(candidate: object) -> bool:
    if not isinstance(candidate, Connection):
        return True
    try:
        candidate.total_changes  # noqa: B018 - raises when the connection is closed
    except sqlite3.ProgrammingError:
        return True
    return False


def test_jobs_that_ended_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that syncs for weeks would otherwise keep each."""
    monkeypatch.setattr("tui.sync.job_queue.MERGE_WITHIN", 0.0)
    queue = JobQueue(lambda: None)
    kept = []
    for _ in range(3):
        kept.append(weakref.ref(queue.request(None)))
        queue.run_started()
        (job,), _ = queue.take()
        job.fail(SyncError(Reason.INTERRUPTED, "over"))
        del job
        queue.jobs_completed()
    gc.collect()
    assert [reference() is None for reference in kept] == [True, True, False]
