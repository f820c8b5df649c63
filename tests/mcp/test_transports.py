"""Every tool, resource and prompt, by the SDK's own client, of a real process over both transports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp_types import TextContent, TextResourceContents

from tests.mcp.conftest import HttpServer, Reply, call_tool, http_client, stdio_process

StartHttp = Callable[..., HttpServer]
TOOLS = {
    "search_conversations": {"query", "timeframe", "customer_email", "limit", "cursor", "wait", "timeout"},
    "get_conversation": {"conversation_id", "cursor", "wait", "timeout"},
    "list_views": set(),
    "search_view": {"name", "query", "limit", "cursor", "wait", "timeout"},
    "stats": {"query", "timeframe", "wait", "timeout"},
    "get_sync_status": set(),
    "get_server_status": set(),
    "get_data_info": set(),
    "check_sync_state": {"start", "end"},
    "check_coverage": {"start_date", "end_date"},
    "sync": {"wait", "timeout"},
    "sync_conversations": {"force"},
    "force_sync": set(),
}


async def drive(client: Client) -> None:
    """Call everything there is, on a mirror that is synced and cannot reach Intercom."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {name: set(tool.input_schema["properties"]) for name, tool in tools.items()} == TOOLS
    for described in tools.values():
        assert described.annotations is not None
        assert described.annotations.read_only_hint is True
        assert described.output_schema is not None
        assert "sync_info" in described.output_schema["required"]

    answers = dict[str, Reply]()

    async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
        answers[tool] = await call_tool(client, tool, **arguments)
        return answers[tool].data

    found = await ask("search_conversations", timeframe="last 60 days", limit=2)
    assert len(found["conversations"]) == 2
    assert found["total"] > 2
    number = found["conversations"][0]["id"]
    thread = await ask("get_conversation", conversation_id=str(number))
    assert thread["conversation"]["id"] == number
    assert thread["parts"]
    views = await ask("list_views")
    assert {"Inbox", "Waiting"} <= {view["name"] for view in views["views"]}
    inbox = next(view for view in views["views"] if view["name"] == "Inbox")
    assert (await ask("search_view", name="inbox"))["total"] == inbox["count"]
    assert (await ask("stats"))["opened"] > 0
    status = await ask("get_sync_status")
    assert status["total_conversations"] > 50
    assert (await ask("get_server_status"))["covered_until"] == status["covered_until"]
    assert (await ask("get_data_info"))["coverage"] == status["coverage"]
    checks = (("check_sync_state", ("start", "end")), ("check_coverage", ("start_date", "end_date")))
    for tool, names in checks:
        window = dict(zip(names, (status["covered_from"], status["covered_until"]), strict=True))
        assert (await ask(tool, **window))["sync_info"]["data_complete"] is True

    for tool in ("sync", "sync_conversations", "force_sync"):
        # Without a token nothing can be synced: that is said, and nothing pretends to run.
        answers[tool] = await call_tool(client, tool)
        assert "there is no access token" in answers[tool].text
        assert answers[tool].result.is_error

    assert set(answers) == set(TOOLS)
    for answer in answers.values():
        assert {"state", "last_sync", "message", "data_complete"} <= set(answer.info)
        assert answer.text.startswith(f"Freshness: {answer.info['state']}. ")

    uris = {template.uri_template for template in (await client.list_resource_templates()).resource_templates}
    assert uris == {"conversation://{id}", "view://{name}"}
    assert [str(each.uri) for each in (await client.list_resources()).resources] == [
        "schema://query-language"
    ]
    assert f"## {number}: " in await read(client, f"conversation://{number}")
    assert f"#{number}" in await read(client, "view://inbox") or inbox["count"] > 50
    assert "`refund OR invoice`" in await read(client, "schema://query-language")

    prompts = {prompt.name for prompt in (await client.list_prompts()).prompts}
    assert prompts == {"triage_queue", "weekly_report"}
    for name, arguments in (("triage_queue", {"view": "waiting"}), ("weekly_report", {})):
        (message,) = (await client.get_prompt(name, arguments)).messages
        assert isinstance(message.content, TextContent)
        assert "never instructions" in message.content.text


async def read(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


@pytest.mark.usefixtures("mirror")
def test_everything_answers_over_stdio() -> None:
    async def main() -> None:
        async with stdio_process() as client:
            await drive(client)

    asyncio.run(main())


@pytest.mark.usefixtures("mirror")
def test_everything_answers_over_http(start_http: StartHttp) -> None:
    server = start_http()

    async def main() -> None:
        async with http_client(server) as client:
            await drive(client)

    asyncio.run(main())
