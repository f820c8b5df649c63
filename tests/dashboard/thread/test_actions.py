"""Reading with keys: folds, messages, conversations, links, copying, the customer."""

from __future__ import annotations

import webbrowser

import pytest
from textual.widget import Widget
from textual.widgets import OptionList, TextArea

from tests.dashboard.pictures.thread import create_conversation, open_conversation
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    dashboard,
    screen_of,
    settle,
    text_of,
    toasts,
    wait_for,
)
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.desktop import takes_clipboard
from tui.dashboard.thread.links_screen import LinksScreen

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    create_conversation(stage)
    stage.sync()
    return stage


class Browser(webbrowser.BaseBrowser):
    """A browser that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__("kept")
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return True


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    kept = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda using=None: kept)
    return kept


def on_screen(lines: list[str], text: str) -> bool:
    return any(text in line for line in lines)


async def test_n_opens_the_fold_that_hides_a_match(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        assert on_screen(text_of(pilot), "▸ 5 quoted lines")
        await pilot.press("n")
        await settle(pilot)
        assert on_screen(text_of(pilot), "▾ 5 quoted lines")
        assert on_screen(text_of(pilot), "your zeppelin is on its way.")
        assert on_screen(text_of(pilot), "match 2 of 3")


async def test_e_shows_and_folds_events(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        assert on_screen(text_of(pilot), "▸ 2 events · assigned to")
        await pilot.press("e")
        await settle(pilot)
        assert on_screen(text_of(pilot), "▾ 2 events")
        assert on_screen(text_of(pilot), "∙ closed the conversation")
        await pilot.press("e")
        await settle(pilot)
        assert on_screen(text_of(pilot), "▸ 2 events · assigned to")


def shown(widget: Widget) -> bool:
    return bool(widget.display)


def read(pilot: Dashboard) -> str:
    """The text of the message that keys are about."""
    part = screen_of(pilot).thread.part
    return part.text if part is not None else ""


async def test_brackets_walk_through_messages_and_enter_unfolds(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert read(pilot) == "Where is my zeppelin?"
        for _ in range(2):
            await pilot.press("right_square_bracket")
            await settle(pilot)
        assert read(pilot).startswith("It is still not here")
        await pilot.press("enter")
        await settle(pilot)
        assert on_screen(text_of(pilot), "▾ 5 quoted lines")
        await pilot.press("enter", "left_square_bracket")
        await settle(pilot)
        assert read(pilot) == "It was due on Monday."
        for _ in range(9):
            await pilot.press("right_square_bracket")
            await settle(pilot)
        assert read(pilot).startswith("Line 0")
        await pilot.press("enter")
        await settle(pilot)
        assert "Line 59" in read(pilot)


async def test_a_click_opens_a_fold(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        lines = text_of(pilot)
        row = next(y for y, line in enumerate(lines) if "▸ 5 quoted lines" in line)
        await pilot.click(offset=(lines[row].index("▸ 5") + 3, row))
        await settle(pilot)
        assert on_screen(text_of(pilot), "▾ 5 quoted lines")


async def test_z_gives_the_thread_the_whole_width(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        screen = screen_of(pilot)
        await pilot.press("z")
        await settle(pilot)
        assert screen.thread.size.width > 110
        assert not shown(screen.results)
        await pilot.press("z")
        await settle(pilot)
        assert shown(screen.results)
        await pilot.press("z", "escape")
        await settle(pilot)
        assert screen.results.table.has_focus


async def test_braces_go_to_the_next_conversation_while_reading(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await pilot.press("enter")
        first = screen.thread.conversation_id
        story.clear()
        await pilot.press("right_curly_bracket")
        await settle(pilot)
        await wait_for(pilot, lambda: screen.thread.conversation_id != first)
        assert story.tells("ConversationHighlighted", "ThreadFetched")
        assert screen.thread.scroll.has_focus
        await pilot.press("left_curly_bracket")
        await wait_for(pilot, lambda: screen.thread.conversation_id == first)
        await settle(pilot)


async def test_a_link_is_opened_by_its_number(stage: Stage, browser: Browser) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await open_conversation(pilot, stage)
        await pilot.press("l")
        assert isinstance(pilot.app.screen, LinksScreen)
        assert on_screen(text_of(pilot), "[1] track.example/parcels/77?from=mail")
        await pilot.press("y")
        assert pilot.app.clipboard == "https://track.example/parcels/77?from=mail"
        assert isinstance(pilot.app.screen, TextScreen)
        await pilot.press("escape", "l", "9")
        assert on_screen(text_of(pilot), "No link 9")
        await pilot.press("2")
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        assert "LinkFollowed" in story
        assert browser.opened == ["https://status.example/zeppelins"]
        assert any("Opened in the browser." in toast for toast in toasts(pilot))


async def test_o_opens_the_conversation_and_says_when_it_cannot(
    stage: Stage, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        row = screen_of(pilot).thread.row
        assert row is not None
        await pilot.press("o")
        await wait_for(pilot, lambda: browser.opened == [row.url])
        browser.name = "w3m"
        await pilot.press("o")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, TextScreen))
        assert pilot.app.screen.query_one(TextArea).text == row.url
        assert browser.opened == [row.url]


@pytest.mark.parametrize("key", ["l", "i", "m", "t"])
async def test_what_is_copied_goes_to_the_terminal_and_is_shown_when_in_doubt(
    stage: Stage, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        thread = screen_of(pilot).thread
        row, part = thread.row, thread.part
        assert row is not None
        assert part is not None
        await pilot.press("y")
        assert isinstance(pilot.app.screen, CopyScreen)
        await pilot.press(key)
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, TextScreen))
        copied = pilot.app.clipboard
        assert pilot.app.screen.query_one(TextArea).text == copied
        if key == "t":
            assert copied.startswith(f"## {row.id}: Lost zeppelin")
            assert "**internal note**" in copied
        else:
            assert copied == {"l": row.url, "i": str(row.id), "m": part.text}[key]
        pilot.app.copy_to_clipboard("")
        await pilot.press("ctrl+c" if key == "l" else "y")
        assert not isinstance(pilot.app.screen, TextScreen), "copying closes its window"
        assert pilot.app.clipboard == copied


async def test_a_terminal_known_to_take_it_gets_a_toast_only(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "WezTerm")
    monkeypatch.delenv("TMUX", raising=False)
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        await pilot.press("y", "i")
        await wait_for(pilot, lambda: any("Copied the id." in toast for toast in toasts(pilot)))
        assert not isinstance(pilot.app.screen, TextScreen)


def test_doubtful_terminals() -> None:
    assert takes_clipboard({"TERM": "xterm-kitty"})
    assert takes_clipboard({"WT_SESSION": "1", "TERM": "xterm-256color"})
    assert not takes_clipboard({"TERM": "xterm-kitty", "TMUX": "/tmp/x"})  # noqa: S108
    assert not takes_clipboard({"TERM": "xterm-256color"})
    assert not takes_clipboard({"TERM_PROGRAM": "Apple_Terminal"})


async def test_the_customer_card_lists_what_else_they_wrote(stage: Stage) -> None:
    other = stage.world.create("<p>My invoice [/b] is wrong.</p>", subject="Invoice [b]")
    stage.clock.move(minutes=1)
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await open_conversation(pilot, stage)
        row = screen_of(pilot).thread.row
        assert row is not None
        await pilot.press("w")
        assert isinstance(pilot.app.screen, CustomerScreen)
        await wait_for(pilot, lambda: "CustomerFetched" in story)
        await settle(pilot)
        lines = text_of(pilot)
        assert on_screen(lines, row.customer.email)
        assert on_screen(lines, "Invoice [b]")
        options = pilot.app.screen.query_one(OptionList)
        options.highlighted = options.get_option_index(str(other))
        await pilot.press("enter")
        await settle(pilot)
        assert screen_of(pilot).thread.conversation_id == other


async def test_one_key_searches_for_the_customer(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await open_conversation(pilot, stage)
        row = screen_of(pilot).thread.row
        assert row is not None
        story.clear()
        await pilot.press("W")
        await settle(pilot)
        assert story.tells("QueryChosen", "ResultsFetched")
        assert screen_of(pilot).search_pane.text == f"from:{row.customer.email}"
        assert screen_of(pilot).results.table.count >= 1
        assert screen_of(pilot).results.table.has_focus
        await pilot.press("w")
        await settle(pilot)
        await pilot.press("f")
        await settle(pilot)
        assert screen_of(pilot).search_pane.text == f"from:{row.customer.email}"
