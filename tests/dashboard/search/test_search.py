"""Searching while typing: results, highlights, errors, history."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.widgets.input import Selection

from tests.dashboard.stage import (
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

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A world with one conversation that says something no other does."""
    customer_words = "<p>The zeppelin did not arrive. Where is my zeppelin [/b]?</p>"
    conversation = stage.world.create(customer_words, subject="Lost [bold]zeppelin[/bold]")
    stage.world.reply(conversation, "<p>We look for the zeppelin.</p>", by=int(stage.world.teammate().id))
    stage.world.note(conversation, "<p>He means the small zeppelin.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    return stage


async def test_results_come_as_one_types_with_count_and_time(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        everything = screen.results.table.count
        story.clear()
        await type_query(pilot, "zepp")
        assert story.tells("QueryEdited", "ResultsFetched", "ConversationHighlighted", "ThreadFetched")
        assert screen.results.table.count == 1 < everything
        assert text_of(pilot)[0].split("▾")[1].strip() == "1 · text “zepp…” · 0.4 ms"
        assert screen.search_pane.input.has_focus, "typing goes on"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("z", "“z” is too short; write at least two letters"),
        ("-", "put “-” directly before the word to exclude, as in -spam"),
        ("?", "“?” cannot be searched for; write a word, a number or an emoji"),
        ('"', 'this quote is not closed; add a " at the end of the phrase'),
    ],
)
async def test_what_cannot_be_searched_for_says_what_is_needed(stage: Stage, typed: str, hint: str) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await type_query(pilot, "zeppelin")
        await wait_for(pilot, lambda: str(screen.results.query_shown) == "zeppelin*")
        await settle(pilot)
        story.clear()
        await type_query(pilot, typed)
        assert story.tells("QueryEdited", "QueryRefused")
        assert not story.tells("QueryRefused", "ResultsFetched"), "an earlier search may have been on its way"
        assert any(hint in line for line in text_of(pilot))
        assert screen.results.table.count == 1, "the results of before stay"
        assert not screen.search_pane.has_class("-error"), "while typing it is no error"

        await pilot.press("enter")
        await settle(pilot)
        assert screen.search_pane.has_class("-error")
        assert screen.search_pane.input.has_focus

        await type_query(pilot, "zeppelin")
        assert not any(hint in line for line in text_of(pilot))


async def test_where_a_query_cannot_be_read_nothing_says_that_nothing_matches(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "unfindable")
        assert any("No conversation matches: text “unfindable" in line for line in text_of(pilot))
        assert any("/ changes the search · R shows earlier ones" in line for line in text_of(pilot))
        assert any("No conversation is selected." in line for line in text_of(pilot))
        await type_query(pilot, "x")
        assert not any("No conversation matches" in line for line in text_of(pilot))


@pytest.mark.parametrize("by_key", [False, True])
async def test_a_paste_of_several_lines_becomes_one_line(stage: Stage, by_key: bool) -> None:
    async with dashboard(stage) as pilot:
        entry = screen_of(pilot).search_pane.input
        await type_query(pilot, "small")
        text = "\nWhere is\r\n\tmy \x1b[31mzeppelin?\n\n"
        entry.cursor_position = 0
        if by_key:
            pilot.app.copy_to_clipboard(text)
            await pilot.press("ctrl+v")
        else:
            pilot.app.post_message(Paste(text))
        await settle(pilot)
        assert entry.value == "Where is my zeppelin?small"
        entry.selection = Selection(len("Where is my zeppelin?small"), len("Where is my zeppelin"))
        pilot.app.post_message(Paste(" "))
        await settle(pilot)
        assert entry.value == "Where is my zeppelin "
        assert screen_of(pilot).results.table.count == 1


