"""Nothing is claimed, and nothing is deleted, on too little proof."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

import pytest

from tests.sync.scene import DAY, HOUR, MINUTE, Scene, scene
from tui.formatting import duration
from tui.freshness import SyncState
from tui.simulator.faults import Fault
from tui.simulator.model import Truth
from tui.simulator.options import THREADLESS_SHAPES, ThreadlessShape
from tui.store.coverage import EVERY, OPEN_EVERY
from tui.store.problems import CONFIRM_AFTER, LONGEST_PAUSE, MANY_CONFIRM_AFTER
from tui.sync.jobs import SyncError
from tui.sync.scheduler import MIN_SETTLE
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.usefixtures("quick_retries")


def some_of(stage: Scene, count: int) -> list[int]:
    return sorted(stage.world.truth())[5 : 5 + count]


def woken(stage: Scene, before: Mapping[int, Truth]) -> int:
    """How many conversations changed by themselves, because a snooze ended."""
    now = stage.world.truth()
    return sum(now[i].updated_at != truth.updated_at for i, truth in before.items())


def star(stage: Scene, *ids: int) -> None:
    for conversation_id in ids:
        stage.workspace.annotations.star([conversation_id])


# --- a single 404 ------------------------------------------------------------------------------------


def test_a_404_now_and_then_costs_nothing(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.world.wrong.miss(some_of(stage, 20), times=1)
        assert stage.sync().outcome == "complete"
        assert stage.workspace.total() == len(stage.world.truth())
        assert stage.broken() == []


def test_a_run_waits_for_the_second_try_of_its_last_thread(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (denied,) = some_of(stage, 1)
        stage.world.reply(denied, "<p>zyzzyva</p>")
        stage.pass_time(HOUR)
        stage.world.wrong.miss([denied], times=1)
        assert stage.sync().outcome == "complete"
        assert stage.found("zyzzyva") == {denied}


def test_a_listed_conversation_that_is_denied_leaves_a_hole_and_is_asked_again(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace) as stage:
        (denied,) = some_of(stage, 1)
        stage.world.wrong.miss([denied])
        summary = stage.sync()
        assert summary.outcome == "partial"
        assert [(p.id, "404" in p.problem) for p in summary.problems] == [(str(denied), True)]
        assert stage.workspace.runs(1)[0].problems == summary.problems
        assert str(denied) in summary.error
        assert denied in stage.found(""), "what the list says of it can be searched"
        assert stage.state() is SyncState.PARTIAL
        assert stage.broken() == []

        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.state() is SyncState.FRESH
        assert stage.broken() == []


def test_annotations_outlive_a_day_on_which_everything_is_denied(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        starred = some_of(stage, 3)
        star(stage, *starred)
        before = stage.workspace.total()
        stage.world.wrong.zero()
        stage.world.wrong.missing_share = 1.0
        stopped = 0
        for _ in range(6):
            stage.pass_time(DAY / 4)
            with contextlib.suppress(SyncError):
                stage.sync()
            stopped += "Nothing was deleted" in stage.workspace.runs(1)[0].error
            assert stage.workspace.total() == before
            assert stage.broken() == []
        assert stopped
        assert stage.state() is not SyncState.FRESH
        assert stage.found("is:starred") == set(starred)

        stage.world.heal()
        stage.pass_time(DAY)
        stage.sync()
        stage.sync()
        assert stage.workspace.total() == before
        assert stage.found("is:starred") == set(starred)
        assert stage.state() is SyncState.FRESH
        assert stage.broken() == []


def test_a_deletion_that_intercom_names_removes_everything(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (gone,) = some_of(stage, 1)
        star(stage, gone)
        stage.world.delete(gone)
        assert stage.sync().deleted == 1
        assert stage.found("is:starred") == set()
        assert gone not in stage.found("")


def test_a_deletion_that_the_list_shows_late_is_read(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        stage.pass_time(10 * MINUTE)
        with stage.world.at(stage.true_time() - HOUR / 2):
            stage.world.delete(some_of(stage, 1)[0])
        assert stage.sync().deleted == 1


def test_an_unnamed_deletion_is_believed_when_a_later_listing_lacks_it_too(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (gone,) = some_of(stage, 1)
        star(stage, gone)
        stage.world.delete(gone, listed=False)
        stage.pass_time(DAY + HOUR)
        summary = stage.sync()
        assert summary.outcome == "partial"
        assert gone in stage.found("is:starred"), "only a suspicion"
        assert stage.state() is SyncState.PARTIAL

        stage.pass_time(CONFIRM_AFTER + MINUTE)
        summary = stage.sync()
        assert (summary.outcome, summary.deleted) == ("complete", 1)
        assert gone not in stage.found("")
        assert stage.sync().outcome == "complete"
        assert stage.state() is SyncState.FRESH


def test_many_that_vanish_unnamed_are_believed_only_after_a_week(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        gone = some_of(stage, 8)
        star(stage, *gone)
        before = stage.workspace.total()
        for conversation_id in gone:
            stage.world.delete(conversation_id, listed=False)
        stage.pass_time(DAY + HOUR)
        summary = stage.sync()
        assert (summary.outcome, "Nothing was deleted" in summary.error) == ("failed", True)
        # That was told; the later runs know them, and come to their end.
        for _ in range(10):
            stage.pass_time(8 * HOUR)
            assert stage.sync().outcome == "partial"
            assert stage.workspace.total() == before
        assert stage.found("is:starred") == set(gone)

        stage.pass_time(MANY_CONFIRM_AFTER)
        stage.sync()
        assert stage.workspace.total() == before - len(gone)
        assert stage.sync().outcome == "complete"
        assert stage.state() is SyncState.FRESH


def test_a_deletion_during_the_run_is_settled_by_the_list_of_deletions(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace) as stage:
        (gone,) = some_of(stage, 1)
        # The list is read at the beginning; the thread is asked for after the deletion.
        stage.world.faults.script(Fault.FORBIDDEN, path="/conversations/deleted", times=1)
        with stage.world.lagging(HOUR):
            stage.world.delete(gone)
        assert stage.sync().outcome == "complete"
        assert gone not in stage.found("")
        assert stage.state() is SyncState.FRESH


def test_what_stays_unreadable_is_asked_for_less_and_less(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        (locked,) = some_of(stage, 1)
        second = stage.world.truth()[locked].updated_at
        stage.world.faults.script(Fault.FORBIDDEN, path=f"/conversations/{locked}", times=None)

        def asked() -> int:
            return sum(path == f"/conversations/{locked}" for _, path, _ in stage.world.requests)

        counts = []
        for _ in range(24):
            assert stage.sync().outcome == "partial"
            stage.pass_time(3 * HOUR)
            counts.append(asked())
        assert counts[1] == 2 * counts[0], "the second try comes with the next sync"
        assert counts[-1] - counts[-9] <= 2 * counts[0], "by then it is asked for once a day"
        gaps = stage.workspace.verdict(stage.workspace.parse("since:30d until:4h")).gaps
        assert [(gap.start, gap.end) for gap in gaps if gap.start > second - DAY] == [(second, second)]

        stage.world.heal()
        stage.pass_time(LONGEST_PAUSE)
        assert stage.sync().outcome == "complete"
        stage.sync()
        assert stage.broken() == []


# --- a second with more conversations than a page ----------------------------------------------------


@pytest.mark.parametrize("cursor", ["keyset", "offset"])
@pytest.mark.parametrize("inclusive", [True, False])
def test_a_bulk_second_that_empties_while_it_is_listed_loses_nothing(
    open_workspace: OpenWorkspace, cursor: str, inclusive: bool
) -> None:
    with scene(
        open_workspace, conversations=460, cursor=cursor, id_order="text", inclusive_bounds=inclusive
    ) as stage:
        second = stage.world.bulk_tag(sorted(stage.world.truth())[:400])
        stage.pass_time(10 * MINUTE)
        stage.world.leave_second(second, 2)
        stage.sync()
        assert stage.broken() == []
        stage.pass_time(MINUTE)
        stage.sync()
        assert stage.broken() == []
        assert stage.workspace.total() == len(stage.world.truth())


@pytest.mark.parametrize("leaving", [0, 3])
def test_what_only_a_cursor_can_list_is_claimed_only_if_nothing_moved(
    open_workspace: OpenWorkspace, leaving: int
) -> None:
    with scene(open_workspace, conversations=5, cursor="offset") as stage:
        with stage.world.at(stage.true_time()):
            created = [stage.world.create(f"<p>ticket {n}</p>") for n in range(320)]
        second = stage.world.truth()[created[0]].updated_at
        assert {stage.world.truth()[i].updated_at for i in created} == {second}
        stage.pass_time(10 * MINUTE)
        if leaving:
            stage.world.leave_second(second, leaving)
        summary = stage.sync()
        assert stage.broken() == []
        assert summary.outcome == ("partial" if leaving else "complete")
        stage.world.heal()
        stage.pass_time(10 * MINUTE)
        assert stage.sync().outcome == "complete"
        assert stage.broken() == []
        assert stage.workspace.total() == len(stage.world.truth())


# --- two changes in one second -----------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["nothing", "date", "replica"])
def test_two_changes_in_one_second_are_both_found(open_workspace: OpenWorkspace, wrong: str) -> None:
    with scene(open_workspace, settle=0) as stage:
        stage.sync()
        if wrong == "date":
            stage.world.clocks.date = 1.0
        if wrong == "replica":
            stage.world.replica.lag = 0.6
        for conversation_id in some_of(stage, 10):
            stage.world.twice(conversation_id, apart=0.4)
            stage.sync()
            assert stage.broken() == []
        stage.world.heal()
        stage.pass_time(HOUR)
        stage.sync()
        assert stage.broken() == []
        assert all("closed" in stage.workspace.rows([i])[0].state for i in some_of(stage, 10))


def test_a_thread_that_just_changed_is_fetched_once_in_a_run(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        (busy,) = some_of(stage, 1)
        stage.world.reply(busy, "<p>zyzzyva</p>")

        def asked() -> int:
            return sum(path == f"/conversations/{busy}" for _, path, _ in stage.world.requests)

        before = asked()
        stage.sync()
        assert asked() == before + 1
        stage.pass_time(MINUTE)
        stage.sync()
        assert asked() == before + 2, "now it is final"


@pytest.mark.parametrize(("settle", "margin"), [(0, MIN_SETTLE), (90, 90)])
def test_the_newest_seconds_are_not_claimed(open_workspace: OpenWorkspace, settle: int, margin: int) -> None:
    with scene(open_workspace, settle=settle) as stage:
        stage.sync()
        last = stage.workspace.get_sync_status()["last_sync"]
        assert last is not None
        assert last.timestamp() <= stage.true_time() - margin
        assert stage.state(f"since:1h until:{margin + 60}s") is SyncState.FRESH


def test_an_answer_of_a_lagging_replica_is_asked_for_again(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        changed = some_of(stage, 5)
        for conversation_id in changed:
            stage.world.reply(conversation_id, "<p>zyzzyva</p>")
        stage.pass_time(5 * MINUTE)
        stage.world.replica.lag = 30 * MINUTE
        summary = stage.sync()
        assert {int(p.id) for p in summary.problems} == set(changed)
        assert stage.broken() == []
        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.found("zyzzyva") == set(changed)


# --- answers that lack parts -------------------------------------------------------------------------


@pytest.mark.parametrize("shape", THREADLESS_SHAPES)
def test_an_answer_that_lacks_the_parts_it_counts_is_no_answer(
    open_workspace: OpenWorkspace, shape: ThreadlessShape
) -> None:
    with scene(open_workspace) as stage:
        # Old conversations come without statistics: nothing says then that an empty thread is wrong.
        talkative = [
            i
            for i, truth in stage.world.truth().items()
            if truth.part_count >= 4 and not stage.world.conversations[i].legacy
        ][:6]
        stage.world.wrong.strip(talkative, shape)
        summary = stage.sync()
        assert {int(p.id) for p in summary.problems} == set(talkative)
        assert stage.broken() == []
        stage.world.heal()
        assert stage.sync().outcome == "complete"
        stage.sync()
        assert stage.state() is SyncState.FRESH
        assert stage.broken() == []


# --- a search that is wrong --------------------------------------------------------------------------


def test_a_search_that_wrongly_finds_nothing_makes_no_quiet_time(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=200) as stage:
        stage.world.wrong.zero()
        summary = stage.sync()
        assert summary.outcome == "partial"
        assert "contradicts itself" in summary.error
        assert stage.state() is not SyncState.FRESH
        assert stage.broken() == []
        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.workspace.total() == len(stage.world.truth())
        assert stage.broken() == []


def test_a_part_of_the_history_that_a_search_misses_is_noticed(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=200) as stage:
        old = min(truth.updated_at for truth in stage.world.truth().values())
        stage.world.wrong.zero(times=2, moment=old)
        summary = stage.sync()
        assert summary.outcome == "partial"
        assert stage.broken() == []
        assert stage.sync().outcome == "complete"
        assert stage.broken() == []


def test_an_empty_workspace_is_asked_once_another_way(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=0) as stage:
        assert stage.sync().outcome == "complete"
        assert stage.state() is SyncState.FRESH
        lists = [
            path for method, path, _ in stage.world.requests if (method, path) == ("GET", "/conversations")
        ]
        assert len(lists) == 1


def test_a_next_page_beside_a_full_count_is_a_contradiction(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.world.wrong.extra_next = True
        assert stage.sync().outcome == "partial"
        assert stage.state() is not SyncState.FRESH
        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.state() is SyncState.FRESH


def test_a_listing_that_is_not_believed_excuses_nothing(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, settle=60) as stage:
        stage.sync()
        assert stage.state("since:30s") is SyncState.PARTIAL, "newer than any listing can prove"
        stage.pass_time(HOUR)
        stage.world.reply(some_of(stage, 1)[0], "<p>new</p>")
        stage.world.wrong.extra_next = True
        assert stage.sync().outcome == "partial"
        assert stage.state("since:30s") is SyncState.STALE


def test_a_count_beyond_what_is_listed_is_a_contradiction(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.world.wrong.omit(some_of(stage, 3), counted=True)
        assert stage.sync().outcome == "partial"
        assert stage.state() is not SyncState.FRESH
        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.broken() == []


# --- changes without a trace -------------------------------------------------------------------------


def test_what_a_listing_shows_is_found_within_a_day(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        stage.pass_time(10 * MINUTE)
        changed = some_of(stage, 8)
        with stage.world.silently():
            for conversation_id in changed[:4]:
                stage.world.close(conversation_id)
            for conversation_id in changed[4:]:
                stage.world.note(conversation_id, "<p>zyzzyva</p>")
        stage.pass_time(DAY + HOUR)
        stage.sync()
        for conversation_id in changed[:4]:
            assert stage.workspace.rows([conversation_id])[0].state == "closed"
        assert stage.found("zyzzyva") == set(changed[4:])
        truth = stage.world.truth()
        for conversation_id in changed:
            thread = stage.workspace.thread(conversation_id)
            assert thread is not None
            assert truth[conversation_id].part_ids <= {part.id for part in thread.parts}


def test_nothing_is_fetched_again_by_the_daily_listing_when_nothing_changed(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace, days=3) as stage:
        stage.sync()
        stage.pass_time(DAY / 4)
        with stage.database().transaction() as connection:
            connection.execute("UPDATE setting SET value = '1' WHERE key = 'reconciled_at'")
        before, requests = stage.world.truth(), stage.requests()
        summary = stage.sync()
        assert (summary.new, summary.updated) == (0, woken(stage, before))
        assert stage.requests() - requests < 30


def test_a_redaction_that_nothing_shows_is_found_by_reading_again_in_turn(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace, conversations=40, silent_redactions=True) as stage:
        stage.sync()
        texts = {
            i: next(p for p in truth.part_ids if truth.bodies[p])
            for i, truth in stage.world.truth().items()
            if any(truth.bodies[p] for p in truth.part_ids)
        }
        still_open = [i for i in texts if stage.world.truth()[i].state != "closed"]
        closed = [i for i in texts if stage.world.truth()[i].state == "closed"]
        assert still_open
        assert closed
        stage.pass_time(10 * MINUTE)
        for conversation_id, part in texts.items():
            stage.world.redact(conversation_id, part)

        def outdated(ids: list[int]) -> list[int]:
            threads = [stage.workspace.thread(i) for i in ids]
            return [
                t.conversation.id
                for t in threads
                if t is not None and not any(p.redacted for p in t.parts if p.id == texts[t.conversation.id])
            ]

        for _ in range(3):
            stage.pass_time(OPEN_EVERY / 2)
            summary = stage.sync()
            assert summary.outcome == "complete"
        assert outdated(still_open) == []
        assert outdated(closed) != []
        for _ in range(6):
            stage.pass_time(EVERY / 5)
            stage.sync()
        assert outdated(closed) == []


def test_reading_again_changes_no_count_when_nothing_changed(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        before = stage.world.truth()
        stage.pass_time(2 * DAY)
        summary = stage.sync()
        assert (summary.new, summary.updated) == (0, woken(stage, before))
        still_open = [i for i, truth in before.items() if truth.state != "closed"]
        assert len(still_open) > 5
        asked = [path for _, path, _ in stage.world.requests]
        assert all(asked.count(f"/conversations/{i}") >= 2 for i in still_open)


# --- the index lags ----------------------------------------------------------------------------------


def test_a_lag_that_was_seen_widens_what_is_listed_again_and_is_not_claimed(
    open_workspace: OpenWorkspace,
) -> None:
    with scene(open_workspace, settle=30, overlap=300) as stage:
        stage.sync()
        late, later = some_of(stage, 2)
        with stage.world.lagging(4 * MINUTE):
            stage.world.reply(late, "<p>zyzzyva</p>")
        stage.pass_time(2 * MINUTE)
        stage.sync()
        assert stage.found("zyzzyva") == set()
        stage.pass_time(2 * MINUTE + 5)
        stage.sync()
        assert stage.found("zyzzyva") == {late}

        # Now it is known: the same lag makes no wrong claim any more.
        with stage.world.lagging(2 * MINUTE):
            stage.world.reply(later, "<p>zyzzyva</p>")
        for _ in range(5):
            stage.pass_time(30)
            stage.sync()
            assert stage.broken() == []
        assert stage.found("zyzzyva") == {late, later}


def test_a_lag_beyond_the_tolerance_is_told(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, settle=30, overlap=1800) as stage:
        stage.sync()
        (late,) = some_of(stage, 1)
        with stage.world.lagging(10 * MINUTE):
            stage.world.reply(late, "<p>zyzzyva</p>")
        stage.pass_time(9 * MINUTE)
        stage.sync()
        assert stage.state() is SyncState.FRESH
        assert stage.workspace.get_sync_status()["search_lag"] is None
        stage.pass_time(2 * MINUTE)
        stage.sync()
        stage.pass_time(10 * MINUTE)
        stage.sync()
        lag = stage.workspace.get_sync_status()["search_lag"]
        assert lag is not None
        assert 9 * MINUTE <= lag["seconds"] < 10 * MINUTE
        info = stage.workspace.search_conversations("", 1)["sync_info"]
        assert info["state"] == "partial"
        assert (info["message"] or "").endswith(f": Intercom's index lags {duration(lag['seconds'])}")
        past = stage.workspace.search_conversations("until:yesterday", 1)["sync_info"]
        assert past["message"] is None, "only where it reaches the present"


def test_a_long_run_ends_with_what_changed_meanwhile(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def searches_of_a_sync(stage: Scene) -> int:
        def count() -> int:
            return sum(path == "/conversations/search" for _, path, _ in stage.world.requests)

        stage.pass_time(HOUR)
        before = count()
        stage.sync()
        return count() - before

    with scene(open_workspace) as stage:
        stage.sync()
        short = searches_of_a_sync(stage)
        monkeypatch.setattr("tui.sync.runner.CLOSING_PASS_AFTER", -1)
        assert searches_of_a_sync(stage) > short
