"""Writes a large, fully synced database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from tests.benchmarks.corpus import NOW, SPAN, Stored, build
from tui.freshness import Interval
from tui.intercom import decode
from tui.records import ConversationRecord, PartRecord
from tui.simulator import render
from tui.simulator.options import SimulatorOptions
from tui.simulator.world import World
from tui.store.coverage import change_coverage
from tui.store.database import Database
from tui.store.directory import store_directory
from tui.store.runs import RunCounts, begin_run, finish_run
from tui.store.settings_table import read_setting, write_setting

LENGTHS = (30, 400)
"""Parts of the long threads, which are combined from others and are first in the list."""
DAY = 86_400
RUNS = 500
STORED = "benchmark_stored"
"""The setting with the JSON of what it took to write the database."""


def write_store(path: Path, records: Iterable[ConversationRecord]) -> Stored:
    """Write the database with these conversations; the first of them are combined into long threads.

    The file is complete when it is at `path`: until then it has another name.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    database = Database(unfinished)
    try:
        with database.transaction():
            _write_directory(database, _world(0))
            _write_runs(database)
        stored = build(database, _with_long_threads(iter(records)))
        with database.transaction() as connection:
            change_coverage(connection, add=[Interval(NOW - SPAN, NOW)])
            write_setting(database, STORED, json.dumps(asdict(stored)))
        database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    unfinished.rename(path)
    return stored


def read_stored(database: Database) -> Stored:
    """What it took to write this database."""
    return Stored(**json.loads(read_setting(database, STORED) or "{}"))


def simulated(count: int) -> Iterator[ConversationRecord]:
    """Conversations of the simulator."""
    world = _world(count)
    for conversation in world.conversations.values():
        yield decode.conversation(render.full(conversation, world))


def _world(conversations: int) -> World:
    options = SimulatorOptions(conversations=conversations, days=SPAN // DAY, activity=0)
    return World(options, lambda: float(NOW))


def _with_long_threads(records: Iterator[ConversationRecord]) -> Iterator[ConversationRecord]:
    """Combine the first records into threads of known length, then yield the others."""
    for place, length in enumerate(LENGTHS):
        parts: list[PartRecord] = []
        while len(parts) < length:
            last = next(records)
            parts += last.parts or ()
        at = NOW - 2 - place
        parts = [
            replace(part, created_at=at - (length - number) * 900)
            for number, part in enumerate(parts[:length], 1)
        ]
        yield replace(
            last, subject=f"A thread of {length} parts", parts=tuple(parts), updated_at=at, state="open"
        )
    yield from records


def _write_directory(database: Database, world: World) -> None:
    store_directory(
        database,
        admins=[(admin.id, admin.name, admin.email, admin.has_inbox_seat) for admin in world.admins.values()],
        teams=[(team.id, team.name) for team in world.teams.values()],
        tags=list(world.tags.items()),
    )
    for key, value in {"me": str(world.me), "app": "benchmark", "region": "US"}.items():
        write_setting(database, key, value)


def _write_runs(database: Database) -> None:
    for number in range(RUNS):
        at = NOW - (RUNS - number) * 600
        run = begin_run(database, at)
        counts = RunCounts(new=number % 7, updated=number % 11, requests=12)
        finish_run(database, run, finished_at=at + 9, outcome="complete", counts=counts, error="")
