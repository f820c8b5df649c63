"""`backup`: a copy that is whole, checked and usable, made while the mirror is synced."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result, options
from tests.sync.invariant import broken_promises
from tui.settings import Secret, Settings
from tui.simulator.server import RunningServer, running
from tui.store.database import Database
from tui.sync.events import ConversationsStored, SyncEvent
from tui.workspace import Workspace

Call = Callable[..., Result]


def settings_in(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT key, value FROM setting"))


def test_a_copy_answers_like_the_mirror(call: Call, mirror: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    made = call("backup", file)
    assert (made.code, made.out) == (0, "")
    held = call("status", "--json").json["total_conversations"]
    assert f"Copied to {file}: {held} conversations, synced until " in made.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if "copy" in each.name] == ["copy.db"]
    assert call("search", "is:closed", "--json", "--no-sync", "--database", file).json["conversations"]
    answer = call("backup", file, "--force", "--json").json
    assert list(answer) == ["schema_version", "file", "size", "conversations", "last_sync"]
    assert (answer["conversations"], answer["size"]) == (held, file.stat().st_size)
    assert call("backup", file, "--force", "--quiet").err == ""
    assert mirror.exists()


def test_what_is_there_is_not_overwritten(call: Call, mirror: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("precious")
    refused = call("backup", file)
    assert (refused.code, refused.error) == (
        1,
        f"{file} exists already; replace it with --force, or name another file",
    )
    assert file.read_text() == "precious"
    link = tmp_path / "link.db"
    link.symlink_to(mirror)
    assert call("backup", link, "--force").error == f"{mirror} is the database itself; name another file"
    used = tmp_path / "used.db"
    with closing(Database(used)):
        in_use = call("backup", used, "--force")
    assert f"{used} is a database in use" in in_use.error
    assert call("backup", tmp_path / "none" / "copy.db").error == f"{tmp_path / 'none'} is no folder"
    assert call("backup", tmp_path, "--force").error == f"{tmp_path} is no ordinary file"


def test_a_damaged_mirror_is_not_passed_off_as_a_backup(call: Call, mirror: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(mirror)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'part'")
        ((size,),) = connection.execute("PRAGMA page_size")
    with mirror.open("rb+") as damaged:
        damaged.seek((root - 1) * size)
        damaged.write(os.urandom(size))
    made = call("backup", tmp_path / "copy.db")
    assert made.code == 1
    assert "cannot be read as a fastintercom database" in made.error
    assert not list(tmp_path.glob("*copy*")), "nor is anything left behind"


def test_a_copy_of_a_running_sync_claims_only_what_it_holds_and_can_be_synced(
    open_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    with running(options(conversations=300, activity=60, latency_ms=40, rate_limit=100_000)) as server:
        workspace = open_workspace(server.url, token=TOKEN, settle=3)
        covered = threading.Event()

        def look(event: SyncEvent) -> None:
            if isinstance(event, ConversationsStored) and workspace.coverage():
                covered.set()

        workspace.subscribe(look)
        job = workspace.request_sync()
        assert covered.wait(60)
        made = workspace.back_up(file, lambda _done, _of: None)
        assert not job.done, "the copy was made during the sync"
        job.wait(60)
        assert made.coverage

        copy = open_workspace(server.url, token=TOKEN, database=file, settle=3)
        assert copy.coverage() == made.coverage
        assert copy.total() == made.conversations
        assert copy.get_sync_status()["lease_owner"] is None
        assert broken_promises(copy, server.world) == []
        assert copy.request_sync().wait(60).outcome == "complete"
        assert broken_promises(copy, server.world) == []
        assert [run.outcome for run in copy.runs()] == ["complete", "interrupted"]


def test_a_copy_is_without_what_is_true_only_of_the_original(
    call: Call, mirror: Path, tmp_path: Path
) -> None:
    only_here = {"lease", "clock", "clock_offset", "listed_until"}
    with closing(sqlite3.connect(mirror)) as connection, connection:
        connection.executemany(
            "INSERT OR REPLACE INTO setting VALUES (?, '1')", [(key,) for key in only_here]
        )
    assert call("backup", tmp_path / "copy.db").code == 0
    assert settings_in(mirror).keys() - settings_in(tmp_path / "copy.db").keys() == only_here


STOPS_AFTER_A_PAGE = """
import sys, threading
import tui.store.backup as backup
backup.PAGES = 1
from tui.cli.progress import StatusLine
show = StatusLine.show
def show_and_wait(self, *words):
    show(self, *words)
    threading.Event().wait()  # until the signal comes
StatusLine.show = show_and_wait
from tui.cli.main import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", 0)])
def test_a_stopped_backup_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], mirror: Path, tmp_path: Path, number: int
) -> None:
    child = start("backup", tmp_path / "copy.db", code=STOPS_AFTER_A_PAGE)
    assert child.stderr is not None
    assert child.stderr.readline().startswith("Copying ")
    child.send_signal(number)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err.strip()) == (130, "fastintercom: interrupted")
    assert not list(tmp_path.glob("*copy*"))
    assert mirror.exists()


def test_a_mirror_on_another_machine_starts_from_a_backup(
    call: Call, mirror: Path, connected: RunningServer, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    assert call("backup", file).code == 0
    settings = Settings(
        base_url=connected.url, database=file, config_path=tmp_path / "none.toml", settle=1, history="60d"
    )
    with Workspace(settings, token=Secret(TOKEN)) as workspace:
        assert workspace.request_sync().wait(60).outcome == "complete"
        assert broken_promises(workspace, connected.world) == []
    assert mirror.exists()
