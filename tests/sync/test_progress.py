"""How far a sync is: the numbers add up, and other processes can read them."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from tests.sync.scene import DAY, WAIT, Scene, scene
from tui.sync.events import SyncEvent, SyncProgress
from tui.sync.lease import read_other_sync
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
pytestmark = pytest.mark.usefixtures("quick_retries")


@pytest.fixture(autouse=True)
def counted_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.sync.scheduler.COUNT_EVERY", 0.02)


def heard(stage: Scene) -> list[SyncProgress]:
    """The progress from now on."""
    progress: list[SyncProgress] = []

    def hear(event: SyncEvent) -> None:
        if isinstance(event, SyncProgress):
            progress.append(event)

    stage.workspace.subscribe(hear)
    return progress


def test_what_two_requests_want_is_counted_once(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=400, latency_ms=30) as stage:
        progress = heard(stage)
        now = stage.local.moment()
        jobs = [
            stage.workspace.request_sync(now - timedelta(days=21), now - timedelta(days=2)),
            stage.workspace.request_sync(now - timedelta(days=18), now),
        ]
        for job in jobs:
            job.wait(WAIT)
        assert max(p.total for p in progress) > 200
        assert max(p.total for p in progress) <= len(stage.world.truth())
        assert all(p.done <= p.total for p in progress)


def test_threads_that_are_read_again_are_no_progress(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        stage.pass_time(2 * DAY)
        progress = heard(stage)
        before = stage.requests()
        changed = stage.sync().updated
        assert stage.requests() - before > changed + 20, "open conversations were read again"
        assert max(p.total for p in progress) == progress[-1].done == changed
        assert progress[-1].phase == "finishing"


def test_others_can_read_how_far_it_is_until_it_ends(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=300, latency_ms=50) as stage, closing(stage.database()) as other:
        assert read_other_sync(other) is None
        job = stage.workspace.request_sync()
        seen: list[SyncProgress] = []
        while not job.done:
            if (found := read_other_sync(other)) is not None:
                assert found.owner.pid == os.getpid()
                assert found.name == f"another fastintercom (pid {os.getpid()})"
                assert stage.workspace.other_sync() is None, "one's own is no other"
                seen += [found.progress] if found.progress else []
        job.wait(WAIT)
        assert seen
        assert seen[-1].total > 0
        stage.workspace.close()
        assert read_other_sync(other) is None
