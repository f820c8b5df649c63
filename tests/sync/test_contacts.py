"""A contact whose card somebody opens: asked for at once, whatever the engine is doing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from tests.sync.test_sync import WAIT, OpenWorkspace, server
from tests.waiting import until
from tui.domain import ContactDetails
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer
from tui.sync import contacts
from tui.sync.events import Reason
from tui.sync.jobs import SyncError
from tui.sync.purge import PurgeRequest
from tui.workspace import Workspace

SearchRequest = Callable[[str], SyncError | None]


@contextmanager
def asking(workspace: Workspace) -> Iterator[SearchRequest]:
    """An engine that stays, as the dashboard has it."""
    answers: Queue[SyncError | None] = Queue()
    cancel = threading.Event()
    engine = threading.Thread(target=workspace.run_sync, kwargs={"cancel": cancel, "interval": 3600})
    engine.start()
    try:
        until(lambda: workspace.sync_in_progress or bool(workspace.runs(1)))

        def ask(contact_id: str) -> SyncError | None:
            workspace.request_contact(contact_id, answers.put)
            return answers.get(timeout=WAIT)

        yield ask
    finally:
        cancel.set()
        engine.join(10)
        assert not engine.is_alive()


def somebody(simulator: RunningServer, workspace: Workspace) -> str:
    """A customer of a stored conversation."""

    def find() -> str | None:
        models = workspace.models
        stored = {c for (c,) in models.Conversation.select(models.Conversation.customer_id).tuples()}
        known = (simulator.world.contacts.get(id_) for id_ in sorted(stored))
        return next((c.id for c in known if c and c.company and c.role == "user" and not c.merged_into), None)

    until(lambda: find() is not None)
    return find() or ""


def test_a_contact_is_stored_with_companies_and_attributes(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        with asking(workspace) as ask:
            id_ = somebody(simulator, workspace)
            assert ask(id_) is None
        truth = simulator.world.contacts[id_]
        company = simulator.world.companies[truth.company]
        found = workspace.lookup.contact(id_)
        assert found is not None
        assert (found.name, found.email, found.company) == (truth.name, truth.email, company.name)
        assert found.custom_attributes["plan"] == company.plan
        assert abs((workspace.clock() - found.fetched_at).total_seconds()) < 30


def test_one_whose_conversations_are_purged_meanwhile_is_not_stored(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        with asking(workspace) as ask:
            until(lambda: bool(workspace.runs(1)) and not workspace.sync_in_progress)
            id_ = somebody(simulator, workspace)
            workspace.purge(PurgeRequest(contacts=(id_,)))
            assert ask(id_) is None
        models = workspace.models
        assert not models.Contact.select().where(models.Contact.id == id_).count()


def test_it_does_not_wait_for_the_run(open_workspace: OpenWorkspace) -> None:
    with server(conversations=900, latency_ms=60) as simulator:
        workspace = open_workspace(simulator.url)
        with asking(workspace) as ask:
            until(lambda: workspace.total() > 100)
            assert ask(somebody(simulator, workspace)) is None
            assert workspace.sync_in_progress


def test_what_stands_in_the_way_is_told_and_harms_no_sync(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        with asking(workspace) as ask:
            until(lambda: bool(workspace.runs(1)) and not workspace.sync_in_progress)
            id_ = somebody(simulator, workspace)
            simulator.world.faults.script(Fault.FORBIDDEN, path=f"/contacts/{id_}")
            denied = ask(id_)
            assert denied is not None
            assert denied.reason is Reason.FORBIDDEN
            gone = ask("ffff")
            assert gone is not None
            assert "contact ffff: not found (404)" in str(gone)
            assert workspace.lookup.contact(id_) is None
            simulator.world.faults.script(Fault.FORBIDDEN, path="/companies")
            assert ask(id_) is None, "a token that may not see companies still tells the rest"
            found = workspace.lookup.contact(id_)
            assert found is not None
            assert found.company == ""
            assert found.custom_attributes
            assert workspace.request_sync().wait(WAIT).outcome == "complete"


def test_an_answer_that_does_not_come_is_not_waited_for(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "CONTACT_TIMEOUT", 0.2)
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        with asking(workspace) as ask:
            until(lambda: bool(workspace.runs(1)) and not workspace.sync_in_progress)
            simulator.world.faults.script(Fault.BAD_GATEWAY, path="/contacts/", times=50)
            problem = ask(somebody(simulator, workspace))
            assert problem is not None
            assert problem.reason is Reason.UNREACHABLE


def test_without_an_engine_there_is_nobody_to_ask(open_workspace: OpenWorkspace) -> None:
    workspace = open_workspace("http://127.0.0.1:9")
    told: list[SyncError | None] = []
    workspace.request_contact("6f", told.append)
    assert [str(error) for error in told] == ["no sync is running that could ask Intercom"]


def test_the_engine_ends_while_a_contact_is_asked_for(open_workspace: OpenWorkspace) -> None:
    with server(conversations=20, tie=2, long_threads=0) as simulator:
        workspace = open_workspace(simulator.url)
        told: list[SyncError | None] = []
        with asking(workspace):
            until(lambda: bool(workspace.runs(1)) and not workspace.sync_in_progress)
            simulator.world.faults.script(Fault.BAD_GATEWAY, path="/contacts/", times=50)
            workspace.request_contact(somebody(simulator, workspace), told.append)
        until(lambda: bool(told))
        assert isinstance(told[0], SyncError)
        assert told[0].reason is Reason.INTERRUPTED
        unknown: ContactDetails | None = workspace.lookup.contact(somebody(simulator, workspace))
        assert unknown is None
