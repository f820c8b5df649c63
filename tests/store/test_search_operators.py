"""What the operators of the query language find, each alone, excluded, and beside annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from tests.store.records import START, conversation, part, with_thread
from tui.clock import from_epoch, to_epoch
from tui.domain import Directory, Name
from tui.query import parse
from tui.store.annotations import Field, write_field
from tui.store.database import Database
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads
from tui.store.names import resolve
from tui.store.rows import Rows
from tui.store.search import Search

NOW = from_epoch(START + 10 * 86_400)
ADA, ZOE = Name(37, "Ada Lovelace", "ada@x.example"), Name(40, "Zoë Ångström", "zoe@x.example")
DIRECTORY = Directory(
    me=ADA, admins=(ADA, ZOE), teams=(), tags=(Name(7, "VIP [gold]", ""), Name(8, "urgent/ops", ""))
)
FILE = json.dumps([{"name": "invoice_2024-77.pdf", "content_type": "application/pdf", "size": 5, "url": ""}])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("operators") / "test.db")
    first = conversation(
        1330, text="I have a problem with Re: refund", assignee=40, tags=((7, "VIP [gold]"),)
    )
    second = conversation(
        2, updated_at=START + 1, text="call 1330, or localhost:3000", tags=((8, "urgent/ops"),)
    )
    third = conversation(3, updated_at=START + 2, text="late one two three refund", sla_status="missed")
    fourth = conversation(4, updated_at=START + 3, text="the files in C:\\Users 🙂", subject="refund late")
    records = [
        replace(
            with_thread(first, "on it"),
            channel="email",
            delivered_as="customer_initiated",
            recipients=("Copy Reader <copy@x.example>",),
            custom_attributes='{"Plan name": "Pro Plus", "seats": 5, "trial": false, "empty": ""}',
            company="Acme & Söhne",
        ),
        replace(
            second,
            channel="conversation",
            delivered_as="automated",
            ai_agent="escalated",
            parts=(
                replace(
                    part(201, "me too", author="Second Customer"),
                    author_kind="user",
                    author_email="2@y.example",
                ),
                replace(part(202, "a note", kind="note", author="Zoë"), author_id="40"),
                replace(part(203, "here", author="Bot"), author_kind="bot", author_id="37"),
            ),
        ),
        replace(
            with_thread(third),
            custom_attributes='{"plan": "pro", "€": "-"}',
            rating=1,
            rating_remark="never again, horrible",
        ),
        replace(fourth, parts=(replace(part(401), attachments=FILE),), company="Beta"),
    ]
    with database.transaction() as connection:
        store_threads(connection, records)
    past, future = (to_epoch(NOW + timedelta(hours=h)) for h in (-1, 1))
    with database.user_transaction() as connection:
        write_field(connection, Field.STARRED, 1, as_list([4]))
        write_field(connection, Field.FOLLOW_UP_AT, past, as_list([2]))
        write_field(connection, Field.FOLLOW_UP_AT, future, as_list([3]))
    yield database
    database.close()


def find(database: Database, source: str) -> list[int]:
    query = parse(source, now=NOW, tz=UTC)
    return list(Search(database).ids(query, resolve(query, lambda: DIRECTORY), NOW))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("with:ada", [4, 1330]),
        ("with:me", [4, 1330]),
        ("with:zoe", [2]),
        ("-with:ada", [3, 2]),
        ("with:ada OR is:starred", [4, 1330]),
        ("assignee:zoe", [1330]),
        ("tag:gold", [1330]),
        ("tag:ops", [2]),
        ("channel:email", [1330]),
        ("channel:chat", [2]),
        ("channel:automated", [2]),
        ("channel:customer_initiated", [1330]),
        ("-channel:email", [4, 3, 2]),
        ("channel:email OR is:starred", [4, 1330]),
        ("sla:missed", [3]),
        ("sla:hit", []),
        ("-sla:missed", [4, 2, 1330]),
        ("sla:missed OR is:starred", [4, 3]),
        ("is:fin", [2]),
        ("-is:fin", [4, 3, 1330]),
        ("is:due", [2]),
        ("-is:due", [4, 3, 1330]),
        ("has:followup", [3, 2]),
        ("attr:plan", [3]),
        ("attr:plan=pro", [3]),
        ("attr:PLAN=PRO", [3]),
        ("attr:plan=free", []),
        ('attr:"plan name"', [1330]),
        ('attr:"plan name"="pro plus"', [1330]),
        ('attr:"plan name=pro"', []),
        ("attr:seats=5", [1330]),
        ("attr:trial=false", [1330]),
        ("attr:empty", []),
        ("attr:€", [3]),
        ("attr:€=-", [3]),
        ("attr:€=+", []),
        ("-attr:plan", [4, 2, 1330]),
        ("attr:plan=pro OR is:starred", [4, 3]),
        ("company:acme", [1330]),
        ('company:"acme & sohne"', [1330]),
        ("company:refund", []),
        ("-company:acme", [4, 3, 2]),
        ("from:second", [2]),
        ("from:2@y.example", [2]),
        ("from:copy", [1330]),
        ("from:copy@x.example", [1330]),
        ("from:acme", []),
        ("from:zoe", []),
        ("horrible", [3]),
        ("invoice_2024-77.pdf", [4]),
        ("77", [4]),
        ('"late refund"~3', [4, 3]),
        ('"late refund"~2', [4]),
        ('-"late refund"~2', [3, 2, 1330]),
        ('"refund late"~3', [4, 3]),
        ('subject:"late refund"~3', [4]),
        ('"late refund"', []),
        ("1330", [1330, 2]),
        ("#1330", [1330, 2]),
        ("1330 sort:oldest", [1330, 2]),
        ("1330 sort:created", [1330, 2]),
        ("1330 sort:relevance", [1330, 2]),
        ("https://app.intercom.com/a/inbox/abc/inbox/conversation/1330", [1330, 2]),
        ("99999", []),
        ("Re: refund", [1330]),
        ("localhost:3000", [2]),
        ("C:\\Users", [4]),
        ("🙂", [4]),
        ("I have a problem", [1330]),
    ],
)
def test_an_operator_finds_what_it_says(database: Database, source: str, expected: list[int]) -> None:
    assert find(database, source) == expected


def test_a_list_that_begins_with_a_number_is_read_in_pages(database: Database) -> None:
    search = Search(database)
    for sort in ("updated", "oldest", "created", "relevance"):
        for reverse in (False, True):
            query = parse(f"1330 sort:{sort}", now=NOW, tz=UTC)
            listing = search.listing(query, reverse=reverse)
            whole = search.page(listing, {}, NOW, first=0, limit=10)
            assert list(whole.ids) == [1330, 2]
            assert search.total(listing, {}, NOW) == search.count(query, {}, NOW).total == 2
            first, second = (search.page(listing, {}, NOW, first=line, limit=1) for line in (0, 1))
            assert [*first.ids, *second.ids] == [1330, 2]
            after = search.page_after(listing, {}, NOW, first.keys[0], 1, 5)
            assert (list(after.ids), list(after.keys)) == ([2], list(second.keys))
            before = search.page_before(listing, {}, NOW, second.keys[0], 1, 5)
            assert (before.first, list(before.ids)) == (0, [1330])
            assert list(search.page_before(listing, {}, NOW, first.keys[0], 0, 5).ids) == []
            assert [search.line(listing, {}, NOW, key) for key in whole.keys] == [0, 1]
    assert sorted(json.loads(search.id_list(parse("1330", now=NOW, tz=UTC), {}, NOW))) == [2, 1330]


@pytest.mark.parametrize(
    ("source", "shown"), [("horrible", "horrible"), ("invoice_2024-77", "invoice_2024-77")]
)
def test_the_snippet_shows_what_was_found_beside_messages(
    database: Database, source: str, shown: str
) -> None:
    query = parse(source, now=NOW, tz=UTC)
    ids = Search(database).ids(query, {}, NOW)
    (row,) = Rows(database, "app", "US", to_epoch(NOW)).read(ids, query.terms)
    assert [row.snippet.text[start:end] for start, end in row.snippet.matches] == [shown]
