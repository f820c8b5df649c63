"""Rows as the changes in the outbox will leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.sync.scene import Scene, scene
from tui.clock import from_epoch
from tui.domain import ConversationRow
from tui.workspace import Workspace
from tui.writes import (
    NOBODY,
    AddTag,
    Assign,
    Close,
    MarkRead,
    Note,
    Open,
    RemoveTag,
    SetTitle,
    Snooze,
    Write,
)


@pytest.fixture
def desk(open_workspace: Callable[..., Workspace]) -> Iterator[Scene]:
    """A synced mirror whose changes wait for an hour."""

    def open_(url: str, **changes: Any) -> Workspace:
        return open_workspace(url, **({"writes": True, "undo_window": 3600} | changes))

    with scene(open_) as made:
        made.sync()
        yield made


def test_each_kind_is_shown_as_done_until_it_is_taken_back(desk: Scene) -> None:
    workspace = desk.workspace
    id_ = next(i for i, c in desk.world.truth().items() if c.state == "open" and c.tags)
    (stored,) = workspace.rows([id_])
    directory = workspace.directory()
    ada, team = directory.admins[0], directory.teams[0]
    carried = next(tag for tag in directory.tags if tag.name == stored.tags[0])
    other = next(tag for tag in directory.tags if tag.name not in stored.tags)
    until = int(desk.true_time()) + 7200

    def after(write: Write) -> ConversationRow:
        workspace.act(write, [id_])
        (row,) = workspace.rows([id_], intended=True)
        thread = workspace.thread(id_, intended=True)
        assert thread is not None
        assert thread.conversation == row
        assert row.unsent == "going"
        assert workspace.rows([id_]) == [stored], "what is stored stays the truth"
        assert workspace.outbox.undo() is not None
        assert workspace.rows([id_], intended=True) == [stored]
        return replace(row, unsent="")

    closed = replace(stored, state="closed", waiting_since=None)
    assert after(Close()) == closed
    assert after(Open()) == replace(stored, state="open", snoozed_until=None)
    assert after(Snooze(until)) == replace(stored, state="snoozed", snoozed_until=from_epoch(until))
    assert after(Assign("teammate", ada.id)) == replace(stored, assignee=ada.name)
    assert after(Assign("teammate", NOBODY)) == replace(stored, assignee="")
    assert after(Assign("team", team.id)) == replace(stored, team=team.name)
    assert after(AddTag(other.id)) == replace(stored, tags=tuple(sorted((*stored.tags, other.name))))
    assert after(AddTag(0, "new")) == replace(stored, tags=tuple(sorted((*stored.tags, "new"))))
    assert after(RemoveTag(carried.id)) == replace(stored, tags=stored.tags[1:])
    assert after(SetTitle("Better")) == replace(stored, subject="Better")
    assert after(MarkRead(not stored.read)) == replace(stored, read=not stored.read)
    assert after(Note("x" * 30_000)) == stored


def test_what_several_changes_leave_is_shown_together(desk: Scene) -> None:
    workspace, id_ = desk.workspace, next(i for i, c in desk.world.truth().items() if c.state == "open")
    for write in (Close(), SetTitle("Better"), Open(), Assign("team", NOBODY)):
        workspace.act(write, [id_])
    (row,) = workspace.rows([id_], intended=True)
    assert (row.state, row.subject, row.team) == ("open", "Better", "")


def test_undo_goes_back_through_annotations_and_changes_in_the_order_they_were_made(desk: Scene) -> None:
    workspace, id_ = desk.workspace, next(i for i, c in desk.world.truth().items() if c.state == "open")
    workspace.annotations.star([id_])
    workspace.act(Close(), [id_])
    workspace.annotations.done_today([id_])
    undone = [type(workspace.undo()).__name__ for _ in range(4)]
    assert undone == ["Action", "Undone", "Action", "NoneType"]
