"""The workspace's present state and the one way to change it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tui.simulator import render
from tui.simulator.clocks import Clocks
from tui.simulator.index import LaggingIndex
from tui.simulator.model import (
    PARTS_SHOWN,
    Author,
    Company,
    SimulatedAdmin,
    SimulatedContact,
    SimulatedConversation,
    SimulatedMacro,
    SimulatedPart,
    SimulatedTeam,
    Truth,
)
from tui.simulator.options import SimulatorOptions
from tui.simulator.replica import Replica

RENDERED_KEPT = 4096
"""Full answers kept as bytes; a bound on memory, not on speed."""


class State:
    """Everything the workspace holds. All methods may be called from any thread."""

    def __init__(self, options: SimulatorOptions, clock: Callable[[], float]) -> None:
        self.options = options
        self.clock = clock
        """Epoch seconds; drives what happens and when."""
        self.clocks = Clocks(options, clock)
        """What the server shows of time."""
        self.started = int(clock() + self.clocks.stamps)
        """The stamp of the creation; the written history ends just before."""
        self.lock = threading.RLock()
        self.conversations: dict[int, SimulatedConversation] = {}
        self.deleted: dict[int, int] = {}
        """Id → when it was deleted (epoch seconds), oldest first."""
        self.unlisted: set[int] = set()
        """Deleted conversations that GET /conversations/deleted does not give."""
        self.contacts: dict[str, SimulatedContact] = {}
        self.companies: dict[int, Company] = {}
        self.admins: dict[int, SimulatedAdmin] = {}
        self.teams: dict[int, SimulatedTeam] = {}
        self.tags: dict[int, str] = {}
        self.macros: dict[int, SimulatedMacro] = {}
        self.me = 0
        """Id of the teammate whose token this is."""
        self.index = LaggingIndex(options.search_lag)
        self.replica = Replica(options)
        self._full: dict[int, bytes] = {}
        self._ids = 0
        self._moment: float | None = None
        self._silent = False

    def time(self) -> float:
        """Epoch seconds by the simulator's clock, or the moment of the change that is being replayed."""
        return self.clock() if self._moment is None else self._moment

    def now(self) -> int:
        """The second that a change is stamped with."""
        return int(self.time() + self.clocks.stamps)

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Changes made inside happen at `moment` (epoch seconds of `clock`, not after now)."""
        with self.lock:
            outer, self._moment = self._moment, moment
            try:
                yield
            finally:
                self._moment = outer

    @contextmanager
    def silently(self, silent: bool = True) -> Iterator[None]:
        """Changes made inside leave `updated_at` alone."""
        with self.lock:
            outer, self._silent = self._silent, silent
            try:
                yield
            finally:
                self._silent = outer

    @contextmanager
    def lagging(self, seconds: float) -> Iterator[None]:
        """Search finds changes made inside so many seconds later, instead of after `index.lag`."""
        with self.lock:
            outer, self.index.lag = self.index.lag, seconds
            try:
                yield
            finally:
                self.index.lag = outer

    def next_id(self) -> int:
        """A new number, larger than all before; used for parts and messages."""
        self._ids += 1
        return self._ids

    def reserve_ids(self, above: int) -> None:
        self._ids = max(self._ids, above)

    def next_conversation_id(self) -> int:
        return max(max(self.conversations, default=0), max(self.deleted, default=0)) + 7

    def load(self, conversations: Iterable[SimulatedConversation]) -> None:
        """Takes the given conversations as the whole content, visible to search at once."""
        self.conversations = {conversation.id: conversation for conversation in conversations}
        self.index.load(self.conversations.values())

    def commit(self, conversation: SimulatedConversation) -> SimulatedConversation:
        """Makes this the conversation's state now; search follows `index.lag` seconds later."""
        self.replica.replaced(self.time(), conversation.id, self.conversations.get(conversation.id))
        self.conversations[conversation.id] = conversation
        self._full.pop(conversation.id, None)
        self.index.put(self.time(), conversation.id, conversation)
        return conversation

    def remove(self, conversation_id: int, *, listed: bool) -> None:
        """Deletes a conversation. Raises `KeyError` when there is none with that id."""
        old = self.conversations.pop(conversation_id)
        self.replica.replaced(self.time(), conversation_id, old)
        if not listed:
            self.unlisted.add(conversation_id)
        self._full.pop(conversation_id, None)
        self.deleted[conversation_id] = self.now()
        self.index.put(self.time(), conversation_id, None)

    def change(self, conversation: SimulatedConversation, **fields: Any) -> SimulatedConversation:
        """Commits the conversation with some fields changed and, unless silently, with `updated_at` now."""
        stamp = conversation.updated_at if self._silent else max(self.now(), conversation.updated_at)
        return self.commit(replace(conversation, updated_at=stamp, silent=self._silent, **fields))

    def append(
        self,
        conversation: SimulatedConversation,
        kind: str,
        author: Author,
        body: str | None = None,
        **fields: Any,
    ) -> SimulatedConversation:
        """Adds a part and commits. `assigned_to`, `details`, `attachments` and `part_tags` go to the part,
        the other `fields` to the conversation."""
        part = SimulatedPart(
            id=self.next_id(),
            type=kind,
            author=author,
            created_at=self.now(),
            state=fields.get("state", conversation.state),
            body=body,
            assigned_to=fields.pop("assigned_to", None),
            details=fields.pop("details", None),
            attachments=fields.pop("attachments", ()),
            tags=fields.pop("part_tags", ()),
        )
        conversation.parts.append(part)
        return self.change(conversation, part_count=len(conversation.parts), **fields)

    def full(self, conversation: SimulatedConversation) -> bytes:
        """The JSON of GET /conversations/{id}, of the present state or of an older one."""
        if conversation is not self.conversations.get(conversation.id):
            return render.full(conversation, self)
        kept = self._full.get(conversation.id)
        if kept is None:
            kept = render.full(conversation, self)
            if len(self._full) >= RENDERED_KEPT:
                del self._full[next(iter(self._full))]
            self._full[conversation.id] = kept
        return kept

    def truth(self) -> dict[int, Truth]:
        """What a perfect mirror would hold now, by conversation id."""
        with self.lock:
            return {
                conversation_id: truth_of(conversation)
                for conversation_id, conversation in self.conversations.items()
            }


def truth_of(conversation: SimulatedConversation) -> Truth:
    bodies = {part.id: part.body for part in conversation.thread[-PARTS_SHOWN:]}
    return Truth(
        updated_at=conversation.updated_at,
        part_ids=frozenset(bodies),
        part_count=conversation.part_count,
        state=conversation.state,
        admin=conversation.admin,
        team=conversation.team,
        tags=frozenset(tag.id for tag in conversation.tags),
        opening=conversation.source.body,
        bodies=bodies,
        silent=conversation.silent,
    )
