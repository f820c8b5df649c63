"""Workspaces at a fixed moment, filled from records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.store.records import conversation, part
from tui.clock import to_epoch
from tui.freshness import Interval
from tui.insights import Number
from tui.records import ConversationRecord, PartRecord
from tui.settings import Settings
from tui.store.coverage import change_coverage
from tui.store.database import Database
from tui.store.directory import store_directory
from tui.store.ingest import store_headers, store_threads
from tui.workspace import Workspace

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 26, 14, 30, 17, tzinfo=BERLIN)
"""A Monday; the night before last the clocks went back."""
DAY = 86_400
ADMINS: list[tuple[int, str, str, bool | None]] = [
    (37, "Ada Lovelace", "ada@x.example", True),
    (40, "Alan Turing", "alan@x.example", True),
    (50, "Sam", "sam@x.example", True),
    (51, "Sam", "sam2@x.example", None),
]
TEAMS = [(5, "Billing"), (6, 'Tier "2"'), (7, "Twins"), (8, "Twins"), (9, "None")]
TAGS = [(1, "late refund"), (2, "bug")]


def opened_conversation(id_: int, created_at: int, *parts: PartRecord, **changes: Any) -> ConversationRecord:
    """A conversation that a customer opened at `created_at`, with its thread."""
    source = part(0, changes.pop("text", "hello"), at=created_at)
    values: dict[str, Any] = {
        "created_at": created_at,
        "updated_at": created_at,
        "source": source,
        "parts": parts,
    } | changes
    return dataclasses.replace(conversation(id_), **values)


def reply(part_id: int, at: int, text: str = "an answer", **changes: Any) -> PartRecord:
    """A teammate's message."""
    return dataclasses.replace(part(part_id, text, at=at), **changes)


@contextmanager
def workspace(
    path: Path,
    records: Iterable[ConversationRecord] = (),
    *,
    now: datetime = NOW,
    tz: tzinfo = BERLIN,
    covered: Iterable[tuple[int, int]] = (),
    history: str = "90d",
) -> Iterator[Workspace]:
    """A workspace that holds `records`; those without parts are listed only, their threads pending."""
    settings = Settings(database=path, config_path=path.with_suffix(".toml"), history=history)
    with Workspace(settings, clock=lambda: now.astimezone(UTC), tz=tz) as opened:
        database = Database(path)
        with database.transaction() as connection:
            store_directory(database, admins=ADMINS, teams=TEAMS, tags=TAGS)
            batch = list(records)
            store_headers(connection, [r for r in batch if r.parts is None])
            store_threads(connection, [r for r in batch if r.parts is not None])
            change_coverage(connection, add=[Interval(*span) for span in covered])
        yield opened
        database.close()


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, tz: tzinfo = BERLIN) -> int:
    """Epoch seconds of a local time."""
    return to_epoch(datetime(year, month, day, hour, minute, tzinfo=tz))


def numbers(value: object) -> Iterator[Number]:
    """Every number of a report."""
    if isinstance(value, Number):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from numbers(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in {"query", "verdict", "verdict_now", "window", "span"}:
                yield from numbers(getattr(value, field.name))


def check_queries(opened: Workspace, value: object) -> int:
    """Every number's query parses and lists what is behind it. Returns how many were exact."""
    exact = 0
    for number in numbers(value):
        found = len(opened.search_ids(opened.parse(number.query)))
        assert found == number.value if number.exact else found >= number.value, (number, found)
        exact += number.exact
    return exact
