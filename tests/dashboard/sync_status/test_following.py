"""The dashboard follows the sync: what was requested is done as soon as it can be, and every key answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.dashboard.stage import (
    START,
    TOKEN,
    Dashboard,
    Stage,
    Story,
    app_of,
    command,
    dashboard,
    press_at_once,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.first_run.token_dialog import TokenDialog
from tui.freshness import SyncState
from tui.settings import Secret
from tui.simulator.faults import Fault
from tui.store.database import Database
from tui.sync.events import SyncProgress
from tui.sync.lease import Lease, publish_progress

pytestmark = pytest.mark.anyio
StageWith = Callable[..., Stage]

LONG_AGO = "since:500d until:450d"
HALF = SyncProgress("threads", 50, 100, True, 5.0, 10.0, 0.0, 60)


def bottom(pilot: Dashboard) -> str:
    return text_of(pilot)[-2].strip()


async def test_a_stale_window_is_synced_as_soon_as_syncing_works_again(stage: Stage) -> None:
    stage.sync()
    faults = stage.world.faults
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        faults.script(Fault.UNAUTHORIZED, times=None)
        await type_query(pilot, LONG_AGO)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await settle(pilot)
        assert bottom(pilot).startswith("🔴 Token rejected · E enter a new one")
        assert "syncing" not in " ".join(text_of(pilot))

        faults.clear()
        story.clear()
        stage.workspace.request_sync()  # as when the next sync is due
        await wait_for(
            pilot,
            lambda: story.tells("SyncFinished", "ResultsFetched", "WindowsSyncRequested", "SyncFinished"),
        )
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))
        assert story.count("WindowsSyncRequested") == 1
        await settle(pilot)
        assert screen.sync.words is None
        assert bottom(pilot).startswith("🟢 Fresh · synced just now")


async def test_a_request_that_leads_to_no_sync_is_not_called_one(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        app_of(pilot).feed.note_request()  # the request itself is lost
        await wait_for(pilot, lambda: screen.sync.activity.is_requested)
        assert screen.sync.activity.outlook().syncing
        await wait_for(pilot, lambda: not screen.sync.activity.is_requested)
        assert not screen.sync.activity.outlook().syncing


async def test_a_conversation_that_is_fetched_first_is_no_sync(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        (one,) = screen.results.table.model.ids[:1]
        stage.clock.move(minutes=2)
        stage.world.reply(one)
        story.clear()
        stage.workspace.prioritise(one)
        await wait_for(pilot, lambda: "ConversationsStored" in story)
        await settle(pilot)
        assert "SyncProgress" not in story
        assert not screen.sync.activity.running


# --- another token


@pytest.mark.parametrize("way", ["key", "click", "enter", "palette"])
async def test_a_refused_token_is_replaced_without_leaving(stage_with: StageWith, way: str) -> None:
    stage = stage_with(token="revoked")
    heard: list[Secret] = []
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        app, screen = app_of(pilot), screen_of(pilot)
        app._on_token = heard.append
        await wait_for(pilot, lambda: screen.sync.line.needs_token)
        await settle(pilot)
        if way == "key":
            await pilot.press("E")
        elif way == "click":
            await pilot.click("#status")
        elif way == "enter":
            screen.sync.line.focus()
            await pilot.pause()
            assert bottom(pilot).startswith("🔴 Token rejected · ⏎ enter a new one")
            await pilot.press("enter")
        else:
            await command(pilot, "another access", "Enter another access token")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, TokenDialog))
        dialog = pilot.app.screen
        assert isinstance(dialog, TokenDialog)
        await pilot.pause()
        words = " ".join(" ".join(text_of(pilot)).replace("│", " ").split())
        assert "The present token cannot be used." in words
        assert "It is sent to http://localhost only." in words
        assert "welcome" not in words
        assert "demo" not in words
        story.clear()
        dialog.form.token.value = TOKEN
        await pilot.press("enter")
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))
        await wait_for(pilot, lambda: screen.results.table.count == len(stage.world.truth()))
        await wait_for(pilot, lambda: story.tells("TokenAccepted", "SyncStarted", "SyncFinished"))
        await settle(pilot)
        assert pilot.app.screen is screen
        assert bottom(pilot).startswith("🟢 Fresh")
        assert not screen.sync.line.can_focus
    assert heard == [Secret(TOKEN)]
    assert stage.workspace.settings.token_path.read_text() == f"{TOKEN}\nfor http://localhost\n"


async def test_the_token_of_another_workspace_is_refused_and_nothing_is_stored(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await pilot.press("E")
        dialog = pilot.app.screen
        assert isinstance(dialog, TokenDialog)
        assert dialog.region.contains_region(dialog.form.save.region)
        with other_workspace(stage):
            dialog.form.token.value = TOKEN
            await pilot.press("enter")
            await wait_for(pilot, lambda: dialog.form.status.has_class("-error"))
        said = str(dialog.form.status.content)
        assert "mirrors the workspace" in said
        assert "\n" not in said
        assert TOKEN not in said + caplog.text + " ".join(text_of(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)
    assert not stage.workspace.settings.token_path.exists()


@contextmanager
def other_workspace(stage: Stage) -> Iterator[None]:
    """Inside, the mirror is that of a workspace that the token does not belong to."""
    database = Database(stage.workspace.settings.database)

    def write(app: str) -> None:
        from tui.store.settings_table import write_setting

        with database.user_transaction():
            write_setting(database, "app", app)

    from tui.store.settings_table import read_setting

    own = read_setting(database, "app") or ""
    write("elsewhere")
    try:
        yield
    finally:
        write(own)
        database.close()


# --- every key answers


async def test_keys_that_have_nothing_to_do_say_so(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("f")
        assert toasts(pilot) == ["Nothing is missing: the answer is complete."]
        pilot.app.clear_notifications()
        screen = screen_of(pilot)
        plain = next(i for i in screen.results.table.model.ids if not has_links(stage, i))
        screen.list_and_thread.go_to(plain)
        await settle(pilot)
        await pilot.press("l")
        assert toasts(pilot) == ["This conversation has no links and no attachments."]
        pilot.app.clear_notifications()
        stage.wire.hold()
        press_at_once(pilot, "r")
        await pilot.pause()
        assert toasts(pilot) == [], "the line shows that something happens"
        assert "↻ connecting" in bottom(pilot)
        await pilot.press("r")
        assert toasts(pilot) == ["A sync is running: what is new comes with it."]
        stage.wire.release()


def has_links(stage: Stage, conversation_id: int) -> bool:
    thread = stage.workspace.thread(conversation_id)
    assert thread is not None
    return any(part.attachments or "http" in part.text for part in thread.parts)


# --- the sync of another process


async def test_the_sync_of_another_process_is_followed_until_it_ends(stage: Stage) -> None:
    stage.sync()
    story = Story()
    other = Database(stage.workspace.settings.database)
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        with Lease(other, stage.clock()):
            await wait_for(pilot, lambda: screen.sync.activity.other is not None)
            assert "🟢 Fresh · another fastintercom (pid" in bottom(pilot)
            publish_progress(other, HALF)
            await wait_for(pilot, lambda: "↻ 50 % · 10 s" in bottom(pilot))
            await pilot.press("r")
            assert len(toasts(pilot)) == 1
            assert toasts(pilot)[0].endswith("syncs: what it stores appears here.")
            stage.workspace.request_sync()
            await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
            story.clear()
        await wait_for(pilot, lambda: screen.sync.activity.other is None)
        await wait_for(pilot, lambda: story.tells("OtherSyncEnded", "FreshnessAssessed"))
        await wait_for(pilot, lambda: screen.sync.activity.failure is None)
        assert story.tells("OtherSyncRead", "SyncRequested", "SyncFinished"), "now it is the turn of this one"
        await settle(pilot)
        assert "another" not in bottom(pilot)
    other.close()


# --- counts and memory


async def test_the_first_sync_counts_what_it_stores(stage: Stage) -> None:
    stage.wire.hold("/conversations/[0-9]+")
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        total = len(stage.world.truth())
        await wait_for(pilot, lambda: screen.results.table.count == total)
        await wait_for(pilot, lambda: f"{total} conversations" in bottom(pilot))
        assert bottom(pilot).startswith("🔴 Stale · syncing latest conversations...")
        assert "never synced" not in " ".join(text_of(pilot))
        stage.wire.release()
        await wait_for(pilot, lambda: screen.sync.is_state(SyncState.FRESH))


async def test_a_search_of_the_last_time_is_named_and_left_with_escape(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open (zeppelin OR dirigible)")
        await pilot.press("escape", "q")
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        assert screen.results.table.count == 0
        shown = 'Showing "is:open (zeppelin OR dirigible)" from last time · esc shows everything'
        assert shown in [line.strip() for line in text_of(pilot)]
        await pilot.press("escape")
        await wait_for(pilot, lambda: screen.results.table.count == len(stage.world.truth()))
        await settle(pilot)
        assert not screen.remembered_search.display
        assert screen.search_pane.text == ""


async def test_what_is_too_old_is_not_shown_twice(stage: Stage) -> None:
    """The banner has the sentence; the line says the same briefly, and has the key."""
    stage.sync(START - timedelta(days=10), START)
    stage.wire.hold()
    async with dashboard(stage, ready=False) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.running)
        await settle(pilot)
        lines = text_of(pilot)
        sentence = "🟡 Analysis includes conversations up to 2024-12-20 14:29; not synced: 20 Nov–10 Dec"
        above = next(i for i, line in enumerate(lines) if line.strip() == sentence)
        assert above < next(i for i, line in enumerate(lines) if "Customer " in line)
        assert bottom(pilot).startswith("🟡 Partial · 20 Nov–10 Dec missing · f syncs it")
        assert " ".join(lines).count("20 Nov–10 Dec") == 2
        assert str(screen.sync.line.tooltip) == sentence.removeprefix("🟡 ")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_demo_says_that_it_is_one(stage: Stage, size: tuple[int, int]) -> None:
    stage.sync()
    async with dashboard(stage, size=size, is_demo=True) as pilot:
        assert pilot.app.title == "fastintercom DEMO"
        assert bottom(pilot).startswith("DEMO  🟢 Fresh")
        await pilot.press("E")
        assert pilot.app.screen is screen_of(pilot), "its token cannot be refused"
