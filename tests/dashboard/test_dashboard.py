"""The dashboard and the sync: from start to fresh, stale, partial, and all that can be in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    Story,
    dashboard,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.app import create_app
from tui.freshness import SyncState

pytestmark = pytest.mark.anyio
StageWith = Callable[..., Stage]


def said_at_the_bottom(pilot: Dashboard) -> list[str]:
    """The parts of the state line."""
    return [part.strip() for part in text_of(pilot)[-2].split("   ") if part.strip()]


async def test_it_starts_syncs_and_tells_once_that_it_is_fresh(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: bool(toasts(pilot)))

        assert story.tells("SyncStarted", "ConversationsStored", "FreshnessChanged", "SyncFinished")
        assert story.tells("ResultsFetched", "WindowsSyncRequested", "SyncFinished", "FreshnessAssessed")
        assert story.tells("ConversationHighlighted", "ThreadFetched")
        total = len(stage.world.truth())
        assert screen.results.table.count == total
        assert screen.sync.freshness is not None
        assert screen.sync.freshness.state is SyncState.FRESH
        assert toasts(pilot) == [f"Fresh: {total} new"]
        assert not screen.sync.banner.display
        status = text_of(pilot)[-2]
        assert "🟢 Fresh · synced just now" in status
        assert f"{total} conversations" in status
        assert "▇▇▇" in status


async def test_what_is_fresh_already_opens_without_a_word(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        assert toasts(pilot) == []
        assert not screen_of(pilot).sync.banner.display
        assert screen_of(pilot).thread.conversation_id == screen_of(pilot).results.table.selected_id


async def test_a_stale_query_says_so_syncs_and_is_asked_again(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=2)
    new = stage.world.create("<p>Where is my zeppelin?</p>")
    stage.clock.move(minutes=1)
    stage.wire.hold()
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        screen = screen_of(pilot)
        await settle(pilot)
        await type_query(pilot, "since:24h zeppelin")
        await wait_for(pilot, lambda: screen.sync.activity.running)

        lines = text_of(pilot)
        (sentence,) = [line.strip() for line in lines if "Data is stale" in line]
        assert sentence == "🔴 Data is stale - syncing latest conversations..."
        assert lines[-2].startswith(" 🔴 Stale · syncing latest conversations...")
        assert screen.results.table.count == 0
        assert any("Nothing found yet for" in line for line in lines)

        story.clear()
        stage.wire.release()
        await wait_for(pilot, lambda: screen.results.table.count == 1)
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))
        # The run goes on for a while: it reads open threads again.
        await wait_for(pilot, lambda: story.tells("SyncStarted", "ConversationsStored", "SyncFinished"))
        await settle(pilot)
        assert screen.results.table.selected_id == new
        assert not screen.sync.banner.display


async def test_a_stale_query_asks_for_one_sync_not_for_many(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=2)
    stage.wire.hold()
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        await settle(pilot)
        await type_query(pilot, "since:1h")
        for _ in range(5):
            screen_of(pilot).sync.assess()
            await settle(pilot)
        assert sum(name == "WindowsSyncRequested" for name in story) == 1


async def test_a_period_too_new_for_any_proof_costs_one_sync(stage_with: StageWith) -> None:
    stage = stage_with(settings={"settle": 60})
    stage.sync()
    stage.clock.move(minutes=1)
    new = stage.world.create("<p>Where is my zeppelin?</p>")
    stage.clock.move(seconds=15)
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        stage.clock.move(seconds=10)
        story.clear()
        await type_query(pilot, "since:5s")
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.PARTIAL))
        await settle(pilot)
        for _ in range(3):
            screen.sync.assess()
            await settle(pilot)
        assert story.count("WindowsSyncRequested") == story.count("SyncFinished") == 1
        pilot.app.clear_notifications()
        await settle(pilot)
        assert screen.sync.words is not None
        assert screen.sync.words.endswith("the period is newer than Intercom's index can prove")
        assert "Partial · newer than Intercom's index can prove" in text_of(pilot)[-2]
        await type_query(pilot, "since:30s")
        await settle(pilot)
        assert screen.sync.is_state(SyncState.PARTIAL)
        assert screen.results.table.selected_id == new
        assert story.count("WindowsSyncRequested") == 1


async def test_a_stale_answer_announces_a_sync_only_while_one_can_run(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=2)
    stage.wire.is_cut = True
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await settle(pilot)
        pilot.app.clear_notifications()
        await type_query(pilot, "since:24h")
        await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
        await settle(pilot)
        reason = str(stage.workspace.get_sync_status()["last_error"])
        assert reason.startswith("no connection to localhost (no route to host)")
        assert screen.sync.words == f"Data is stale - {reason}"
        assert f"🔴 Data is stale - {reason}" in " ".join(text_of(pilot))
        assert "🔴 Stale · offline since 14:30, retrying" in text_of(pilot)[-2]
        assert toasts(pilot) == []

        stage.wire.is_cut = False
        stage.wire.hold("/conversations/search")
        pilot.app.clear_notifications()
        await pilot.press("escape", "f")
        await wait_for(pilot, lambda: screen.sync.activity.running)
        await settle(pilot)
        assert "🔴 Data is stale - syncing latest conversations..." in " ".join(text_of(pilot))
        stage.wire.release()
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))
        assert screen.sync.words is None


async def test_a_partial_answer_says_what_is_missing_and_f_fills_it(stage: Stage) -> None:
    """The days before the last ten were never synced; Intercom cannot be reached at first."""
    stage.sync(START - timedelta(days=10), START)
    stage.wire.is_cut = True
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        pilot.app.clear_notifications()
        await settle(pilot)
        sentence = "🟡 Analysis includes conversations up to 2024-12-20 14:29; not synced: 20 Nov–10 Dec"
        assert sentence in [line.strip() for line in text_of(pilot)]
        assert said_at_the_bottom(pilot)[:2] == [
            "🟡 Partial · offline since 14:30, retrying",
            "f tries now",
        ]
        before = screen.results.table.count

        stage.wire.is_cut = False
        await pilot.press("f")
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))
        await settle(pilot)
        assert screen.results.table.count > before
        assert not screen.sync.banner.display


async def test_a_missing_recent_end_is_told_in_the_words_of_the_proposal(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(hours=3)
    stage.wire.hold()
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.running)
        await settle(pilot)
        assert (
            "🟡 Analysis includes conversations up to 2024-12-20 14:29 - may be missing recent conversations"
            in " ".join(text_of(pilot))
        )
        assert "Partial · all since 14:29 missing · f syncs it" in text_of(pilot)[-2]


async def test_new_rows_wait_at_the_marker_and_nothing_jumps(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table, marker = screen.results.table, screen.results.marker
        await pilot.press("j", "j", "j")
        await settle(pilot)
        shown, selected = list(table.model.ids), table.selected_id
        oldest = shown[-1]

        stage.clock.move(minutes=2)
        for number in range(12):
            stage.world.create(subject=f"Number {number}")
        stage.world.reply(oldest)
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: bool(marker.arrived))
        await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
        await settle(pilot)

        assert (marker.arrived, marker.moved) == (12, 1)
        assert marker.display
        assert list(table.model.ids) == shown
        assert table.selected_id == selected
        heading = text_of(pilot)[table.content_region.y]
        subject = next(column for column in table.columns if column.flexible)
        assert heading[: subject.end].endswith("▲ 12 new, 1 moved · .")
        assert heading[subject.end :].split()[:3] == ["Assignee", "Waits", "Upd▼"], (
            "it covers no other heading"
        )
        line_before = table.cursor - round(table.scroll_y)

        await pilot.press("full_stop")
        await settle(pilot)
        assert table.count == len(shown) + 12
        assert table.selected_id == selected
        assert table.cursor - round(table.scroll_y) == line_before
        assert not marker.display


@pytest.mark.parametrize(
    ("query", "state"), [("is:open OR is:closed", SyncState.FRESH), ("since:100d", SyncState.PARTIAL)]
)
async def test_the_marker_is_shown_from_the_end_of_the_first_sync_on(
    stage_with: Callable[..., Stage], query: str, state: SyncState
) -> None:
    """The second list stays partial: what is older than is kept is never synced."""
    stage = stage_with(settings={"retention": "30d"})
    stage.wire.hold()
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        marker, table = screen.results.marker, screen.results.table
        shown: list[int] = []
        screen.watch(marker, "arrived", lambda arrived: shown.append(arrived), init=False)
        await type_query(pilot, query)
        await pilot.press("enter")
        assert not table.count
        stage.wire.release()
        await wait_for(pilot, lambda: screen.sync.activity.summary is not None)
        await settle(pilot)
        assert screen.sync.is_state(state)
        listed = stage.workspace.search_ids(stage.workspace.parse(query))
        assert list(table.model.ids) == list(listed)
        assert not any(shown)
        stage.clock.move(minutes=2)
        stage.world.create("<p>Hello, I am new.</p>")
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: marker.arrived == 1)
        assert list(table.model.ids) == list(listed)


async def test_the_marker_can_be_clicked(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        before = screen.results.table.count
        stage.clock.move(minutes=2)
        stage.world.create()
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: screen.results.marker.display)
        await pilot.click("#new-marker")
        await settle(pilot)
        assert screen.results.table.count == before + 1


async def test_what_the_state_line_says_of_a_failure_is_no_toast_and_r_answers_at_once(stage: Stage) -> None:
    stage.sync()
    stage.wire.is_cut = True
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await settle(pilot)
        assert "offline since 14:30, retrying" in text_of(pilot)[-2]
        assert toasts(pilot) == []

        stage.wire.is_cut = False
        stage.wire.hold()
        await pilot.press("r")
        assert toasts(pilot) == ["Trying again. The last sync: offline since 14:30."]
        assert said_at_the_bottom(pilot)[1] == "↻ connecting"
        stage.wire.is_cut = True
        stage.wire.release()
        await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
        await settle(pilot)
        assert len(toasts(pilot)) == 1, "the same failure again is not news"
        assert said_at_the_bottom(pilot)[1] == "r tries now"
        assert screen.results.table.count == len(stage.world.truth()), "the mirror can be read all the same"

        stage.wire.is_cut = False
        await pilot.press("r")
        await wait_for(pilot, lambda: screen.sync.activity.failure is None)
        await settle(pilot)
        assert not [t for t in toasts(pilot) if t.startswith("Recovered")], "nothing came"
        assert "offline" not in text_of(pilot)[-2]


async def test_a_refused_token_is_told_with_what_to_do(stage_with: StageWith) -> None:
    stage = stage_with(token="wrong")
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await settle(pilot)
        assert said_at_the_bottom(pilot)[:2] == ["🔴 Token rejected · E enter a new one", "0 conversations"]
        assert screen.sync.words is not None
        assert screen.sync.words.startswith(
            "Data is stale - localhost does not accept the access token (401)"
        )
        assert "syncing latest" not in "".join(text_of(pilot))
        assert toasts(pilot) == []


async def test_the_age_ticks(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        assert "synced just now" in text_of(pilot)[-2]
        stage.clock.move(seconds=75)
        await wait_for(pilot, lambda: "synced 1 min ago" in text_of(pilot)[-2])


async def test_how_long_a_customer_waits_is_the_same_in_the_list_and_above_the_thread(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for widget in ("results.table", "thread.view"):
        monkeypatch.setattr(f"tui.dashboard.{widget}.AGES_EVERY", 0.02)
    stage.world.create("<p>My zeppelin is late.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        assert any("waiting 1m" in line for line in text_of(pilot))
        stage.clock.move(minutes=4)
        await wait_for(pilot, lambda: any("5m    5m" in line for line in text_of(pilot)))
        await wait_for(pilot, lambda: any("waiting 5m" in line for line in text_of(pilot)))


async def test_leaving_stops_the_sync(stage: Stage) -> None:
    stage.wire.hold()
    async with dashboard(stage, ready=False) as pilot:
        await settle(pilot)
        await pilot.press("q")
    assert not stage.workspace.sync_in_progress


async def test_a_crash_shows_no_values_of_variables(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.sync()
    app = create_app(stage.workspace)

    def crash() -> None:
        entered = "pri" + "vate"
        raise RuntimeError(len(entered))

    async def use(pilot: Pilot[object]) -> None:
        app.call_later(crash)

    await app.run_async(headless=True, size=(120, 36), auto_pilot=use)
    said = capsys.readouterr().err
    assert "RuntimeError: 7" in said
    assert "private" not in said
