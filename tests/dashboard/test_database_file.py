"""The dashboard on a database that may only be read, and on one that is deleted while it runs."""

from __future__ import annotations

import pytest

from tests.dashboard.stage import (
    TOKEN,
    Stage,
    dashboard,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.settings import Secret
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_a_database_that_can_only_be_read_is_shown_and_said_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the permission is pretended: root may write whatever they are."""
    stage.sync()
    opened = stage.workspace
    opened.close()
    monkeypatch.setattr("tui.store.database.may_write", lambda _: False)
    stage.workspace = Workspace(
        opened.settings, clock=stage.clock, transport=stage.wire, tz=opened.tz, token=Secret(TOKEN)
    )
    said = f"{opened.settings.database} can only be read: nothing is remembered or synced"
    async with dashboard(stage, ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        await type_query(pilot, "is:closed")
        await settle(pilot)
        failure = screen_of(pilot).sync.activity.failure
        assert failure is not None
        assert failure.message.startswith(said)
        assert "database problem" in text_of(pilot)[-2]
        assert any(said in toast for toast in toasts(pilot)), "in full"
        assert len(toasts(pilot)) == 1, "searching and leaving remembers nothing, and complains about nothing"


async def test_a_database_that_is_deleted_is_mirrored_anew(stage: Stage) -> None:
    stage.sync()
    total = stage.workspace.total()
    async with dashboard(stage) as pilot:
        stage.workspace.settings.database.unlink()
        await pilot.press("r")
        await wait_for(pilot, lambda: stage.workspace.settings.database.exists())
        await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
        await settle(pilot)
        assert stage.workspace.total() == total > 0
        assert not [toast for toast in toasts(pilot) if toast.startswith("Database")]
