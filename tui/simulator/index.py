"""The search index: what search knows, which is what was true a few seconds ago."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable

from tui.simulator.model import SimulatedConversation


class LaggingIndex:
    """Conversations by id, and their ids in order of (updated_at, id). Changes show after `lag` seconds.

    `lag` can be changed at any time, for the changes from then on. A state never replaces a later one."""

    def __init__(self, lag: float) -> None:
        self.lag = lag
        self.documents: dict[int, SimulatedConversation] = {}
        self.order: list[tuple[int, int]] = []
        self._queue: list[tuple[float, int, int, SimulatedConversation | None]] = []
        self._puts = 0
        self._shown: dict[int, int] = {}
        """The number of the put that a conversation shows."""

    def load(self, conversations: Iterable[SimulatedConversation]) -> None:
        """Replaces everything, at once."""
        self.documents = {conversation.id: conversation for conversation in conversations}
        self.order = sorted((item.updated_at, item.id) for item in self.documents.values())
        self._queue.clear()

    def put(self, now: float, conversation_id: int, conversation: SimulatedConversation | None) -> None:
        """Notes a new state (None: gone) that becomes visible `lag` seconds after `now`."""
        self._puts += 1
        if self.lag:
            heapq.heappush(self._queue, (now + self.lag, self._puts, conversation_id, conversation))
        else:
            self._show(self._puts, conversation_id, conversation)

    def refresh(self, now: float) -> None:
        """Makes visible what is due."""
        while self._queue and self._queue[0][0] <= now:
            _, number, conversation_id, conversation = heapq.heappop(self._queue)
            self._show(number, conversation_id, conversation)

    def between(self, low: int | None, high: int | None) -> tuple[int, int]:
        """The slice of `order` whose updated_at lies in low..high, both included; None is open."""
        first = 0 if low is None else bisect_left(self.order, (low, -1))
        last = len(self.order) if high is None else bisect_left(self.order, (high + 1, -1))
        return first, max(first, last)

    def _show(self, number: int, conversation_id: int, conversation: SimulatedConversation | None) -> None:
        if number < self._shown.get(conversation_id, 0):
            return
        self._shown[conversation_id] = number
        old = self.documents.pop(conversation_id, None)
        if old is not None:
            del self.order[bisect_left(self.order, (old.updated_at, conversation_id))]
        if conversation is not None:
            self.documents[conversation_id] = conversation
            insort(self.order, (conversation.updated_at, conversation_id))
