"""Typing a search: completions, corrections and the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from textual.widgets import OptionList

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    command,
    dashboard,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.search.completion import correction_of
from tui.dashboard.search.input import SearchInput
from tui.dashboard.search.queries import fetch_completions
from tui.query import QueryError, parse
from tui.query.syntax import term

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def entry(pilot: Dashboard) -> SearchInput:
    return screen_of(pilot).search_pane.input


def texts(stage: Stage, written: str) -> list[str]:
    fetched = fetch_completions(stage.workspace, text=written, cursor=len(written))
    return [completion.text for completion in fetched.completions]


def test_operators_and_values_are_offered_with_counts(stage: Stage) -> None:
    assert texts(stage, "refund ta") == ["tag:"]
    assert texts(stage, "is:un") == ["is:unread", "is:unassigned"]
    assert texts(stage, "is:open") == []
    assert texts(stage, "x") == []
    tags = fetch_completions(stage.workspace, text="-tag:", cursor=5).completions
    assert tags[0].text == "tag:none"
    for offer in tags:
        count = stage.workspace.count(stage.workspace.parse(offer.text))
        assert offer.detail == f"{count.total:,}"
    name = stage.workspace.directory().admins[0].name
    assert texts(stage, f"assignee:{name.split()[-1][:4].lower()}")[0] == f'assignee:"{name}"'
    assert texts(stage, f'assignee:"{name[:5]}') == [f'assignee:"{name}"']


def test_names_are_offered_as_they_are_found(stage: Stage) -> None:
    stage.world.tags |= {9001: "VIP [gold]", 9002: "Gôld", 9003: "urgent/ops"}
    number = next(iter(stage.world.admins))
    stage.world.admins[number] = replace(stage.world.admins[number], name="Zoë Ångström")
    stage.clock.move(minutes=11)  # names are read every ten minutes
    stage.sync()
    assert texts(stage, "tag:gold") == ["tag:Gôld", 'tag:"VIP [gold]"']
    assert texts(stage, "tag:OPS") == ["tag:urgent/ops"]
    for written in ("assignee:zoe", "assignee:ÅNG"):
        assert texts(stage, written) == ['assignee:"Zoë Ångström"']


def test_fixed_values_are_offered(stage: Stage) -> None:
    assert texts(stage, "channel:p") == ["channel:phone", "channel:phone_switch", "channel:push"]
    assert texts(stage, "sla:") == ["sla:active", "sla:hit", "sla:missed", "sla:cancelled"]
    assert texts(stage, "with:M")[0] == "with:me"
    assert texts(stage, "comp") == ["company:"]


def test_days_are_offered_behind_a_sign(stage: Stage) -> None:
    assert texts(stage, "created:")[:4] == [
        "created:today",
        "created:yesterday",
        "created:<1d",
        "created:<7d",
    ]
    assert texts(stage, "updated:>=mo") == ["updated:>=monday"]
    assert "created:<today" in texts(stage, "created:<")


def test_customers_are_offered_by_the_start_of_their_name(stage: Stage) -> None:
    row = stage.workspace.rows(stage.workspace.search_ids(stage.workspace.parse(""))[:1])[0]
    assert f"from:{row.customer.email}" in texts(stage, f"from:{row.customer.name[:3].lower()}")


def test_values_with_blanks_are_quoted() -> None:
    assert term("tag", "refund") == "tag:refund"
    assert term("tag", 'late "refund"') == 'tag:"late \\"refund\\""'


@pytest.mark.parametrize(
    ("source", "corrected"),
    [
        ("is:opn", "is:open"),
        ("refund tga:x", "refund tag:x"),
        ("sort:waitin", "sort:waiting"),
        ("created:>=yesterdy aa", "created:>=yesterday aa"),
    ],
)
def test_a_correction_is_what_the_error_suggests(stage: Stage, source: str, corrected: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(source, now=stage.clock(), tz=UTC)
    offer = correction_of(caught.value)
    assert offer is not None
    assert source[: offer.start] + offer.text + source[offer.end :] == corrected


def is_open(pilot: Dashboard) -> bool:
    return screen_of(pilot).search_pane.completions.is_open


async def write(pilot: Dashboard, text: str) -> None:
    await pilot.press(*text)
    await settle(pilot)


async def test_tab_completes_and_enter_still_searches(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("slash")
        await write(pilot, "is:clo")
        assert story.tells("CompletionsFetched")
        assert any("is:closed" in line for line in text_of(pilot))
        await pilot.press("tab")
        await settle(pilot)
        assert story.tells("CompletionsFetched", "CompletionAccepted", "QueryEdited", "ResultsFetched")
        assert entry(pilot).value == "is:closed "
        assert entry(pilot).has_focus
        await pilot.press("enter")
        await settle(pilot)
        assert screen_of(pilot).results.table.has_focus


async def test_down_chooses_enter_takes_escape_closes(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.press("slash")
        await write(pilot, "is:un")
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert entry(pilot).value == "is:unassigned "
        await write(pilot, "is:s")
        assert is_open(pilot)
        await pilot.press("escape")
        assert not is_open(pilot)
        await pilot.press("escape")
        assert screen_of(pilot).results.table.has_focus


async def test_a_bad_query_is_corrected_with_tab(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "is:opn refund")
        assert any("Tab: open" in line for line in text_of(pilot))
        await pilot.press("tab")
        await settle(pilot)
        assert entry(pilot).value == "is:open refund"
        assert story.tells("QueryRefused", "CompletionAccepted", "ResultsFetched")
        assert not screen_of(pilot).search_pane.has_class("-error")


async def test_searches_are_offered_again_after_a_restart(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        for text in ("refund", "is:open"):
            await type_query(pilot, text)
            await pilot.press("enter")
            await settle(pilot)
    stage.workspace.views.save("Late ones", "is:waiting waiting:>2h")
    assert stage.workspace.history.all() == ("is:open", "refund")
    async with dashboard(stage) as pilot:
        await pilot.press("slash")
        entry(pilot).clear()
        await settle(pilot)
        lines = text_of(pilot)
        assert any("is:open" in line and "recent" in line for line in lines)
        assert any("is:waiting waiting:>2h" in line and "view “Late ones”" in line for line in lines)
        await pilot.press("up")
        assert entry(pilot).value == "is:open"
        await pilot.press("up")
        assert entry(pilot).value == "refund"


async def test_the_palette_lists_earlier_searches(stage: Stage) -> None:
    stage.workspace.history.remember("is:closed [b]")
    stage.workspace.history.remember("is:open")
    async with dashboard(stage) as pilot:
        await command(pilot, "search again closed", "Search again: is:closed [b]")
        await wait_for(pilot, lambda: entry(pilot).value == "is:closed [b]")
        await settle(pilot)


def offered(pilot: Dashboard) -> list[str]:
    """The first lines of what the palette offers."""
    return [str(hit.prompt).splitlines()[0] for hit in pilot.app.screen.query_one(OptionList).options]


async def test_earlier_searches_have_a_key_of_their_own(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("R")
        await wait_for(pilot, lambda: offered(pilot) == ["No earlier searches"])
        await pilot.press("escape")
        for text in ("is:closed [b]", "is:open", "refund"):
            stage.workspace.history.remember(text)
        await pilot.press("R")
        await wait_for(pilot, lambda: offered(pilot) == ["refund", "is:open", "is:closed [b]"])
        story.clear()
        await pilot.press(*"open")
        await wait_for(pilot, lambda: offered(pilot) == ["is:open"])
        await pilot.press("enter")
        await wait_for(pilot, lambda: entry(pilot).value == "is:open")
        await settle(pilot)
        assert story.tells("QueryChosen", "ResultsFetched")
        assert screen_of(pilot).results.table.has_focus
