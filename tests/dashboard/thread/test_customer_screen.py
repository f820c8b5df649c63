"""The customer screen: details from Intercom, their age, and what happens if they cannot be loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
from textual.widgets import Static

from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    Story,
    dashboard,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.thread.customer_facts import attribute_text, status
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.domain import ContactDetails
from tui.simulator.faults import Fault
from tui.simulator.model import SimulatedContact
from tui.sync import contacts
from tui.sync.events import Reason
from tui.sync.jobs import SyncError

anyio = pytest.mark.anyio


def customer(stage: Stage) -> SimulatedContact:
    """Somebody who works for a company and wrote."""
    people: dict[str, SimulatedContact] = stage.world.contacts
    written = stage.world.conversations.values()
    ids = (conversation.source.author.id for conversation in written)
    return next(people[i] for i in ids if i in people and people[i].company and people[i].role == "user")


async def open_card(pilot: Dashboard, stage: Stage) -> CustomerScreen:
    if not screen_of(pilot).search_pane.text:
        await type_query(pilot, f"from:{customer(stage).email}")
        await pilot.press("enter")
        await settle(pilot)
    await pilot.press("w")
    await pilot.pause()
    assert isinstance(pilot.app.screen, CustomerScreen)
    return pilot.app.screen


def said(card: CustomerScreen, selector: str) -> str:
    return str(card.query_one(selector, Static).content)


@anyio
async def test_the_card_asks_intercom_and_says_how_old_the_answer_is(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        stage.wire.hold(r"/contacts/[0-9a-f]+")
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "Loading from Intercom…" in said(card, "#customer-status"))
        assert "Customer attributes" not in said(card, "#customer-details")
        stage.wire.release()
        await wait_for(pilot, lambda: "As of" in said(card, "#customer-status"))
        assert story.tells("ContactFetched", "ContactAnswered", "ContactFetched")
        company = stage.world.companies[customer(stage).company]
        facts = said(card, "#customer-details")
        assert f"Customer attributes\n  plan: {company.plan}" in facts
        assert f"Company  {company.name}" in facts
        assert "As of just now." in said(card, "#customer-status")
        stage.clock.move(minutes=3)
        card.show_details()
        assert said(card, "#customer-status").startswith("As of 3 min ago.")
        await pilot.press("escape")
        story.clear()
        await pilot.press("w")
        await wait_for(pilot, lambda: "ContactAnswered" in story)
        await settle(pilot)


@anyio
async def test_a_young_answer_is_not_asked_for_again(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "As of" in said(card, "#customer-status"))
        await pilot.press("escape")
        story.clear()
        await pilot.press("w")
        await wait_for(pilot, lambda: "ContactFetched" in story)
        await settle(pilot)
        assert "ContactAnswered" not in story
        assert any("As of just now." in line for line in text_of(pilot))


@anyio
async def test_offline_what_is_known_is_shown_with_its_age(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "CONTACT_TIMEOUT", 0.5)
    stage.sync()
    async with dashboard(stage) as pilot:
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "As of" in said(card, "#customer-status"))
        facts = said(card, "#customer-details")
        await pilot.press("escape")
        stage.wire.is_cut = True
        stage.clock.move(minutes=10)
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "Offline: " in said(card, "#customer-status"))
        assert said(card, "#customer-status").endswith("As of 10 min ago.")
        assert said(card, "#customer-details") == facts


@anyio
async def test_a_token_that_may_not_is_told_so(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        stage.world.faults.script(Fault.FORBIDDEN, path="/contacts/", times=5)
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "Denied: " in said(card, "#customer-status"))
        assert "Intercom refuses contact " in said(card, "#customer-status")
        assert any("⚠ Denied" in line for line in text_of(pilot))


@anyio
async def test_a_long_card_is_scrolled_with_keys(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with()
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        card = await open_card(pilot, stage)
        await wait_for(pilot, lambda: "As of" in said(card, "#customer-status"))
        many = {f"attribute {n}": "[/b]" for n in range(40)}
        card._contact = ContactDetails("6f", "Ann", "ann@x.example", "Acme", many, START)
        card.show_details()
        await pilot.pause()
        assert any("attribute 1: [/b]" in line for line in text_of(pilot))
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert card.scroll.scroll_y > 0
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert card.scroll.scroll_y == 0
        assert screen_of(pilot) is not pilot.app.screen


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("x", None, ""),
        ("x", True, "yes"),
        ("paid_at", False, "no"),
        ("seats", 1_700_000_000, "1700000000"),
        ("paid_at", 3, "3"),
        ("paid_at", 1_700_000_000, "2023-11-14 22:13"),
        ("x", "two\nlines", "two lines"),
        ("x", {"a": [1]}, '{"a":[1]}'),
        ("x", [], "[]"),
    ],
)
def test_values_are_as_people_write_them(name: str, value: object, text: str) -> None:
    assert attribute_text(name, value, UTC) == text


def test_each_reason_is_said_plainly() -> None:
    contact = ContactDetails("6f", "", "", "", {}, START)
    problem = SyncError(Reason.RATE_LIMITED, "the limit\nis used up")
    later = START + timedelta(days=2)
    assert str(status(None, START, loading=True, problem=None)) == "Loading from Intercom…"
    assert str(status(contact, later, loading=True, problem=None)) == "As of 2 d ago. Loading from Intercom…"
    assert str(status(contact, later, loading=False, problem=problem)) == (
        "⚠ Rate limited: the limit is used up  As of 2 d ago."
    )
    odd = SyncError(Reason.BAD_ANSWER, "contact 6f: not found (404)")
    assert str(status(None, START, loading=False, problem=odd)) == "⚠ Not loaded: contact 6f: not found (404)"
