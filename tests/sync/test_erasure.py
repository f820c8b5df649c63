"""After the sync that notices a deletion or a redaction, or a purge, no byte of it is left in the files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial

import pytest

from tests.store.leftovers import leftovers
from tests.sync.scene import DAY, HOUR, MINUTE, Scene, scene
from tui.store.problems import CONFIRM_AFTER
from tui.sync.purge import PurgeRequest
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.usefixtures("quick_retries")

WORDS = ["Quetzalcoatlus", "Ouagadougou", "Antananarivo", "Zugspitzebahn"]


def left(stage: Scene) -> set[str]:
    return leftovers(stage.workspace.settings.database, WORDS)


def write_everywhere(stage: Scene) -> int:
    """A conversation with a word of its own in its subject, a message, a note, and a note of the user."""
    world = stage.world
    id_ = world.create(f"<p>{WORDS[0]} is here</p>", subject=WORDS[1])
    world.reply(id_, f"<p>{WORDS[2]}</p>")
    stage.pass_time(HOUR)
    stage.sync()
    stage.workspace.annotations.write_note([id_], WORDS[3])
    stage.workspace.annotations.write_note([id_], f"{WORDS[3]} again")
    assert left(stage) == set(WORDS)
    return id_


def test_a_deletion_that_intercom_lists(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.world.delete(write_everywhere(stage))
        stage.pass_time(MINUTE)
        assert stage.sync().deleted == 1
        assert left(stage) == set()


def test_a_deletion_that_was_confirmed_by_a_listing(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.world.delete(write_everywhere(stage), listed=False)
        stage.pass_time(DAY + HOUR)
        stage.sync()
        assert left(stage) == set(WORDS), "only a suspicion"
        stage.pass_time(CONFIRM_AFTER + MINUTE)
        assert stage.sync().deleted == 1
        assert left(stage) == set()


@pytest.mark.parametrize("silent", [False, True])
def test_a_redaction(open_workspace: OpenWorkspace, silent: bool) -> None:
    with scene(open_workspace, silent_redactions=silent) as stage:
        id_ = write_everywhere(stage)
        stage.world.redact(id_)
        stage.world.redact(id_, stage.world.conversations[id_].parts[-1].id)
        stage.pass_time(DAY + HOUR)  # a silent one is found by the daily listing
        stage.sync()
        assert left(stage) == {WORDS[1], WORDS[3]}, "the subject and the user's own note were not redacted"


def test_what_cannot_be_overwritten_is_said_and_done_by_the_next_sync(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.store.database.READER_TIMEOUT", 0.05)
    with scene(open_workspace) as stage:
        id_ = write_everywhere(stage)
        with closing(sqlite3.connect(stage.workspace.settings.database, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM conversation").fetchone()
            stage.world.delete(id_)
            stage.pass_time(MINUTE)
            summary = stage.sync()
            assert (summary.outcome, summary.deleted) == ("complete", 1)
            (notice,) = summary.notices
            assert notice.startswith("what was deleted may still be in free space of the database: ")
        assert left(stage)
        stage.pass_time(MINUTE)
        assert stage.sync().notices == ()
        assert left(stage) == set()


@pytest.mark.parametrize("how", ["number", "contact", "age"])
def test_a_purge(open_workspace: OpenWorkspace, how: str) -> None:
    with scene(open_workspace) as stage:
        id_ = write_everywhere(stage)
        workspace = stage.workspace
        thread = workspace.thread(id_)
        assert thread is not None
        customer = thread.conversation.customer
        workspace.history.remember(f"from:{customer.email}")
        if how == "age":
            stage.pass_time(DAY)
        request = {
            "number": PurgeRequest((id_,)),
            "contact": PurgeRequest(contacts=(customer.email.upper(),)),
            "age": PurgeRequest(before=workspace.clock()),
        }[how]
        theirs = [customer.id] if how == "contact" else []
        assert leftovers(workspace.settings.database, theirs) == set(theirs)
        assert workspace.purge(request).is_overwritten
        assert left(stage) == set()
        assert leftovers(workspace.settings.database, theirs) == set()
        files = workspace.settings.database.parent.glob(f"{workspace.settings.database.name}*")
        if how == "contact":
            assert not [file for file in files if customer.email.encode() in file.read_bytes()]


def test_a_retention(open_workspace: OpenWorkspace) -> None:
    with scene(partial(open_workspace, retention="5d")) as stage:
        write_everywhere(stage)
        stage.pass_time(7 * DAY)
        assert stage.sync().deleted
        assert left(stage) == set()
