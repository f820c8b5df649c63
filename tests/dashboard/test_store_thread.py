"""The order of jobs, their recipients, and closing."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.message import Message

from tests.dashboard.jobs import Inbox, hold
from tests.dashboard.stage import Stage, dashboard, screen_of
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.messages import SyncRequested
from tui.store.errors import Superseded
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio


def test_two_recipients_of_equal_jobs_both_get_an_answer(stage: Stage) -> None:
    store, first, second = StoreThread(stage.workspace), Inbox(), Inbox()
    ran: list[str] = []

    def job(_: Workspace, name: str) -> Message:
        ran.append(name)
        return SyncRequested()

    for name, recipient in (("replaced", first), ("first", first), ("second", second)):
        store.run(Job(JobKind.THREAD, "thread", partial(job, name=name)), recipient)
    serving = threading.Thread(target=store.serve)
    serving.start()
    assert first.received.wait(10)
    assert second.received.wait(10)
    store.close()
    serving.join()
    assert ran == ["first", "second"]
    assert len(first.messages) == len(second.messages) == 1


@pytest.mark.parametrize(("kind", "interrupts"), [(JobKind.WRITE, 0), (JobKind.SEARCH, 1)])
def test_closing_interrupts_a_read_but_not_a_write(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: JobKind, interrupts: int
) -> None:
    begun, held, calls = threading.Event(), threading.Event(), list[None]()
    monkeypatch.setattr(stage.workspace, "interrupt", lambda: calls.append(None))
    store = StoreThread(stage.workspace)
    store.run(Job(kind, "hold", partial(hold, begun=begun, until=held)), Inbox())
    serving = threading.Thread(target=store.serve)
    serving.start()
    assert begun.wait(10)
    store.close()
    held.set()
    serving.join()
    assert len(calls) == interrupts


@pytest.mark.parametrize(
    ("running", "newer", "gives_way"),
    [
        (JobKind.COUNT, JobKind.SEARCH, True),
        (JobKind.COUNT, JobKind.THREAD, True),
        (JobKind.COUNT, JobKind.OTHER, False),
        (JobKind.PAGE, JobKind.SEARCH, True),
        (JobKind.PAGE, JobKind.ROWS, False),
        (JobKind.OTHER, JobKind.SEARCH, False),
    ],
)
def test_a_long_read_gives_way_to_what_somebody_waits_for_and_is_done_after_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, running: JobKind, newer: JobKind, gives_way: bool
) -> None:
    store, inbox, ran = StoreThread(stage.workspace), Inbox(), list[str]()
    begun, queued, interrupted, done = (threading.Event() for _ in range(4))
    monkeypatch.setattr(stage.workspace, "interrupt", interrupted.set)

    def long(_: Workspace) -> SyncRequested:
        ran.append("long")
        begun.set()
        assert queued.wait(10)
        if interrupted.is_set() and ran == ["long"]:
            raise Superseded
        return SyncRequested()

    def short(_: Workspace) -> None:
        ran.append("short")
        done.set()

    store.run(Job(running, "long", long), inbox)
    serving = threading.Thread(target=store.serve)
    serving.start()
    assert begun.wait(10)
    store.run(Job(newer, "short", short), inbox)
    queued.set()
    assert inbox.received.wait(10)
    assert done.wait(10)
    store.close()
    serving.join()
    assert ran == (["long", "short", "long"] if gives_way else ["long", "short"])


def test_writes_that_wait_are_done_at_closing_and_reads_are_not(stage: Stage) -> None:
    store, done = StoreThread(stage.workspace), list[str]()
    begun, closed = threading.Event(), threading.Event()

    def first(_: Workspace) -> SyncRequested:
        begun.set()
        assert closed.wait(10)
        done.append("first")
        return SyncRequested()

    def later(_: Workspace, name: str) -> None:
        done.append(name)

    store.run(Job(JobKind.WRITE, "write", first), Inbox())
    thread = threading.Thread(target=store.serve)
    thread.start()
    assert begun.wait(10)
    store.run(Job(JobKind.SEARCH, "search", partial(later, name="search")), Inbox())
    for number in (2, 3):
        store.run(Job(JobKind.WRITE, "write", partial(later, name=f"write {number}")), Inbox())
    store.close()
    closed.set()
    thread.join(10)
    assert done == ["first", "write 2", "write 3"]


async def test_a_star_set_just_before_leaving_is_there_the_next_time(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        id_ = screen_of(pilot).results.table.selected_id
        assert id_ is not None
        await pilot.press("asterisk", "q")
    assert stage.workspace.annotations.read([id_])[id_].starred
