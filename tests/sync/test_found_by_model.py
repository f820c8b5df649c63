"""Faults that came up with the model (`test_model.py`), each by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.sync.scene import MINUTE, scene
from tui.freshness import SyncState
from tui.simulator.faults import Fault
from tui.simulator.filters import Range
from tui.sync.events import SyncStarted
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
Keys = Sequence[tuple[int, int]]

pytestmark = pytest.mark.usefixtures("quick_retries")


def test_that_nothing_changed_is_not_believed_while_the_second_opinion_fails(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.intercom.calls._MAX_BACKOFF", 0.005)
    with scene(open_workspace) as stage:
        stage.sync()
        stage.pass_time(10 * MINUTE)
        changed = min(stage.world.truth())
        stage.world.reply(changed, "<p>zyzzyva</p>")
        stage.pass_time(10 * MINUTE)
        stage.world.wrong.zero()
        stage.world.faults.refuse("/conversations", fault=Fault.UNAVAILABLE)
        assert stage.sync().outcome == "partial"
        assert stage.broken() == []
        assert stage.state() is not SyncState.FRESH

        stage.world.heal()
        assert stage.sync().outcome == "complete"
        assert stage.found("zyzzyva") == {changed}


def test_an_old_part_of_a_large_history_that_a_single_search_misses_is_noticed(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scene(open_workspace, conversations=400, days=90) as stage:
        old = min(truth.updated_at for truth in stage.world.truth().values())
        rightly, missed = stage.world.wrong.found, list[Range]()

        def found(bounds: Range, keys: Keys) -> tuple[Keys, int]:
            # What counts has no such bounds.
            if not missed and bounds.low is not None and bounds.low <= old <= (bounds.high or old):
                missed.append(bounds)
                return (), 0
            return rightly(bounds, keys)

        monkeypatch.setattr(stage.world.wrong, "found", found)
        assert stage.sync().outcome == "partial"
        assert missed
        assert stage.broken() == []
        assert stage.sync().outcome == "complete"
        assert stage.broken() == []
        assert stage.workspace.total() == len(stage.world.truth())


def test_an_older_version_does_not_replace_what_was_read(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        changed, part = next(
            (i, part)
            for i, truth in sorted(stage.world.truth().items())
            for part in sorted(truth.part_ids)
            if truth.bodies[part]
        )
        stage.world.redact(changed, part)
        stage.pass_time(MINUTE)
        stage.sync()
        assert stage.broken() == []
        stage.world.replica.lag = 10 * MINUTE
        asked = len(stage.world.requests)
        stage.workspace.subscribe(
            lambda event: stage.workspace.prioritise(changed) if isinstance(event, SyncStarted) else None
        )
        stage.sync()
        answers = list(stage.world.requests)[asked:]
        assert ("GET", f"/conversations/{changed}", 200) in answers
        assert stage.broken() == []
