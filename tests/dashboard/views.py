"""The views of the dashboard that are compared with pictures, and photographed for the README."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.dashboard.stage import (
    START,
    TOKEN,
    Dashboard,
    Stage,
    app_of,
    dashboard,
    press_each,
    screen_of,
    settle,
    staged,
    type_query,
    wait_for,
)
from tui.freshness import SyncState

WORLD = {"conversations": 400, "days": 90, "long_threads": 1}
"""Enough for every state, language and kind of part to occur."""

Act = Callable[[Dashboard, Stage], Awaitable[None]]


@dataclass(frozen=True)
class View:
    """How to come to a view: what is synced before the start, and what is done then."""

    name: str
    prepare: Callable[[Stage], None]
    act: Act
    size: tuple[int, int] = (120, 36)
    ask_for_token: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def shown(
        self, folder: Path, *, size: tuple[int, int] | None = None, theme: str = ""
    ) -> AsyncIterator[Dashboard]:
        token = None if self.ask_for_token else TOKEN
        settings = {"history": "90d", "theme": theme} | self.settings
        with staged(folder, token=token, options=WORLD, settings=settings) as stage:
            self.prepare(stage)
            async with dashboard(
                stage, size=size or self.size, ask_for_token=self.ask_for_token, ready=False
            ) as pilot:
                await self.act(pilot, stage)
                await settle(pilot)
                app_of(pilot).clear_notifications()
                await settle(pilot)
                yield pilot
            stage.wire.release()


def synced(stage: Stage) -> None:
    stage.sync()


def behind(stage: Stage) -> None:
    """Synced until three hours ago; Intercom does not answer now."""
    stage.sync()
    stage.clock.move(hours=3)
    stage.wire.hold()


def long_behind(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=2)
    stage.wire.hold()


def with_a_gap(stage: Stage) -> None:
    """The last month and something older are there, the weeks between are not."""
    stage.sync(START - timedelta(days=89), START - timedelta(days=60))
    stage.sync(START - timedelta(days=30), START)
    stage.wire.is_cut = True


def nothing(_stage: Stage) -> None:
    """A new database."""


async def open_it(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.activity.summary is not None)
    await settle(pilot)


async def open_offline(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
    await settle(pilot)


async def open_behind(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.freshness is not None and screen.sync.activity.running)
    await settle(pilot)


async def ask_for_today(pilot: Dashboard, stage: Stage) -> None:
    await open_behind(pilot, stage)
    await type_query(pilot, "since:24h is:open")
    await wait_for(pilot, lambda: screen_of(pilot).sync.is_state(SyncState.STALE))
    await settle(pilot)


async def search(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await type_query(pilot, "password reset")


async def read(pilot: Dashboard, stage: Stage) -> None:
    await search(pilot, stage)
    await press_each(pilot, "enter", "j", "enter", "n")


async def mistype(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await type_query(pilot, "refund is:opn")


async def help_(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await pilot.press("question_mark")


async def complete(pilot: Dashboard, stage: Stage) -> None:
    """The second value of an operator is about to be taken."""
    await open_it(pilot, stage)
    await type_query(pilot, "is:open assignee:")
    await pilot.press("down")


async def first(pilot: Dashboard, _stage: Stage) -> None:
    await settle(pilot)


async def arrivals(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await press_each(pilot, "j", "j")
    stage.clock.move(minutes=2)
    for number in range(12):
        stage.world.create(f"<p>The export number {number} is empty.</p>")
    stage.clock.move(minutes=1)
    await pilot.press("r")
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.results.marker.arrived == 12)
    await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
    await settle(pilot)


FRESH = View("fresh", synced, open_it)
STALE = View("stale-syncing", long_behind, ask_for_today)
PARTIAL = View("partial", with_a_gap, open_offline)
BEHIND = View("behind", behind, open_behind)
SEARCH = View("search", synced, search)
READING = View("reading", synced, read)
ERROR = View("error", synced, mistype)
MARKER = View("marker", synced, arrivals)
OFFERS = View("offers", synced, complete)
HELP = View("help", synced, help_)
NARROW = View("narrow", synced, search, size=(80, 24))
FIRST_RUN = View("first-run", nothing, first, ask_for_token=True)

ALL = (FRESH, STALE, PARTIAL, BEHIND, SEARCH, OFFERS, READING, ERROR, MARKER, HELP, FIRST_RUN)
