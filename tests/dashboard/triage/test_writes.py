"""What was decided is written even when the dashboard closes at once; and it is written in its order."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from tests.dashboard.stage import Stage, dashboard, screen_of
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.messages import SyncRequested
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio


class Nobody:
    def post_message(self, message: object) -> bool:
        return False


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

    store.run(Job(JobKind.WRITE, "write", first), Nobody())
    thread = threading.Thread(target=store.serve)
    thread.start()
    assert begun.wait(10)
    store.run(Job(JobKind.SEARCH, "search", partial(later, name="search")), Nobody())
    for number in (2, 3):
        store.run(Job(JobKind.WRITE, "write", partial(later, name=f"write {number}")), Nobody())
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
