"""What was decided is written even when the dashboard closes at once; and it is written in its order."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from tests.dashboard.stage import Stage, dashboard, screen_of
from tui.dashboard.store_thread import WRITE, StoreThread
from tui.dashboard.sync_status.messages import SyncRequested

pytestmark = pytest.mark.anyio


class Nobody:
    def post_message(self, message: object) -> bool:
        return False


class Still:
    def interrupt(self) -> None:
        """Nothing that runs here can be interrupted."""


def test_writes_that_wait_are_done_at_closing_and_reads_are_not() -> None:
    reader, done = StoreThread(Still()), list[str]()
    begun, closed = threading.Event(), threading.Event()

    def first() -> SyncRequested:
        begun.set()
        assert closed.wait(10)
        done.append("first")
        return SyncRequested()

    def later(name: str) -> None:
        done.append(name)

    reader.ask(f"{WRITE} 1", first, Nobody())
    thread = threading.Thread(target=reader.run)
    thread.start()
    assert begun.wait(10)
    reader.ask("search", partial(later, "search"), Nobody())
    for number in (2, 3):
        reader.ask(f"{WRITE} {number}", partial(later, f"write {number}"), Nobody())
    reader.close()
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
