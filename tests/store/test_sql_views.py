"""The SQL views: what other programs rely on, read with SQLite alone."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import START, conversation, part, with_thread
from tui.answers import iso
from tui.clock import from_epoch, system_clock, to_epoch
from tui.records import ConversationRecord
from tui.store.annotations import Field, read_annotations, write_field
from tui.store.database import Database
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads, tombstone
from tui.store.settings_table import write_setting

COLUMNS = {
    "conversations": (
        "id subject state priority read customer customer_email company channel delivered_as "
        "recipients ai_agent assignee team tags created_at "
        "updated_at waiting_since snoozed_until message_count rating rating_remark sla_name sla_status "
        "custom_attributes starred done_until follow_up_at note thread_pending url"
    ),
    "messages": (
        "conversation_id id kind author author_email author_type created_at text attachments "
        "redacted truncated"
    ),
    "coverage": "start_at end_at",
}
"""Programs of users read them: a column may be added at the end; none goes away or changes its meaning."""
FILE = {"name": "invoice.pdf", "content_type": "application/pdf", "size": 5, "url": "https://x"}


def full() -> ConversationRecord:
    """Something in every column."""
    return replace(
        conversation(
            7, updated_at=START + 9, subject="Late", assignee=37, team=5, tags=((2, "vip, gold"), (1, "bug")),
            waiting_since=START + 3, rating=4, sla_status="missed",
        ),
        state="snoozed", snoozed_until=START + 99, company="Acme", rating_remark="fine", sla_name="Gold",
        custom_attributes='{"plan": "pro"}', channel="email", delivered_as="customer_initiated",
        recipients=("Ann <ann@x.example>", "bob@x.example"), ai_agent="escalated",
        parts=(
            part(71, "reply", at=START + 1, author=""),
            part(72, "psst", kind="note", at=START + 2),
            part(73, kind="close", at=START + 3),
            replace(part(74, at=START + 4), attachments=json.dumps([FILE]), redacted=True),
        ),
    )  # fmt: skip


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    database = Database(tmp_path / "mirror.db")
    with database.transaction() as connection:
        bare = replace(conversation(8, assignee=99), customer_name="", customer_email="")
        closed = conversation(9, state="closed", waiting_since=START)
        store_threads(connection, [full(), replace(closed, parts=()), conversation(10)])
        store_threads(connection, [replace(bare, parts=())])
        tombstone(connection, [10], START)
        connection.execute("INSERT INTO admin (id, name, email) VALUES (37, 'Ada', 'ada@x.example')")
        connection.execute("INSERT INTO team VALUES (5, 'Billing')")
        connection.execute("INSERT INTO coverage_interval VALUES (?, ?)", (START, START + 60))
        write_field(connection, Field.STARRED, 1, as_list([7]))
        write_field(connection, Field.NOTE, "call back", as_list([7]))
        write_setting(database, "app", "abc")
        write_setting(database, "region", "EU")
    database.close()
    return tmp_path / "mirror.db"


@pytest.fixture
def reader(mirror: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{mirror}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def rows(reader: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.execute(query)]


@pytest.mark.parametrize("view", COLUMNS)
def test_the_columns_change_on_purpose_only(reader: sqlite3.Connection, view: str) -> None:
    assert [name for _, name, *_ in reader.execute(f"PRAGMA table_info({view})")] == COLUMNS[view].split()


def test_a_conversation_is_readable(reader: sqlite3.Connection) -> None:
    assert rows(reader, "SELECT * FROM conversations WHERE id = 7") == [
        {
            "id": 7,
            "subject": "Late",
            "state": "snoozed",
            "priority": "none",
            "read": 1,
            "customer": "Grace Hopper",
            "customer_email": "grace@navy.example",
            "company": "Acme",
            "channel": "email",
            "delivered_as": "customer_initiated",
            "recipients": "Ann <ann@x.example>\nbob@x.example",
            "ai_agent": "escalated",
            "assignee": "Ada",
            "team": "Billing",
            "tags": '["bug","vip, gold"]',
            "created_at": iso(from_epoch(START - 1000)),
            "updated_at": "2023-11-14T22:13:29Z",
            "waiting_since": "2023-11-14T22:13:23Z",
            "snoozed_until": "2023-11-14T22:14:59Z",
            "message_count": 3,
            "rating": 4,
            "rating_remark": "fine",
            "sla_name": "Gold",
            "sla_status": "missed",
            "custom_attributes": '{"plan": "pro"}',
            "starred": 1,
            "done_until": None,
            "follow_up_at": None,
            "note": "call back",
            "thread_pending": 0,
            "url": "https://app.eu.intercom.com/a/inbox/abc/inbox/conversation/7",
        }
    ]


def test_what_is_not_known_is_null_and_deleted_ones_are_left_out(reader: sqlite3.Connection) -> None:
    assert [row["id"] for row in rows(reader, "SELECT id FROM conversations ORDER BY id")] == [7, 8, 9]
    (bare,) = rows(reader, "SELECT * FROM conversations WHERE id = 8")
    assert (bare["customer"], bare["assignee"], bare["tags"]) == ("Customer", "Teammate 99", "[]")
    assert (bare["custom_attributes"], bare["starred"]) == ("{}", 0)
    unknown = {name for name, value in bare.items() if value is None}
    assert unknown == {
        "subject", "customer_email", "company", "channel", "delivered_as", "recipients",
        "ai_agent", "team", "waiting_since", "snoozed_until", "rating",
        "rating_remark", "sla_name", "sla_status", "done_until", "follow_up_at", "note",
    }  # fmt: skip
    (closed,) = rows(reader, "SELECT waiting_since FROM conversations WHERE id = 9")
    assert closed["waiting_since"] is None


def test_done_ends_when_it_does_in_the_dashboard(mirror: Path, reader: sqlite3.Connection) -> None:
    midnight = to_epoch(system_clock()) + 3600
    database = Database(mirror)
    with database.transaction() as connection:
        done = [with_thread(conversation(id_), "reply") for id_ in (21, 22, 23)]
        store_threads(connection, done)
        write_field(connection, Field.DONE_UNTIL, midnight, as_list([21, 22]))
        write_field(connection, Field.DONE_UNTIL, to_epoch(system_clock()) - 1, as_list([23]))
        wrote = replace(part(2299, "And now?", at=START + 60), author_kind="user")
        store_threads(
            connection, [replace(done[1], updated_at=START + 60, parts=(*(done[1].parts or ()), wrote))]
        )
    in_view = rows(reader, "SELECT id, done_until FROM conversations WHERE id > 20 ORDER BY id")
    assert [row["done_until"] for row in in_view] == [iso(from_epoch(midnight)), None, None]
    found = read_annotations(database, [21, 22, 23], to_epoch(system_clock()))
    assert {id_ for id_, noted in found.items() if noted.done_until} == {21}
    database.close()


def test_messages_have_authors_and_files_and_events_are_left_out(reader: sqlite3.Connection) -> None:
    found = rows(reader, "SELECT * FROM messages WHERE conversation_id = 7 ORDER BY created_at, id")
    assert [(row["id"], row["kind"], row["author"], row["author_type"], row["text"]) for row in found] == [
        (9000, "message", "Ada", "user", "hello"),
        (71, "message", "Ada", "admin", "reply"),
        (72, "note", "Ada", "admin", "psst"),
        (74, "message", "Ada", "admin", ""),
    ]
    assert [row["created_at"] for row in found] == [iso(from_epoch(START + n)) for n in (0, 1, 2, 4)]
    assert json.loads(found[-1]["attachments"]) == [{k: v for k, v in FILE.items() if k != "url"}]
    assert [row["attachments"] for row in found[:-1]] == ["[]"] * 3
    assert [row["redacted"] for row in found] == [0, 0, 0, 1]
    assert rows(reader, "SELECT * FROM messages WHERE conversation_id = 10") == []


def test_the_coverage_is_in_words_too(reader: sqlite3.Connection) -> None:
    assert rows(reader, "SELECT * FROM coverage") == [
        {"start_at": "2023-11-14T22:13:20Z", "end_at": "2023-11-14T22:14:20Z"}
    ]


def test_the_readme_describes_every_column_and_its_queries_run(reader: sqlite3.Connection) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    queries = re.findall(r'^sqlite3 .* "(.*)"$', readme, re.MULTILINE)
    assert [[*map(tuple, reader.execute(query))] for query in queries] == [
        [("Teammate 99", 1)],
        [(7, "https://app.eu.intercom.com/a/inbox/abc/inbox/conversation/7")],
    ]
    for view, columns in COLUMNS.items():
        (line,) = (line for line in readme.splitlines() if line.startswith(f"| `{view}` |"))
        for column in columns.split():
            assert f"`{column}`" in line
