"""A lagging replica: what a conversation was some seconds ago."""

from __future__ import annotations

from collections import deque
from random import Random

from tui.simulator.model import SimulatedConversation
from tui.simulator.options import LONGEST_REPLICA_LAG, SimulatorOptions

Known = SimulatedConversation | None
"""A state; None: the conversation did not exist."""


class Replica:
    """Remembers the states that were replaced within the last hour. Used under the workspace's lock."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.lag = options.replica_lag
        """Seconds, at most `LONGEST_REPLICA_LAG`."""
        self.share = options.replica_share
        """Share of the requests that the replica answers."""
        self._random = Random(f"replica/{options.seed}")
        self._replaced: dict[int, deque[tuple[float, Known]]] = {}
        self._order: deque[tuple[float, int]] = deque()

    def replaced(self, now: float, conversation_id: int, old: Known) -> None:
        """Notes that the state `old` ended `now` (epoch seconds)."""
        self._replaced.setdefault(conversation_id, deque()).append((now, old))
        self._order.append((now, conversation_id))
        while self._order[0][0] < now - LONGEST_REPLICA_LAG:
            _, forgotten = self._order.popleft()
            states = self._replaced[forgotten]
            states.popleft()
            if not states:
                del self._replaced[forgotten]

    def state(self, now: float, conversation_id: int, present: Known) -> Known:
        """What a request sees: the present state, or that of `lag` seconds ago."""
        if not self.lag or (self.share < 1 and self._random.random() >= self.share):
            return present
        moment = now - self.lag
        for ended, old in self._replaced.get(conversation_id, ()):
            if ended > moment:
                return old
        return present
