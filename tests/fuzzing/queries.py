"""Queries: each is refused at a place inside its text, or read, written, read back, and searched for."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from tests.attacks import ATTACKS, commands_in
from tests.fuzzing import corpus
from tests.fuzzing.mutation import changed_text, joined, repeated
from tui.folding import is_phone_number
from tui.intercom import decode
from tui.query import OPERATORS, SYNTAX, Query, QueryError, describe, parse
from tui.query.syntax import MAX_LENGTH
from tui.settings import Settings
from tui.store.database import Database
from tui.store.ingest import store_threads
from tui.workspace import Workspace

NOW = datetime.fromtimestamp(corpus.NOW, UTC)
BERLIN = ZoneInfo("Europe/Berlin")
FEW = 20
_SIGNS = (
    *' ()"-*:~=#<>,.\\\t\n',
    "“",
    "”",
    ">=",
    "<=",
    " OR ",
    " AND ",
    "NOT ",
    " -",
    "~5",
    "\x00",
    "\ue000",
    "²",
)
_VALUES = (
    *(
        "ada",
        "me",
        "none",
        "*",
        "7d",
        "3mo",
        "1y",
        "2024",
        "2024-12",
        "2024-12-20",
        "2024-02-30",
        "today",
        "mon",
    ),
    *(
        "9999-12-31",
        "0001-01-01",
        "1000000d",
        "99999999999999999999",
        "2h",
        "5m",
        "12:30",
        "2024-12-20T14:30",
    ),
    *(
        "plan=pro",
        "a=b=c",
        "1330",
        "https://app.intercom.com/a/inbox/abc/conversation/1330",
        "refund",
        "日本",
        "🙂",
    ),
)
PIECES = (
    *_SIGNS,
    *_VALUES,
    *(f"{name}:" for name in OPERATORS),
    *(f" {name}:{value}" for name, operator in OPERATORS.items() for value in operator.values),
    *(
        f" {name}:>{value}"
        for name in ("waiting", "created", "updated", "replies", "rating")
        for value in _VALUES[:12]
    ),
    *ATTACKS.values(),
)
VALID = (
    *(syntax.example for syntax in SYNTAX),
    'refund -spam (is:open OR is:snoozed) tag:"billing issue" since:2024-12-01 sort:waiting assignee:me',
    "replies:>=12 rating:<3 created:<90d created:>=2024-12-20T14:30 updated:yesterday -created:2024-12",
    'has:followup -is:starred "late fee"~12 attr:"Plan name"="pro plus" channel:phone -sla:missed',
    "TypeError: localhost:3000 with:ada company:acme C++ 🙂 ref",
)


class Queries:
    """Parses, and searches a real store with what is a query."""

    def __init__(self) -> None:
        self._open = ExitStack()
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        database = Database(folder / "fuzz.db")
        self._open.callback(database.close)
        records = [decode.conversation(msgspec.json.encode(one)) for one in corpus.conversations()]
        with database.transaction() as connection:
            store_threads(connection, records)
        settings = Settings(database=folder / "fuzz.db", config_path=folder / "config.toml")
        self._workspace = Workspace(settings, clock=lambda: NOW, tz=BERLIN)
        self._open.callback(self._workspace.close)

    def close(self) -> None:
        self._open.close()

    def make(self, random: Random) -> str:
        kind = random.random()
        if kind < 0.5:
            return joined(random, PIECES, 14)
        if kind < 0.95:
            return changed_text(random, random.choice(VALID), PIECES)
        return repeated(random, PIECES, 2 * MAX_LENGTH)

    def size(self, value: str) -> int:
        return len(value)

    def check(self, value: str) -> None:
        for typing in (True, False):
            try:
                query = parse(value, now=NOW, tz=BERLIN, typing=typing)
            except QueryError as error:
                check_error(error, value)
            else:
                check_query(query)
                self._search(query, value)

    def _search(self, query: Query, source: str) -> None:
        try:
            found = self._workspace.search_ids(query, limit=FEW)
        except QueryError as error:  # a name that fits nobody
            check_error(error, source)
            return
        rows = self._workspace.rows(found, query)
        assert [row.id for row in rows] == list(found)
        assert self._workspace.count(query).total >= len(found)
        listing = self._workspace.listing(query)
        assert list(self._workspace.page(listing, first=0, limit=FEW).ids) == list(found)
        for row in rows:
            self._workspace.matches(row.snippet.text, query)


def check_error(error: QueryError, source: str) -> None:
    assert error.source == source
    assert 0 <= error.start < error.end <= len(source)
    assert str(error).isprintable()
    line, carets = error.pointer().split("\n")
    assert not commands_in(line)
    assert set(carets.strip(" ")) == {"^"}


def check_query(query: Query) -> None:
    """Its text is read as the same query; its words are one clean line.

    The text is the same and not the query: words that would be read as operators get quotes in it. They may
    also make it longer than a query may be; and what is left of it, without what cannot be searched for, may
    be read as a phone number.
    """
    if len(str(query)) <= MAX_LENGTH and not is_phone_number(str(query)):
        again = parse(str(query), now=NOW, tz=BERLIN)
        assert str(again) == str(query)
        assert parse(str(again), now=NOW, tz=BERLIN) == again
        assert type(again.expression) is type(query.expression)
    assert describe(query, BERLIN).isprintable()
