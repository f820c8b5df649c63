"""A mirror that processes of the program write, and what must be true of it at any instant."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.campaigns.processes import Running
from tests.cli.conftest import Result
from tests.conftest import TOKEN
from tests.store.search_tables import search_index_faults
from tests.sync.invariant import broken_promises
from tests.waiting import until
from tui.settings import Secret, Settings
from tui.simulator import SimulatorOptions
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World
from tui.workspace import Workspace

SETTLE, OVERLAP, HISTORY = 3, 30, "120d"


@dataclass
class Mirror:
    """The files of one mirror, in a folder of its own, and the server it is synced from."""

    folder: Path
    server: RunningServer
    starred: set[int] = field(default_factory=set)
    notes: dict[int, str] = field(default_factory=dict)
    """What `annotate` has written."""

    def __post_init__(self) -> None:
        self.said = self.folder.with_name(f"{self.folder.name} said")
        self.said.mkdir(exist_ok=True)
        self.folder.mkdir(exist_ok=True)
        self.config.write_text(
            f'settle = {SETTLE}\noverlap = {OVERLAP}\nhistory = "{HISTORY}"\nlog_path = "{self.log}"\n'
        )

    @property
    def database(self) -> Path:
        return self.folder / "mirror.db"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "fastintercom.log"

    @property
    def wal(self) -> Path:
        return self.folder / "mirror.db-wal"

    @property
    def world(self) -> World:
        return self.server.world

    @property
    def environment(self) -> dict[str, str]:
        """For a program that works on this mirror."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}}
        return kept | {
            "HOME": str(self.folder),
            "INTERCOM_ACCESS_TOKEN": TOKEN,
            "FASTINTERCOM_BASE_URL": self.server.url,
            "FASTINTERCOM_DATABASE": str(self.database),
            "FASTINTERCOM_CONFIG": str(self.config),
        }

    def start(self, *arguments: str, largest_file: int | None = None) -> Running:
        """Start the program; no file that it writes may become larger than `largest_file` bytes."""
        self.world.requests.clear()
        return Running(self.said, self.environment, list(arguments), largest_file)

    def call(self, *arguments: str, largest_file: int | None = None) -> Result:
        """Run the program to its end."""
        return self.start(*arguments, largest_file=largest_file).wait()

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        settings = Settings(
            base_url=self.server.url,
            database=self.database,
            config_path=self.config,
            log_path=self.log,
            settle=SETTLE,
            overlap=OVERLAP,
            history=HISTORY,
        )
        with Workspace(settings, token=Secret(TOKEN)) as workspace:
            yield workspace

    def annotate(self, workspace: Workspace, conversation_id: int, text: str) -> None:
        """Star a conversation and write a note on it, if it is stored."""
        try:
            workspace.annotations.write_note([conversation_id], text)
        except LookupError:
            return
        self.notes[conversation_id] = text
        workspace.annotations.star([conversation_id])
        self.starred.add(conversation_id)

    def asked_for(self, beginning: str) -> int:
        """How many requests there were since the last start, such as "GET /conversations/"."""
        return sum(f"{method} {path}".startswith(beginning) for method, path, _ in [*self.world.requests])

    def await_request(self, beginning: str, times: int, process: Running) -> None:
        """Return when there were so many of such requests, or the process has ended."""
        until(lambda: self.asked_for(beginning) >= times or not process.is_alive)

    def is_being_written(self) -> bool:
        """Whether somebody is inside a write transaction."""
        return self.database.exists() and is_being_written(self.database)

    def problems(self) -> list[str]:
        """Everything that is wrong with the mirror, one line each. The server may go on meanwhile."""
        return self.broken_claims() + damage(self.database)

    def broken_claims(self) -> list[str]:
        """What the mirror claims and does not hold, and what the user wrote and it lost. Only reads."""
        with self.open() as workspace:
            found = broken_promises(workspace, self.world)
            alive = self.world.truth()
            details = workspace.annotations.read([*self.notes, *self.starred])
        for conversation_id, text in self.notes.items():
            if conversation_id in alive and (
                conversation_id not in details or details[conversation_id].note != text
            ):
                found.append(f"the note on {conversation_id} is lost")
        found += [
            f"the star of {i} is lost"
            for i in self.starred
            if i in alive and not (i in details and details[i].starred)
        ]
        return found

    def covered(self) -> int:
        """How many conversations of the server the mirror claims to hold as they are now."""
        with self.open() as workspace:
            coverage = workspace.coverage()
        return sum(
            any(span.start <= truth.updated_at <= span.end for span in coverage)
            for truth in self.world.truth().values()
        )

    def must_become_complete(self) -> None:
        """On a server that behaves, syncs end with a mirror that is complete, and says so."""
        self.world.heal()
        for _ in range(5):
            done = self.call("sync", "--quiet")
            if done.code == 0:
                break
        assert done.code == 0, done.err
        assert self.problems() == []
        newest_claimed = max(truth.updated_at for truth in self.world.truth().values()) - 120
        with self.open() as workspace:
            spans = [*workspace.coverage()]
        assert len(spans) == 1, spans
        assert spans[0].end > newest_claimed


def is_being_written(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return True
            raise
        connection.execute("ROLLBACK")
    return False


def damage(database: Path) -> list[str]:
    """What SQLite finds wrong with the file, and where the search index differs from the rows."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        found = [text for (text,) in connection.execute("PRAGMA quick_check") if text != "ok"]
        found += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        found += search_index_faults(connection)
    return found


def contents(database: Path) -> str:
    """A digest of every row of every table."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            " AND name <> 'schema_migration' ORDER BY name"
        )
        for (table,) in tables.fetchall():
            digest.update(table.encode())
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608
                digest.update(repr(row).encode())
    return digest.hexdigest()


@contextmanager
def server(**changes: Any) -> Iterator[RunningServer]:
    """A small server that behaves."""
    values: dict[str, Any] = {
        "conversations": 300,
        "days": 60,
        "token": TOKEN,
        "rate_limit": 100_000,
        "latency_ms": 5,
        "search_lag": 0,
        "activity": 0,
        "long_threads": 1,
    }
    with running(SimulatorOptions(**(values | changes))) as started:
        yield started


def misbehaving(**changes: Any) -> dict[str, Any]:
    """Options of a server that changes all the time and does everything wrong now and then."""
    return {
        "conversations": 600,
        "latency_ms": 20,
        "search_lag": 1,
        "activity": 300,
        "faults": 0.01,
        "slow_seconds": 0.2,
        "missing_share": 0.02,
        "threadless_share": 0.02,
        "replica_lag": 0.6,
        "replica_share": 0.3,
    } | changes