async def test_a_paste_that_is_too_long_is_refused_as_a_whole(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        entry = screen_of(pilot).search_pane.input
        await type_query(pilot, "zeppelin ")
        pilot.app.post_message(Paste("lost\n" * 800))
        await settle(pilot)
        assert entry.value == "zeppelin "
        assert toasts(pilot) == ["Not pasted: the query would have 4,008 characters; 4,000 are allowed."]
        pilot.app.post_message(Paste("lost\n" * 798))
        await settle(pilot)
        assert entry.value == "zeppelin " + " ".join(["lost"] * 798)


async def test_copied_text_that_looks_like_an_operator_is_searched(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "He means: small")
        assert screen_of(pilot).results.table.count == 1
        await type_query(pilot, "asignee:me")
        assert screen_of(pilot).search_pane.has_class("-error")


async def test_matches_are_marked_and_customer_text_is_never_markup(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        screen = screen_of(pilot)
        line = screen.results.table.render_line(1)
        match = screen.results.table.get_component_rich_style("results--match", partial=True)
        marked = [s.text for s in line if s.style and s.style.bgcolor == match.bgcolor]
        assert "zeppelin" in marked
        assert "Lost [bold]" in line.text
        assert any("▌ zeppelin [/b]?" in line for line in text_of(pilot))


async def test_n_walks_through_the_matches_of_the_thread(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        await pilot.press("enter")
        await settle(pilot)
        header = text_of(pilot)[2:4]
        assert any("match 1 of 4" in line for line in header)
        await pilot.press("n", "n", "n")
        await settle(pilot)
        assert any("match 4 of 4" in line for line in text_of(pilot))
        await pilot.press("n")
        await settle(pilot)
        assert any("match 1 of 4" in line for line in text_of(pilot))
        await pilot.press("N")
        await settle(pilot)
        assert any("match 4 of 4" in line for line in text_of(pilot))


async def test_an_error_points_at_its_place_and_the_results_stay(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        before = screen.results.table.count
        await type_query(pilot, "is:opn since:7d")
        assert story.tells("QueryEdited", "QueryRefused")
        lines = text_of(pilot)
        start = lines[0].index("opn")
        assert lines[1][start : start + 4].startswith("^^^")
        assert "^" not in lines[1][:start]
        assert "did you mean “open”?" in str(screen.search_pane.error.content)
        assert screen.results.table.count == before
        assert screen.search_pane.has_class("-error")

        await type_query(pilot, "is:open since:7d")
        assert not screen.search_pane.has_class("-error")


async def test_the_rows_of_before_are_dimmed_while_the_query_is_wrong(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        assert table.opacity == 1
        await type_query(pilot, "is:opn")
        assert table.opacity < 1
        await type_query(pilot, "is:open")
        assert table.opacity == 1


async def test_a_long_wrong_query_scrolls_and_its_message_stays(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await type_query(pilot, f"{'zeppelin ' * 12}is:opn")
        lines = text_of(pilot)
        assert lines[0].rstrip(" ▾").endswith("30 d"), "the period stays"
        start = lines[0].index("opn")
        assert lines[1][start : start + 4].rstrip() == "^^^"
        assert "did you mean “open”?" in " ".join(lines[1:4]), "it is beside the carets or below them"
        screen.search_pane.input.action_home()
        await pilot.pause()
        assert "^" in text_of(pilot)[1], "the carets follow the text"

        await pilot.press("escape")
        await settle(pilot)
        lines = text_of(pilot)
        assert "did you mean" in lines[0] or "is: takes" in lines[0], "afterwards it replaces the count"
        assert "1 Inbox" in lines[1]
        assert not any("^^" in line for line in lines)


async def test_names_that_do_not_exist_are_errors_too(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "tag:nonesuch zeppelin")
        assert screen_of(pilot).search_pane.has_class("-error")
        assert "nonesuch" in text_of(pilot)[1]


async def test_enter_goes_to_the_results_and_escape_back(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "zeppelin")
        await pilot.press("enter")
        await settle(pilot)
        assert story.tells("QueryEdited", "QuerySubmitted", "ResultsFetched")
        assert screen_of(pilot).results.table.has_focus
        await pilot.press("slash")
        assert screen_of(pilot).search_pane.input.has_focus
        await pilot.press("escape")
        assert screen_of(pilot).results.table.has_focus


async def test_up_and_down_recall_earlier_searches_and_the_draft(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        entry = screen_of(pilot).search_pane.input
        for text in ("zeppelin", "is:open", "zeppelin"):
            await type_query(pilot, text)
            await pilot.press("enter")
            await settle(pilot)
        await pilot.press("slash")
        entry.clear()
        await pilot.press("d", "r", "up")
        assert entry.value == "zeppelin"
        await pilot.press("up")
        assert entry.value == "is:open"
        await pilot.press("up")
        assert entry.value == "is:open", "the first one stays"
        await pilot.press("down", "down")
        assert entry.value == "dr"


async def test_nothing_found_says_whether_that_means_there_is_none(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await type_query(pilot, "unfindable")
        assert any("No conversation matches: text “unfindable" in line for line in text_of(pilot))
        assert any("/ changes the search · R shows earlier ones" in line for line in text_of(pilot))
        assert any("No conversation is selected." in line for line in text_of(pilot))
        assert screen_of(pilot).thread.conversation_id is None


async def test_a_newer_search_breaks_off_an_older_one(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.press("slash", *"zeppelinzeppelin")
        await settle(pilot)
        assert screen_of(pilot).results.table.count == 0
        await pilot.press(*["backspace"] * 8)
        await settle(pilot)
        assert screen_of(pilot).results.table.count == 1
