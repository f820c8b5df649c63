from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.intercom import decode
from tui.intercom.decode import MAX_ADDRESS
from tui.intercom.errors import BadAnswer
from tui.intercom.html import MAX_HTML
from tui.intercom.payloads import ConversationPage
from tui.records import MAX_RECIPIENTS, MAX_TEXT, ConversationRecord, PartRecord, UnreadableItem

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
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "86", "name": "billing"}]},
    "priority": "priority",
    "sla_applied": {"type": "conversation_sla_summary", "sla_name": "Gold", "sla_status": "missed"},
    "statistics": {"count_conversation_parts": 7, "time_to_assignment": None, "last_close_at": None},
    "conversation_rating": {"rating": 2, "remark": "slow\x07"},
    "teammates": {"type": "admin.list", "admins": [{"type": "admin", "id": "4423433"}]},
    "custom_attributes": {"plan": "pro\x1b[0m", "seats": 4, "deep": {"a\n": ["\u202ex"]}},
    "company": {"type": "company", "id": "1", "name": "Acme"},
    "never_heard_of": [1, 2],
    "conversation_parts": {
        "type": "conversation_part.list",
        "total_count": 4,
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


def read_listed(**changes: object) -> ConversationRecord:
    """As a search gives it."""
    (found,) = page_of({**FULL, **changes}).conversations
    return found


def page_of(*items: object, following: object = None) -> ConversationPage:
    page = {"conversations": items, "total_count": len(items), "pages": {"next": following}}
    return decode.conversation_page(json.dumps(page).encode())


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
    assert read_listed(conversation_parts=None).parts is None
    nothing = {"conversation_parts": [], "total_count": 0}
    assert read(conversation_parts=nothing, statistics={"count_conversation_parts": 1}).parts == ()
    assert read(conversation_parts=nothing, statistics=None).parts == ()


@pytest.mark.parametrize(
    ("thread", "counted", "complaint"),
    [
        (None, None, "its parts"),
        ([], None, "its parts"),
        ({"total_count": 2}, None, "its parts"),
        ({"conversation_parts": None, "total_count": 0}, 0, "its parts"),
        ({"conversation_parts": "none", "total_count": 0}, 0, "its parts"),
        ({"conversation_parts": [{"id": 1, "created_at": 1}], "total_count": 340}, None, "(1 of 340)"),
        ({"conversation_parts": [], "total_count": 730}, None, "(0 of 730)"),
        ({"conversation_parts": [], "total_count": 0}, 2, "(0 of 2)"),
        ({"conversation_parts": []}, 7, "(0 of 7)"),
    ],
)
def test_an_answer_without_the_parts_it_counts_is_refused(
    thread: object, counted: int | None, complaint: str
) -> None:
    with pytest.raises(
        BadAnswer, match=f"^conversation 200963802864963 came without .*{re.escape(complaint)}$"
    ):
        read(conversation_parts=thread, statistics={"count_conversation_parts": counted})


def test_parts_without_a_count_are_taken() -> None:
    for total in ("many", None, -1, 4.5):
        assert (
            len(parts_of(read(conversation_parts={**FULL["conversation_parts"], "total_count": total}))) == 4
        )


@pytest.mark.parametrize(
    ("odd", "kept", "problem"),
    [
        (None, [3], "a part has no readable id"),
        ("x", [3], "a part has no readable id"),
        ({"id": "0", "created_at": 1}, [3], "a part has no readable id"),
        ({"id": -7, "created_at": 1}, [3], "a part has no readable id"),
        ({"id": "7\ud83d", "created_at": 1}, [3], "a part has no readable id"),
        ({"id": 7}, [3], "part 7 has no readable time"),
        ({"id": 7, "created_at": -5, "updated_at": 5}, [3, 7], ""),
        ({"id": "3", "created_at": 9}, [3], "part 3 is listed twice"),
        ({"id": "4", "created_at": 9, "body": {"text": "x"}}, [3, 4], "the text of part 4 is no text"),
    ],
)
def test_a_part_that_cannot_be_read_costs_itself(odd: object, kept: list[int], problem: str) -> None:
    found = read(conversation_parts={"conversation_parts": [{"id": 3, "created_at": 2, "body": "x"}, odd]})
    assert [part.part_id for part in parts_of(found)] == kept
    assert (parts_of(found)[0].text, found.problem) == ("x", problem)


def test_problems_are_one_line() -> None:
    tags = {"tags": [{"id": "abc"}, {"id": 5, "name": "kept"}, None]}
    found = read(tags=tags, source={"body": ["x"]})
    assert found.tags == ((5, "kept"),)
    assert found.problem == "the text of the opening message is no text, and 2 more"
    assert read().problem == ""


def test_statistics_are_those_with_numbers() -> None:
    given = {
        "last_close_at": 5.0,
        "count_reopens": "2",
        "count_assignments": None,
        "count_conversation_parts": 7.5,
    }
    assert read(statistics=given).statistics == (("count_reopens", 2), ("last_close_at", 5))
    assert read(statistics=None).statistics == ()
    assert read().statistics == (("count_conversation_parts", 7),)


def test_a_thread_at_the_limit_tells_how_many_parts_there_are() -> None:
    def total(sent: int, counted: int = 730, **changes: object) -> int:
        listed = [{"id": number, "created_at": 1} for number in range(1, sent + 1)]
        thread = {"conversation_parts": listed, "total_count": counted}
        return read(conversation_parts=thread, **changes).total_parts

    assert total(500) == 730
    assert total(500, statistics={"count_conversation_parts": 812}) == 812
    assert total(500, statistics=None) == 730
    assert total(499, 499, statistics={"count_conversation_parts": 812}) == 0, "nothing was left out"
    with pytest.raises(BadAnswer, match="499 of 730"):
        total(499)


def test_an_answer_from_the_second_of_the_last_change_is_not_final() -> None:
    body = json.dumps(FULL).encode()
    assert not decode.conversation(body, FULL["updated_at"]).final
    assert not decode.conversation(body, FULL["updated_at"] + 10).final
    assert decode.conversation(body, FULL["updated_at"] + 11).final


def test_the_customer_is_named_by_whoever_wrote_as_one() -> None:
    assert (read().customer_name, read().customer_email) == ("Ada", "ada@x.io")
    nameless = read_listed(conversation_parts=None)
    assert (nameless.customer_kind, nameless.customer_id, nameless.customer_name) == ("lead", "5fd150d5", "")
    outbound = read_listed(
        conversation_parts=None, source={"author": {"type": "admin", "id": "1", "name": "Bo"}}
    )
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
        ({"contacts": None, "source": None, "conversation_parts": {"conversation_parts": []},
          "statistics": None}, {"customer_id": ""}),
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


def mail(*people: tuple[object, object, object]) -> dict[str, Any]:
    """The metadata of a mail: (kind, address, name) of each whom its head names."""
    headers = [{"type": kind, "email_address": address, "name": name} for kind, address, name in people]
    return {"email_message_metadata": {"email_address_headers": headers}}


def answers(*mails: dict[str, Any]) -> dict[str, Any]:
    parts = [{"id": n, "part_type": "comment", "created_at": 5, **one} for n, one in enumerate(mails, 1)]
    return {"total_count": len(parts), "conversation_parts": parts}


def test_recipients_are_those_of_every_mail_but_the_senders() -> None:
    source = FULL["source"] | {
        "recipients": [{"type": "to", "email": "Help@x.io"}, {"type": "bcc", "email": "audit@x.io"}, None],
        "reply_to": [{"email": "ada+reply@x.io", "name": "Ada"}],
        **mail(("from", "ada@x.io", "Ada"), ("to", "help@x.io", "Help\n\x1b[31mdesk")),
    }
    thread = answers(
        mail(("From", "bo@x.io", "Bo"), ("to", "ada@x.io", None), ("cc", "cy@x.io", "Cy <root@x.io>")),
        {"email_message_metadata": None},
        mail(("cc", None, "Somebody"), ("cc", "", ""), ("cc", 7, None)),
    )
    expected = (
        "Help desk <help@x.io>",
        "audit@x.io",
        "Ada <ada+reply@x.io>",
    )
    assert read_listed(source=source, conversation_parts=None).recipients == expected
    assert read(source=source, conversation_parts=thread).recipients == (
        *expected,
        "ada@x.io",
        "Cy root@x.io <cy@x.io>",
        "Somebody",
    )


def test_recipients_have_a_limit() -> None:
    crowd = [("cc", f"{n}@x.io", "n" * 5000) for n in range(5000)]
    found = read(conversation_parts=answers(*[mail(*crowd)] * 3)).recipients
    assert len(found) == MAX_RECIPIENTS
    assert max(map(len, found)) < 2 * MAX_ADDRESS + 4


@pytest.mark.parametrize(
    ("source", "channel", "expected"),
    [
        ({"type": "email"}, None, "email"),
        ({"type": "WhatsApp\x07"}, {"initial": "messenger"}, "whatsapp"),
        ({"type": None}, {"initial": "messenger", "current": "email"}, "conversation"),
        ({}, {"initial": "zendesk_ticket"}, "zendesk_ticket"),
        ({}, {"initial": None}, ""),
        (None, None, ""),
    ],
)
def test_the_channel(source: object, channel: object, expected: str) -> None:
    assert read(source=source, channel=channel).channel == expected


def test_how_it_was_delivered() -> None:
    assert read().delivered_as == "customer_initiated"
    assert read(source={"delivered_as": None}).delivered_as == ""


@pytest.mark.parametrize(
    ("participated", "agent", "expected"),
    [
        (True, {"resolution_state": "escalated"}, "escalated"),
        (True, {"resolution_state": None}, "participated"),
        (True, None, "participated"),
        (None, {"resolution_state": "assumed_resolution"}, "assumed_resolution"),
        (False, {"resolution_state": "escalated"}, ""),
        (False, None, ""),
        (None, None, ""),
    ],
)
def test_whether_an_ai_agent_took_part(participated: object, agent: object, expected: str) -> None:
    assert read(ai_agent_participated=participated, ai_agent=agent).ai_agent == expected


def test_the_title_of_a_ticket_is_an_attribute() -> None:
    attributes = {"_default_title_": "Broken <b>door</b>", "plan": "pro"}
    ticket = read(title=None, custom_attributes=attributes)
    assert ticket.title == "Broken door"
    assert json.loads(ticket.custom_attributes)["_default_title_"] == "Broken <b>door</b>"
    assert read(title="Its own", custom_attributes=attributes).title == "Its own"
    assert read(title=None, custom_attributes={"_default_title_": 5}).title == ""


def test_one_odd_value_deep_inside_costs_only_itself() -> None:
    parts = [
        {"id": "1", "created_at": 1, "body": "", "author": {"type": "user", "id": "x", "name": ["no"]}},
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
        (
            {"id": None},
            "answer about a conversation cannot be read: its id is no whole number above 0: nothing readable",
        ),
        ({"id": "abc"}, "its id is no whole number above 0: abc"),
        ({"id": "9" * 19}, "its id is no whole number"),
        ({"id": 0}, "its id is no whole number above 0: 0"),
        ({"id": 7.5}, "its id is no whole number above 0: nothing readable"),
        ({"updated_at": None}, "its updated_at is no time: nothing readable"),
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
    assert page_of(FULL, following={"starting_after": "WzE3", "page": 2}).next_cursor == "WzE3"
    assert page_of(FULL, following="https://x/y?starting_after=abc").next_cursor == "abc"
    assert page_of(FULL, following=None).next_cursor is None
    assert [page_of(FULL, following=each).has_next for each in ({"page": 2}, "https://x/y", None)] == [
        True,
        True,
        False,
    ]
    assert decode.conversation_page(b'{"conversations":[],"total_count":0,"pages":null}').total_count == 0
    with pytest.raises(BadAnswer, match="total_count"):
        decode.conversation_page(b'{"conversations":[]}')
    with pytest.raises(BadAnswer, match="total_count"):
        decode.conversation_page(b'{"conversations":[],"total_count":-1}')


@pytest.mark.parametrize(
    "following",
    [
        "http://[",
        "\ud83d",
        7,
        ["x"],
        True,
        {"starting_after": 7},
        {"starting_after": "a\ud83d"},
        {"page": []},
    ],
)
def test_a_next_page_that_cannot_be_read_is_still_announced(following: object) -> None:
    found = page_of(FULL, following=following)
    assert (found.has_next, found.next_cursor) == (True, None)
    assert (
        decode.deleted_page(json.dumps({"data": [{"id": 5}], "pages": {"next": following}}).encode(), 3).next
        == 4
    )
    assert decode.contact_page(json.dumps({"data": [], "pages": following}).encode())[1] is None


DEEP = b'{"x":' * 5_000 + b"1" + b"}" * 5_000
UNREADABLE: list[tuple[bytes, UnreadableItem]] = [
    (b"null", UnreadableItem("", None, "it is no JSON object")),
    (b'"x"', UnreadableItem("", None, "it is no JSON object")),
    (b"[[]]", UnreadableItem("", None, "it is no JSON object")),
    (b"{}", UnreadableItem("", None, "its id is no whole number above 0: nothing readable")),
    (b'{"id":"x\\ny","updated_at":5}', UnreadableItem("x y", 5, "its id is no whole number above 0: x y")),
    (b'{"id":NaN}', UnreadableItem("", None, "its id is no whole number above 0: nothing readable")),
    (b'{"id":true}', UnreadableItem("", None, "its id is no whole number above 0: nothing readable")),
    (b'{"id":"1\\ud83d"}', UnreadableItem("1\ufffd", None, "its id is no whole number above 0: 1\ufffd")),
    (b'{"id":"1\xff"}', UnreadableItem("1\ufffd", None, "its id is no whole number above 0: 1\ufffd")),
    (
        b'{"id":' + b"9" * 5_000 + b"}",
        UnreadableItem("9" * 40 + "…", None, f"its id is no whole number above 0: {'9' * 40}…"),
    ),
    (
        b'{"id":5,"created_at":null,"updated_at":7}',
        UnreadableItem("5", 7, "its created_at is no time: nothing readable"),
    ),
    (b'{"id":5,"created_at":7}', UnreadableItem("5", None, "its updated_at is no time: nothing readable")),
    (b'{"id":5,"created_at":7,"updated_at":-7}', UnreadableItem("5", None, "its updated_at is no time: -7")),
    (
        b'{"id":5,"created_at":7,"updated_at":1e999}',
        UnreadableItem("5", None, "its updated_at is no time: inf"),
    ),
]


@pytest.mark.parametrize(("item", "expected"), UNREADABLE, ids=lambda value: str(value)[:50])
def test_a_conversation_that_cannot_be_read_does_not_cost_its_page(
    item: bytes, expected: UnreadableItem
) -> None:
    good = json.dumps({**FULL, "conversation_parts": None}).encode()
    page = b'{"conversations":[' + b",".join([good, item, good]) + b'],"total_count":3}'
    found = decode.conversation_page(page)
    assert found.unreadable == [expected]
    assert found.conversations == [read_listed(conversation_parts=None)] * 2


@pytest.mark.parametrize(
    ("odd", "shown"),
    [
        (DEEP, {"x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": "…"}}}}}}}}}}),
        (b'{"x":' * 600 + b"1" + b"}" * 600, None),
        (b'{"n":' + b"9" * 5_000 + b"}", {"n": "9" * 40 + "…"}),
        (b'{"n":' + b"9" * 4_000 + b"}", None),
        (b'{"n":NaN,"m":-Infinity,"o":1e999}', {"n": None, "m": None, "o": None}),
        (b'{"\\ud83d":"\\ud83d","\xff":1}', {"\ufffd": 1}),
    ],
    ids=lambda value: str(value)[:20],
)
def test_odd_attributes_cost_no_more_than_themselves(odd: bytes, shown: object) -> None:
    body = json.dumps({**FULL, "custom_attributes": 0}).encode()
    body = body.replace(b'"custom_attributes": 0', b'"custom_attributes": ' + odd)
    found = decode.conversation(body)
    assert (found.title, found.problem, len(parts_of(found))) == ("A title", "", 4)
    if shown is not None:
        assert json.loads(found.custom_attributes) == shown
    (listed,) = decode.conversation_page(b'{"conversations":[' + body + b'],"total_count":1}').conversations
    assert listed.custom_attributes == found.custom_attributes


