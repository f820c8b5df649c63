"""The promise of the product, checked against the simulator's truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tui.intercom.html import html_to_text
from tui.simulator.model import Truth
from tui.simulator.world import World
from tui.workspace import Workspace

OPENING = 0
"""The `part_id` of the first message."""


@dataclass(slots=True)
class StoredConversation:
    """What a mirror holds of a conversation."""

    updated_at: int
    thread_updated_at: int
    state: str
    admin: int
    team: int
    tags: frozenset[int]
    texts: dict[int, str]
    """By part."""


Excused = Callable[[int, Truth, StoredConversation | None], bool]
"""Whether nothing can be demanded of a conversation: by its id, what the server holds and what is stored."""


def nobody(_: int, __: Truth, ___: StoredConversation | None) -> bool:
    """No conversation is excused."""
    return False


def read_stored(workspace: Workspace) -> dict[int, StoredConversation]:
    """All conversations that are not deleted, by id."""
    models = workspace.models
    conversation, part, tag = models.Conversation, models.Part, models.ConversationTag
    columns = (
        conversation.id,
        conversation.updated_at,
        conversation.thread_updated_at,
        conversation.state,
        conversation.assignee_id,
        conversation.team_id,
    )
    # First, because what belongs to a conversation may be newer than its row, but must not be older.
    alive = list(conversation.select(*columns).where(conversation.deleted_at.is_null()).tuples())
    tags: dict[int, set[int]] = {}
    for conversation_id, tag_id in tag.select(tag.conversation_id, tag.tag_id).tuples():
        tags.setdefault(conversation_id, set()).add(tag_id)
    texts: dict[int, dict[int, str]] = {}
    for conversation_id, part_id, text in part.select(part.conversation_id, part.part_id, part.text).tuples():
        texts.setdefault(conversation_id, {})[part_id] = text
    return {
        i: StoredConversation(
            updated, thread, state, admin or 0, team or 0, frozenset(tags.get(i, ())), texts.get(i, {})
        )
        for i, updated, thread, state, admin, team in alive
    }


def broken_promises(workspace: Workspace, world: World, excused: Excused = nobody) -> list[str]:
    """What the coverage claims but the store does not hold.

    Of a conversation that changed without a trace only its presence is demanded, and nothing of one that the
    server gives out distorted. Truth and coverage are read one after the other while the world goes on: a
    conversation that changed in between has left the covered past, so only what is still where it was counts.
    """
    coverage = workspace.coverage()
    stored = read_stored(workspace)
    patched = world.wrong.patched
    problems: list[str] = []
    for conversation_id, truth in world.truth().items():
        held = stored.get(conversation_id)
        if conversation_id in patched or excused(conversation_id, truth, held):
            continue
        if any(i.start <= truth.updated_at <= i.end for i in coverage):
            found = differences(held, truth)
            problems += (f"{conversation_id} ({truth.updated_at}) is covered, but {d}" for d in found)
    return problems


def differences(stored: StoredConversation | None, truth: Truth) -> Iterator[str]:
    """In what the stored conversation is not what the server holds."""
    if stored is None:
        yield "not stored"
    elif stored.updated_at != truth.updated_at:
        yield f"stored as of {stored.updated_at}"
    elif stored.thread_updated_at < truth.updated_at:
        yield f"its thread is of {stored.thread_updated_at}"
    elif not truth.silent:
        yield from _header_differences(stored, truth)
        yield from _text_differences(stored, truth)


def _header_differences(stored: StoredConversation, truth: Truth) -> Iterator[str]:
    for name in ("state", "admin", "team", "tags"):
        if getattr(stored, name) != getattr(truth, name):
            yield f"{name} is {getattr(stored, name)!r}, not {getattr(truth, name)!r}"


def _text_differences(stored: StoredConversation, truth: Truth) -> Iterator[str]:
    if missing := truth.part_ids - stored.texts.keys():
        yield f"lacks parts {sorted(missing)[:5]}"
        return
    for part_id, body in ((OPENING, truth.opening), *truth.bodies.items()):
        if stored.texts.get(part_id) != _text(body or ""):
            yield f"part {part_id} reads {stored.texts.get(part_id)!r:.80}, not {_text(body or '')!r:.80}"


@cache
def _text(body: str) -> str:
    return html_to_text(body)
