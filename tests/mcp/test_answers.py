"""What the tools answer: exact filters, pages, one line for bad input, and sync_info in all of it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import TextResourceContents

from tests.insights.support import BERLIN, DAY, NOW
from tests.insights.support import workspace as fixed_workspace
from tests.mcp.conftest import Ask, Reply, call_tool
from tests.store.records import conversation, with_thread
from tui.answers import SyncInfo as ApiSyncInfo
from tui.answers import to_json
from tui.clock import to_epoch
from tui.mcp import cursor, reading
from tui.mcp.mirror import MOST_GAPS
from tui.mcp.shapes import SyncInfo
from tui.records import ConversationRecord
from tui.workspace import Workspace

SECOND = to_epoch(NOW)
FIRST = SECOND - 90 * DAY
Opened = Callable[..., AbstractContextManager[Workspace]]
Talk = Callable[..., Any]


def records(count: int, **changes: Any) -> list[ConversationRecord]:
    """Conversations 1 to `count`, an hour apart; the last is the newest."""
    return [
        with_thread(
            conversation(n, updated_at=SECOND - (count - n + 1) * 3600, text="refund", **changes), "ok"
        )
        for n in range(1, count + 1)
    ]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """A workspace that holds these records, all of its history synced unless said otherwise."""

    def opened_(
        found: Iterable[ConversationRecord] = (), covered: Iterable[tuple[int, int]] = ((FIRST, SECOND),)
    ) -> AbstractContextManager[Workspace]:
        return fixed_workspace(tmp_path / "mirror.db", found, covered=covered)

    return opened_


def ids(reply: Reply) -> list[int]:
    return [each["id"] for each in reply.data["conversations"]]


# --- sync_info


def test_sync_info_has_the_keys_of_the_python_api() -> None:
    assert list(SyncInfo.model_fields) == list(ApiSyncInfo.__annotations__)


@pytest.mark.parametrize(
    ("covered", "state", "words"),
    [
        ([(FIRST, SECOND)], "fresh", "Complete for 2026-07-28 15:30 to now; the mirror is as of "),
        ([(FIRST, SECOND - 5 * DAY), (SECOND - 3 * DAY, SECOND)], "partial", "not synced: 21–23 Oct"),
        ([(FIRST, SECOND - 5 * DAY)], "partial", "may be missing recent conversations"),
        ([], "stale", "Data is stale - there is no access token"),
    ],
)
@pytest.mark.parametrize("query", ["refund", "nowhere"])
def test_every_list_says_how_complete_it_is_the_empty_one_too(
    opened: Opened, ask: Ask, query: str, covered: list[tuple[int, int]], state: str, words: str
) -> None:
    with opened(records(3), covered) as workspace:
        reply = ask(workspace, "search_conversations", query=query)
        expected = workspace.sync_info(workspace.verdict(workspace.parse(query)), workspace.outlook())
    assert len(reply.data["conversations"]) == (3 if query == "refund" else 0)
    assert reply.info["state"] == state
    assert reply.info["data_complete"] is (state == "fresh")
    assert reply.info["message"] == expected["message"]
    assert to_json(expected["gaps"]) == to_json(reply.info["gaps"])
    first = reply.text.splitlines()[0]
    assert first.startswith(f"Freshness: {state}. ")
    assert words in first


def test_thousands_of_gaps_are_the_newest_few(opened: Opened, ask: Ask) -> None:
    holes = [(FIRST + n * 100, FIRST + n * 100 + 90) for n in range(5_000)]
    with opened([], holes) as workspace:
        reply = ask(workspace, "search_conversations")
        gaps = workspace.sync_info(workspace.verdict(), workspace.outlook())["gaps"]
    assert len(gaps) > 1_000
    assert to_json(gaps[-MOST_GAPS:]) == to_json(reply.info["gaps"])


def test_an_unknown_conversation_is_an_error_that_says_how_complete_the_mirror_is(
    opened: Opened, ask: Ask
) -> None:
    with opened([], [(FIRST, SECOND - 5 * DAY)]) as workspace:
        reply = ask(workspace, "get_conversation", conversation_id="7")
    assert "There is no conversation 7 in the mirror" in reply.error
    assert "Freshness: partial." in reply.error
    assert reply.info["state"] == "partial"
    assert reply.result.structured_content is not None
    assert reply.result.structured_content["conversation"] is None


def test_a_thread_is_judged_from_its_last_activity_on(opened: Opened, ask: Ask) -> None:
    with opened(records(1), [(SECOND - DAY, SECOND)]) as workspace:
        assert ask(workspace, "get_conversation", conversation_id="1").info["state"] == "fresh"
        assert ask(workspace, "search_conversations").info["state"] == "partial"


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        ("2026-10-01", "2026-10-05", "fresh"),
        ("2026-10-01T10:00:00.000Z", "2026-10-05T10:00:00+02:00", "fresh"),
        ("2026-10-01", "2026-10-06", "partial"),
        ("2026-10-06", "2026-10-07T12:00", "stale"),
        ("2026-10-01", "2030-01-01", "partial"),
    ],
)
def test_a_window_is_judged_with_the_whole_of_its_last_day(
    opened: Opened, ask: Ask, start: str, end: str, state: str
) -> None:
    last = to_epoch(datetime(2026, 10, 6, tzinfo=BERLIN)) - 1
    with opened([], [(FIRST, last)]) as workspace:
        for tool, names in (
            ("check_sync_state", ("start", "end")),
            ("check_coverage", ("start_date", "end_date")),
        ):
            reply = ask(workspace, tool, **dict(zip(names, (start, end), strict=True)))
            first = datetime.fromisoformat(reply.data["start"])
            second = datetime.fromisoformat(reply.data["end"])
            api = workspace.check_sync_state(first, second)
            assert reply.info["state"] == api.value == state
        assert not workspace.sync_in_progress


# --- what is found


def test_an_address_is_compared_whole(opened: Opened, ask: Ask) -> None:
    addresses = ["ada@x.example", "ADA@X.example", "ada@x.example.org", "not-ada@x.example"] * 60
    found = [
        dataclasses.replace(record, customer_email=address)
        for record, address in zip(records(len(addresses)), addresses, strict=True)
    ]
    with opened(found) as workspace:
        first = ask(workspace, "search_conversations", customer_email="Ada@x.example", limit=100)
        rest = ask(
            workspace,
            "search_conversations",
            customer_email="Ada@x.example",
            limit=100,
            cursor=first.data["next_cursor"],
        )
    assert [*ids(first), *ids(rest)] == [n for n in range(240, 0, -1) if n % 4 in {1, 2}]
    assert len(ids(first)) == 100
    assert rest.data["next_cursor"] is None
    assert first.data["total"] is None
    assert "100 conversations in this answer; how many there are in all is not counted." in first.text
    assert "20 conversations in this answer; how many" in rest.text


def test_a_timeframe_narrows_a_query(opened: Opened, ask: Ask) -> None:
    with opened(records(40)) as workspace:
        today = ask(workspace, "search_conversations", query="refund", timeframe="today")
        both = ask(workspace, "search_conversations", query="until:yesterday", timeframe="last 24 hours")
    assert ids(today) == list(range(40, 26, -1))
    assert ids(both) == list(range(26, 16, -1))


@pytest.mark.parametrize("view", ["inbox", "Waiting"])
def test_a_view_is_listed_in_its_own_order_in_pages(opened: Opened, ask: Ask, view: str) -> None:
    found = [
        dataclasses.replace(record, waiting_since=SECOND - DAY * (1 + record.id % 7))
        for record in records(25)
    ]
    with opened(found) as workspace:
        expected = list(workspace.search_ids(workspace.views.query(view)))
        pages, following = list[int](), None
        while True:
            reply = ask(workspace, "search_view", name=view, limit=10, cursor=following)
            pages += ids(reply)
            if (following := reply.data["next_cursor"]) is None:
                break
    assert pages == expected
    assert len(expected) == 25


def test_a_list_stays_what_it_was_while_conversations_move(opened: Opened, ask: Ask, tmp_path: Path) -> None:
    with opened(records(6)) as workspace:
        first = ask(workspace, "search_conversations", limit=3)
        with fixed_workspace(
            tmp_path / "mirror.db", [with_thread(conversation(1, updated_at=SECOND), "new")]
        ):
            second = ask(workspace, "search_conversations", limit=3, cursor=first.data["next_cursor"])
    assert ids(first) == [6, 5, 4]
    assert ids(second) == [3, 2]


def test_a_list_ends_where_the_budget_does(opened: Opened, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.mcp.searching.BUDGET", 1_000)
    with opened(records(60)) as workspace:
        seen, following = list[int](), None
        while True:
            reply = ask(workspace, "search_conversations", limit=50, cursor=following)
            assert len(reply.others_words) <= 1_100
            seen += ids(reply)
            if (following := reply.data["next_cursor"]) is None:
                break
    assert seen == list(range(60, 0, -1))


def test_other_words_are_suggested_where_nothing_is_found(opened: Opened, ask: Ask) -> None:
    with opened(records(3)) as workspace:
        reply = ask(workspace, "search_conversations", query="refnud")
    assert reply.data["suggestion"] == "refund"
    assert reply.others_words == "Did you mean: refund"


def test_a_thread_comes_in_pages_and_a_long_message_in_pieces(
    opened: Opened, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.mcp.reading.BUDGET", 1_000)
    texts = ["short", "".join(f"{n:05}" for n in range(500)), *(f"reply {n} " * 30 for n in range(9))]
    (record,) = records(1)
    with opened([with_thread(record, *texts)]) as workspace:
        parts, following, pages = list[dict[str, Any]](), None, 0
        while True:
            reply = ask(workspace, "get_conversation", conversation_id="#1", cursor=following)
            assert sum(len(each["text"]) for each in reply.data["parts"]) <= 1_000
            assert len(reply.others_words) < 2_500
            parts += reply.data["parts"]
            pages += 1
            if (following := reply.data["next_cursor"]) is None:
                break
    assert pages > 5
    whole = dict[int, str]()
    for each in parts:
        assert len(whole.get(each["id"], "")) == each["offset"]
        whole[each["id"]] = whole.get(each["id"], "") + each["text"]
    assert [text.strip() for text in whole.values()] == ["refund", *(text.strip() for text in texts)]
    assert [each["is_cut"] for each in parts if each["id"] == 102] == [True, True, False]


def test_the_statistics_are_those_of_the_report(opened: Opened, ask: Ask) -> None:
    found = [dataclasses.replace(record, created_at=record.updated_at) for record in records(30)]
    with opened(found) as workspace:
        data = ask(workspace, "stats", timeframe="last 7 days").data
        report = workspace.insights.report(workspace.parse("since:7d"))
    assert data["opened"] == report.created.value == 30
    assert data["active"] == report.active.value
    assert sum(day["opened"] for day in data["days"]) == 30
    assert data["now"]["open"] == report.open.total.value
    assert data["now"]["sync_info"]["state"] == "fresh"


# --- bad input


BAD_QUERY = ("search_conversations", {"query": "is:opn"}, "did you mean “open”?")


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        BAD_QUERY,
        ("search_conversations", {"timeframe": "last fortnight"}, "allowed are today, yesterday"),
        ("search_conversations", {"timeframe": "last 9000 months"}, "timeframe: "),
        ("search_conversations", {"customer_email": "Ada"}, "is no address"),
        ("search_conversations", {"limit": 0}, "limit: "),
        ("search_conversations", {"limit": 201}, "limit: "),
        ("search_conversations", {"limit": "many"}, "limit: "),
        ("search_conversations", {"timeout": 601}, "timeout: "),
        ("search_conversations", {"query": "x" * 2_001}, "query: "),
        ("search_conversations", {"cursor": "x"}, "cursor: give the next_cursor"),
        ("search_conversations", {"cursor": "ß"}, "cursor: give the next_cursor"),
        (
            "search_conversations",
            {"cursor": cursor.write_cursor(cursor.ThreadPosition(1, 2, 3))},
            "cursor: ",
        ),
        ("search_conversations", {"time_frame": "today"}, "did you mean “timeframe”?"),
        ("search_view", {"name": "inbx"}, "did you mean “Inbox”?"),
        ("search_view", {}, "name: "),
        ("stats", {"query": "since:2999-01-01"}, "in the future"),
        ("get_conversation", {"conversation_id": "twelve"}, "is no number"),
        ("get_conversation", {"conversation_id": "9" * 30}, "is no number"),
        ("check_coverage", {"start_date": "2026-10-05", "end_date": "2026-10-04"}, "is before start_date"),
        ("check_coverage", {"start_date": "5 Oct", "end_date": "2026-10-06"}, "start_date: "),
        ("check_sync_state", {"start": "2027-01-01", "end": "2027-01-02"}, "in the future"),
        ("get_sync_status", {"verbose": True}, "it has none"),
        ("no_such_tool", {}, "Unknown tool"),
    ],
)
def test_bad_input_is_one_line_that_says_what_is_wrong(
    opened: Opened, ask: Ask, tool: str, arguments: dict[str, Any], words: str
) -> None:
    with opened(records(1)) as workspace:
        reply = ask(workspace, tool, **arguments)
    assert reply.error.startswith(f"{tool}: ")
    assert words in reply.error
    assert len(reply.error) < 500


def test_a_cursor_is_for_its_own_question(opened: Opened, ask: Ask) -> None:
    with opened([*records(3), with_thread(conversation(9, text="x" * 30_000), "ok")]) as workspace:
        listed = ask(workspace, "search_conversations", limit=1).data["next_cursor"]
        assert "another search" in ask(workspace, "search_conversations", query="refund", cursor=listed).error
        read = ask(workspace, "get_conversation", conversation_id="9").data["next_cursor"]
        assert (
            "another conversation"
            in ask(workspace, "get_conversation", conversation_id="1", cursor=read).error
        )
        gone = cursor.write_cursor(cursor.ThreadPosition(9, 12345, 0))
        assert (
            "has changed since" in ask(workspace, "get_conversation", conversation_id="9", cursor=gone).error
        )


def test_a_fault_of_the_program_is_logged_and_tells_nothing(
    opened: Opened, ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    with opened(records(1)) as workspace:
        monkeypatch.setattr(workspace, "count", fail)
        reply = ask(workspace, "search_conversations")
    assert reply.error.startswith("search_conversations: an unexpected error")
    assert "a secret" in caplog.text


def test_a_closed_database_is_an_error_and_no_empty_list(opened: Opened, ask: Ask) -> None:
    with opened(records(1)) as workspace:
        pass
    assert "was closed" in ask(workspace, "search_conversations").error


# --- resources and prompts


def test_resources_say_how_complete_they_are_and_what_is_wrong_with_an_address(
    opened: Opened, talk: Talk
) -> None:
    async def script(client: Client) -> None:
        for uri in ("conversation://3", "view://inbox", "view://Closed%20today"):
            (content,) = (await client.read_resource(uri)).contents
            assert isinstance(content, TextResourceContents)
            assert content.text.startswith("Freshness: fresh. ")
        for uri, words in (
            ("conversation://x", "is no number"),
            ("conversation://99", "Freshness: fresh."),
            ("view://inbx", "did you mean “Inbox”?"),
            ("nothing://x", "Unknown resource"),
            ("conversation://%00", "no such address; there are conversation:// with a number"),
            ("view://..%2Fx", "no such address"),
        ):
            with pytest.raises(MCPError) as raised:
                await client.read_resource(uri)
            assert words in raised.value.message

    with opened(records(3)) as workspace:
        talk(workspace, script)


def test_a_conversation_that_is_too_long_for_one_document_says_where_the_rest_is(
    opened: Opened, talk: Talk
) -> None:
    async def read(client: Client) -> str:
        (content,) = (await client.read_resource("conversation://1")).contents
        assert isinstance(content, TextResourceContents)
        return content.text

    (record,) = records(1)
    with opened([with_thread(record, *["word " * 10_000] * 6)]) as workspace:
        text = talk(workspace, read)
    assert "It is cut after 200,000 characters; get_conversation" in text
    assert len(text) < reading.LONGEST_DOCUMENT + 1_000


def test_a_prompt_for_an_unknown_view_names_a_known_one(opened: Opened, talk: Talk) -> None:
    async def script(client: Client) -> None:
        with pytest.raises(MCPError, match="did you mean “Inbox”"):
            await client.get_prompt("triage_queue", {"view": "inbx"})
        with pytest.raises(MCPError, match="Unknown prompt"):
            await client.get_prompt("nothing")

    with opened() as workspace:
        talk(workspace, script)


def test_an_older_client_is_answered_too(opened: Opened) -> None:
    from contextlib import closing

    from tui.mcp.mirror import Mirror
    from tui.mcp.server import make_server

    async def main() -> Reply:
        with closing(Mirror(workspace)) as mirror:
            async with Client(make_server(mirror), mode="legacy") as client:
                return await call_tool(client, "search_conversations", limit=1)

    with opened(records(2)) as workspace:
        assert ids(asyncio.run(main())) == [2]
