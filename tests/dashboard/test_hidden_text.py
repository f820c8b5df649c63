"""Characters that nobody sees: the screen is without them, and every line as wide as it seems."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from tests.dashboard.stage import (
    Stage,
    dashboard,
    screen_of,
    settle,
    table_lines,
    text_of,
    type_query,
    wait_for,
)
from tui.store.database import Database

pytestmark = pytest.mark.anyio
TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")
FILLERS = "\u3164\u2800\u115f\u1160"
PILE = "\u0301" * 2000
NAMES = (
    f"Eve{TAGS} Seen",
    FILLERS,
    f"Z{PILE}oe",
    "👩‍👩‍👧 Family",
    "\u1100" + "\u1161" * 500,
    "😀" + "\u200d😀" * 50,
)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    ids = [
        stage.world.create(f"<p>zeppelin {number} re{TAGS}fund{PILE}</p>", subject=f"Sub{TAGS}ject \u00adx")
        for number in range(len(NAMES))
    ]
    stage.clock.move(minutes=1)
    stage.sync()
    database = Database(stage.workspace.settings.database)
    with database.transaction() as connection:
        for id_, name in zip(ids, NAMES, strict=True):
            values = (name, id_)
            connection.execute(
                "UPDATE conversation SET customer_name = ?, customer_email = '' WHERE id = ?", values
            )
            connection.execute("UPDATE part SET author_name = ? WHERE conversation_id = ?", values)
    database.close()
    return stage


def is_clean(lines: list[str]) -> bool:
    text = "\n".join(lines)
    return (
        not (set(text) & {*TAGS, *FILLERS, "\u00ad"})
        and "\u0301" * 9 not in text
        and "\u1161" * 9 not in text
    )


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_rows_keep_their_columns_and_hide_nothing(stage: Stage, size: tuple[int, int]) -> None:
    async with dashboard(stage, size=size) as pilot:
        await type_query(pilot, "zeppelin")
        table = screen_of(pilot).results.table
        width = table.scrollable_content_region.width
        for number in range(1, len(NAMES) + 1):
            assert wcswidth(table.render_line(number).text) == width
        rows = table_lines(pilot)
        assert is_clean(text_of(pilot))
        assert any("Eve Seen" in row for row in rows)
        assert any("Customer" in row or "Lead" in row for row in rows)


async def test_thread_details_and_palette_hide_nothing(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "refund zeppelin")
        await pilot.press("enter")
        for _ in NAMES:
            await settle(pilot)
            text = text_of(pilot)
            assert is_clean(text)
            assert any("refund" in line for line in text)
            await pilot.press("w")
            await settle(pilot)
            assert is_clean(text_of(pilot))
            await pilot.press("escape", "ctrl+p", *"zeppelin")
            await wait_for(pilot, lambda: any("Go to " in line for line in text_of(pilot)))
            assert is_clean(text_of(pilot))
            await pilot.press("escape", "down")


async def test_a_word_with_hidden_characters_is_found_and_marked(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "refund")
        screen = screen_of(pilot)
        line = screen.results.table.model.line(0)
        assert line is not None
        start, end = line.row.snippet.matches[0]
        assert line.row.snippet.text[start:end].rstrip("\u0301") == "refund"
        matched = [
            match
            for item in screen.thread.scroll.blocks
            for match in getattr(getattr(item, "item", None), "matches", ())
        ]
        assert matched
