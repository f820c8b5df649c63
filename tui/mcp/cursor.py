"""Answers in pages: how large one is, and the opaque text that leads to the next."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec

from tui.mcp.errors import BadArgument

BUDGET = 20_000
"""Characters of others' text in one answer."""


class SearchPosition(msgspec.Struct, frozen=True, array_like=True):
    """After which line a list goes on."""

    asked: str
    """A digest of the arguments that the cursor belongs to."""
    key: int
    line: int


class ThreadPosition(msgspec.Struct, frozen=True, array_like=True):
    """At which entry of a thread it goes on, and at which character of that."""

    conversation: int
    part: int
    offset: int


Position = TypeVar("Position", SearchPosition, ThreadPosition)


def digest(*arguments: str | None) -> str:
    return hashlib.sha256(msgspec.json.encode(arguments)).hexdigest()[:16]


def write_cursor(position: SearchPosition | ThreadPosition) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def read_cursor(text: str, kind: type[Position]) -> Position:
    """Raises `BadArgument` for what no answer gave out as a cursor of this kind."""
    try:
        decoded = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(decoded, type=kind)
    except (binascii.Error, UnicodeEncodeError, msgspec.DecodeError):
        raise BadArgument("cursor: give the next_cursor of an earlier answer as it is, or none") from None