def test_brackets_in_strings_are_no_nesting() -> None:
    attributes = {"a": "[" * 5_000, "b": '\\"{' * 3_000, "c": 1}
    body = json.dumps({**FULL, "custom_attributes": attributes, "unknown": 0}).encode()
    found = decode.conversation(body.replace(b'"unknown": 0', b'"unknown": ' + b"[" * 5_000 + b"]" * 5_000))
    assert json.loads(found.custom_attributes) == attributes


def test_everything_has_a_limit() -> None:
    long = "x" * 300_000
    upload = {"name": "a" * 1_000, "url": "https://x/y"}
    parts = [
        {"id": number, "created_at": number, "body": long, "author": {"type": "user", "name": long,
         "email": long}, "event_details": {"a": long, "b": 1}, "attachments": [upload] * 1_000,
         "part_type": long}
        for number in range(1, 4)
    ]  # fmt: skip
    found = read(
        title=long, conversation_rating={"rating": 1, "remark": long}, company={"name": long},
        custom_attributes={"a": long, "b": 1, "c": [1] * 100_000}, tags={"tags": [{"id": 1}] * 5_000},
        conversation_parts={"conversation_parts": parts},
    )  # fmt: skip
    limits = [found.title, found.rating_remark, found.company, found.customer_name, found.customer_email]
    assert [len(text) for text in limits] == [decode.MAX_LINE] * 5
    assert json.loads(found.custom_attributes) == {"b": 1}
    assert len(found.tags) == decode.MAX_TAGS
    first = parts_of(found)[0]
    assert (len(first.text), first.truncated, json.loads(first.event)) == (MAX_TEXT, True, {"b": 1})
    assert 90_000 < len(first.attachments) <= decode.MAX_JSON + 200


