from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui.domain import PartKind
from tui.intercom import decode
from tui.intercom.errors import BadAnswer
from tui.intercom.payloads import Conversation

PAYLOADS = Path(__file__).resolve().parents[2] / "../shared/intercom/payloads"

FULL: dict[str, Any] = {
    "type": "conversation",
    "id": "200963802864963",
    "created_at": 1734537511,
    "updated_at": 1734537999,
    "waiting_since": 64632601013,
    "snoozed_until": None,
    "title": "A \x1b[31mtitle",
    "source": {
        "type": "email",
        "id": "403918334",
        "delivered_as": "customer_initiated",
        "subject": "<p>Refund &amp; co</p>",
        "body": "<p>hello</p>",
        "author": {"type": "lead", "id": "5fd150d5", "name": None, "email": ""},
        "attachments": [{"type": "upload", "name": "a\nb.png", "url": "https://x/y", "filesize": 12}],
        "email_message_metadata": {"history": "<p>quoted</p>"},
        "redacted": False,
    },
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "5fd150d5"}]},
    "admin_assignee_id": 0,
    "team_assignee_id": 5017691,
    "open": True,
    "state": "snoozed",
    "read": True,
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "86", "name": "billing"}, None]},
    "priority": "priority",
    "sla_applied": {"type": "conversation_sla_summary", "sla_name": "Gold", "sla_status": "missed"},
    "statistics": {"count_conversation_parts": 7, "time_to_assignment": None},
    "conversation_rating": {"rating": 2, "remark": "slow\x07"},
    "teammates": {"type": "admin.list", "admins": [{"type": "admin", "id": "4423433"}]},
    "custom_attributes": {"plan": "pro\x1b[0m", "seats": 4, "deep": {"a\n": ["\u202ex"]}},
    "company": {"type": "company", "id": "1", "name": "Acme"},
    "never_heard_of": [1, 2],
    "conversation_parts": {
        "type": "conversation_part.list",
        "total_count": 9,
        "conversation_parts": [
            {"id": "1000", "part_type": "comment", "body": "<p>b</p>", "created_at": 1734537600,
             "author": {"type": "user", "id": "5fd150d5", "name": "Ada\x9b31m", "email": "ada@x.io"}},
            {"id": 999, "part_type": "note_and_reopen", "body": "<p>n</p>", "created_at": 1734537600000,
             "author": {"type": "admin", "id": 7, "name": "Bo"}},
            {"id": "5", "part_type": "assignment", "body": None, "created_at": 1734537700,
             "assigned_to": {"type": "admin", "id": "7"}, "author": None},
            {"id": "6", "part_type": "moon_landing", "body": "", "created_at": 1734537701,
             "event_details": {"who": "\x1bcneil"}, "author": {"type": "martian", "id": None}},
        ],
    },
}  # fmt: skip


def read(**changes: object) -> Conversation:
    return decode.conversation(json.dumps({**FULL, **changes}).encode())


def test_everything_of_a_conversation() -> None:
    found = read()
    assert (found.id, found.created_at, found.updated_at) == (200963802864963, 1734537511, 1734537999)
    assert (found.title, found.subject, found.source.body) == ("A title", "Refund & co", "<p>hello</p>")
    assert (found.state, found.read, found.priority) == ("snoozed", True, "high")
    assert (found.admin_assignee_id, found.team_assignee_id) == (None, 5017691)
    assert found.waiting_since is None  # the far future means "not waiting"
    assert [(tag.id, tag.name) for tag in found.tags] == [(86, "billing")]
    assert found.teammate_ids == (4423433,)
    assert (found.company, found.rating, found.rating_remark) == ("Acme", 2, "slow")
    assert (found.sla_name, found.sla_status) == ("Gold", "missed")
    assert found.custom_attributes == {"plan": "pro", "seats": 4, "deep": {"a": ["x"]}}
    assert found.count_conversation_parts == 7
    assert (found.has_thread, found.parts_total, found.missing_parts) == (True, 9, 5)
    assert [(one.name, one.size, one.url) for one in found.source.attachments] == [
        ("a b.png", 12, "https://x/y")
    ]


