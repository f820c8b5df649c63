"""Pictures of what acts in Intercom: the composer, the outbox, and what asks before."""

from __future__ import annotations

from tests.dashboard.pictures.picture import Picture, after, sync_all, wait_for_sync
from tests.dashboard.stage import Dashboard, Stage, press_each, screen_of, settle, text_of, wait_for
from tui.writes import Close, Note, Reply, WriteState

WRITING = {"writes": True}
TEXT = "Hi there,\n\nthe **import** works again. Next time:\n\n- export as `CSV`\n- keep the first line"


async def compose(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "1", "B")(pilot, stage)
    await pilot.press(*("enter" if c == "\n" else "space" if c == " " else c for c in TEXT))
    if pilot.app.size.width >= 100:
        await wait_for(pilot, lambda: any("│ • keep the first line" in line for line in text_of(pilot)))


async def choose_macro(pilot: Dashboard, stage: Stage) -> None:
    await compose(pilot, stage)
    await press_each(pilot, "ctrl+o")


async def wait_in_outbox(pilot: Dashboard, stage: Stage) -> None:
    """A reply and a close that can still be taken back."""
    await after(wait_for_sync, "1")(pilot, stage)
    shown = screen_of(pilot).results.table.selected_id
    assert shown is not None
    stage.workspace.act(Reply("The import works again, thank you for the file."), [shown])
    await press_each(pilot, "K", "enter", "G")
    await wait_for(pilot, lambda: any("sends in" in line for line in text_of(pilot)))


async def hold(pilot: Dashboard, stage: Stage) -> None:
    """A reply over which the customer wrote, and one more change behind it."""
    await after(wait_for_sync, "1")(pilot, stage)
    shown = screen_of(pilot).results.table.selected_id
    assert shown is not None
    outbox = stage.workspace.outbox
    stage.workspace.act(Reply("Could you send the file once more?"), [shown])
    stage.workspace.act(Close(), [shown])
    other = next(i for i in stage.world.truth() if i != shown)
    stage.workspace.act(Note("Known problem"), [other])
    stage.clock.move(seconds=2)
    stage.world.reply(shown, "<p>It works now!</p>")
    stage.clock.move(seconds=10)
    await wait_for(pilot, lambda: {w.state for w in outbox.history()} == {WriteState.HELD, WriteState.SENT})
    await settle(pilot)
    await press_each(pilot, "enter", "G")
    await wait_for(pilot, lambda: any("not sent:" in line for line in text_of(pilot)))


async def list_outbox(pilot: Dashboard, stage: Stage) -> None:
    await hold(pilot, stage)
    await press_each(pilot, "escape", "O")


async def type_assignee(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "1", "a")(pilot, stage)
    await pilot.press(*"ma")


async def type_snooze(pilot: Dashboard, stage: Stage) -> None:
    await after(wait_for_sync, "1", "Z")(pilot, stage)
    await pilot.press(*"mon 9:00")


PICTURES = (
    Picture("composer", sync_all, compose, settings=WRITING),
    Picture("macros", sync_all, choose_macro, settings=WRITING),
    Picture("waits", sync_all, wait_in_outbox, settings=WRITING),
    Picture("held", sync_all, hold, settings=WRITING),
    Picture("outbox", sync_all, list_outbox, settings=WRITING),
    Picture("bulk", sync_all, after(wait_for_sync, "1", "A", "K"), settings=WRITING),
    Picture("assign", sync_all, type_assignee, settings=WRITING),
    Picture("snooze", sync_all, type_snooze, settings=WRITING),
)
