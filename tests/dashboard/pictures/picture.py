"""How a picture of the dashboard is made: what is synced before it opens, and which keys are pressed then."""

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
    wait_for,
)

WORLD = {"conversations": 400, "days": 90, "long_threads": 1}
"""Large enough to contain every state, language and kind of part."""

Prepare = Callable[[Stage], None]
Act = Callable[[Dashboard, Stage], Awaitable[None]]


@dataclass(frozen=True)
class Picture:
    """A named view of the dashboard. `prepare` runs before the dashboard opens, `act` after that."""

    name: str
    prepare: Prepare
    act: Act
    size: tuple[int, int] = (120, 36)
    ask_for_token: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def shown(
        self, folder: Path, *, size: tuple[int, int] | None = None, theme: str = ""
    ) -> AsyncIterator[Dashboard]:
        """The dashboard, showing what the picture shows. Its files are in `folder`."""
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


# --- before the dashboard opens


def sync_all(stage: Stage) -> None:
    stage.sync()


def sync_with_gap(stage: Stage) -> None:
    """Sync the last month and an older one, but not the weeks in between; then go offline."""
    stage.sync(START - timedelta(days=89), START - timedelta(days=60))
    stage.sync(START - timedelta(days=30), START)
    stage.wire.is_cut = True


# --- after it opened


async def wait_for_sync(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.activity.summary is not None)
    await settle(pilot)


async def wait_for_failure(pilot: Dashboard, _stage: Stage) -> None:
    screen = screen_of(pilot)
    await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
    await settle(pilot)


def after(first: Act, *keys: str) -> Act:
    """Press the keys one by one, each after the previous one has taken effect."""

    async def act(pilot: Dashboard, stage: Stage) -> None:
        await first(pilot, stage)
        await press_each(pilot, *keys)

    return act
