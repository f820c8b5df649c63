"""What was erased leaves no byte in the files of the database."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.leftovers import leftovers
from tests.store.records import START, conversation, part, with_thread
from tests.store.search_tables import search_index_faults
from tests.store.test_migrations import build_old
from tui.records import ConversationRecord
from tui.store import search_parts
from tui.store.database import Database, UserWrites
from tui.store.erasure import is_overwriting_due, overwrite_erased
from tui.store.errors import DatabaseBusy, Superseded
from tui.store.ingest import name_customers, remove, store_headers, store_threads, tombstone
from tui.store.search_parts import find_erased_part, merge_step

WAIT = 60.0
Words = dict[int, list[str]]
"""The words that were stored of each conversation; each word is of one conversation alone."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def word(generator: random.Random) -> str:
    return f"q{generator.randrange(1 << 60):015x}"


def record(generator: random.Random, id_: int, at: int) -> tuple[ConversationRecord, list[str]]:
    """A conversation, and all its words: there are some in every field that holds a text."""
    name, company, remark, subject, customer = (word(generator) for _ in range(5))
    texts = [
        [word(generator) for _ in range(generator.choice((2, 10, 100)))]
        for _ in range(generator.randrange(1, 5))
    ]
    opening, *replies = (" ".join(text) for text in texts)
    made = replace(
        with_thread(conversation(id_, updated_at=at, text=opening, subject=subject), *replies),
        customer_id=customer,
        customer_name=name,
        customer_email=f"{name}@navy.example",
        company=company,
        rating_remark=remark,
        recipients=(f"{name} <{company}@navy.example>",),
    )
    return made, [name, company, remark, subject, customer, *(w for text in texts for w in text)]


def store(database: Database, *records: ConversationRecord) -> None:
    with database.transaction() as connection:
        store_threads(connection, records)


def fill(database: Database) -> Words:
    """Conversations come, go on with other words, in any order, so that rows are moved in the file."""
    generator, words = random.Random(11), Words()
    for at in range(250):
        id_ = generator.randrange(1, 80)
        made, found = record(generator, id_, START + at)
        store(database, made)
        with database.transaction() as connection:
            name_customers(connection, [(made.customer_id, made.customer_name, "")], START)
        words[id_] = words.get(id_, []) + found
    return words


def delete(database: Database, ids: list[int]) -> None:
    with database.transaction() as connection:
        tombstone(connection, ids, START)


def assert_overwritten(database: Database, gone: list[str], kept: list[str]) -> None:
    overwrite_erased(database)
    assert not is_overwriting_due(database)
    assert leftovers(database.path, gone) == set()
    assert leftovers(database.path, kept) == set(kept)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        assert search_index_faults(connection) == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_deleted_conversation_leaves_no_byte(database: Database) -> None:
    words = fill(database)
    ids = [i for i in words if i % 3 == 0]
    delete(database, ids)
    gone = [w for i in ids for w in words[i]]
    assert leftovers(database.path, gone), "there is something to overwrite"
    assert_overwritten(database, gone, [words[i][-1] for i in words if i not in ids])


@pytest.mark.parametrize("forget", [tombstone, remove])
def test_it_leaves_none_in_parts_of_the_index_that_it_moved_away_from(
    database: Database, monkeypatch: pytest.MonkeyPatch, forget: Callable[..., object]
) -> None:
    monkeypatch.setattr(search_parts, "PART_DOCUMENTS", 20)
    words = fill(database)
    for id_ in (7, 50):
        with database.transaction() as connection:
            forget(connection, [id_], *([START] if forget is tombstone else []))
        assert_overwritten(database, words.pop(id_), [found[-1] for found in words.values()])


def test_a_redacted_message_leaves_no_byte(database: Database) -> None:
    made, _ = record(random.Random(12), 1, START)
    reply = part(101, "Kestrelsflying over Antananarivo")
    reply = replace(reply, attachments='[{"name": "ZugspitzePanorama"}]')
    opening = part(0, "Quetzalcoatlus from Ouagadougou")
    store(database, replace(made, source=opening, parts=(reply,)))
    store(database, *(record(random.Random(n), n, START + n)[0] for n in range(2, 40)))
    removed = replace(reply, text="This message was deleted", attachments="", redacted=True)
    store(database, replace(made, updated_at=START + 99, source=opening, parts=(removed,)))
    assert_overwritten(
        database, ["Kestrelsflying", "Antananarivo", "ZugspitzePanorama"], ["Quetzalcoatlus", "Ouagadougou"]
    )
    first = replace(opening, text="This message was deleted", redacted=True)
    with database.transaction() as connection:
        store_headers(connection, [replace(made, source=first, parts=None)], compare=True)
        store_headers(connection, [replace(made, updated_at=START + 100, source=first, parts=None)])
    assert_overwritten(database, ["Quetzalcoatlus", "Ouagadougou"], [])


