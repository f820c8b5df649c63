"""With NO_COLOR, everything that a colour shows can be seen without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from rich.style import Style
from textual.filter import Monochrome

from tests.dashboard.pictures.thread import create_conversation, open_conversation
from tests.dashboard.screen_text import screen_strips
from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    app_of,
    dashboard,
    screen_of,
    settle,
    table_lines,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.common.block_strips import EDGES
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.coverage.calendar_layout import MARKS
from tui.dashboard.history.run_lines import OUTCOME_MARKS
from tui.dashboard.search.timeframes import GLYPHS
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.triage.marks import MARK_CELLS
from tui.freshness import SyncState

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def no_color(monkeypatch: pytest.MonkeyPatch, colours: None) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def attributes(style: Style | None) -> tuple[bool, ...]:
    if style is None:
        return ()
    return tuple(map(bool, (style.bold, style.reverse, style.underline, style.italic, style.strike)))


UNDERLINE = 2


def colourless(pilot: Dashboard) -> list[list[tuple[str, tuple[bool, ...]]]]:
    """The characters of the screen with their text styles, without colours."""
    return [
        [(character, attributes(segment.style)) for segment in strip for character in segment.text]
        for strip in screen_strips(pilot.app)
    ]


async def differs(pilot: Dashboard, *keys: str) -> bool:
    """Whether these keys change the screen."""
    before = colourless(pilot)
    await pilot.press(*keys)
    await settle(pilot)
    return colourless(pilot) != before


async def press_and_settle(pilot: Dashboard, *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)
    screen = pilot.app.screen
    await wait_for(pilot, lambda: not (isinstance(screen, SecondaryScreen) and screen.is_waiting))
    await pilot.pause()


async def test_the_main_screen(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        app = app_of(pilot)
        assert any(isinstance(kind, Monochrome) for kind in app.get_line_filters())
        table = screen_of(pilot).results.table
        assert await differs(pilot, "j"), "the cursor"
        assert await differs(pilot, "x"), "what is selected"
        await press_and_settle(pilot, "escape")
        await press_and_settle(pilot, "4")
        assert underlined(pilot, "Inbox") == "4 Waiting 6"
        await press_and_settle(pilot, "1")
        assert underlined(pilot, "Inbox").startswith("1 Inbox")
        assert await differs(pilot, "slash"), "the focus"
        await press_and_settle(pilot, "home", *["delete"] * 12)
        await press_and_settle(pilot, "i", "s", "colon")
        assert await differs(pilot, "down"), "the completion"
        assert await differs(pilot, "down"), "another completion"
        await press_and_settle(pilot, "escape", "escape")
        assert table.has_focus


async def test_what_is_done_can_be_read(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "")
        await press_and_settle(pilot, "enter")
        before = table_lines(pilot)[1]
        await press_and_settle(pilot, "d")
        after = next(line for line in table_lines(pilot)[1:] if "☑" in line[: 2 + MARK_CELLS])
        assert after[2 + MARK_CELLS :][:60] == before[2 + MARK_CELLS :][:60], (
            "the same line, in the same words"
        )
        assert [line for line in table_lines(pilot)[1:] if "☑" in line[: 2 + MARK_CELLS]] == [after], (
            "no other line is marked"
        )


def underlined(pilot: Dashboard, word: str) -> str:
    """What is underlined on the first line that holds a word."""
    line = next(y for y, text in enumerate(text_of(pilot)) if word in text)
    return "".join(c for c, style in colourless(pilot)[line] if style and style[UNDERLINE]).strip()


async def test_reading_and_playing(stage: Stage) -> None:
    create_conversation(stage)
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        await press_and_settle(pilot, "z")
        starts = {line.lstrip("┃ ")[:1] for line in text_of(pilot)}
        assert len(starts & set(EDGES.values())) >= 2, "the edge shows who wrote"
        assert any("INTERNAL NOTE" in line for line in text_of(pilot))
        assert await differs(pilot, "right_square_bracket"), "the message"
        await press_and_settle(pilot, "escape", "escape")
        await press_and_settle(pilot, "p")
        assert any("Lost zeppelin" in line for line in text_of(pilot))
        assert await differs(pilot, "s"), "the next conversation"


async def test_the_current_match_differs_from_the_others(stage: Stage) -> None:
    create_conversation(stage)
    stage.sync()
    async with dashboard(stage, size=(120, 60)) as pilot:
        await open_conversation(pilot, stage)
        await press_and_settle(pilot, "z", "n")
        found: dict[str, int] = {}
        for line in colourless(pilot)[3:]:
            text = "".join(character for character, _ in line)
            at = text.find("zeppelin")
            if at >= 0 and text.lstrip(" ▌█┃║").startswith(("Where is", "> your", "He means")):
                found[str(line[at][1])] = found.get(str(line[at][1]), 0) + 1
                assert line[at][1] != line[at - 2][1], "a match differs from the text around it"
        assert len(found) == 2, "the current match differs from the others"


async def test_the_secondary_screens(stage: Stage) -> None:
    stage.sync(START - timedelta(days=29), START - timedelta(days=20))
    async with dashboard(stage) as pilot:
        await press_and_settle(pilot, "c")
        assert await differs(pilot, "left"), "the day"
        assert await differs(pilot, "v", "left"), "the selected days"
        await press_and_settle(pilot, "escape", "escape")
        for key in ("i", "H", "comma"):
            await press_and_settle(pilot, key)
            assert await differs(pilot, "down"), key
            await press_and_settle(pilot, "escape")


async def test_the_dialogs(stage: Stage) -> None:
    create_conversation(stage)
    other = stage.world.create("<p>Another one</p>")
    assert other
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        for key in ("l", "v", "T"):
            await press_and_settle(pilot, key)
            assert await differs(pilot, "down"), key
            await press_and_settle(pilot, "escape")
        await press_and_settle(pilot, "w")
        card = pilot.app.screen
        assert isinstance(card, CustomerScreen)
        await wait_for(pilot, lambda: "As of" in str(card.status.content))
        if card.others.option_count > 1:
            assert await differs(pilot, "down"), "the conversation on the card"
        await press_and_settle(pilot, "escape")
        await press_and_settle(pilot, "question_mark")
        assert any("Sync with Intercom now" in line for line in text_of(pilot)), "the help is text"


def test_every_state_has_its_own_mark() -> None:
    assert len({glyph for glyph, _ in GLYPHS.values()}) == len(GLYPHS)
    assert len({glyph for glyph, _ in OUTCOME_MARKS.values()}) == len(OUTCOME_MARKS)
    assert len({state.glyph for state in SyncState}) == len(SyncState)
    assert len(set(MARKS.values())) == len(MARKS)


async def test_the_chosen_of_several_options(stage_with: Callable[..., Stage]) -> None:
    async with dashboard(stage_with(token=None), ask_for_token=True) as pilot:
        lines = "\n".join(text_of(pilot))
        assert re.search(r"\(•\) United States .*\(•\) a private file", lines)
        assert re.search(r"\( \) Europe .*\( \) the system keyring", lines)
        assert "^q quit" in lines
