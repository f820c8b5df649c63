"""What was written through the API, in order, and what its writers could know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tui.simulator.model import SimulatedConversation

WriteKind = Literal[
    "comment",
    "note",
    "close",
    "open",
    "snoozed",
    "assignment",
    "tag",
    "untag",
    "update",
    "redact",
    "delete",
    "customer",
    "create_tag",
]
"""`customer`: a reply in the customer's name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one request did."""

    kind: WriteKind
    answer: bytes
    """The JSON that it is answered with."""
    admin: int = 0
    target: int | None = None


@dataclass(frozen=True, slots=True)
class AppliedWrite:
    """One change made through the API, whatever its sender was told about it."""

    at: float
    """Epoch seconds of the simulator's clock."""
    request_id: str
    """The X-Request-Id of the answer."""
    kind: WriteKind
    conversation_id: int
    """0: none, a tag was created."""
    admin: int
    """In whose name; 0: nobody's (a title, a read flag)."""
    target: int | None
    """The assignee (0: nobody), the tag, or the second until which it is snoozed."""
    changed: bool
    """Whether anything is different now; False: the tag was there already."""
    part_id: int | None
    """The part that it added."""
    body: str | None
    """The HTML of that part."""
    newest_customer_part: int | None
    """The latest message of the customer just before; None: there was only the first one."""
    newest_message: int | None
    """The latest message of anybody just before, notes included."""
    newest_shown: int | None
    """The latest message of anybody that the last GET of this conversation showed to anyone."""


def newest_message(conversation: SimulatedConversation, *, of_customer: bool = False) -> int | None:
    """The id of the latest part with a text; None: only the first message has one."""
    for number in range(conversation.part_count - 1, -1, -1):
        part = conversation.parts[number]
        if part.body and (part.author.is_customer or not of_customer):
            return part.id
    return None


def duplicates(writes: Iterable[AppliedWrite]) -> list[list[AppliedWrite]]:
    """Replies and notes, also those that came with a close or an assignment, that stand twice or more often
    in a conversation: by the same teammate, with the same text."""
    same: dict[tuple[object, ...], list[AppliedWrite]] = defaultdict(list)
    for write in writes:
        if write.body:
            same[write.conversation_id, write.admin, write.kind, write.body].append(write)
    return [found for found in same.values() if len(found) > 1]