def test_a_body_that_is_read_in_part_is_marked() -> None:
    source = {"body": "<p>kept</p>" + " " * MAX_HTML}
    opening = read(source=source).source
    assert opening is not None
    assert (opening.text, opening.truncated) == ("kept", True)


def test_the_newest_of_too_many_parts_are_kept() -> None:
    sent = decode.MAX_PARTS + 7
    listed = [{"id": number, "created_at": number} for number in range(sent, 0, -1)]
    found = read(conversation_parts={"conversation_parts": listed})
    assert [part.part_id for part in parts_of(found)] == list(range(8, sent + 1))
    assert found.total_parts == sent


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["http://[", "&#" + "9" * 4_301 + ";", "<p>x", 10**30, 1734537511, "5", 5]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@given(st.sampled_from([*places(FULL)]), JSON)
def test_whatever_stands_anywhere_costs_at_most_its_conversation(
    path: tuple[str | int, ...], odd: object
) -> None:
    found = page_of(FULL, replaced(FULL, path, odd), FULL)
    assert len(found.conversations) + len(found.unreadable) == 3
    assert found.conversations[0] == found.conversations[-1] == read()
    for record in found.conversations:
        json.dumps(record.problem, ensure_ascii=False).encode()
        for text in (record.custom_attributes, *(part.event for part in record.parts or ())):
            assert not text or isinstance(json.loads(text), dict)


