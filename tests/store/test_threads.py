"""Threads as they are read from what the server sent: a number that cannot be true costs itself alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tui.domain import Thread
from tui.intercom import decode
from tui.records import ConversationRecord
from tui.store.database import Database
from tui.store.ingest import store_threads
from tui.store.rows import Rows
from tui.store.threads import read_thread

AT = 1_734_700_000
NUMBERS = [
    "-5",
    "1" + "0" * 18,
    "1" + "0" * 30,
    "1" + "0" * 5000,
    "1e30",
    "1e999",
    "NaN",
    "2.5",
    "0",
    '"x"',
    "true",
]
IMPOSSIBLE_TIMES = ["-5", "0", "17", "1" + "0" * 18, "1200000000000", "99999999999999", "253402300800"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "mirror.db")) as opened:
        yield opened


def answer(number: str, **changes: Any) -> bytes:
    """A conversation in which this JSON stands for every "#"."""
    values = {
        "id": "5",
        "created_at": AT,
        "updated_at": AT + 60,
        "waiting_since": AT + 30,
        "state": "open",
        "source": {"id": "9", "body": "hello", "author": {"type": "user", "id": "5f", "name": "Zoë"}},
        "conversation_parts": {"conversation_parts": [], "total_count": 0},
    }
    return json.dumps(values | changes).replace('"#"', number).encode()


def stored(database: Database, record: ConversationRecord) -> Thread:
    with database.transaction() as connection:
        store_threads(connection, [record])
    thread = read_thread(database, Rows(database, "app", "", AT), record.id)
    assert thread is not None
    return thread


@pytest.mark.parametrize("number", NUMBERS)
def test_any_number_of_a_customer_can_be_stored_and_read(database: Database, number: str) -> None:
    part = {
        "id": "7",
        "part_type": "snoozed",
        "created_at": AT + 10,
        "author": {"type": "admin", "id": "²", "name": None},
        "event_details": {"snoozed_until": "#", "assigned_to": {"type": "admin", "id": "²"}, "n": "#"},
    }
    body = answer(
        number,
        snoozed_until="#",
        conversation_rating={"rating": "#", "remark": "slow"},
        statistics={"count_assignments": "#", "last_close_at": "#", "count_conversation_parts": 1},
        custom_attributes={"n": "#", "n_at": "#"},
        source={"id": "#", "body": "x", "attachments": [{"name": "a", "url": "https://x", "filesize": "#"}]},
        conversation_parts={"conversation_parts": [part], "total_count": 1},
    )
    thread = stored(database, decode.conversation(body))
    assert (thread.rating, thread.rating_remark) == (None, "slow")
    assert thread.conversation.snoozed_until is None
    assert thread.parts[0].attachments[0].size in {None, 0}
    assert thread.missing_parts == 0


@pytest.mark.parametrize("number", IMPOSSIBLE_TIMES)
def test_a_snooze_until_an_impossible_time_is_until_unknown(database: Database, number: str) -> None:
    part = {"id": "7", "part_type": "snoozed", "created_at": AT + 10, "event_details": {"snoozed_until": "#"}}
    body = answer(number, conversation_parts={"conversation_parts": [part], "total_count": 1})
    assert (
        stored(database, decode.conversation(body)).parts[1].text == "snoozed the conversation until unknown"
    )


def test_a_snooze_until_a_time_says_it(database: Database) -> None:
    part = {"id": "7", "part_type": "snoozed", "created_at": AT, "event_details": {"snoozed_until": "#"}}
    body = answer(str(AT + 3600), conversation_parts={"conversation_parts": [part], "total_count": 1})
    words = "snoozed the conversation until 2024-12-20 14:06 UTC"
    assert stored(database, decode.conversation(body)).parts[1].text == words


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        (str(AT + 30), AT + 30),
        ("17", AT),  # nobody waits since before the conversation began
        (str(AT + 90_000), None),  # nor since a time after its last change
        ("4000000000", None),
        ("-5", None),
    ],
)
def test_nobody_waits_longer_than_the_conversation_or_from_the_future(
    database: Database, since: str, shown: int | None
) -> None:
    row = stored(database, decode.conversation(answer(since, waiting_since="#"))).conversation
    assert row.waiting_since == (None if shown is None else datetime.fromtimestamp(shown, UTC))


def test_a_thread_at_the_limit_does_not_miss_an_impossible_number_of_parts(database: Database) -> None:
    parts = [{"id": number, "created_at": AT, "body": "x"} for number in range(1, 501)]
    for counted, missing in (("730", 230), ("1" + "0" * 18, 0)):
        body = answer(counted, conversation_parts={"conversation_parts": parts, "total_count": "#"})
        assert stored(database, decode.conversation(body)).missing_parts == missing


def test_what_an_older_version_stored_is_read_with_the_same_rules(database: Database) -> None:
    upload = [{"name": "a", "url": "https://x", "filesize": 12}]
    body = answer(
        "5", conversation_rating={"rating": 5}, source={"id": 9, "body": "x", "attachments": upload}
    )
    stored(database, decode.conversation(body))
    with database.transaction() as connection:
        connection.execute("UPDATE conversation SET rating = 17")
        connection.execute("UPDATE part SET attachments = replace(attachments, '12', '-5') WHERE part_id = 0")
    thread = read_thread(database, Rows(database, "app", "", AT), 5)
    assert thread is not None
    assert thread.rating is None
    assert [file.size for file in thread.parts[0].attachments] == [None]


def test_an_impossible_time_costs_its_conversation_and_not_the_page() -> None:
    bad, good = json.loads(answer("0", updated_at="#")), json.loads(answer("0", id="6"))
    page = {"conversations": [bad, good], "total_count": 2}
    found = decode.conversation_page(json.dumps(page).encode())
    assert [record.id for record in found.conversations] == [6]
    assert [item.problem for item in found.unreadable] == ["its updated_at is no time: 0"]
