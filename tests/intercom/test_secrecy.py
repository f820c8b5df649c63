"""The token goes to the server and nowhere else."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest

from tests.intercom.scripted import RESET, Answer, Request, ScriptedServer, json_answer
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


# --- a server, or a proxy, that repeats what it was sent ----------------------------------------------------

ECHOED: dict[str, Callable[[str], str]] = {
    "as it is": lambda header: header,
    "cut": lambda header: header[:24],
    "its end": lambda header: header[-20:],
    "in capitals": str.upper,
    "percent-encoded": lambda header: quote(header, safe=""),
    "in base64": lambda header: b64encode(header.encode()).decode(),
    "on two lines": lambda header: f"{header[:20]}\n{header[20:]}",
    "with an escape sequence in it": lambda header: f"{header[:20]}\x1b[1m{header[20:]}",
}


def echoing(status: int, write: Callable[[str], str], place: str) -> Callable[[Request], Answer]:
    def script(request: Request) -> Answer:
        words = write(request.headers["authorization"])
        if place == "location":
            return Answer(
                302, headers={"location": f"https://{quote(words, safe='')}.example/{quote(words)}"}
            )
        if place == "content-encoding":
            return Answer(status, headers={"content-encoding": quote(words)})
        error = {"code": words, "message": f"bad header: {words}", "field": words}
        return json_answer({"type": "error.list", "errors": [error | {place: words}]}, status)

    return script


@pytest.mark.parametrize("place", ["message", "code", "field", "location", "content-encoding"])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 422, 500, 503])
def test_an_answer_that_repeats_the_token(status: int, place: str, caplog: pytest.LogCaptureFixture) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(IntercomError) as caught:
            await client.me()
        report = shown(caught.value) + caught.value.message
        assert SECRET not in report
        assert SECRET[:8] not in report
        assert quote(SECRET, safe="") not in report

    with caplog.at_level(logging.DEBUG, "tui"):
        with_server(echoing(status, ECHOED["as it is"], place), use, max_attempts=1)
    assert SECRET not in "".join(record.getMessage() for record in caplog.records if record.name[:3] == "tui")


@pytest.mark.parametrize("way", ECHOED)
def test_however_an_answer_writes_the_token(way: str) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(IntercomError) as caught:
            await client.me()
        message = caught.value.message
        assert "•••" in message
        for known in (SECRET, b64encode(f"Bearer {SECRET}".encode()).decode()[10:]):
            for start in range(len(known) - 8):
                assert known[start : start + 8].lower() not in message.lower()

    with_server(echoing(401, ECHOED[way], "message"), use)


@pytest.mark.parametrize("escaped", [False, True])
def test_a_good_answer_that_repeats_the_token_is_read_without_it(escaped: bool) -> None:
    def script(request: Request) -> Answer:
        text = json.dumps(ME | {"name": request.headers["authorization"], "email": SECRET})
        return Answer(200, (text.replace("=", "\\u003d") if escaped else text).encode())

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        me = await client.me()
        assert (me.name, me.email) == ("Bearer •••", "•••")

    with_server(script, use)


def test_a_proxy_that_repeats_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"CONNECT api.intercom.io" in head
        sent = head.partition(b"Authorization: ")[2].partition(b"\r\n")[0]
        writer.write(b"HTTP/1.1 407 wrong: " + sent + b" me:open sesame 22\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def use() -> None:
        proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with proxy:
            port = proxy.sockets[0].getsockname()[1]
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:open%20sesame%2022@127.0.0.1:{port}")
            client = IntercomClient("https://api.intercom.io", HiddenToken(), max_attempts=1)
            async with client:
                with pytest.raises(IntercomError) as caught:
                    await client.me()
        assert "refused the connection to api.intercom.io (407 wrong: " in caught.value.message
        for secret in ("sesame", b64encode(b"me:open sesame 22").decode()):
            assert secret not in caught.value.message

    asyncio.run(use())
