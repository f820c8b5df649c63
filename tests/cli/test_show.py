"""`show`: one thread for people and for programs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import BIDI, TERMINAL
from tests.cli.conftest import Result
from tui.cells import cell_width
from tui.cli.show import readable
from tui.domain import (
    Attachment,
    ContactDetails,
    ConversationRow,
    PartKind,
    Person,
    Snippet,
    Thread,
    ThreadPart,
)
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.store.people import store_contact

Call = Callable[..., Result]
NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
HOSTILE = f"Evil {TERMINAL['title']}{TERMINAL['colour']}{BIDI['override']}{TERMINAL['8-bit sequences']}"


def test_a_thread_as_json_is_the_export_shape(call: Call, mirror: Path, server: RunningServer) -> None:
    assert mirror.exists()
    found = call("search", "has:note", "--json", "--limit", "1").json["conversations"][0]
    result = call("show", found["id"], "--json")
    assert result.code == 0
    answer = result.json
    assert answer.pop("schema_version") == 1
    assert {key: answer[key] for key in found if key != "snippet"} == {
        key: found[key] for key in found if key != "snippet"
    }
    assert answer["parts"][0]["type"] == "source"
    assert {"message", "note"} <= {part["kind"] for part in answer["parts"]}
    assert {p["id"] for p in answer["parts"][1:]} == server.world.truth()[found["id"]].part_ids
    assert "🟢 Fresh" in result.err


def test_a_conversation_is_named_by_its_number_or_a_link(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    number = call("search", "", "--json", "--limit", "1").json["conversations"][0]["id"]
    link = f"https://app.eu.intercom.com/a/inbox/abc/inbox/shared/all/conversation/{number}?view=List#part"
    for named in (str(number), f"#{number}", link, f" {number}\n"):
        assert call("show", named, "--json").json["id"] == number
    for wrong in ("0", "9" * 25, "https://example.com/conversation/1"):
        result = call("show", wrong)
        assert result.code == 2
        assert f"{wrong!r} is no number" in result.error


def test_a_thread_for_people_marks_notes_as_internal(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    found = call("search", "has:note", "--json", "--limit", "1").json["conversations"][0]
    result = call("show", found["id"])
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].startswith(f"{found['id']}  ")
    assert f"Customer: {found['customer']}" in result.out
    note = next(index for index, line in enumerate(lines) if line.startswith("── INTERNAL NOTE ── "))
    assert lines[note + 1].startswith("┃ ")


def test_what_is_known_of_the_customer_is_printed_too(call: Call, mirror: Path) -> None:
    found = call("search", "has:note", "--json", "--limit", "1").json["conversations"][0]
    assert "Known:" not in call("show", found["id"]).out
    database = Database(mirror)
    (customer,) = database.one("SELECT customer_id FROM conversation WHERE id = ?", (found["id"],))
    known = {"plan": "pro", "remark": HOSTILE}
    with database.transaction() as connection:
        store_contact(connection, ContactDetails(customer, "Ann", "ann@x.example", "Acme", known, NOW))
    database.close()
    out = call("show", found["id"]).out
    assert "Details:  plan: pro · remark: Evil " in out
    assert "\x1b" not in out
    answer = call("show", found["id"], "--json").json
    assert answer["contact"] == {
        "id": customer,
        "name": "Ann",
        "email": "ann@x.example",
        "company": "Acme",
        "custom_attributes": known,
        "fetched_at": "2024-12-20T14:30:00Z",
    }


def test_an_unknown_id_says_whether_it_may_just_not_be_synced(
    call: Call, synced_database: Path, mirror: Path
) -> None:
    assert mirror.exists()
    result = call("show", "12345")
    assert result.code == 1
    assert result.out == ""
    assert result.error.startswith(
        "no conversation 12345 in the mirror, not among those updated in the last 60d (🟢 Fresh · last synced"
    )
    empty = call("--database", synced_database.with_name("empty.db"), "show", "12345")
    assert empty.code == 1
    assert empty.error == (
        "no conversation 12345 in the mirror, it may not be synced yet "
        "(🔴 Stale · there is no access token: set INTERCOM_ACCESS_TOKEN, or start `fastintercom` in a"
        " terminal to paste one (never synced))"
    )


def thread(**changes: object) -> Thread:
    row = ConversationRow(
        id=7,
        subject=HOSTILE,
        snippet=Snippet(""),
        customer=Person("user", "c", HOSTILE, "eve@example.com"),
        state="snoozed",
        read=True,
        priority="urgent",
        assignee=HOSTILE,
        team="",
        tags=(HOSTILE,),
        created_at=NOW,
        updated_at=NOW,
        waiting_since=None,
        snoozed_until=NOW,
        message_count=1,
        thread_pending=False,
        url="https://app.intercom.com/7",
    )
    part = ThreadPart(
        1,
        "comment",
        PartKind.MESSAGE,
        row.customer,
        NOW,
        HOSTILE,
        (Attachment(HOSTILE, "image/png", 3, "https://x"),),
        redacted=True,
        truncated=True,
    )
    values: dict[str, Any] = {
        "conversation": row,
        "parts": (part,),
        "title": HOSTILE,
        "custom_attributes": {"key": HOSTILE},
        "company": HOSTILE,
        "rating": 4,
        "rating_remark": HOSTILE,
        "sla_name": "Gold",
        "sla_status": "hit",
        "missing_parts": 3,
        "deleted_at": NOW,
    }
    return Thread(**(values | changes))


def test_hostile_text_cannot_steer_the_terminal() -> None:
    text = "\n".join(readable(thread()))
    assert not set(text) & set("\x1b\x07\x9b\u202e\r")
    assert "Evil" in text
    for words in (
        "urgent",
        "[redacted]",
        "[shortened: ",
        "[attachment: ",
        "(3 older entries",
        "4 of 5",
        "Deleted:",
    ):
        assert words in text


def test_an_address_that_hides_its_host_is_followed_by_it() -> None:
    text = "https://bank.example@evil.example/ or https://bank.example/"
    lines = readable(thread(parts=(replace(thread().parts[0], text=text),)))
    assert "  https://bank.example@evil.example/ [⚠ opens evil.example] or https://bank.example/" in lines


def test_a_thread_is_wrapped_at_words_and_links_stay_whole(
    call: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = call("search", "has:note", "--json", "--limit", "1").json["conversations"][0]["id"]
    link = "https://shop.example/" + "x" * 60
    text = f"one two three four five six seven eight nine ten\n\n{link} {'日本' * 30}"
    with closing(sqlite3.connect(mirror)) as connection, connection:
        connection.execute(
            "UPDATE part SET text = ?, type = 'comment' WHERE conversation_id = ?", (text, found)
        )
    piped = call("show", found, "-q").out.splitlines()
    assert f"  {link} {'日本' * 30}" in piped, "a pipe without COLUMNS gets whole lines"
    monkeypatch.setenv("COLUMNS", "42")
    lines = call("show", found, "-q").out.splitlines()
    assert [line for line in lines if cell_width(line) > 42 and "://" not in line] == []
    start = lines.index("  one two three four five six seven eight")
    assert lines[start + 1 : start + 6] == [
        "  nine ten",
        "",
        f"  {link}",
        "  " + "日本" * 10,
        "  " + "日本" * 10,
    ]


@pytest.mark.parametrize("title", ["", "  "])
def test_a_thread_without_any_title_has_a_name(title: str) -> None:
    nameless = thread(title=title)
    assert readable(nameless)[0].startswith("7  ")
