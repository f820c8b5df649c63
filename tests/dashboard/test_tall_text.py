"""The help's text: wrapped where it does not fit, and selected with the mouse like any other."""

from __future__ import annotations

import pytest
from textual.content import Content

from tests.dashboard.mouse import drag
from tests.dashboard.stage import Stage, dashboard, text_of
from tui.dashboard.widgets.tall_text import TallText, wrapped


@pytest.mark.anyio
async def test_what_is_dragged_over_is_selected_also_where_it_is_wrapped(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.press(*"to the summary, and")
        await pilot.pause()
        text = pilot.app.screen.query_one(TallText)
        title, line = text.text.splitlines()
        shown = text_of(pilot)
        top = text.region.y
        assert title in shown[top]
        assert text.size.height == 3
        last = line.split()[-1]
        assert last in shown[top + 2]
        left = text.region.x
        at = shown[top + 1].index("To the summary")
        assert at > left
        await drag(pilot, (at, top + 1), (shown[top + 2].index(last) + len(last), top + 2))
        assert pilot.app.screen.get_selected_text() == line[line.index("To the summary") :]


def test_rows_are_found_again_in_their_line() -> None:
    line = Content("one two three four five")
    rows = wrapped(line, 7, 9)
    assert [(row.plain, number) for row, number, _ in rows] == [
        ("one two", 7),
        ("three", 7),
        ("four five", 7),
    ]
    assert [line.plain[start:].startswith(row.plain) for row, _, start in rows] == [True] * 3
    assert wrapped(Content("short"), 0, 9)[0][0].plain == "short"