KEYS = ["conversations", "data", "admins", "teams", "tags", "pages", "total_count", "id", "app", "companies",
        "errors", "custom_attributes"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), JSON | st.lists(JSON, max_size=3), max_size=4))
def test_other_answers_are_read_or_refused(answer: dict[str, object]) -> None:
    body = json.dumps(answer).encode()
    for reader in (*READERS.values(), decode.me, decode.tags, decode.companies, decode.contact_page):
        try:
            reader(body)
        except BadAnswer as error:
            assert "\n" not in error.message  # noqa: PT017


def test_deleted_pages() -> None:
    listed = [{"type": "conversation", "id": "5", "deleted_at": 1734537511}]

    def page(following: object) -> bytes:
        return json.dumps({"conversations": listed, "pages": {"next": following}}).encode()

    found = decode.deleted_page(page("https://api.intercom.io/conversations/deleted?page=3"), 2)
    assert (found.conversations, found.next) == ([(5, 1734537511)], 3)
    assert decode.deleted_page(page({"per_page": 60, "page": 4}), 3).next == 4
    assert decode.deleted_page(page(None), 3).next is None
    assert decode.deleted_page(b'{"conversations":[],"pages":{"next":"https://x/?page=9"}}', 8).next is None
    assert decode.deleted_page(page("https://x/?page=2"), 2).next == 3, "never the same page again"