def test_parts_are_sorted_and_of_the_right_kind() -> None:
    parts = read().parts
    assert [part.id for part in parts] == [999, 1000, 5, 6]  # by time, then by number and not by text
    assert [part.kind for part in parts] == [PartKind.NOTE, PartKind.MESSAGE, PartKind.EVENT, PartKind.EVENT]
    assert parts[0].created_at == 1734537600  # milliseconds made seconds
    assert parts[2].assigned_to == ("admin", 7)
    assert (parts[2].author.kind, parts[2].author.person().name) == ("unknown", "Someone")
    assert parts[3].event == {"who": "neil"}
    assert read().source.kind is PartKind.MESSAGE


def test_the_customer_is_named_by_whoever_wrote_as_one() -> None:
    assert (read().customer.name, read().customer.email) == ("Ada", "ada@x.io")
    nameless = read(conversation_parts=None)
    assert (nameless.customer.kind, nameless.customer.id, nameless.customer.name) == ("lead", "5fd150d5", "")
    assert nameless.customer.person().name == "Customer"
    outbound = read(conversation_parts=None, source={"author": {"type": "admin", "id": "1", "name": "Bo"}})
    assert (outbound.customer.kind, outbound.customer.id) == ("contact", "5fd150d5")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": None, "open": False}, {"state": "closed"}),
        ({"state": "weird", "open": True}, {"state": "open"}),
        ({"state": None, "open": True, "snoozed_until": 1734537511}, {"state": "snoozed"}),
        ({"priority": "not_priority"}, {"priority": "none"}),
        ({"priority": None}, {"priority": "none"}),
        ({"priority": "urgent"}, {"priority": "urgent"}),
        ({"admin_assignee_id": None}, {"admin_assignee_id": None}),
        ({"admin_assignee_id": "7"}, {"admin_assignee_id": 7}),
        ({"admin_assignee_id": None, "assignee": {"type": "admin", "id": "8"}}, {"admin_assignee_id": 8}),
        ({"team_assignee_id": None, "assignee": {"type": "team", "id": 9}}, {"team_assignee_id": 9}),
        ({"teammates": {"teammates": [{"id": 3}]}}, {"teammate_ids": (3,)}),
        ({"teammates": None, "tags": None}, {"teammate_ids": (), "tags": ()}),
        ({"contacts": None}, {"contact_ids": ()}),
        ({"updated_at": 1734537999000}, {"updated_at": 1734537999}),
        ({"updated_at": "1734537999"}, {"updated_at": 1734537999}),
        ({"waiting_since": 1734537512.0}, {"waiting_since": 1734537512}),
        ({"statistics": None}, {"count_conversation_parts": None}),
        # values of the wrong type cost themselves only
        ({"tags": [], "title": 5, "read": "yes"}, {"tags": (), "title": "", "read": False, "rating": 2}),
        ({"custom_attributes": []}, {"custom_attributes": {}, "rating": 2}),
        ({"conversation_rating": "good", "statistics": 3}, {"rating": None, "title": "A title"}),
    ],
)  # fmt: skip
def test_variants(changes: dict[str, object], expected: dict[str, object]) -> None:
    found = read(**changes)
    assert {name: getattr(found, name) for name in expected} == expected


def test_one_odd_value_deep_inside_costs_only_itself() -> None:
    parts = [
        {"id": "1", "created_at": 1, "body": 5, "author": {"type": "user", "id": "x", "name": ["no"]}},
        {"id": "2", "created_at": 2, "body": "<p>kept</p>", "author": "nobody"},
    ]
    found = read(conversation_parts={"conversation_parts": parts})
    assert [(part.body, part.author.kind) for part in found.parts] == [
        ("", "user"),
        ("<p>kept</p>", "unknown"),
    ]
    assert found.subject == "Refund & co"


def test_lone_surrogates_and_bad_bytes_are_survived() -> None:
    body = json.dumps({**FULL, "title": "half \ud83d"}).encode().replace(b"Acme", b"Ac\xffme")
    found = decode.conversation(body)
    assert (found.title, found.company) == ("half \ufffd", "Ac\ufffdme")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": None}, "id that is not a whole number"),
        ({"id": "abc"}, "id that is not a whole number: 'abc'"),
        ({"id": "9" * 19}, "id that is not a whole number"),
        ({"updated_at": None}, "without created_at or updated_at"),
        ({"conversation_parts": {"conversation_parts": [{"id": "1"}]}}, "part 1 came without created_at"),
    ],
)
def test_what_cannot_be_stored_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadAnswer, match=complaint):
        read(**changes)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"nul", b'{"a":', b"[" * 100_000, b"\xff"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="not the JSON that Intercom sends"):
        decode.conversation(body)


