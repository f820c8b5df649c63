"""The macros of the workspace: read when writes are on, kept when Intercom refuses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sync.scene import Scene, scene
from tui.simulator.faults import Fault
from tui.sync.housekeeping import MACROS_AGE
from tui.workspace import Workspace

REFUSED = "Intercom does not give the macros to this token or plan: only your own snippets are offered"


def writing(open_workspace: Callable[..., Workspace]) -> Callable[..., Workspace]:
    def open_(url: str, **changes: Any) -> Workspace:
        return open_workspace(url, writes=True, **changes)

    return open_


def asked(desk: Scene) -> int:
    return sum("/macros" in str(request) for request in desk.world.requests)


def test_macros_are_read_with_their_text_and_again_after_a_while(
    open_workspace: Callable[..., Workspace],
) -> None:
    with scene(writing(open_workspace), long_macro_list=2) as desk:
        assert desk.workspace.outbox.macros() == []
        desk.sync()
        found = desk.workspace.outbox.macros()
        assert {m.name for m in found} <= {m.name for m in desk.world.macros.values()}
        assert any("{{" in m.text for m in found)
        assert all(m.text for m in found), "a long list lacks the texts: they are fetched one by one"
        before = asked(desk)
        assert before > 1
        desk.sync()
        assert asked(desk) == before
        gone = found[0].id
        del desk.world.macros[gone]
        desk.pass_time(MACROS_AGE + 1)
        desk.sync()
        assert gone not in {m.id for m in desk.workspace.outbox.macros()}


def test_a_refusal_is_told_once_and_older_macros_stay(open_workspace: Callable[..., Workspace]) -> None:
    with scene(writing(open_workspace)) as desk:
        assert REFUSED not in desk.sync().notices
        known = desk.workspace.outbox.macros()
        assert known
        desk.world.faults.script(Fault.FORBIDDEN, path="/macros", times=100)
        for notices in ((REFUSED,), ()):
            desk.pass_time(MACROS_AGE + 1)
            assert desk.sync().notices == notices
            assert desk.workspace.outbox.macros() == known


def test_macros_are_not_asked_for_while_writes_are_off(open_workspace: Callable[..., Workspace]) -> None:
    for changes in ({}, {"writes": True, "read_only": True}):
        with scene(lambda url, **more: open_workspace(url, **changes, **more)) as desk:  # noqa: B023
            desk.sync()
            assert asked(desk) == 0
            assert desk.workspace.outbox.macros() == []
