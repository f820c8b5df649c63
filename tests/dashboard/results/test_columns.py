"""The columns of the results: their choice, order and widths, also in views, and after a restart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from rich.cells import cell_len

from tests.dashboard.mouse import drag, let_go
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    command,
    dashboard,
    press_each,
    screen_of,
    settle,
    table_lines,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.results.columns import TITLES, edge_at, lay_out, with_hidden
from tui.dashboard.results.columns_dialog import ColumnsDialog
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.ui_state import NARROWEST, Arrangement
from tui.dashboard.views.save_dialog import SaveViewDialog
from tui.views.model import COLUMNS

anyio = pytest.mark.anyio
OWN = ("customer", "team", "subject", "waiting")
WIDE = (200, 50)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def table_of(pilot: Dashboard) -> ResultsTable:
    return screen_of(pilot).results.table


def is_painted(pilot: Dashboard) -> bool:
    """Whether the heading on the screen names the columns of the table."""
    table = table_of(pilot)
    heading = text_of(pilot)[table.content_region.y]
    return all(heading[c.start : c.end].strip("▼▲… ") in c.title for c in table.columns)


def shown(pilot: Dashboard) -> tuple[str, ...]:
    """The columns, as the heading on the screen names them."""
    assert is_painted(pilot)
    return tuple(column.key for column in table_of(pilot).columns)


async def previewed(pilot: Dashboard) -> tuple[str, ...]:
    """The same under a dialog: the screen below is painted by a timer of its own."""
    await wait_for(pilot, lambda: is_painted(pilot))
    return shown(pilot)


def width_of(pilot: Dashboard, key: str) -> int:
    return next(column.width for column in table_of(pilot).columns if column.key == key)


async def says(pilot: Dashboard, *words: str) -> None:
    """Wait for a line that holds all of these."""
    await wait_for(pilot, lambda: any(all(word in line for word in words) for line in text_of(pilot)))


async def choosing(pilot: Dashboard) -> ColumnsDialog:
    await pilot.press("C")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ColumnsDialog))
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, ColumnsDialog)
    return screen


# --- the arithmetic


@pytest.mark.parametrize("width", [44, 58, 72, 80, 120, 200])
@pytest.mark.parametrize("keys", [(), OWN, ("updated", "waiting"), ("tags",), tuple(reversed(COLUMNS))])
def test_columns_fit_however_they_are_chosen_and_sized(width: int, keys: tuple[str, ...]) -> None:
    for widths in ((), (("customer", 60), ("tags", 60)), (("state", 3), ("updated", 3), ("waiting", 60))):
        for sort in ("updated", "created", "waiting", "relevance"):
            columns = lay_out(width, sort, Arrangement(keys, widths))
            assert columns[-1].end <= width
            assert all(left.end < right.start for left, right in pairwise(columns))
            assert [column.flexible for column in columns].count(True) == 1
            plain = lay_out(width, sort, Arrangement(keys))
            assert [c.key for c in columns] == [c.key for c in plain], "widths hide nothing"


def test_chosen_columns_stay_longer_than_usual_and_the_sorted_one_longest() -> None:
    every = Arrangement(tuple(reversed(COLUMNS)))
    assert [c.key for c in lay_out(72)] != [c.key for c in lay_out(72, "updated", every)]
    assert [c.key for c in lay_out(95, "updated", every)] == list(reversed(COLUMNS))
    kept = [c.key for c in lay_out(44, "created", every)]
    assert "created" in kept
    assert "team" not in kept
    assert lay_out(120, "updated", Arrangement(("nonsense",))) == lay_out(120)


def test_an_edge_goes_where_the_mouse_goes() -> None:
    for keys in ((), OWN, tuple(reversed(COLUMNS))):
        columns = lay_out(160, "updated", Arrangement(keys))
        for at, column in enumerate(columns[:-1]):
            edge = edge_at(columns, column.end)
            assert edge is not None
            for x in (column.end - 2, column.end + 2):
                moved = lay_out(160, "updated", Arrangement(keys).with_width(edge.key, edge.width_at(x)))
                if moved[at].width >= NARROWEST and edge.width_at(x) == edge.width + edge.sign * (x - edge.x):
                    assert moved[at].end == x
        assert edge_at(columns, columns[0].start) is None
        assert edge_at(columns, columns[-1].end) is None


def test_hidden_columns_stand_behind_their_usual_neighbours() -> None:
    assert with_hidden(()) == COLUMNS
    assert with_hidden(("updated", "subject")) == (
        "state",
        "customer",
        "updated",
        "subject",
        "assignee",
        "team",
        "tags",
        "waiting",
        "created",
    )


# --- views


@anyio
async def test_a_view_shows_its_columns_in_its_order_and_leaving_it_the_usual_ones(stage: Stage) -> None:
    stage.workspace.views.save("Teams", "is:open has:note", columns=OWN, key="f7")
    stage.workspace.views.save("Plain", "is:closed", key="f8")
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        usual = shown(pilot)
        assert usual != OWN
        story.clear()
        await pilot.press("f7")
        await settle(pilot)
        assert story.tells("ViewChosen", "ResultsFetched")
        assert shown(pilot) == OWN
        await pilot.press("s")
        await settle(pilot)
        assert table_of(pilot).sort == "created"
        assert shown(pilot) == OWN, "another order is the same view"
        await pilot.press("f8")
        await settle(pilot)
        assert shown(pilot) == usual
        await type_query(pilot, "is:open has:note")
        assert shown(pilot) == OWN, "its query is its query, however it came there"
        await type_query(pilot, "is:open has:note refund")
        assert shown(pilot) == usual
        await press_each(pilot, "enter", "f7")
    async with dashboard(stage) as pilot:
        await settle(pilot)
        assert shown(pilot) == OWN, "the last search is that of the view"
        await pilot.press("v")
        await settle(pilot)
        await pilot.press("end", "k")
        await says(pilot, "columns  customer, team, subject, waiting")
        await pilot.press("d")
        await settle(pilot)
        await says(pilot, "columns  default")
        await pilot.press("escape")
        await settle(pilot)
        assert shown(pilot) == usual, "the view is gone"


@anyio
async def test_of_two_views_with_one_query_the_one_that_was_opened_is_shown(stage: Stage) -> None:
    stage.workspace.views.save("My inbox", "is:open", columns=OWN, key="f7")
    async with dashboard(stage) as pilot:
        await pilot.press("1")
        await settle(pilot)
        assert shown(pilot) != OWN
        await pilot.press("f7")
        await settle(pilot)
        assert shown(pilot) == OWN
        active = screen_of(pilot).tabs.active
        assert active is not None
        assert active.name == "My inbox"
        await pilot.press("r")
        await wait_for(pilot, lambda: not screen_of(pilot).sync.activity.running)
        await settle(pilot)
        assert shown(pilot) == OWN, "a sync and a new count change nothing"
        await pilot.press("1")
        await settle(pilot)
        assert shown(pilot) != OWN


@anyio
async def test_a_view_is_saved_with_the_columns_that_are_chosen_for_it(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        usual = shown(pilot)
        await type_query(pilot, "is:closed")
        await press_each(pilot, "enter", "V")
        await pilot.press(*"As usual")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, SaveViewDialog)
        assert dialog.columns.ticked == usual, "those shown now"
        await pilot.press("enter")
        await settle(pilot)
        assert stage.workspace.views.get("as usual").columns == ()
        await type_query(pilot, "is:closed has:note")
        await press_each(pilot, "enter", "V")
        await pilot.press(*"Own", "tab", *"f7", "tab")
        # Show the state, put the customer behind the subject.
        await pilot.press("space", "down", "J")
        await says(pilot, "columns  6 chosen")
        await pilot.press("enter")
        await settle(pilot)
        own = ("state", "subject", "customer", *usual[2:])
        assert stage.workspace.views.get("own").columns == own
        assert shown(pilot) == own, "it is open already"
        await pilot.press("1")
        await settle(pilot)
        assert shown(pilot) == usual
        await pilot.press("f7")
        await settle(pilot)
        assert shown(pilot) == own
        await pilot.press("V", *"Again", "tab", "tab", "r", "enter")
        await settle(pilot)
        assert stage.workspace.views.get("again").columns == ()


@anyio
async def test_the_last_column_cannot_be_hidden(stage: Stage) -> None:
    stage.workspace.views.save("One", "is:closed", columns=("customer",), key="f7")
    async with dashboard(stage) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        assert shown(pilot) == ("customer",)
        dialog = await choosing(pilot)
        await pilot.press("j", "space")
        assert dialog.list.current == "customer"
        await says(pilot, "at least one column must be shown")
        assert shown(pilot) == ("customer",)


# --- choosing


@anyio
async def test_columns_are_chosen_over_the_table_that_follows_and_remembered(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        usual = shown(pilot)
        await choosing(pilot)
        await pilot.press("j", "space")
        await pilot.pause()
        assert await previewed(pilot) == tuple(key for key in usual if key != "customer")
        await pilot.press("escape")
        await pilot.pause()
        assert shown(pilot) == usual, "given up"
        await choosing(pilot)
        await pilot.press("space", "j", "J", "enter")
        await settle(pilot)
        chosen = ("state", "subject", "customer", *usual[2:])
        assert shown(pilot) == chosen
        assert story.tells("Changed", "Kept", "UiStateChanged")
        await pilot.press("1")
        await settle(pilot)
        assert shown(pilot) == chosen
    async with dashboard(stage) as pilot:
        assert shown(pilot) == chosen
        await command(pilot, "hide the column ass", "Hide the column Assignee")
        await settle(pilot)
        assert shown(pilot) == tuple(key for key in chosen if key != "assignee")
        await command(pilot, "show the column tags", "Show the column Tags")
        await settle(pilot)
        assert "tags" in shown(pilot)
        await command(pilot, "reset the col", "Reset the columns")
        await settle(pilot)
        assert shown(pilot) == usual
    async with dashboard(stage) as pilot:
        assert shown(pilot) == usual


@anyio
async def test_in_a_view_with_columns_of_its_own_those_are_changed(stage: Stage) -> None:
    stage.workspace.views.save("Teams", "is:closed", columns=OWN, key="f7")
    async with dashboard(stage) as pilot:
        usual = shown(pilot)
        await pilot.press("f7")
        await settle(pilot)
        await choosing(pilot)
        await says(pilot, "View “Teams”")
        screen_of(pilot).tabs.count_now()
        await pilot.press("j", "j", "space")
        await settle(pilot)
        less = tuple(key for key in OWN if key != "team")
        assert await previewed(pilot) == less, "a new count leaves the preview alone"
        await pilot.press("enter")
        await settle(pilot)
        await wait_for(pilot, lambda: "Views: Saved the view “Teams”" in toasts(pilot))
        assert stage.workspace.views.get("teams").columns == less
        assert shown(pilot) == less
        await pilot.press("1")
        await settle(pilot)
        assert shown(pilot) == usual
        await pilot.press("f7")
        await settle(pilot)
        assert shown(pilot) == less
        await choosing(pilot)
        await pilot.press("r", "enter")
        await settle(pilot)
        assert stage.workspace.views.get("teams").columns == ()
        assert shown(pilot) == usual


@anyio
async def test_a_chosen_column_without_room_says_so(stage: Stage) -> None:
    stage.workspace.views.save("All", "is:closed", columns=COLUMNS, key="f7")
    async with dashboard(stage, size=(80, 24)) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        assert "team" not in shown(pilot)
        await choosing(pilot)
        await says(pilot, "[✓] Team", "does not fit")
    async with dashboard(stage, size=WIDE) as pilot:
        await settle(pilot)
        assert shown(pilot) == COLUMNS


# --- widths


@anyio
async def test_widths_are_changed_by_keys_and_remembered_and_reset(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        usual, before = shown(pilot), width_of(pilot, "customer")
        await choosing(pilot)
        await pilot.press("j", "right", "right", "l")
        await says(pilot, "[✓] Customer", f" {before + 3} ")
        assert width_of(pilot, "customer") == before + 3
        await pilot.press("left", "enter")
        await settle(pilot)
        assert width_of(pilot, "customer") == before + 2
        assert shown(pilot) == usual
    async with dashboard(stage) as pilot:
        assert width_of(pilot, "customer") == before + 2
        await choosing(pilot)
        await pilot.press("j", *["right"] * 30)
        await says(pilot, "the column cannot be wider")
        assert width_of(pilot, "subject") == 12
        await pilot.press("j", "right")
        await says(pilot, "a flexible column has no fixed width")
        await pilot.press("j", "j", "left")
        await says(pilot, "a hidden column has no width")
        await pilot.press("r", "enter")
        await settle(pilot)
        assert width_of(pilot, "customer") == before
    async with dashboard(stage) as pilot:
        assert width_of(pilot, "customer") == before


@anyio
async def test_the_edge_of_a_heading_is_dragged_without_sorting_by_it(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table = table_of(pilot)
        top, left = table.content_region.y, table.content_region.x
        for key, neighbour in (("customer", ""), ("assignee", "waiting")):
            column = next(c for c in table.columns if c.key == key)
            sized = neighbour or key
            before, edge = width_of(pilot, sized), left + column.end
            story.clear()
            await drag(pilot, (edge, top), (edge - 1, top + 3), (edge - 2, top), drop=False)
            assert text_of(pilot)[top][edge - 2] == "│", "the edge is under the mouse"
            await let_go(pilot, (edge - 2, top))
            await settle(pilot)
            assert width_of(pilot, sized) == before + (2 if neighbour else -2)
            assert story.tells("ColumnWidthDragged", "UiStateChanged")
            assert "HeadingClicked" not in story
            assert "ConversationOpened" not in story
        assert table.sort == "updated"
        waiting = next(c for c in table.columns if c.key == "waiting")
        await drag(pilot, (left + waiting.start, top))
        await settle(pilot)
        assert table.sort == "waiting", "the heading itself still sorts"
        widths = {column.key: column.width for column in table.columns}
    async with dashboard(stage) as pilot:
        assert {column.key: column.width for column in table_of(pilot).columns} == widths
    async with dashboard(stage, size=(64, 24)) as pilot:
        columns = table_of(pilot).columns
        assert columns[-1].end <= table_of(pilot).scrollable_content_region.width


@anyio
async def test_an_edge_stops_where_there_is_no_room_and_that_is_what_is_remembered(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = table_of(pilot)
        top = table.content_region.y
        edge = next(c for c in table.columns if c.key == "customer").end
        await drag(pilot, (edge, top), (edge + 50, top))
        await settle(pilot)
        width = width_of(pilot, "customer")
        assert width_of(pilot, "subject") == 12
    async with dashboard(stage, size=WIDE) as pilot:
        assert width_of(pilot, "customer") == width


@anyio
async def test_every_line_has_the_width_of_the_table_whatever_is_chosen(
    stage_with: Callable[..., Stage],
) -> None:
    stage = stage_with(options={"conversations": 20})
    for text in ("你好世界" * 20, "e\u0301" * 60, "🧑‍💻👍🏽" * 30, "[/b] \x1b[31m"):
        stage.world.create(f"<p>{text}</p>", subject=text)
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        table = table_of(pilot)
        width = table.scrollable_content_region.width
        widths = tuple((key, NARROWEST) for key in TITLES)
        for keys in ((), ("customer", "tags", "waiting"), ("updated",), ("state", "updated"), COLUMNS):
            for given in ((), widths):
                table.use(Arrangement(keys, given))
                for y in range(table.size.height):
                    strip = table.render_line(y)
                    assert strip.cell_length == width
                    assert sum(cell_len(segment.text) for segment in strip) == width


@anyio
async def test_what_is_noted_is_seen_without_the_subject_too(stage: Stage) -> None:
    stage.workspace.views.save("Short", "is:closed", columns=("customer", "updated"), key="f7")
    ids = list(stage.workspace.search_ids(stage.workspace.parse("is:closed")))
    stage.workspace.annotations.star(ids[:1], True)
    async with dashboard(stage) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        assert "★" in table_lines(pilot)[1]


def test_remembered_columns_that_make_no_sense_are_passed_over(stage: Stage) -> None:
    from tui.dashboard.common.split import DEFAULT_SPLIT
    from tui.dashboard.ui_state import UiState

    stage.workspace.ui_state.write(
        {"columns": "tags nonsense tags", "widths": "tags=999 team=20 x=9 customer=1 state", "split": "7e9"}
    )
    remembered = UiState(stage.workspace)
    assert remembered.columns == Arrangement(("tags",), (("team", 20),))
    assert remembered.split == DEFAULT_SPLIT
