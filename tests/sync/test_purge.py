"""What was deleted on purpose does not come back, and the mirror says so of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sync.invariant import StoredConversation, broken_promises
from tests.sync.scene import DAY, HOUR, Scene, scene
from tui.clock import Clock, from_epoch, to_epoch
from tui.freshness import SyncState
from tui.freshness_words import SyncOutlook
from tui.simulator.model import Truth
from tui.store.purge import mark_purged
from tui.sync.jobs import SyncError
from tui.sync.lease import Lease
from tui.sync.purge import PurgeRequest, UnknownToMirror
from tui.sync.verify import Receipt
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.usefixtures("quick_retries")
QUIET = {"days": 60, "conversations": 80}


def newest(stage: Scene, count: int) -> list[int]:
    truth = stage.world.truth()
    return sorted(truth, key=lambda i: -truth[i].updated_at)[:count]


def broken(stage: Scene, purged: set[int]) -> list[str]:
    """Where the mirror claims what is not so; what was purged is excused for as long as it is not stored."""

    def excused(id_: int, _truth: Truth, stored: StoredConversation | None) -> bool:
        return id_ in purged and stored is None

    return broken_promises(stage.workspace, stage.world, excused)


def verify(stage: Scene, days: int = 60) -> Receipt:
    workspace = stage.workspace
    now = workspace.clock()
    return asyncio.run(workspace.verify(now - timedelta(days=days), now, deep=True))


def stored(stage: Scene) -> set[int]:
    models = stage.workspace.models
    return {i for (i,) in models.Conversation.select(models.Conversation.id).tuples()}


# --- conversations by number ---------------------------------------------------------------------------


def test_a_purged_conversation_does_not_come_back(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        gone = newest(stage, 3)
        assert len(stage.workspace.purge(PurgeRequest(tuple(gone))).ids) == 3
        assert stage.state() is SyncState.FRESH
        stage.world.reply(gone[0], "<p>I wrote again</p>")
        stage.world.create()
        stage.pass_time(2 * DAY)  # long enough that everything is listed and read again
        summary = stage.sync()
        assert summary.outcome == "complete"
        assert summary.new == 1
        assert stored(stage).isdisjoint(gone)
        assert stage.state() is SyncState.FRESH
        assert broken(stage, {*gone}) == []
        stage.workspace.prioritise(gone[0])
        stage.sync()
        assert stored(stage).isdisjoint(gone)


def test_verify_counts_a_purged_conversation_as_known(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        there, deleted, moved = newest(stage, 3)
        stage.workspace.purge(PurgeRequest((there, deleted, moved)))
        assert verify(stage).equal
        stage.world.delete(deleted, listed=False)
        stage.world.reply(moved, "<p>again</p>")
        assert verify(stage).equal
        stage.pass_time(HOUR)
        stage.sync()
        assert verify(stage).equal
        assert stage.workspace.prepare_repair(verify(stage)) is None


def test_restored_it_is_stored_by_the_next_sync(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (gone,) = newest(stage, 1)
        before = stage.found(f"{gone}")
        stage.workspace.purge(PurgeRequest((gone,)))
        stage.world.reply(gone, "<p>I wrote again</p>")
        stage.pass_time(HOUR)
        stage.sync()  # which sees it at another time, and covers that
        stage.workspace.restore_purged([gone])
        assert stage.state() is SyncState.PARTIAL
        assert stage.sync().new == 1
        assert gone in before & stored(stage)
        assert stage.state() is SyncState.FRESH
        assert stage.broken() == []
        assert verify(stage).equal


def test_nothing_is_purged_while_a_sync_runs(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (gone,) = newest(stage, 1)
        with (
            Lease(stage.database(), stage.workspace.clock()),
            pytest.raises(SyncError, match="another fastintercom is syncing"),
        ):
            stage.workspace.purge(PurgeRequest((gone,)))
        assert gone in stored(stage)


def test_an_unknown_number_leaves_all_as_it_is(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (known,) = newest(stage, 1)
        with pytest.raises(UnknownToMirror, match="no conversation 12 in the mirror: nothing was purged"):
            stage.workspace.purge(PurgeRequest((known, 12)))
        assert known in stored(stage)
        with pytest.raises(UnknownToMirror, match=f"conversation {known} was not purged here"):
            stage.workspace.restore_purged([known])


def test_what_a_killed_purge_left_goes_with_the_next_sync(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        gone = newest(stage, 3)
        database = stage.database()
        with database.transaction() as connection:  # the first step of a purge, and its last
            mark_purged(connection, gone, to_epoch(stage.workspace.clock()))
        assert verify(stage).equal
        stage.reopen()
        assert stage.sync().deleted == 3
        assert stored(stage).isdisjoint(gone)
        assert broken(stage, {*gone}) == []


# --- contacts -----------------------------------------------------------------------------------------


def test_a_new_conversation_of_a_purged_contact_is_stored(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (one,) = newest(stage, 1)
        thread = stage.workspace.thread(one)
        assert thread is not None
        customer = thread.conversation.customer
        theirs = stage.workspace.plan_purge(PurgeRequest(contacts=(customer.id,)))
        assert one in theirs.ids
        assert theirs.ids == stage.workspace.plan_purge(PurgeRequest(contacts=(customer.email,))).ids
        stage.workspace.history.remember(f"from:{customer.email}")
        stage.workspace.purge(PurgeRequest(contacts=(customer.id,)))
        assert stored(stage).isdisjoint(theirs.ids)
        assert stage.workspace.history.all() == ()
        with pytest.raises(UnknownToMirror, match="no contact"):
            stage.workspace.plan_purge(PurgeRequest(contacts=(customer.id,)))
        models = stage.workspace.models
        assert not models.Contact.select().where(models.Contact.id == customer.id).count()


# --- older than is kept --------------------------------------------------------------------------------


def older(stage: Scene, days: int) -> set[int]:
    edge = stage.true_time() - days * DAY
    return {i for i, truth in stage.world.truth().items() if truth.updated_at < edge}


def test_what_is_older_is_purged_and_not_synced_again(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, **QUIET) as stage:
        stage.sync()
        workspace, gone = stage.workspace, older(stage, 20)
        assert gone
        assert workspace.history_start() < workspace.clock() - timedelta(days=100)
        done = workspace.purge(PurgeRequest(before=workspace.clock() - timedelta(days=20)))
        assert done.extent.conversations == len(gone)
        assert stored(stage).isdisjoint(gone)
        before = stage.requests()
        stage.sync()
        stage.pass_time(2 * DAY)
        stage.sync()
        assert stage.requests() - before < 60
        gone &= older(stage, 20)  # a snooze may have ended, which is new activity
        assert gone
        assert stored(stage).isdisjoint(gone)
        assert stage.broken() == []
        assert stage.state("") is SyncState.FRESH, "without a period, all that is kept is asked for"
        assert stage.state("since:10d") is SyncState.FRESH


@pytest.mark.parametrize("query", ["since:50d", "since:50d until:40d"])
def test_an_answer_from_before_is_partial_and_starts_no_sync(
    open_workspace: OpenWorkspace, query: str
) -> None:
    with scene(open_workspace, **QUIET) as stage:
        stage.sync()
        workspace = stage.workspace
        edge = workspace.clock() - timedelta(days=20)
        workspace.purge(PurgeRequest(before=edge))
        requests = stage.requests()
        answer = workspace.search_conversations(query)
        info = answer["sync_info"]
        assert (info["state"], info["data_complete"]) == ("partial", False)
        words = f"before {edge.astimezone().day} {edge.astimezone():%b %Y}"
        assert info["message"] is not None
        assert info["message"].startswith(f"Analysis may be missing conversations: those {words}")
        assert info["message"].endswith(" are not kept (purged)")
        assert not workspace.sync_in_progress
        assert stage.requests() == requests
        verdict = workspace.verdict(workspace.parse(query))
        assert workspace.message(verdict, SyncOutlook(syncing=True)) == info["message"]
        assert not verdict.sync_helps
        assert verdict.lacks_only_unkept


def test_a_window_that_is_requested_is_cut_where_conversations_are_kept(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace, **QUIET) as stage:
        stage.sync()
        workspace = stage.workspace
        now = workspace.clock()
        gone = older(stage, 20)
        workspace.purge(PurgeRequest(before=now - timedelta(days=20)))
        for start, end in ((50, 40), (50, 10)):
            job = workspace.request_sync(now - timedelta(days=start), now - timedelta(days=end), urgent=True)
            job.wait(60)
        assert stored(stage).isdisjoint(gone)
        (first, *_) = workspace.coverage()
        assert from_epoch(first.start) == (now - timedelta(days=20)).replace(microsecond=0)


def test_asked_for_again_older_ones_come_back(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, **QUIET) as stage:
        stage.sync()
        workspace = stage.workspace
        now = workspace.clock()
        back = older(stage, 20) - older(stage, 40)
        workspace.purge(PurgeRequest(before=now - timedelta(days=20)))
        assert not workspace.keep_from(now - timedelta(days=10))
        assert workspace.keep_from(now - timedelta(days=40))
        workspace.request_sync(now - timedelta(days=40), now).wait(60)
        assert back
        assert back <= stored(stage)
        assert stage.state("since:39d") is SyncState.FRESH
        assert stage.broken() == []


def test_a_retention_deletes_what_becomes_too_old(open_workspace: OpenWorkspace) -> None:
    kept = partial(open_workspace, retention="20d")
    with scene(kept, **QUIET) as stage:
        stage.sync()
        assert older(stage, 21)
        assert stored(stage).isdisjoint(older(stage, 21))
        assert stored(stage) >= stage.world.truth().keys() - older(stage, 20)
        stage.pass_time(10 * DAY)
        before = older(stage, 21) & stored(stage)
        assert before
        assert stage.sync().deleted >= len(before)
        assert stored(stage).isdisjoint(older(stage, 21))
        assert stage.broken() == []
        assert stage.state("since:20d") is SyncState.FRESH
        assert stage.state("") is SyncState.FRESH
        assert stage.state("since:40d") is SyncState.PARTIAL
        message = stage.workspace.search_conversations("since:40d")["sync_info"]["message"]
        assert message is not None
        assert message.startswith("Analysis may be missing conversations: those before ")
        assert message.endswith("are not kept (retention = 20d)")
        verdict = stage.workspace.verdict(stage.workspace.parse("since:40d"))
        assert verdict.lacks_only_unkept, "all that is kept is synced"


def test_a_longer_retention_brings_back_what_it_keeps(open_workspace: OpenWorkspace) -> None:
    with scene(partial(open_workspace, retention="10d"), **QUIET) as stage:
        stage.sync()
        url = stage.server.url
        stage.open = lambda: open_workspace(url, clock=stage.local.moment, settle=20, retention="40d")
        stage.reopen()
        stage.sync()
        assert stored(stage) >= stage.world.truth().keys() - older(stage, 40)
        assert stage.state("since:40d") is SyncState.FRESH
        assert stage.broken() == []


@settings(max_examples=8, deadline=None)
@given(
    retention=st.none() | st.integers(5, 60),
    purges=st.lists(st.integers(5, 60), max_size=2),
    days=st.integers(1, 70),
    length=st.integers(0, 70),
)
def test_fresh_is_never_said_of_a_time_that_is_not_kept(
    tmp_path_factory: pytest.TempPathFactory,
    retention: int | None,
    purges: list[int],
    days: int,
    length: int,
) -> None:
    """Whatever was purged or is kept: what an answer is called fresh for is all there."""
    opened: list[Workspace] = []

    def open_(url: str, *, clock: Clock, **changes: Any) -> Workspace:
        from tests.conftest import TOKEN
        from tui.settings import Secret, Settings

        folder = tmp_path_factory.mktemp("kept")
        values: dict[str, Any] = {
            "history": "120d",
            "overlap": 30,
            "retention": f"{retention}d" if retention else "",
        }
        made = Settings(
            base_url=url,
            database=folder / "mirror.db",
            log_path=folder / "log",
            config_path=folder / "config.toml",
            **(values | changes),
        )
        opened.append(Workspace(made, clock=clock, token=Secret(TOKEN)))
        return opened[-1]

    with scene(open_, days=60, conversations=30) as stage:
        stage.sync()
        workspace = stage.workspace
        for ago in purges:
            workspace.purge(PurgeRequest(before=workspace.clock() - timedelta(days=ago)))
        stage.sync()
        assert stage.broken() == []
        end = workspace.clock() - timedelta(days=max(0, days - length))
        start = workspace.clock() - timedelta(days=days)
        low, high = to_epoch(start), to_epoch(end)
        wanted = {i for i, t in stage.world.truth().items() if low <= t.updated_at <= high - 300}
        shortest = min([*purges, *([retention] if retention else [])], default=200)
        state = workspace.check_sync_state(start, end)
        if state is SyncState.FRESH:
            assert wanted <= stored(stage)
        if days > shortest + 1:
            assert state is SyncState.PARTIAL
        kept = workspace.kept_since()
        assert all(i.start >= (kept.second if kept else 0) for i in workspace.coverage())
