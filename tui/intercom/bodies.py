"""Reads the body of an answer: unpacked, and never more of it than a limit, whatever the server sends."""

from __future__ import annotations

import zlib

import httpx

from tui.text import one_line

ACCEPTED = "gzip, deflate"
"""The Accept-Encoding of every request."""
LARGEST = 64 * 1024 * 1024
"""Bytes, unpacked. A search page of 150 conversations has about 0.3 MB, a thread of 500 long parts tens."""
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_BARE_DEFLATE = -zlib.MAX_WBITS
_ZLIB = 8
"""How data with zlib's header begins, in the lower half of its first byte; some servers leave it out."""


class BadBody(Exception):
    """A body that cannot be read; the text is what the server did, without a subject."""


class BodyTooLarge(BadBody):
    """A body of more bytes than the limit."""


async def read_body(response: httpx.Response, largest: int = LARGEST) -> bytes:
    """The unpacked body of a response whose stream has not been read. Raises `BadBody`, `BodyTooLarge` and
    the errors of httpx."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    body = _Body(largest)
    if encoding in {"", "identity"}:
        async for chunk in response.aiter_raw():
            body.add(chunk)
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        await _unpack(response, encoding, body)
    else:
        raise BadBody(f"packed its answer as “{one_line(encoding)[:40]}”, which was not asked for")
    return body.whole()


async def _unpack(response: httpx.Response, encoding: str, body: _Body) -> None:
    unpacker = None
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > body.largest:
            raise body.too_large()
        if not chunk:
            continue
        if unpacker is None:
            bare = encoding == "deflate" and chunk[0] & 0x0F != _ZLIB
            unpacker = zlib.decompressobj(_BARE_DEFLATE if bare else _ZLIB_OR_GZIP)
        while chunk and not unpacker.eof:
            try:
                body.add(unpacker.decompress(chunk, body.room + 1))
            except zlib.error:
                raise BadBody("sent an answer that cannot be unpacked") from None
            chunk = unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise BadBody("sent an answer that was cut off")


class _Body:
    """As much of a body as has come."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self._read = bytearray()

    @property
    def room(self) -> int:
        """How many bytes more may come."""
        return self.largest - len(self._read)

    def add(self, part: bytes) -> None:
        if len(part) > self.room:
            raise self.too_large()
        self._read += part

    def too_large(self) -> BodyTooLarge:
        return BodyTooLarge(f"sent an answer of more than {self.largest // 1024 // 1024} MB")

    def whole(self) -> bytes:
        return bytes(self._read)
