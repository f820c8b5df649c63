"""Differences between mirror and server, planted one by one, are found, named and repaired."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import TOKEN
from tests.store.records import conversation, with_thread
from tui.clock import from_epoch, to_epoch
from tui.freshness import Interval, SyncState
from tui.intercom.client import IntercomClient
from tui.intercom.searches import MAX_PER_PAGE, updated_exactly_between
from tui.settings import Secret
from tui.simulator import SimulatorOptions
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World
from tui.store.ingest import store_threads
from tui.store.problems import CONFIRM_AFTER
from tui.sync.events import Reason, SyncSummary
from tui.sync.jobs import SyncError
from tui.sync.lease import Lease
from tui.sync.verify import Kind, Receipt
from tui.workspace import Workspace

pytestmark = pytest.mark.usefixtures("quick_retries")

OpenWorkspace = Callable[..., Workspace]
WAIT = 60.0
DAYS = 30
DAY = 86_400


@contextmanager
def server(**options: Any) -> Iterator[RunningServer]:
    values: dict[str, Any] = {
        "conversations": 260,
        "days": DAYS,
        "token": TOKEN,
        "rate_limit": 100_000,
        "latency_ms": 0,
        "search_lag": 0,
        "activity": 0,
        "long_threads": 0,
    }
    age = 60  # seconds of the newest conversation: a thread that just changed is asked for again
    with running(SimulatorOptions(**(values | options)), lambda: time.time() - age) as simulator:
        age = 0
        yield simulator


@contextmanager
def mirrored(open_workspace: OpenWorkspace, **options: Any) -> Iterator[tuple[RunningServer, Workspace]]:
    """A server and its complete mirror."""
    with server(**options) as simulator:
        workspace = open_workspace(simulator.url)
        assert sync(workspace).outcome == "complete"
        yield simulator, workspace


def sync(workspace: Workspace, *span: datetime) -> SyncSummary:
    return workspace.request_sync(*span).wait(WAIT)


def verify(workspace: Workspace, **options: Any) -> Receipt:
    now = datetime.now(UTC)
    return asyncio.run(workspace.verify(now - timedelta(days=DAYS + 2), now, **options))


def change_store(workspace: Workspace, sql: str, *parameters: object) -> None:
    with workspace._database.user_transaction() as connection:
        connection.execute(sql, parameters)


def forget(workspace: Workspace, conversation_id: int) -> None:
    change_store(workspace, "DELETE FROM conversation WHERE id = ?", conversation_id)


def redate(workspace: Workspace, conversation_id: int, seconds: int) -> None:
    change_store(
        workspace,
        "UPDATE conversation SET updated_at = updated_at + ? WHERE id = ?",
        seconds,
        conversation_id,
    )


def store_extra(workspace: Workspace, conversation_id: int, updated_at: int) -> None:
    """A conversation that the server never had."""
    with workspace._database.user_transaction() as connection:
        record = conversation(conversation_id, updated_at=updated_at, created_at=updated_at)
        store_threads(connection, [with_thread(record, "hello")])


def add_silently(world: World, moment: int) -> int:
    with world.at(moment):
        return world.create()


def oldest(world: World) -> list[int]:
    """Ids, the oldest activity first; those that share their second with others are left out."""
    times = {i: t.updated_at for i, t in world.truth().items()}
    shared = Counter(times.values())
    return sorted((i for i, second in times.items() if shared[second] == 1), key=times.__getitem__)


def named(receipt: Receipt) -> set[tuple[Kind, int]]:
    return {(d.kind, d.id) for d in receipt.differences}


def plant(workspace: Workspace, world: World) -> set[tuple[Kind, int]]:
    """One difference of each sort."""
    missing, older, newer, deleted, other = oldest(world)[5:30:5]
    forget(workspace, missing)
    redate(workspace, older, -1)
    redate(workspace, newer, 7)
    world.delete(deleted)
    extra = max(world.conversations) + 1000
    store_extra(workspace, extra, world.truth()[other].updated_at - 1)
    added = add_silently(world, world.truth()[other].updated_at + 1)
    return {
        (Kind.MISSING, missing),
        (Kind.MISSING, added),
        (Kind.OUTDATED, older),
        (Kind.OUTDATED, newer),
        (Kind.DELETED, deleted),
        (Kind.DELETED, extra),
    }


@pytest.mark.parametrize("inclusive", [True, False])
def test_every_planted_difference_is_named(open_workspace: OpenWorkspace, inclusive: bool) -> None:
    with mirrored(open_workspace, inclusive_bounds=inclusive) as (simulator, workspace):
        before = verify(workspace)
        assert before.equal
        assert (before.listed, before.counted) == (len(simulator.world.truth()), 0)

        planted = plant(workspace, simulator.world)

        after = verify(workspace)
        assert named(after) == planted
        assert not after.equal
        assert after.requests <= before.requests + 2 * len(planted)


@pytest.mark.parametrize("inclusive", [True, False])
def test_a_busy_day_is_counted_and_halved_down_to_the_difference(
    open_workspace: OpenWorkspace, inclusive: bool
) -> None:
    with mirrored(open_workspace, conversations=500, days=1, tie=160, inclusive_bounds=inclusive) as (
        simulator,
        workspace,
    ):
        before = verify(workspace)
        assert before.equal
        assert before.counted > 250
        tied = tied_conversation(simulator.world)
        ids = oldest(simulator.world)
        lost = [ids[20], ids[len(ids) // 2], tied]
        for conversation_id in lost:
            forget(workspace, conversation_id)
        moment = simulator.world.truth()[ids[len(ids) // 3]].updated_at
        added = add_silently(simulator.world, moment)

        after = verify(workspace)

        assert named(after) == {(Kind.MISSING, i) for i in (*lost, added)}
        differences = len(lost) + 1
        assert after.requests - before.requests <= differences * (2 * math.log2(DAYS * DAY) + 6)


def tied_conversation(world: World) -> int:
    """One that shares its second with more than a page holds."""
    times = {i: t.updated_at for i, t in world.truth().items()}
    (second, number), *_ = Counter(times.values()).most_common(1)
    assert number > MAX_PER_PAGE
    return next(i for i, updated_at in times.items() if updated_at == second)


def test_requests_grow_with_the_logarithm_of_the_range(open_workspace: OpenWorkspace) -> None:
    """One conversation lost among thousands costs a few requests, not a listing of all."""
    with mirrored(open_workspace, conversations=800, days=1, tie=2) as (simulator, workspace):
        forget(workspace, oldest(simulator.world)[300])
        receipt = verify(workspace)
        assert len(receipt.differences) == 1
        assert receipt.requests < 25
        assert receipt.listed < 500


def test_equal_counts_are_no_proof_and_deep_is(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace, conversations=400, days=1, tie=2) as (simulator, workspace):
        moved = oldest(simulator.world)[200]
        redate(workspace, moved, -1)

        shallow = verify(workspace)
        assert shallow.equal
        assert any(span.start <= simulator.world.truth()[moved].updated_at <= span.end
                   for span in shallow.counted_only)  # fmt: skip

        deep = verify(workspace, deep=True)
        assert named(deep) == {(Kind.OUTDATED, moved)}
        assert deep.counted == 0


def test_only_what_is_covered_is_compared(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace) as (simulator, workspace):
        middle = oldest(simulator.world)[100]
        second = simulator.world.truth()[middle].updated_at
        forget(workspace, middle)
        change_coverage_around(workspace, second)

        receipt = verify(workspace)

        assert receipt.equal
        assert Interval(second, second) in receipt.compared.missing(receipt.window)


def change_coverage_around(workspace: Workspace, second: int) -> None:
    from tui.store.coverage import change_coverage

    with workspace._database.user_transaction() as connection:
        change_coverage(connection, remove=[Interval(second, second)])


class ChangesTheWorld(deque[tuple[str, str, int]]):
    """Lets a customer answer after each search, in a conversation that is compared now."""

    def __init__(self, world: World, ids: list[int]) -> None:
        super().__init__()
        self._world, self._ids = world, ids

    def append(self, request: tuple[str, str, int]) -> None:
        super().append(request)
        if request[1] == "/conversations/search" and self._ids:
            self._world.reply(self._ids.pop())


def test_what_changes_meanwhile_is_no_difference(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace, conversations=300, days=3, tie=20) as (simulator, workspace):
        ids = oldest(simulator.world)[::10]
        simulator.world.requests = ChangesTheWorld(simulator.world, list(ids))
        receipts = [verify(workspace), verify(workspace, deep=True)]
        assert [r.differences for r in receipts] == [(), ()]
        assert sum(r.changed for r in receipts) > 0


def test_an_unlikely_answer_is_not_believed(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace) as (simulator, workspace):
        unreadable, unlisted = oldest(simulator.world)[50:52]
        second = simulator.world.truth()[unreadable].updated_at
        forget(workspace, unreadable)
        del simulator.world.conversations[unreadable]  # listed, but a 404
        simulator.world.index.put(0.0, unlisted, None)  # not listed, but there

        receipt = verify(workspace)

        assert receipt.differences == ()
        assert list(receipt.undecided) == [Interval(second, second)]
        assert receipt.overlooked == (unlisted,)
        assert not receipt.equal


def test_a_repair_fetches_what_differs_and_the_claims_are_true_again(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace) as (simulator, workspace):
        planted = plant(workspace, simulator.world)
        receipt = verify(workspace)
        span = workspace.prepare_repair(receipt)
        assert span is not None
        refuted = [second for d in receipt.differences for second in d.seconds]
        assert not any(workspace.coverage().holds(second) for second in refuted)
        assert workspace.check_sync_state(*span) is SyncState.PARTIAL
        assert len(workspace.still_different(receipt)) == len(planted)

        summary = sync(workspace, *span)

        # What Intercom neither lists nor gives out is taken as deleted when a listing an hour later agrees.
        named_deleted = simulator.world.deleted
        unconfirmed = [d for d in receipt.differences if d.kind is Kind.DELETED and d.id not in named_deleted]
        assert {problem.id for problem in summary.problems} == {str(d.id) for d in unconfirmed}
        assert workspace.still_different(receipt) == unconfirmed
        assert not any(workspace.coverage().holds(second) for d in unconfirmed for second in d.seconds)
        change_store(workspace, "UPDATE problem SET since = since - ?, retry_at = 0", CONFIRM_AFTER + 1)
        assert sync(workspace, *span).outcome == "complete"
        assert sync(workspace, *span).outcome == "complete"
        assert workspace.still_different(receipt) == []
        assert workspace.check_sync_state(*span) is SyncState.FRESH
        assert verify(workspace, deep=True).equal
        truth = simulator.world.truth()
        for conversation_id in (i for _, i in planted):
            expected = truth[conversation_id].updated_at if conversation_id in truth else None
            row = next(iter(workspace.rows([conversation_id])), None)
            assert (to_epoch(row.updated_at) if row else None) == expected
        assert workspace.prepare_repair(verify(workspace)) is None


def test_a_repair_waits_for_the_sync_of_another(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace) as (simulator, workspace):
        forget(workspace, oldest(simulator.world)[0])
        receipt = verify(workspace)
        coverage = workspace.coverage()
        with Lease(workspace._database, datetime.now(UTC)), pytest.raises(SyncError) as caught:
            workspace.prepare_repair(receipt)
        assert caught.value.reason is Reason.LOCKED
        assert workspace.coverage() == coverage


def test_a_token_of_another_workspace_is_refused(open_workspace: OpenWorkspace) -> None:
    with mirrored(open_workspace) as (_, workspace):
        change_store(workspace, "UPDATE setting SET value = 'other' WHERE key = 'app'")
        with pytest.raises(SyncError) as caught:
            verify(workspace)
        assert caught.value.reason is Reason.WRONG_WORKSPACE


@pytest.mark.parametrize("inclusive", [True, False])
def test_a_count_is_exact_whatever_the_bounds_mean(inclusive: bool) -> None:
    with server(conversations=300, days=1, tie=100, inclusive_bounds=inclusive) as simulator:
        times = sorted(t.updated_at for t in simulator.world.truth().values())
        ranges = [(a, b) for a in times[40:200:40] for b in (a, a + 1, a + 2, a + 60, times[-1])]
        counts = asyncio.run(count(simulator.url, ranges))
        assert counts == [sum(a <= t <= b for t in times) for a, b in ranges]


async def count(url: str, ranges: list[tuple[int, int]]) -> list[int]:
    async with IntercomClient(url, Secret(TOKEN)) as client:
        return [
            (await client.search_conversations(updated_exactly_between(*r), per_page=1)).total_count
            for r in ranges
        ]


def test_ranges_make_sense(open_workspace: OpenWorkspace) -> None:
    workspace = open_workspace("http://127.0.0.1:9")
    now = from_epoch(int(time.time()))
    with pytest.raises(ValueError, match="before it starts"):
        asyncio.run(workspace.verify(now, now - timedelta(days=1)))