def test_pages_and_their_three_kinds_of_next() -> None:
    def page(following: object) -> bytes:
        return json.dumps({"conversations": [FULL], "total_count": 5, "pages": {"next": following}}).encode()

    assert decode.conversation_page(page({"starting_after": "WzE3", "page": 2}), None).next_cursor == "WzE3"
    assert decode.conversation_page(page("https://x/y?starting_after=abc"), None).next_cursor == "abc"
    assert decode.conversation_page(page(None), None).next_cursor is None
    assert (
        decode.conversation_page(b'{"conversations":[],"total_count":0,"pages":null}', None).total_count == 0
    )
    with pytest.raises(BadAnswer, match="total_count"):
        decode.conversation_page(b'{"conversations":[]}', None)


def test_deleted_pages() -> None:
    listed = [{"type": "conversation", "id": "5", "deleted_at": 1734537511}]

    def page(following: object) -> bytes:
        return json.dumps({"conversations": listed, "pages": {"next": following}}).encode()

    found = decode.deleted_page(page("https://api.intercom.io/conversations/deleted?page=3"), 2)
    assert (found.conversations, found.next) == ([(5, 1734537511)], 3)
    assert decode.deleted_page(page({"per_page": 60, "page": 4}), 3).next == 4
    assert decode.deleted_page(page(None), 3).next is None
    assert decode.deleted_page(b'{"conversations":[],"pages":{"next":"https://x/?page=9"}}', 8).next is None


def test_directory_lists() -> None:
    me = decode.me(
        b'{"id":"991","name":"Ada","email":"a@x.io","app":{"id_code":"abc","name":"Acme","region":"eu"}}'
    )
    assert (me.id, me.app_id, me.app_name, me.region) == (991, "abc", "Acme", "EU")
    assert decode.admins(b'{"admins":[{"id":"7","name":"Bo","email":null}]}')[0].email == ""
    assert decode.teams(b'{"teams":[{"id":3,"name":"Sales"}]}')[0].id == 3
    assert decode.tags(b'{"data":[{"id":"1","name":"x"}]}') == decode.tags(b'{"tags":[{"id":1,"name":"x"}]}')
    contacts, cursor = decode.contact_page(b'{"data":[{"id":"6f","role":"user","name":null}],"pages":{}}')
    assert ([one.id for one in contacts], cursor) == (["6f"], None)
    assert decode.companies(b'{"companies":[{"name":"A\\u001b[2J"},{"name":null},null]}') == ["A"]
    for function in (decode.admins, decode.teams, decode.tags, decode.contact_page, decode.companies):
        with pytest.raises(BadAnswer, match="no list of"):
            function(b"{}")


def test_a_contact_brings_its_attributes() -> None:
    found = decode.contact(
        b'{"id":"6f","custom_attributes":{"pl\\nan":"pro\\u202e","seats":3,"ok":true,"none":null},'
        b'"companies":{"data":[],"total_count":2}}'
    )
    assert found.custom_attributes == {"pl an": "pro", "seats": 3, "ok": True, "none": None}
    assert found.has_companies
    bare = decode.contact(b'{"id":"6f","custom_attributes":null,"companies":null}')
    assert (bare.custom_attributes, bare.has_companies) == ({}, False)


READERS: dict[str, Callable[[bytes], object]] = {
    "conversation": decode.conversation,
    "conversation.list": lambda body: decode.conversation_page(body, None),
    "conversations.list": lambda body: decode.deleted_page(body, 1),
    "admin.list": decode.admins,
    "team.list": decode.teams,
    "contact": decode.contact,
    "tag": lambda body: decode.tags(b'{"data":[' + body + b"]}"),
    "error.list": decode.problem,
}


def test_official_and_recorded_payloads_are_readable() -> None:
    if not PAYLOADS.is_dir():
        pytest.skip("the recorded payloads are not on this machine")
    read_types: dict[str, int] = {}
    for file in sorted(PAYLOADS.rglob("*.json")):
        if "request" in file.name:
            continue
        loaded = json.loads(file.read_text())
        for item in loaded if isinstance(loaded, list) else [loaded]:
            kind = item.get("type") if isinstance(item, dict) else None
            reader = decode.me if kind == "admin" and "app" in item else READERS.get(str(kind))
            if reader is not None:
                reader(json.dumps(item).encode())
                read_types[str(kind)] = read_types.get(str(kind), 0) + 1
    assert {*READERS, "admin"} <= read_types.keys()
    assert read_types["conversation"] > 10