def test_entries_of_lists_that_cannot_be_read_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    def listed(key: str) -> bytes:
        entries = [
            {"id": "5", "name": "Ada"},
            None,
            "x",
            {"id": "y"},
            {"name": "Bo"},
            {"id": 6, "name": "Cy"},
        ]
        return json.dumps({key: entries}).encode()

    with caplog.at_level(logging.WARNING):
        assert [each.id for each in decode.admins(listed("admins"))] == [5, 6]
    assert caplog.messages == ["entries of the list of admins that cannot be read and are left out: 4"]
    assert [each.name for each in decode.teams(listed("teams"))] == ["Ada", "Cy"]
    assert [each.name for each in decode.tags(listed("data"))] == ["Ada", "Cy"]
    assert [each.id for each in decode.contact_page(listed("data"))[0]] == ["5", "y", "6"]
    assert decode.deleted_page(listed("conversations"), 1).conversations == [(5, None), (6, None)]


@pytest.mark.parametrize("region", ["evil.example/", "eu@x", "e u", "ｅｕ", ""])
def test_a_region_that_could_change_the_host_of_links_is_left_out(region: str) -> None:
    body = {"id": "991", "app": {"id_code": "abc", "region": region}}
    assert decode.me(json.dumps(body).encode()).region == ""


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
    "conversation.list": decode.conversation_page,
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
            if kind == "conversation" and not item.get("conversation_parts"):
                item = {"type": "conversation.list", "conversations": [item], "total_count": 1}
                reader = decode.conversation_page
            reader(json.dumps(item).encode())
            read_types.add(kind)
    assert read_types == {*READERS, "admin"}
