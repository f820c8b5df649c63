"""The header of a thread keeps its place, however long the names and remarks of a customer are."""

from __future__ import annotations

import pytest

from tests.dashboard.stage import Dashboard, Stage, dashboard, screen_of, settle, text_of, type_query
from tests.dashboard.thread.test_actions import on_screen
from tui.dashboard.play.screen import PlayScreen
from tui.store.database import Database

pytestmark = pytest.mark.anyio

LONG = "Wolfeschlegelsteinhausenbergerdorff " * 140
PARTICIPANTS = 100


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A conversation about krakens in which everything that others can name is very long."""
    conversation = stage.world.create("<p>A kraken.</p>", subject="Kraken")
    stage.clock.move(minutes=1)
    for _ in range(PARTICIPANTS):
        stage.world.reply(conversation, "<p>Hello.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    database = Database(stage.workspace.settings.database)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE conversation SET title = ?1, customer_name = ?1, customer_email = ?1, company = ?1,"
            " rating = 1, rating_remark = ?1, sla_name = ?1, sla_status = 'missed' WHERE id = ?2",
            (LONG.strip(), conversation),
        )
        connection.execute(
            "UPDATE part SET author_name = ? || part_id, author_id = part_id WHERE conversation_id = ?",
            (LONG, conversation),
        )
        tags = [(number, f"tag {number} {LONG[:35]}") for number in range(60)]
        connection.executemany("INSERT OR REPLACE INTO tag (id, name) VALUES (?, ?)", tags)
        connection.executemany(
            "INSERT INTO conversation_tag (conversation_id, tag_id) VALUES (?, ?)",
            [(conversation, number) for number, _ in tags],
        )
    database.close()
    return stage


def lines_of_thread(pilot: Dashboard) -> int:
    """How many lines of the screen show messages."""
    return int(pilot.app.screen.query_one("#thread-scroll").size.height)


def header_height(pilot: Dashboard) -> int:
    return int(pilot.app.screen.query_one("#thread-header").size.height)


async def test_most_of_the_pane_is_thread_in_a_small_terminal(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await settle(pilot)
        assert header_height(pilot) == 0, "the divider says what is below it"
        divider = next(line for line in text_of(pilot) if line.startswith("─ "))
        assert divider.startswith("─ 1 match  ")
        assert divider.endswith(" ⏎ full ─")
        await pilot.press("enter", "enter", "*")
        await settle(pilot)
        screen = screen_of(pilot)
        assert screen.thread.thread is not None
        assert screen.thread.thread.rating_remark == LONG.strip()
        assert header_height(pilot) == 6
        assert lines_of_thread(pilot) > header_height(pilot) + 4
        lines = text_of(pilot)
        for start in ("1 match  Wolfe", "Wolfe", "● open · ", "rated 1 of 5 · “Wolfe", "★ starred"):
            assert on_screen(lines, start)
        assert on_screen(lines, "SLA Wolfe")
        assert on_screen(lines, "missed")


async def test_beside_the_list_the_header_takes_half_of_the_pane_at_most(stage: Stage) -> None:
    async with dashboard(stage, size=(120, 36)) as pilot:
        await type_query(pilot, "kraken")
        await settle(pilot)
        assert header_height(pilot) + 1 < lines_of_thread(pilot)


async def test_in_a_high_terminal_usual_facts_are_wrapped_and_not_cut(stage: Stage) -> None:
    async with dashboard(stage, size=(120, 36)) as pilot:
        await pilot.press("enter", "j")
        await settle(pilot)
        row = screen_of(pilot).thread.row
        assert row is not None
        assert on_screen(text_of(pilot), f"#{row.id}")


@pytest.mark.parametrize(("size", "height"), [((80, 24), 2), ((120, 36), 14)])
async def test_texts_of_many_lines_are_one_line_in_the_header(
    stage: Stage, size: tuple[int, int], height: int
) -> None:
    """A remark of 20 lines and a name of 6,000 characters leave the thread in view."""
    database = Database(stage.workspace.settings.database)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE conversation SET rating_remark = ?, customer_name = ?, title = ?, company = ?"
            " WHERE title = ?",
            ("why\n" * 20, "Wolfe\n" * 1000, "kraken\n" * 20, "co\n" * 20, LONG.strip()),
        )
    database.close()
    async with dashboard(stage, size=size) as pilot:
        await type_query(pilot, "kraken")
        await settle(pilot)
        assert header_height(pilot) <= height
        assert lines_of_thread(pilot) >= header_height(pilot)


async def test_play_mode_shows_the_thread_too(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "p")
        await settle(pilot)
        assert isinstance(pilot.app.screen, PlayScreen)
        assert header_height(pilot) == 5
        assert lines_of_thread(pilot) > 11


async def test_the_customer_screen_has_the_whole_texts_and_a_frame_that_fits(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "kraken")
        await pilot.press("enter", "w")
        await settle(pilot)
        screen = pilot.app.screen
        details = str(screen.query_one("#customer-details").render())
        assert f"Title: {LONG.strip()}" in details
        assert f"Rating: {LONG.strip()}" in details
        assert all(f"tag {number} " in details for number in range(60))
        assert details.count(LONG) >= PARTICIPANTS
        window = screen.query_one(".window")
        assert window.region.bottom <= 24
        assert window.region.y >= 0
        assert on_screen(text_of(pilot), "Esc close")


async def test_the_palette_names_the_subject_behind_a_long_name(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *"kraken")
        await settle(pilot)
        palette = [line for line in text_of(pilot) if line.startswith("  Wolfe")]
        assert len(palette) == 1
        assert on_screen(text_of(pilot), "Go to Wolfe")
