"""What an older version stored is read again beside the syncs, and until then says so."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import TOKEN
from tests.sync.scene import HOUR, WAIT, Scene, scene
from tests.waiting import until
from tui.clock import from_epoch
from tui.freshness import Coverage, SyncState
from tui.records import DECODER_VERSION
from tui.simulator.faults import Fault
from tui.simulator.model import Truth
from tui.sync.events import ConversationsStored, SyncEvent
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
EVERYTHING = "from:example since:30d"
"""A query that needs what only the present decoder keeps."""

pytestmark = pytest.mark.usefixtures("quick_retries")


def downgrade(stage: Scene, *, listed: bool = False) -> None:
    """As a version stored it that knew neither the new fields nor decoder versions; an hour ago.

    `listed`: the headers were listed since, without an effect."""
    with closing(stage.database()) as database, database.transaction() as connection:
        connection.execute(
            "UPDATE conversation SET decoded_with = 0, channel = '', delivered_as = '', recipients = '',"
            " ai_agent = '', title = iif(custom_attributes LIKE '%_default_title_%', '', title)"
        )
        if not listed:
            connection.execute("DELETE FROM setting WHERE key = 'reconciled_with'")
    stage.pass_time(HOUR)


def fields(stage: Scene) -> dict[int, tuple[object, ...]]:
    """What the present decoder keeps, by conversation."""
    with closing(stage.database()) as database:
        rows = database.all(
            "SELECT id, channel, delivered_as, recipients, ai_agent, title, decoded_with FROM conversation"
            " WHERE deleted_at IS NULL"
        )
    return {row[0]: row[1:] for row in rows}


def outdated(stage: Scene) -> list[int]:
    """Newest first."""
    with closing(stage.database()) as database:
        rows = database.all(
            "SELECT id FROM conversation WHERE decoded_with < ? AND deleted_at IS NULL"
            " ORDER BY updated_at DESC",
            (DECODER_VERSION,),
        )
    return [i for (i,) in rows]


def threads_asked_for(stage: Scene, since: int) -> list[int]:
    paths = [path.split("/") for method, path, _ in [*stage.world.requests][since:] if method == "GET"]
    return [
        int(path[2]) for path in paths if len(path) == 3 and path[1] == "conversations" and path[2].isdigit()
    ]


def woken(before: Mapping[int, Truth], stage: Scene) -> set[int]:
    """Conversations that changed by themselves, because a snooze ended."""
    now = stage.world.truth()
    return {i for i, truth in before.items() if now[i].updated_at != truth.updated_at}


def lost(before: Coverage, now: Coverage) -> list[object]:
    return [gap for interval in before for gap in now.missing(interval)]


def test_an_upgrade_reads_everything_again_and_takes_no_claim_back(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=120) as stage:
        stage.sync()
        assert stage.state(EVERYTHING) is SyncState.FRESH
        as_decoded, covered = fields(stage), stage.workspace.coverage()
        assert len({channel for channel, *_ in as_decoded.values()}) > 2
        assert any(recipients for _, _, recipients, *_ in as_decoded.values())

        before = stage.world.truth()
        downgrade(stage)
        assert stage.state(EVERYTHING) is not SyncState.FRESH
        shrunk: list[object] = []
        told: set[int] = set()

        def note(event: SyncEvent) -> None:
            shrunk.extend(lost(covered, stage.workspace.coverage()))
            if isinstance(event, ConversationsStored):
                told.update(event.ids)

        stage.workspace.subscribe(note)
        summary = stage.sync()
        assert shrunk == []
        assert fields(stage) == as_decoded
        assert stage.state(EVERYTHING) is SyncState.FRESH
        assert summary.outcome == "complete"
        assert told == woken(before, stage), "nothing that people see has changed"
        assert summary.updated == len(told)
        assert stage.broken() == []

        begun = stage.requests()
        stage.pass_time(HOUR)
        stage.sync()
        assert len(threads_asked_for(stage, begun)) <= len(before) // 4, "only what is read again in turn"


def test_the_listing_brings_the_fields_of_headers_and_asks_for_no_thread(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sync.scheduler.MAX_REREAD_TIME", 0)
    monkeypatch.setattr("tui.sync.scheduler.MAX_CHECK_TIME", 0)
    with scene(open_workspace) as stage:
        stage.sync()
        as_decoded, covered = fields(stage), stage.workspace.coverage()
        before = stage.world.truth()
        downgrade(stage)
        begun = stage.requests()
        stage.sync()
        assert set(threads_asked_for(stage, begun)) == woken(before, stage)
        for conversation_id, (channel, delivered_as, recipients, ai_agent, title, _) in fields(stage).items():
            known = as_decoded[conversation_id]
            assert (channel, delivered_as, ai_agent, title) == (*known[:2], *known[3:5])
            assert set(str(recipients).splitlines()) <= set(str(known[2]).splitlines())
        assert lost(covered, stage.workspace.coverage()) == []
        assert stage.state("since:30d") is SyncState.FRESH
        assert stage.state(EVERYTHING) is SyncState.PARTIAL, "answers may name more recipients"


def test_a_window_is_complete_as_soon_as_its_own_conversations_are(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sync.scheduler.MAX_REREAD_TIME", 0.0005)  # five of 10,000 requests a second
    with scene(open_workspace, tie=1) as stage:
        stage.sync()
        downgrade(stage)
        stage.sync()  # what was snoozed until now has changed
        old = outdated(stage)
        assert old

        changed = old[-1]
        stage.world.reply(changed, "<p>zyzzyva</p>")
        stage.pass_time(HOUR)
        stage.sync()
        assert stage.found("zyzzyva") == {changed}
        assert outdated(stage) == old[5:-1], "the newest are read first, and what has changed before them"
        oldest_done = from_epoch(stage.world.truth()[old[4]].updated_at)
        assert stage.state(f"from:example since:{oldest_done:%Y-%m-%dT%H:%M:%SZ}") is SyncState.FRESH
        info = stage.workspace.search_conversations(EVERYTHING)["sync_info"]
        assert (info["state"], info["data_complete"], info["gaps"]) == ("partial", False, [])
        assert info["message"] == (
            f"Analysis may be missing conversations: {len(old) - 6} of this period were stored by an older"
            " version, without all that the query asks for; each sync reads more of them again"
        )
        assert stage.state("since:30d") is SyncState.FRESH


def test_a_waiting_query_does_not_wait_for_old_conversations(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, latency_ms=200) as stage:
        stage.sync()
        downgrade(stage, listed=True)
        stage.workspace.request_sync().wait(WAIT)
        assert outdated(stage)
        assert stage.state("since:30d") is SyncState.FRESH
        stage.workspace.run_sync(cancel=threading.Event())  # the run goes on
        assert outdated(stage) == []


def test_a_sync_reads_old_conversations_for_a_limited_time(
    open_workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sync.scheduler.MAX_REREAD_TIME", 0.3)
    with scene(open_workspace, conversations=200, latency_ms=200) as stage:
        stage.sync()
        downgrade(stage, listed=True)
        count = len(outdated(stage))
        assert stage.sync().outcome == "complete"
        assert 0 < len(outdated(stage)) < count


def test_what_cannot_be_read_again_holds_up_nothing(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace) as stage:
        stage.sync()
        refused, covered = sorted(stage.world.truth())[5], stage.workspace.coverage()
        stage.world.faults.refuse(f"/conversations/{refused}", fault=Fault.FORBIDDEN)
        downgrade(stage)
        stage.sync()
        assert outdated(stage) == [refused]
        assert lost(covered, stage.workspace.coverage()) == []
        assert stage.state(EVERYTHING) is SyncState.PARTIAL

        stage.world.heal()
        stage.pass_time(HOUR)
        stage.sync()
        assert outdated(stage) == []
        assert stage.state(EVERYTHING) is SyncState.FRESH


def until_some_are_read(stage: Scene, count: int) -> None:
    until(lambda: len(outdated(stage)) != count)


def test_a_sync_that_is_cancelled_goes_on_later(open_workspace: OpenWorkspace) -> None:
    with scene(open_workspace, conversations=150, latency_ms=60) as stage:
        stage.sync()
        downgrade(stage)
        count, covered = len(outdated(stage)), stage.workspace.coverage()
        cancel = threading.Event()
        engine = threading.Thread(
            target=stage.workspace.run_sync, kwargs={"cancel": cancel, "interval": 3600}
        )
        engine.start()
        until_some_are_read(stage, count)
        cancel.set()
        engine.join(WAIT)
        left = outdated(stage)
        assert 0 < len(left) < count
        assert lost(covered, stage.workspace.coverage()) == []
        assert stage.state(EVERYTHING) is SyncState.PARTIAL

        begun = stage.requests()
        stage.pass_time(HOUR)
        stage.sync()
        assert outdated(stage) == []
        assert stage.state(EVERYTHING) is SyncState.FRESH
        assert set(left) <= set(threads_asked_for(stage, begun))
        assert stage.broken() == []


def test_a_sync_that_is_killed_goes_on_later(open_workspace: OpenWorkspace, tmp_path: Path) -> None:
    with scene(open_workspace, conversations=150, latency_ms=60) as stage:
        stage.sync()
        downgrade(stage)
        count, covered = len(outdated(stage)), stage.workspace.coverage()
        stage.workspace.close()
        environment = os.environ | {
            "HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path),
            "FASTINTERCOM_BASE_URL": stage.server.url,
            "INTERCOM_ACCESS_TOKEN": TOKEN,
        }
        command = [sys.executable, "-m", "tui", "--database", str(stage.workspace.settings.database), "sync"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            until_some_are_read(stage, count)
            process.kill()
        assert 0 < len(outdated(stage)) < count

        stage.reopen()
        assert lost(covered, stage.workspace.coverage()) == []
        assert stage.state(EVERYTHING) is not SyncState.FRESH
        stage.pass_time(HOUR)
        stage.sync()
        assert outdated(stage) == []
        assert stage.state(EVERYTHING) is SyncState.FRESH
        assert stage.broken() == []
