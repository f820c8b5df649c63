"""Answers that keep the client busy: a byte at a time, without end, or huge once unpacked."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Coroutine
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE = 65536
MEGABYTE = 1_000_000
HEADERS = [(b"content-type", b"application/json; charset=utf-8")]


async def trickle(app: ASGIApp, scope: Scope, receive: Receive, send: Send, pause: float) -> None:
    """The app's answer with a pause (seconds) after each byte of the body."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *bodies = messages
    body = b"".join(message.get("body", b"") for message in bodies)

    async def drip() -> None:
        await send(start)
        for place in range(len(body)):
            await send({"type": "http.response.body", "body": body[place : place + 1], "more_body": True})
            await asyncio.sleep(pause)
        await send({"type": "http.response.body", "body": b""})

    await until_disconnect(receive, drip())


async def until_disconnect(receive: Receive, answer: Coroutine[Any, Any, None]) -> None:
    """Runs `answer`, whose request has been read, until it ends or the client goes away."""
    answering = asyncio.ensure_future(answer)
    leaving = asyncio.ensure_future(disconnected(receive))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answering.cancel()
        leaving.cancel()
        await asyncio.wait({answering, leaving})
    if not answering.cancelled():
        answering.result()


async def disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def endless(send: Send) -> None:
    """The beginning of a JSON list, for ever."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b'{"conversations":[', "more_body": True})
    while True:
        await send({"type": "http.response.body", "body": b"0," * (PIECE // 2), "more_body": True})
        await asyncio.sleep(0)


async def explode(send: Send, megabytes: int) -> None:
    """A JSON object that is small only while it is compressed."""
    body = bomb(megabytes)
    headers = [
        *HEADERS,
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=1)
def bomb(megabytes: int) -> bytes:
    """`{"pad":"000…"}` of so many megabytes, in gzip: one megabyte is compressed once and then repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    start, block, end = b'{"pad":"', b"0" * MEGABYTE, b'"}'
    packed = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    packed += packer.compress(end) + packer.flush(zlib.Z_FINISH)
    checksum = zlib.crc32(start)
    for _ in range(megabytes):
        checksum = zlib.crc32(block, checksum)
    checksum = zlib.crc32(end, checksum)
    size = len(start) + megabytes * len(block) + len(end)
    return (
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + packed + struct.pack("<II", checksum, size & 0xFFFFFFFF)
    )
