"""The Python API from threads and from asyncio, while a sync writes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import TOKEN
from tui.simulator import SimulatorOptions
from tui.simulator.server import RunningServer, running
from tui.sync.events import SyncEvent, SyncFinished
from tui.sync.jobs import SyncError
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
WAIT = 60.0
THREADS = 4
OPTIONS = SimulatorOptions(
    conversations=120, days=20, token=TOKEN, latency_ms=2, search_lag=0, activity=0, tie=1, long_threads=0
)
QUERY = "since:90d"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(OPTIONS) as simulator:
        yield simulator


def test_threads_read_at_the_same_time_while_a_sync_writes(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)
    job = workspace.request_sync()
    together = threading.Barrier(THREADS)

    def read() -> list[int]:
        together.wait(WAIT)
        found = []
        while True:
            ended = job.done
            answer = workspace.search_conversations(QUERY, 500)
            workspace.get_sync_status()
            found.append(len(answer["conversations"]))
            if ended:
                return found

    with ThreadPoolExecutor(THREADS) as pool:
        counts = [future.result(WAIT) for future in [pool.submit(read) for _ in range(THREADS)]]
    job.wait(WAIT)
    assert all(found == sorted(found) and found[-1] == workspace.total() for found in counts)
    assert any(len(found) > 1 for found in counts)


def test_a_job_is_awaited_on_two_loops_and_waited_for_on_a_thread(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)

    async def synced() -> int:
        job = await workspace.trigger_background_sync()
        return (await job).new

    with ThreadPoolExecutor(3) as pool:
        loops = [pool.submit(asyncio.run, synced()) for _ in range(2)]
        thread = pool.submit(lambda: workspace.request_sync().wait(WAIT).new)
        results = [loops[0].result(WAIT), loops[1].result(WAIT), thread.result(WAIT)]
    assert workspace.total() in results


def test_a_loop_goes_on_while_other_threads_search(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)

    async def session() -> tuple[list[int], list[SyncEvent]]:
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[SyncEvent] = asyncio.Queue()

        def hand_over(event: SyncEvent) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        stop = workspace.subscribe(hand_over)
        await workspace.trigger_background_sync()
        heard = [await events.get()]
        while not isinstance(heard[-1], SyncFinished):
            heard.append(await asyncio.wait_for(events.get(), WAIT))
        stop()
        calls = [asyncio.to_thread(workspace.search_conversations, QUERY, 500) for _ in range(THREADS)]
        return [len(answer["conversations"]) for answer in await asyncio.gather(*calls)], heard

    found, heard = asyncio.run(session())
    assert found == [workspace.total()] * THREADS
    assert isinstance(heard[-1], SyncFinished)
    assert heard[-1].summary.new == workspace.total() > 100


def test_giving_up_a_wait_does_not_stop_the_sync(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)

    async def give_up() -> None:
        job = await workspace.trigger_background_sync()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(job.finished(), 0)
        assert (await job).new == workspace.total()

    asyncio.run(give_up())


def test_closing_ends_every_wait(open_workspace: OpenWorkspace, server: RunningServer) -> None:
    workspace = open_workspace(server.url)

    async def close() -> None:
        job = await workspace.trigger_background_sync()
        waits = asyncio.ensure_future(job.finished())
        await asyncio.to_thread(workspace.close)
        with pytest.raises(SyncError):
            await waits

    asyncio.run(close())
