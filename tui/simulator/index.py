"""The search index: what search knows, which is what was true a few seconds ago."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable

from tui.simulator.model import SimulatedConversation


class LaggingIndex:
    """Conversations by id, and their ids in order of (updated_at, id). Changes show after `lag` seconds."""

    def __init__(self, lag: float) -> None:
        self.lag = lag
        self.documents: dict[int, SimulatedConversation] = {}
        self.order: list[tuple[int, int]] = []
        self._queue: deque[tuple[float, int, SimulatedConversation | None]] = deque()

    def load(self, conversations: Iterable[SimulatedConversation]) -> None:
        """Replaces everything, at once."""
        self.documents = {conversation.id: conversation for conversation in conversations}
        self.order = sorted((item.updated_at, item.id) for item in self.documents.values())
        self._queue.clear()

    def put(self, now: float, conversation_id: int, conversation: SimulatedConversation | None) -> None:
        """Notes a new state (None: gone) that becomes visible `lag` seconds after `now`."""
        if self.lag:
            self._queue.append((now + self.lag, conversation_id, conversation))
        else:
            self._show(conversation_id, conversation)

    def refresh(self, now: float) -> None:
        """Makes visible what is due."""
        while self._queue and self._queue[0][0] <= now:
            _, conversation_id, conversation = self._queue.popleft()
            self._show(conversation_id, conversation)

    def between(self, low: int | None, high: int | None) -> tuple[int, int]:
        """The slice of `order` whose updated_at lies in low..high, both included; None is open."""
        first = 0 if low is None else bisect_left(self.order, (low, -1))
        last = len(self.order) if high is None else bisect_left(self.order, (high + 1, -1))
        return first, max(first, last)

    def _show(self, conversation_id: int, conversation: SimulatedConversation | None) -> None:
        old = self.documents.pop(conversation_id, None)
        if old is not None:
            del self.order[bisect_left(self.order, (old.updated_at, conversation_id))]
        if conversation is not None:
            self.documents[conversation_id] = conversation
            insort(self.order, (conversation.updated_at, conversation_id))
