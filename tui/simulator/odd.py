"""Conversations whose JSON breaks the documented shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import msgspec

from tui.simulator.model import Json

Patch = Callable[[Json], object]
"""Given the JSON of a conversation, a header or with its thread, returns what is answered in its place. A
`msgspec.Raw` anywhere inside is written as it is."""
DEEP = 600
DIGITS = 5000
ENTITY = "&#" + "9" * 4301 + ";"
"""A character reference with more digits than Python turns into a number."""
HUGE = msgspec.Raw(b"9" * DIGITS)
LONE_SURROGATE = msgspec.Raw(rb'"\ud800"')


def fields(**values: object) -> Patch:
    """A patch that replaces these top-level fields."""
    return lambda conversation: {**conversation, **values}


def replaced(value: object) -> Patch:
    """A patch that answers `value` whatever the conversation is."""
    return lambda conversation: value


def odd_subject(subject: str) -> Patch:
    """A patch that changes the subject of the first message."""
    return lambda conversation: {**conversation, "source": {**conversation["source"], "subject": subject}}


def nested(depth: int) -> msgspec.Raw:
    """An object so many levels deep."""
    return msgspec.Raw(b'{"a":' * depth + b"1" + b"}" * depth)


def odd_tag(conversation: Json) -> Json:
    return {**conversation, "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "x1", "name": "?"}]}}


ODDITIES: dict[str, Patch] = {
    "null created_at": fields(created_at=None),
    "negative updated_at": fields(updated_at=-1),
    "null updated_at": fields(updated_at=None),
    "id no number": fields(id="abc"),
    "tag id no number": odd_tag,
    "deep attributes": fields(custom_attributes=nested(DEEP)),
    "huge integer": fields(created_at=HUGE),
    "long character reference": odd_subject(ENTITY),
    "lone surrogate in the id": fields(id=LONE_SURROGATE),
    "no object": replaced(7),
}
"""Ready-made patches by name."""


def apply(patch: Patch, body: bytes) -> bytes:
    """The JSON after the patch."""
    document: Any = msgspec.json.decode(body)
    return msgspec.json.encode(patch(cast(Json, document)))
