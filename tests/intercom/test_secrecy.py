"""The token goes to the server and nowhere else."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback

import httpx
import pytest

from tests.intercom.scripted import RESET, Answer, ScriptedServer, json_answer
from tests.intercom.support import ME, SECRET, HiddenToken, with_server
from tui.intercom.client import IntercomClient
from tui.intercom.errors import IntercomError


def shown(error: BaseException) -> str:
    """Everything that any reporter of tracebacks could print about an error."""
    lines = list(traceback.TracebackException.from_exception(error, capture_locals=True).format(chain=True))
    todo: list[BaseException] = [error]
    while todo:
        below = todo.pop()
        lines.append(repr(below) + str(below.args) + repr(vars(below)))
        for frame, _ in traceback.walk_tb(below.__traceback__):
            lines.append(repr(frame.f_locals))
        todo.extend(one for one in (below.__cause__, below.__context__) if one is not None)
    return "\n".join(lines)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401),
        Answer(403),
        Answer(500),
        RESET,
        Answer(delay=3),
        Answer(200, b"<html>"),
        Answer(302),
        Answer(429),
    ],
    ids=["401", "403", "500", "reset", "slow", "html", "redirect", "429"],
)
def test_errors_and_their_tracebacks(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(IntercomError) as caught:
            await client.me()
        report = shown(caught.value)
        assert SECRET not in report
        assert "Bearer" not in report
        assert caught.value.__context__ is None  # nothing of the HTTP libraries hangs on it

    with caplog.at_level(logging.DEBUG):
        with_server(lambda request: answer, use, timeout=0.3, max_attempts=2, window=0.1)
    assert SECRET not in caplog.text
    assert caplog.records  # the HTTP libraries did log


@pytest.mark.parametrize("turns", [1, 2, 10, None])
def test_cancellation(turns: int | None) -> None:
    """So many turns of the event loop after the call began; None: when the server has the request."""

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        call = asyncio.create_task(client.me())
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        if turns is None:
            await server.called.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await call
        assert SECRET not in shown(caught.value)

    with_server(lambda request: Answer(delay=3), use)


def test_objects_do_not_show_it() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        seen = [repr(client), repr(client.stats), repr(vars(client))]
        for value in gc.get_objects():
            if isinstance(
                value, httpx.AsyncClient | httpx.Auth | httpx.Request | httpx.Response | httpx.Headers
            ):
                seen.append(repr(value))
                seen.append(repr(getattr(value, "headers", "")))
        assert not [text for text in seen if SECRET in text]

    with_server(lambda request: json_answer(ME), use)


def test_a_token_that_cannot_be_sent_is_not_shown_either() -> None:
    token = HiddenToken(f"{SECRET} x")
    with pytest.raises(IntercomError) as caught:
        IntercomClient("https://api.intercom.io", token)
    assert SECRET not in shown(caught.value)
