"""Wrong clocks, on both sides, neither claim what is not so nor destroy what is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sync.scene import DAY, HOUR, MINUTE, Scene, scene
from tui.clock import to_epoch
from tui.freshness import SyncState
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.usefixtures("quick_retries")
YEAR = 365 * DAY


def reply(stage: Scene, count: int = 10) -> set[int]:
    ids = sorted(stage.world.truth())[:count]
    for conversation_id in ids:
        stage.world.reply(conversation_id, "<p>zyzzyva</p>")
    return set(ids)


def move_mark(stage: Scene, key: str, seconds: int) -> None:
    with stage.database().transaction() as connection:
        connection.execute("UPDATE setting SET value = value + ? WHERE key = ?", (seconds, key))


def claims_nothing_of_the_future(stage: Scene) -> bool:
    last = stage.workspace.get_sync_status()["last_sync"]
    return last is None or last.timestamp() <= stage.true_time()


@pytest.mark.parametrize("wrong", [HOUR, DAY, 10 * YEAR, -DAY])
@pytest.mark.parametrize("headers", ["date", "reset", "both"])
def test_headers_that_were_wrong_during_one_sync(
    open_workspace: OpenWorkspace, wrong: float, headers: str
) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        clocks = stage.world.clocks
        clocks.date, clocks.reset = (wrong if headers in shifted else 0 for shifted in DATE_AND_RESET)
        stage.pass_time(10 * MINUTE)
        stage.sync()
        clocks.date = clocks.reset = 0.0
        changed = reply(stage)
        stage.pass_time(10 * MINUTE)
        stage.reopen()
        assert stage.state() is not SyncState.FRESH
        stage.sync()
        assert stage.found("zyzzyva") == changed
        assert stage.broken() == []
        assert stage.state() is SyncState.FRESH
        assert claims_nothing_of_the_future(stage)


DATE_AND_RESET = (("date", "both"), ("reset", "both"))


@pytest.mark.parametrize("headers", ["date", "reset", "both"])
def test_a_first_sync_with_wrong_headers(open_workspace: OpenWorkspace, headers: str) -> None:
    with scene(open_workspace) as stage:
        clocks = stage.world.clocks
        clocks.date, clocks.reset = (DAY if headers in shifted else 0 for shifted in DATE_AND_RESET)
        stage.sync()
        clocks.date = clocks.reset = 0.0
        changed = reply(stage)
        stage.pass_time(10 * MINUTE)
        stage.sync()
        assert stage.found("zyzzyva") == changed
        assert stage.broken() == []
        assert claims_nothing_of_the_future(stage)


@pytest.mark.parametrize("wrong", [DAY, -DAY, HOUR])
def test_without_a_date_a_wrong_local_clock_claims_nothing(
    open_workspace: OpenWorkspace, wrong: float
) -> None:
    with scene(open_workspace) as stage:
        stage.world.clocks.shift("date", None)
        stage.sync()
        stage.local.offset += wrong
        stage.pass_time(10 * MINUTE)
        stage.sync()
        stage.local.offset -= wrong
        changed = reply(stage)
        stage.pass_time(10 * MINUTE)
        stage.sync()
        assert stage.found("zyzzyva") == changed
        assert stage.broken() == []
        assert stage.state() is SyncState.FRESH


def test_ten_years_ahead_the_daily_listing_goes_on(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        stage.world.clocks.date = stage.world.clocks.reset = 10 * YEAR
        stage.pass_time(2 * DAY)
        stage.sync()
        stage.world.clocks.date = stage.world.clocks.reset = 0.0
        stage.pass_time(MINUTE)
        stage.sync()
        with stage.world.silently():
            closed = next(i for i, t in stage.world.truth().items() if t.state == "open")
            stage.world.close(closed)
        stage.pass_time(DAY + HOUR)
        stage.sync()
        assert stage.workspace.rows([closed])[0].state == "closed"


def test_while_two_clocks_disagree_the_earlier_one_bounds_what_is_claimed(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace) as stage:
        stage.world.clocks.date = HOUR
        stage.world.clocks.shift("x-ratelimit-reset", None)
        stage.sync()
        assert stage.state("since:2d until:1d") is SyncState.FRESH
        assert claims_nothing_of_the_future(stage)


def test_a_mark_of_a_clock_that_was_ahead_hides_no_deletion(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        move_mark(stage, "deletions_read_at", 10 * YEAR)
        stage.world.delete(min(stage.world.truth()))
        assert stage.sync().deleted == 1


def test_a_mark_of_a_clock_that_was_ahead_puts_off_no_daily_listing(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        move_mark(stage, "reconciled_at", 10 * YEAR)
        closed = next(i for i, t in stage.world.truth().items() if t.state == "open")
        with stage.world.silently():
            stage.world.close(closed)
        stage.pass_time(MINUTE)
        stage.sync()
        assert stage.workspace.rows([closed])[0].state == "closed"


def test_a_stale_date_on_one_answer_alone_is_not_believed(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        changed = reply(stage)
        stage.pass_time(HOUR)
        stage.world.clocks.shift("date", -DAY, path="/me")
        stage.sync()
        assert abs(to_epoch(stage.workspace.clock()) - stage.true_time()) < 5
        assert stage.found("zyzzyva") == changed
        reply(stage, 20)
        stage.pass_time(HOUR)
        assert stage.state() is not SyncState.FRESH


@pytest.mark.parametrize("wrong", [-DAY, -HOUR, HOUR, DAY])
def test_a_local_clock_that_is_set_right_makes_no_unseen_reply_fresh(
    open_workspace: OpenWorkspace, wrong: float
) -> None:
    with scene(open_workspace) as stage:
        stage.local.offset += wrong
        stage.sync()
        assert stage.state() is SyncState.FRESH
        assert claims_nothing_of_the_future(stage)
        reply(stage, 30)
        stage.pass_time(HOUR)
        stage.local.offset -= wrong
        stage.reopen()
        assert stage.state() is not SyncState.FRESH
        stage.sync()
        assert stage.broken() == []
        assert stage.state() is SyncState.FRESH


@pytest.mark.parametrize("wrong", [-HOUR, HOUR])
def test_a_local_clock_that_stays_wrong_costs_nothing(open_workspace: OpenWorkspace, wrong: float) -> None:
    with scene(open_workspace) as stage:
        stage.local.offset += wrong
        for _ in range(3):
            stage.pass_time(10 * MINUTE)
            changed = reply(stage, 3)
            stage.pass_time(MINUTE)
            before = stage.requests()
            summary = stage.sync()
            assert summary.outcome == "complete"
            assert stage.state() is SyncState.FRESH
            assert stage.found("zyzzyva") == changed
        assert stage.requests() - before < 20, "no more is listed than with a right clock"


@pytest.mark.parametrize("apart", [1.0, 5.0])
def test_front_ends_that_disagree_lose_nothing(open_workspace: OpenWorkspace, apart: float) -> None:
    with scene(open_workspace, front_ends=(0.0, apart)) as stage:
        for _ in range(4):
            reply(stage, 5)
            stage.sync()
            assert stage.broken() == []
            stage.pass_time(MINUTE)
        stage.sync()
        assert stage.broken() == []
        assert stage.state() is SyncState.FRESH


def test_a_server_that_was_set_wrong_for_a_while(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        stage.world.clocks.step(DAY)
        reply(stage, 3)
        stage.pass_time(5 * MINUTE)
        stage.sync()
        stage.world.clocks.step(-DAY)
        stage.pass_time(5 * MINUTE)
        changed = reply(stage, 12)
        stage.pass_time(5 * MINUTE)
        stage.sync()
        truth, now = stage.world.truth(), stage.true_time()
        assert {i for i in changed if truth[i].updated_at <= now} <= stage.found("zyzzyva")
        assert stage.broken() == []
