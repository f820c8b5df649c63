from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.intercom import decode
from tui.intercom.errors import BadAnswer
from tui.records import ConversationRecord, PartRecord

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


def read(**changes: object) -> ConversationRecord:
    return decode.conversation(json.dumps({**FULL, **changes}).encode())


def parts_of(record: ConversationRecord) -> tuple[PartRecord, ...]:
    assert record.parts is not None
    return record.parts


def test_everything_of_a_conversation() -> None:
    found = read()
    assert (found.id, found.created_at, found.updated_at) == (200963802864963, 1734537511, 1734537999)
    assert (found.title, found.subject) == ("A title", "Refund & co")
    assert (found.state, found.read, found.priority) == ("snoozed", True, "high")
    assert (found.assignee_id, found.team_id) == (None, 5017691)
    assert found.waiting_since is None  # the far future means "not waiting"
    assert found.tags == ((86, "billing"),)
    assert (found.company, found.rating, found.rating_remark) == ("Acme", 2, "slow")
    assert (found.sla_name, found.sla_status) == ("Gold", "missed")
    assert json.loads(found.custom_attributes) == {"plan": "pro", "seats": 4, "deep": {"a": ["x"]}}
    opening = found.source
    assert opening is not None
    assert (opening.part_id, opening.source_id, opening.type, opening.text) == (
        0,
        403918334,
        "source",
        "hello",
    )
    assert json.loads(opening.attachments) == [
        {"name": "a b.png", "content_type": "", "size": 12, "url": "https://x/y"}
    ]


def test_parts_are_sorted_and_cleaned() -> None:
    parts = parts_of(read())
    assert [part.part_id for part in parts] == [999, 1000, 5, 6]  # by time, then by number and not by text
    assert [part.type for part in parts] == ["note_and_reopen", "comment", "assignment", "moon_landing"]
    assert [part.text for part in parts] == ["n", "b", "", ""]
    assert parts[0].created_at == 1734537600  # milliseconds made seconds
    assert json.loads(parts[2].event) == {"assigned_to": {"type": "admin", "id": 7}}
    assert (parts[2].author_kind, parts[2].author_name) == ("unknown", "")
    assert json.loads(parts[3].event) == {"who": "neil"}


def test_a_search_result_has_no_thread_and_an_empty_one_is_a_thread() -> None:
    assert read(conversation_parts=None).parts is None
    assert read(conversation_parts={"conversation_parts": [], "total_count": 0}).parts == ()


def test_a_part_without_a_usable_number_does_not_replace_the_opening_message() -> None:
    listed = [{"id": "0", "created_at": 1}, {"id": "3", "created_at": 2}]
    assert [part.part_id for part in parts_of(read(conversation_parts={"conversation_parts": listed}))] == [3]


def test_a_thread_at_the_limit_tells_how_many_parts_there_are() -> None:
    def total(sent: int, **changes: object) -> int:
        listed = [{"id": number, "created_at": 1} for number in range(1, sent + 1)]
        thread = {"conversation_parts": listed, "total_count": 730}
        return read(conversation_parts=thread, **changes).total_parts

    assert total(500) == 730
    assert total(500, statistics={"count_conversation_parts": 812}) == 812
    assert total(500, statistics=None) == 730
    assert total(499) == 0, "whatever the counts say, nothing was left out"


def test_an_answer_from_the_second_of_the_last_change_is_not_final() -> None:
    body = json.dumps(FULL).encode()
    assert not decode.conversation(body, FULL["updated_at"]).final
    assert decode.conversation(body, FULL["updated_at"] + 1).final


def test_the_customer_is_named_by_whoever_wrote_as_one() -> None:
    assert (read().customer_name, read().customer_email) == ("Ada", "ada@x.io")
    nameless = read(conversation_parts=None)
    assert (nameless.customer_kind, nameless.customer_id, nameless.customer_name) == ("lead", "5fd150d5", "")
    outbound = read(conversation_parts=None, source={"author": {"type": "admin", "id": "1", "name": "Bo"}})
    assert (outbound.customer_kind, outbound.customer_id) == ("contact", "5fd150d5")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": None, "open": False}, {"state": "closed"}),
        ({"state": "weird", "open": True}, {"state": "open"}),
        ({"state": None, "open": True, "snoozed_until": 1734537511}, {"state": "snoozed"}),
        ({"priority": "not_priority"}, {"priority": "none"}),
        ({"priority": None}, {"priority": "none"}),
        ({"priority": "urgent"}, {"priority": "urgent"}),
        ({"admin_assignee_id": None}, {"assignee_id": None}),
        ({"admin_assignee_id": "7"}, {"assignee_id": 7}),
        ({"admin_assignee_id": None, "assignee": {"type": "admin", "id": "8"}}, {"assignee_id": 8}),
        ({"team_assignee_id": None, "assignee": {"type": "team", "id": 9}}, {"team_id": 9}),
        ({"teammates": None, "tags": None}, {"tags": ()}),
        ({"contacts": None, "source": None, "conversation_parts": None}, {"customer_id": ""}),
        ({"updated_at": 1734537999000}, {"updated_at": 1734537999}),
        ({"updated_at": "1734537999"}, {"updated_at": 1734537999}),
        ({"waiting_since": 1734537512.0}, {"waiting_since": 1734537512}),
        # values of the wrong type cost themselves only
        ({"tags": [], "title": 5, "read": "yes"}, {"tags": (), "title": "", "read": False, "rating": 2}),
        ({"custom_attributes": []}, {"custom_attributes": "", "rating": 2}),
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
    assert [(part.text, part.author_kind) for part in parts_of(found)] == [("", "user"), ("kept", "unknown")]
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


EXAMPLES: list[dict[str, Any]] = [
    FULL,
    {"type": "conversation.list", "conversations": [FULL], "total_count": 1, "pages": {"type": "pages"}},
    {"type": "conversations.list", "conversations": [{"id": "7", "deleted_at": 1734537511}], "pages": {}},
    {"type": "admin.list", "admins": [{"type": "admin", "id": "991", "name": "Ada", "email": "ada@x.io"}]},
    {"type": "team.list", "teams": [{"type": "team", "id": "5", "name": "Billing"}]},
    {"type": "contact", "id": "6f", "role": "user", "companies": {"type": "list", "data": []}},
    {"type": "tag", "id": "86", "name": "billing"},
    {"type": "error.list", "request_id": "r", "errors": [{"code": "not_found", "message": "No"}]},
    {"type": "admin", "id": "991", "name": "Ada", "app": {"id_code": "abc", "region": "US"}},
]


def recorded() -> Iterator[dict[str, Any]]:
    """Official examples and recorded answers, as far as they are next to this repository."""
    for file in sorted(PAYLOADS.rglob("*.json")):
        if "request" not in file.name:
            loaded = json.loads(file.read_text())
            for item in loaded if isinstance(loaded, list) else [loaded]:
                if isinstance(item, dict):
                    yield item


def test_examples_of_every_type_are_readable() -> None:
    read_types: set[str] = set()
    for item in (*EXAMPLES, *recorded()):
        kind = str(item.get("type"))
        reader = decode.me if kind == "admin" and "app" in item else READERS.get(kind)
        if reader is not None:
            reader(json.dumps(item).encode())
            read_types.add(kind)
    assert read_types == {*READERS, "admin"}