def test_a_contact_goes_with_the_last_conversation_of_which_it_is_the_customer(database: Database) -> None:
    made = [replace(conversation(n, updated_at=START + n), customer_id="5f00aa11bb22") for n in (1, 2)]
    store(database, *made)
    with database.transaction() as connection:
        name_customers(connection, [("5f00aa11bb22", "Wilhelmina Featherstone", "")], START)
    delete(database, [1])
    assert_overwritten(database, [], ["5f00aa11bb22", "Featherstone"])
    delete(database, [2])
    assert_overwritten(database, ["5f00aa11bb22", "Featherstone"], [])
    assert database.all("SELECT name FROM contact") == []


def test_nothing_is_rewritten_while_nothing_was_erased(database: Database) -> None:
    fill(database)
    store(database, record(random.Random(1), 1, START + 10_000)[0])
    before = database.path.stat().st_mtime_ns
    assert not is_overwriting_due(database)
    overwrite_erased(database)
    assert database.path.stat().st_mtime_ns == before


def test_what_an_older_version_left_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    old = build_old(path, "0007_sql_views")
    old.execute_sql("CREATE TABLE leftover (text)")
    old.execute_sql("PRAGMA secure_delete = off")
    old.execute_sql("INSERT INTO leftover VALUES ('Antananarivo')")
    old.execute_sql("DROP TABLE leftover")
    old.execute_sql("INSERT INTO contact VALUES ('5f', 'Featherstone', '', 0, '', '', NULL)")
    old.execute_sql(
        "INSERT INTO conversation (id, title, subject, state, read, priority, customer_kind, customer_id,"
        " customer_name, customer_email, company, created_at, updated_at, thread_updated_at,"
        " thread_attempts, message_count, missing_parts, rating_remark, sla_name, sla_status,"
        " custom_attributes, deleted_at) VALUES (1, '', '', 'open', 1, 'none', 'user', '', '', '', '', 5, 5,"
        " 0, 0, 0, 0, '', '', '', '', 9)"
    )
    old.close()
    assert leftovers(path, ["Antananarivo", "Featherstone"]) == {"Antananarivo", "Featherstone"}
    database = Database(path)
    assert is_overwriting_due(database)
    assert_overwritten(database, ["Antananarivo", "Featherstone"], [])
    database.close()


def test_what_is_interrupted_is_done_by_the_next_call(database: Database) -> None:
    words = fill(database)
    delete(database, list(words)[:40])
    gone = [w for i in list(words)[:40] for w in words[i]]
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    overwrite_erased(database, stop)
    assert is_overwriting_due(database)
    assert_overwritten(database, gone, [])


def test_what_is_deleted_while_the_index_is_merged_is_overwritten_too(database: Database) -> None:
    words = fill(database)
    first, *others = (i for i in words if i % 3 == 0)
    delete(database, [first])
    with database.transaction() as connection:
        part = find_erased_part(connection)
        assert part is not None
        is_going_on = merge_step(connection, part, first=True)
    delete(database, others)
    while is_going_on:
        with database.transaction() as connection:
            is_going_on = merge_step(connection, part, first=False)
    assert_overwritten(database, [w for i in (first, *others) for w in words[i]], [])


def test_rewriting_gives_way_to_the_user_and_changes_nothing_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = fill(database)
    size = database.path.stat().st_size
    delete(database, list(words)[:60])
    began, entered, written = threading.Event(), threading.Event(), threading.Event()
    enter = UserWrites.__enter__

    def enter_and_tell(writes: UserWrites) -> None:
        enter(writes)
        entered.set()

    def write() -> None:
        assert began.wait(WAIT)
        with database.user_transaction() as connection:
            connection.execute("INSERT INTO setting VALUES ('note', 'written')")
        written.set()
        database.release()

    def stop() -> bool:  # is asked again and again while SQLite works
        began.set()
        assert entered.wait(WAIT)
        return False

    monkeypatch.setattr(UserWrites, "__enter__", enter_and_tell)
    user = threading.Thread(target=write)
    user.start()
    with pytest.raises(Superseded):
        database.rewrite(stop)
    user.join()
    assert written.is_set()
    assert database.path.stat().st_size >= size
    database.rewrite(lambda: False)
    assert database.path.stat().st_size < size


def test_a_log_that_a_reader_holds_leaves_the_work_for_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.store.database.READER_TIMEOUT", 0.05)
    words = fill(database)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM conversation").fetchone()
        delete(database, list(words)[:20])
        with pytest.raises(DatabaseBusy):
            overwrite_erased(database)
    assert is_overwriting_due(database)
    assert_overwritten(database, [w for i in list(words)[:20] for w in words[i]], [])


LIMITED = """
import pathlib, resource, sys
from tui.store.database import Database
from tui.store.errors import DatabaseUnwritable
database = Database(pathlib.Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    database.rewrite(lambda: False)
except DatabaseUnwritable as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="stands in for a full disk by a limit on file sizes")
def test_without_space_it_is_said_where_it_is_needed(database: Database) -> None:
    words = fill(database)
    delete(database, [1])
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(database.path)], capture_output=True, text=True, check=True
    )
    assert f"cannot write to {database.path} (" in done.stdout
    assert "in the folder for temporary files" in done.stdout
    gone = words.pop(1)
    assert_overwritten(database, gone, [found[-1] for found in words.values()])
