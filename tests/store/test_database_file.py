"""Several objects and processes on one file, and a file that changes under those who have it open."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.permissions import ROOT, needs_permissions, run_bound
from tests.store.records import conversation, with_thread
from tui.settings import Settings
from tui.store.database import Database
from tui.store.errors import DatabaseCorrupt, StoreError, Superseded
from tui.store.ingest import store_threads
from tui.workspace import Workspace

KEYS = "SELECT key FROM setting ORDER BY key"
OPEN_AND_CLOSE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print([key for key, in connection.execute("SELECT key FROM setting ORDER BY key")])
connection.close()
"""


def put(database: Database, key: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO setting VALUES (?, '')", (key,))


def keys(database: Database) -> list[str]:
    return [key for (key,) in database.all(KEYS)]


def in_another_process(path: Path) -> str:
    """What another process reads, which then closes the file."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_CLOSE, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mirror.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


def open_database(path: Path) -> Callable[[], object]:
    return Database(path).close


def open_workspace(path: Path) -> Callable[[], object]:
    workspace = Workspace(Settings(database=path, config_path=path.with_name("config.toml")))
    list(workspace.models.Setting.select())
    return workspace.close


@pytest.mark.parametrize("closed_first", [False, True])
@pytest.mark.parametrize("open_again", [open_database, open_workspace])
def test_a_second_object_of_the_file_does_not_free_the_locks_of_the_first(
    path: Path, database: Database, open_again: Callable[[Path], Callable[[], object]], closed_first: bool
) -> None:
    put(database, "before")
    close_second = open_again(path)
    if closed_first:
        close_second()
    # Without our locks the other process is the last to close the file, and deletes the log that we write to.
    assert "before" in in_another_process(path)
    put(database, "after")
    assert in_another_process(path).endswith("'after', 'before']")
    if not closed_first:
        close_second()


def test_looking_at_the_health_frees_no_locks(path: Path, database: Database) -> None:
    put(database, "before")
    assert database.check_health() is None
    in_another_process(path)
    put(database, "after")
    assert "after" in in_another_process(path)


# --- whose file it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_another_programs_database_is_left_as_it_was(path: Path, journal: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE precious (x)")
    path.chmod(0o664)
    before, at = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(DatabaseCorrupt, match="belongs to another program"):
        Database(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, at)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert [file.name for file in path.parent.iterdir()] == [path.name], "nothing was made beside it"


CRASHES = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement)
os._exit(0)  # nothing is closed: the log or the journal stays
"""
FOREIGN = {
    "tables in the log only": ["PRAGMA journal_mode = wal", "CREATE TABLE precious (x)"],
    "a hot journal": [
        "CREATE TABLE precious (x)",
        "INSERT INTO precious VALUES (zeroblob(100000))",
        "PRAGMA cache_size = 1",
        "BEGIN EXCLUSIVE",
        "UPDATE precious SET x = randomblob(100000)",
        "INSERT INTO precious VALUES (zeroblob(100000))",
    ],
    "an id and no table": ["PRAGMA application_id = 7"],
    "a version and no table": ["PRAGMA user_version = 1"],
    "an id in the log only": ["PRAGMA journal_mode = wal", "PRAGMA application_id = 7"],
}


def state_of(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        file.name: (file.read_bytes(), file.stat().st_mode, file.stat().st_mtime_ns)
        for file in folder.iterdir()
    }


@pytest.mark.parametrize("shared_memory", [True, False])
@pytest.mark.parametrize("kind", FOREIGN)
def test_another_programs_database_is_left_as_its_crash_left_it(
    path: Path, kind: str, shared_memory: bool
) -> None:
    subprocess.run([sys.executable, "-c", CRASHES, str(path), *FOREIGN[kind]], check=True)
    if not shared_memory:
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    for file in path.parent.iterdir():
        file.chmod(0o664)
    before = state_of(path.parent)
    assert len(before) > 1 or "no table" in kind
    with pytest.raises(DatabaseCorrupt, match="belongs to another program"):
        Database(path)
    assert state_of(path.parent) == before


def test_another_programs_database_in_use_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE precious (x)")
        before = state_of(path.parent)
        assert len(before) == 3
        with pytest.raises(DatabaseCorrupt, match="belongs to another program"):
            Database(path)
        assert state_of(path.parent) == before


@pytest.mark.parametrize("shared_memory", [True, False])
def test_a_database_whose_tables_are_in_the_log_only_is_ours(path: Path, shared_memory: bool) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tui.store.database import Database; "
        "database = Database(Path(sys.argv[1])); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True)
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    if not shared_memory:
        path.with_name(f"{path.name}-shm").unlink()
    with closing(Database(path)) as database:
        put(database, "kept")
        assert keys(database)


def test_another_programs_file_keeps_its_mode(path: Path) -> None:
    path.write_text("meeting notes\n" * 100)
    path.chmod(0o664)
    with pytest.raises(DatabaseCorrupt, match="it is not an SQLite file"):
        Database(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_pipe_is_refused_without_waiting_for_its_other_end(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(DatabaseCorrupt, match="no ordinary file"):
        Database(path)


def test_a_link_to_a_file_that_does_not_exist_yet_is_followed(path: Path) -> None:
    target = path.with_name("elsewhere.db")
    path.symlink_to(target)
    with closing(Database(path)) as database:
        put(database, "kept")
        assert in_another_process(target) == "['kept']"
    assert path.is_symlink()


@needs_permissions
def test_a_file_that_may_not_be_read_is_said_so(path: Path, database: Database) -> None:
    database.close()
    path.chmod(0)
    done = run_bound(path, code=READ)
    assert f"StoreError: {path} may not be read: check its permissions" in done.stderr


# --- deleted and replaced --------------------------------------------------------------------------------


@pytest.mark.parametrize("with_log", [True, False])
def test_a_deleted_file_is_made_anew(path: Path, database: Database, with_log: bool) -> None:
    put(database, "old")
    files = list(path.parent.iterdir()) if with_log else [path]
    for file in files:
        file.unlink()
    database.reopen_if_replaced()
    assert keys(database) == []
    put(database, "new")
    assert in_another_process(path) == "['new']"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_replaced_file_is_used_and_the_log_of_the_old_one_is_not_applied_to_it(
    path: Path, database: Database
) -> None:
    other = path.with_name("other.db")
    with closing(Database(other)) as another:
        put(another, "other")
    put(database, "old")
    other.replace(path)
    database.reopen_if_replaced()
    assert keys(database) == ["other"]
    put(database, "new")
    assert in_another_process(path) == "['new', 'other']"
    assert database.check_health() is None


def test_a_file_that_is_the_same_stays_open(path: Path, database: Database) -> None:
    connection = database._connection()
    database.reopen_if_replaced()
    assert database._connection() is connection
    assert path.exists()


def test_readers_of_other_threads_move_to_the_new_file_and_a_transaction_ends_on_the_old(
    path: Path, database: Database
) -> None:
    began, replaced, seen = threading.Event(), threading.Event(), list[list[str]]()

    def write_and_read() -> None:
        with database.user_transaction() as connection:
            connection.execute("INSERT INTO setting VALUES ('mine', '')")
            began.set()
            assert replaced.wait(30)
            seen.append(keys(database))
        seen.append(keys(database))

    thread = threading.Thread(target=write_and_read)
    thread.start()
    assert began.wait(30)
    path.unlink()
    database.reopen_if_replaced()
    replaced.set()
    thread.join(30)
    assert seen == [["mine"], []]
    put(database, "new")
    assert in_another_process(path) == "['new']", "closing the old file did not delete the log of the new one"


def test_a_log_without_its_database_is_not_applied_to_a_new_one(path: Path, database: Database) -> None:
    put(database, "old")
    path.unlink()
    with closing(Database(path)) as anew:  # as another process would open it
        put(anew, "new")
        assert in_another_process(path) == "['new']"
        put(database, "lost")  # whoever has the old file open harms nobody
        put(anew, "newer")
        assert in_another_process(path) == "['new', 'newer']"
        assert anew.check_health() is None


def test_models_for_scripts_read_the_new_file(path: Path) -> None:
    settings = Settings(database=path, config_path=path.with_name("config.toml"))
    with Workspace(settings) as workspace:
        workspace.ui_state.write({"a": "1"})
        assert workspace.models.Setting.select().count() == 1
        path.unlink()
        workspace._database.reopen_if_replaced()
        assert workspace.models.Setting.select().count() == 0


# --- health ----------------------------------------------------------------------------------------------


def filled(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.transaction() as connection:
            store_threads(connection, [with_thread(conversation(i), "reply " * 200) for i in range(1, 400)])
        database.one("PRAGMA wal_checkpoint(TRUNCATE)")


def damage(path: Path) -> None:
    """Overwrite a page of the messages, which opening the file does not read."""
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'part'")
        ((size,),) = connection.execute("PRAGMA page_size")
    with path.open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(os.urandom(size))


def test_damaged_pages_are_found(path: Path) -> None:
    filled(path)
    with closing(Database(path)) as database:
        assert database.check_health() is None
    damage(path)
    with closing(Database(path)) as database:
        problem = database.check_health()
    assert problem
    assert len(problem.splitlines()) == 1


def test_a_check_of_the_health_can_be_stopped(path: Path) -> None:
    filled(path)
    stop = threading.Event()
    stop.set()
    with closing(Database(path)) as database, pytest.raises(Superseded):
        database.check_health(stop)


# --- a file that may only be read ------------------------------------------------------------------------

READ = """
import sys
from pathlib import Path
from tui.store.database import Database
from tui.store.errors import StoreError

database = Database(Path(sys.argv[1]))
print(database.read_only, [key for key, in database.all("SELECT key FROM setting ORDER BY key")], flush=True)
try:
    with database.transaction():
        pass
except StoreError as error:
    print(error)
"""


def protect(path: Path, *, folder: bool) -> None:
    for file in path.parent.iterdir():
        file.chmod(0o400)
    path.parent.chmod(0o500 if folder else 0o700)


@needs_permissions
@pytest.mark.parametrize("folder", [True, False])
def test_a_protected_file_is_read_and_nothing_is_written(tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "folder" / "mirror.db"
    with closing(Database(path)) as database:
        put(database, "kept")
    protect(path, folder=folder)
    try:
        done = run_bound(path, code=READ)
        assert done.stderr == ""
        assert done.stdout.splitlines() == [
            "True ['kept']",
            f"{path} can only be read: nothing is remembered or synced; check its permissions",
        ]
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    finally:
        path.parent.chmod(0o700)


@needs_permissions
def test_a_protected_file_with_a_log_is_read_with_what_the_log_holds(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "mirror.db"
    with closing(Database(path)) as database:
        put(database, "in the log")
        protect(path, folder=True)
        try:
            assert run_bound(path, code=READ).stdout.startswith("True ['in the log']\n")
        finally:
            path.parent.chmod(0o700)


def test_what_is_read_without_locks_follows_the_file(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the permission is pretended: a file system that is writable elsewhere looks like this."""
    put(database, "first")
    database.close()
    with monkeypatch.context() as patch:
        patch.setattr("tui.store.database.may_write", lambda _: False)
        reader = Database(path)
    assert (reader.read_only, keys(reader)) == (True, ["first"])
    with closing(Database(path)) as writer:
        put(writer, "second")
        monkeypatch.setattr("tui.store.database.may_write", lambda _: False)
        assert keys(reader) == ["first", "second"], "with the log, while somebody writes"
    assert keys(reader) == ["first", "second"], "and without it again"
    with pytest.raises(StoreError, match="can only be read"), reader.user_transaction():
        pass
    reader.close()
