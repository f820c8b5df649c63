"""Characters that nobody sees, in all that the command line prints: text is without them, JSON has them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from wcwidth import wcswidth

from tests.cli.conftest import Result
from tui.store.database import Database

Call = Callable[..., Result]
TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")
NAME = f"Eve{TAGS}\u00ad Hidden"
SUBJECT = "Z" + "\u0301" * 2000 + f"algo{TAGS}"
TEXT = f"please re{TAGS}fund \u3164\u3164me"
PLAIN = "please refund me"


@dataclass(frozen=True)
class Hidden:
    """A stored conversation full of hidden characters."""

    id: int
    name: str


@pytest.fixture(params=[NAME, "\u3164\u2800\u3164"], ids=["hidden", "empty"])
def hidden(mirror: Path, call: Call, request: pytest.FixtureRequest) -> Hidden:
    found = call("search", "", "--json", "--limit", "1").json["conversations"][0]["id"]
    database = Database(mirror)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE conversation SET title = ?, customer_name = ?, customer_email = '',"
            " customer_kind = 'lead' WHERE id = ?",
            (SUBJECT, request.param, found),
        )
        connection.execute(
            "UPDATE part SET text = ?, author_name = ?, author_email = '', author_kind = 'lead'"
            " WHERE conversation_id = ?",
            (TEXT, request.param, found),
        )
    database.close()
    return Hidden(found, request.param)


def seen_name(hidden: Hidden) -> str:
    return "Eve Hidden" if hidden.name == NAME else "Lead"


def is_clean(text: str) -> bool:
    return not (set(text) & {*TAGS, "\u00ad", "\u3164", "\u2800"}) and text.count("\u0301" * 9) == 0


@pytest.mark.parametrize("columns", ["90", "120", ""])
def test_tables_and_threads_show_what_can_be_seen(
    call: Call, hidden: Hidden, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for arguments in (("search", "", "--limit", "5"), ("show", hidden.id)):
        text = call(*arguments).out
        assert is_clean(text)
        assert seen_name(hidden) in text
    head, *rows = call("search", "", "--limit", "5").out.splitlines()
    if columns:
        assert max(wcswidth(row) for row in rows) <= int(columns)
        dates = {wcswidth(re.split(r" \d{4}-\d\d-\d\d ", row)[0]) for row in rows}
        assert dates == {wcswidth(head[: head.rindex(" UPDATED")])}
    assert PLAIN in " ".join(call("show", hidden.id).out.split())


def test_csv_and_markdown_are_for_people_too(call: Call, hidden: Hidden) -> None:
    text = call("export", "-q", "--format", "csv").out
    assert is_clean(text)
    record = next(r for r in csv.DictReader(io.StringIO(text)) if r["id"] == str(hidden.id))
    assert record["customer"] == seen_name(hidden)
    assert record["title"] == "Z" + "\u0301" * 8 + "algo"
    assert json.loads(record["parts"])[0]["text"] == "please refund me"
    text = call("export", "-q", "--format", "markdown").out
    assert is_clean(text)
    assert f"- Customer: {seen_name(hidden)}\n" in text
    assert "> please refund me\n" in text


def test_json_is_faithful(call: Call, hidden: Hidden) -> None:
    shown = call("show", hidden.id, "--json").json
    lines = map(json.loads, call("export", "-q").out.splitlines())
    exported = next(record for record in lines if record["id"] == hidden.id)
    found = call("search", "", "--json", "--limit", "1").json["conversations"][0]
    for record in (shown, exported, found):
        assert record["customer"] == hidden.name
        assert record["subject"] == SUBJECT
    for record in (shown, exported):
        assert {part["text"] for part in record["parts"]} == {TEXT}
        assert {part["author"]["name"] for part in record["parts"]} == {hidden.name}
