"""Whatever a server sends, a call costs bounded memory and time and ends with one clear line."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.intercom.scripted import Answer, ScriptedServer, json_answer
from tests.intercom.support import ME, HiddenToken, with_server
from tui.intercom import client as client_module
from tui.intercom.client import IntercomClient
from tui.intercom.errors import BadAnswer, IntercomError, PageTooHeavy, Unauthorized, Unreachable
from tui.intercom.searches import updated_between

MB = 1024 * 1024


def bomb() -> bytes:
    """0.1 MB that unpack to 130 MB, twice the limit."""
    packer = zlib.compressobj(wbits=31)
    return b"".join([packer.compress(b" " * MB) for _ in range(130)]) + packer.flush()


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


BODY = json.dumps(ME).encode()


def test_a_gzip_bomb_costs_no_more_memory_than_the_limit() -> None:
    body = bomb()
    assert len(body) < MB

    async def use(client: IntercomClient, server: ScriptedServer) -> int:
        tracemalloc.start()
        try:
            with pytest.raises(BadAnswer, match="sent an answer of more than 64 MB"):
                await client.conversation(5)
            assert len(server.requests) == 1  # it would be the same again
            with pytest.raises(PageTooHeavy, match=r"a search page of 150 is too heavy: .* more than 64 MB"):
                await client.search_conversations(updated_between(1, 2), per_page=150)
            assert len(server.requests) == 2
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak = with_server(lambda request: Answer(200, body, {"content-encoding": "gzip"}), use)
    assert peak < 160 * MB


def test_a_long_plain_answer_is_stopped_too() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(BadAnswer, match="sent an answer of more than 64 MB"):
            await client.conversation(5)

    with_server(lambda request: Answer(200, b" " * (65 * MB)), use)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("identity", BODY),
        ("gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY) + b"\0" * 300_000),
        ("deflate", zlib.compress(BODY)),
        ("deflate", bare_deflate(BODY)),
    ],
    ids=["identity", "gzip", "upper", "trailing", "zlib", "bare"],
)
def test_packed_answers(encoding: str, body: bytes) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert (await client.me()).id == 991
        assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"

    with_server(lambda request: Answer(200, body, {"content-encoding": encoding}), use)


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("br", BODY, "packed its answer as “br”"),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY)), "packed its answer as “gzip, gzip”"),
        ("gzip", BODY, "cannot be unpacked"),
        ("gzip", gzip.compress(BODY)[:-9], "was cut off"),
        ("gzip", b"", "without JSON"),
        ("deflate", b"\xff\xff\xff", "cannot be unpacked"),
    ],
)
def test_answers_that_cannot_be_unpacked(encoding: str, body: bytes, words: str) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(BadAnswer, match=words):
            await client.me()
        assert len(server.requests) == 2  # a cut-off answer may come whole the next time

    with_server(lambda request: Answer(200, body, {"content-encoding": encoding}), use, max_attempts=2)


def test_the_status_counts_more_than_an_unreadable_body() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(Unauthorized):
            await client.me()

    with_server(lambda request: Answer(401, b"?", {"content-encoding": "zstd"}), use)


def answered_with(answer: bytes, *, slowly: bytes = b"", timeout: float = 0.5) -> tuple[IntercomError, float]:
    """The error of a call to a server that sends these bytes, and `slowly` again and again; the seconds it
    took."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)
                await writer.drain()
                while slowly:
                    writer.write(slowly)
                    await writer.drain()
                    await asyncio.sleep(0.01)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def use() -> tuple[IntercomError, float]:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            client = IntercomClient(
                f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
                HiddenToken(),
                timeout=timeout,
                max_attempts=2,
                backoff=0.01,
            )
            async with client:
                began = time.monotonic()
                with pytest.raises(IntercomError) as caught:
                    await client.me()
                return caught.value, time.monotonic() - began

    return asyncio.run(use())


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b"HTTP/0.9 200 OK\r\n\r\n{}",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        OK + b"X: " + b"a" * 2_000_000,
        OK + b"X: a\r\n" * 400_000 + b"\r\n",
        OK + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"X: a\x1b[31mb\r\nContent-Length: 0\r\n\r\n",
        OK + b"X\xff\xfe: \xff\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n{}",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n{}",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        OK + b"Transfer-Encoding: sideways\r\n\r\n{}",
        OK + b"Content-Type: text/\xff\r\nContent-Encoding: \xff\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"Date: " + b"9" * 5000 + b"\r\nContent-Length: 0\r\n\r\n",
        OK + b"Set-Cookie: " + b"a=;" * 20_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: http://\x7f[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: http://x:99999999999999\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: http://xn--\xff/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: /me\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: //" + b"a" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 X\r\nRetry-After: nan\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 X\r\nRetry-After: " + b"9" * 5000 + b"\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=lambda answer: repr(answer[:48]),
)
def test_garbage_is_one_clear_failure(answer: bytes) -> None:
    error, seconds = answered_with(answer)
    assert isinstance(error, BadAnswer | Unreachable)
    assert error.message.isprintable()
    assert 20 < len(error.message) < 500
    assert "127.0.0.1" in error.message
    assert seconds < 2.5


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (OK + b"Content-Length: 1000000\r\n\r\n{", b" "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (OK, b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "continue"],
)
def test_a_slow_trickle_does_not_outlast_the_timeout(start: bytes, more: bytes) -> None:
    error, seconds = answered_with(start, slowly=more, timeout=0.3)
    assert isinstance(error, Unreachable)
    assert seconds < 1.2


def hanging(use: Callable[[IntercomClient], Awaitable[object]], *, timeout: float) -> float:
    """The seconds of a call that never gets an answer, however often it is tried."""

    async def run(client: IntercomClient, server: ScriptedServer) -> float:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer within [\d.]+ s$"):
            await use(client)
        return time.monotonic() - began

    return with_server(lambda request: Answer(delay=60), run, timeout=timeout, max_attempts=100)


def test_a_call_ends_after_three_timeouts_however_often_it_may_be_tried() -> None:
    assert 0.25 < hanging(lambda client: client.conversation(5), timeout=0.1) < 1


def test_the_check_of_the_token_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client_module._PATIENCE == 30
    monkeypatch.setattr(client_module, "_PATIENCE", 0.3)
    assert 0.25 < hanging(lambda client: client.me(), timeout=10) < 1


def test_waiting_for_the_rate_limit_does_not_count() -> None:
    left = [429, 429, 429, 200]

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert (await client.me()).id == 991
        assert client.stats.rate_limited == 3

    with_server(lambda request: json_answer(ME, left.pop(0), retry_after="0.3"), use, timeout=0.2)


def test_a_cut_off_answer_may_come_whole_the_next_time() -> None:
    whole = Answer(200, gzip.compress(BODY), {"content-encoding": "gzip"})
    answers = [replace(whole, body=whole.body[:-5]), whole]

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert (await client.me()).id == 991

    with_server(lambda request: answers.pop(0), use)
