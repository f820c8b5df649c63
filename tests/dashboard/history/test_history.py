"""The history of syncs, and the log."""

from __future__ import annotations

import pytest

from tests.dashboard.secondary import open_screen, static_text
from tests.dashboard.stage import (
    Stage,
    Story,
    dashboard,
    screen_of,
    text_of,
    wait_for,
)
from tui.cells import cell_width
from tui.clock import to_epoch
from tui.dashboard.history.log_screen import LogScreen
from tui.dashboard.history.run_lines import problem_lines
from tui.dashboard.history.screen import HistoryScreen
from tui.domain import ConversationProblem
from tui.store.database import Database
from tui.store.runs import MOST_PROBLEMS, RunCounts, begin_run, finish_run

pytestmark = pytest.mark.anyio


async def test_the_history_lists_syncs_and_opens_the_log(
    stage: Stage,
) -> None:
    stage.sync()
    stage.workspace.settings.log_path.write_text(
        "2024-12-20 14:30:00 7 INFO tui.sync: began\n"
        "2024-12-20 14:30:01 7 ERROR tui.sync: [/b] \x1b]0;title\x07 \u202eevil\n"
    )
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        stage.wire.is_cut = True
        screen = await open_screen(pilot, "H", HistoryScreen)
        assert "complete" in "\n".join(text_of(pilot))
        story.clear()
        await pilot.press("r")
        await wait_for(pilot, lambda: screen._runs[0].outcome == "failed")
        assert story.tells("SyncRequested", "SyncFailed", "RunsFetched")
        await pilot.pause()
        assert "✗ failed" in "\n".join(text_of(pilot))
        await pilot.press("home")
        await pilot.pause()
        assert "no connection" in static_text(screen, "#history-detail")
        log = await open_screen(pilot, "L", LogScreen)
        text = static_text(log, "#log-text")
        assert "[/b]  evil" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)


async def test_a_missing_log_is_reported(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_screen(pilot, "H", HistoryScreen)
        log = await open_screen(pilot, "L", LogScreen)
        assert static_text(log, "#log-text") == "Nothing has been logged yet."


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_conversations_that_could_not_be_read_are_named(stage: Stage, size: tuple[int, int]) -> None:
    problems = [ConversationProblem(str(i), f"an odd shape {'x' * 200}") for i in range(17)]
    database = Database(stage.workspace.settings.database)
    with database.user_transaction():
        run = begin_run(database, to_epoch(stage.clock.now))
        finish_run(
            database,
            run,
            finished_at=to_epoch(stage.clock.now),
            outcome="partial",
            counts=RunCounts(),
            error="17 conversations could not be read: 0 (an odd shape), and 16 more",
            problems=problems,
        )
    database.close()
    async with dashboard(stage, size=size) as pilot:
        screen = await open_screen(pilot, "H", HistoryScreen)
        await wait_for(pilot, lambda: len(screen._runs) == 2)
        await pilot.press("end")
        await pilot.pause()
        paragraph, error, *named = static_text(screen, "#history-detail").splitlines()
        assert paragraph.startswith("Fri 20 Dec 2024 14:30:00 · partial")
        assert error.startswith("17 conversations could not be read")
        width = screen.detail.content_size.width
        for number, line in enumerate(named[:-1]):
            assert line.startswith(f"  {number}: an odd shape x")
            assert line.endswith("…")
            assert cell_width(line) <= width, "a line each"
        assert named[5:] == ["  and 12 more"]
        assert "◐ partial" in "\n".join(text_of(pilot)), "the list is still in view"


async def test_of_very_many_at_least_so_many_are_told() -> None:
    problems = [ConversationProblem(str(i), "odd") for i in range(MOST_PROBLEMS)]
    assert problem_lines(problems, 80)[-1] == f"  and {MOST_PROBLEMS - 5}+ more"
    assert problem_lines(problems[:5], 80)[-1] == "  4: odd"
