"""Customers who write right before a request is answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from random import Random
from typing import Literal

from tui.simulator.options import SimulatorOptions

Moment = Literal["read", "write"]
"""Before what the customer writes: GET of the conversation, or a change of it."""


@dataclass(slots=True)
class Interruption:
    conversation_id: int
    body: str
    before: Moment
    times: int | None


class Interruptions:
    """Decides per request of one conversation. Scripted ones come before the random share. Thread-safe."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.share = options.interrupt_share
        """Share of GET /conversations/{id} right before which the customer has written."""
        self._random = Random(f"interruptions/{options.seed}")
        self._number = 0
        self._scripted: list[Interruption] = []
        self._lock = threading.Lock()

    def script(
        self,
        conversation_id: int,
        body: str = "<p>Wait, there is more.</p>",
        *,
        before: Moment = "write",
        times: int | None = 1,
    ) -> None:
        """Right before the next `times` requests of that kind (None: all until `clear`) of this conversation,
        its customer writes `body`. Requests that a fault keeps from being carried out do not count."""
        with self._lock:
            self._scripted.append(Interruption(conversation_id, body, before, times))

    def clear(self) -> None:
        """Ends all interruptions, scripted and random ones."""
        with self._lock:
            self._scripted.clear()
            self.share = 0.0

    def due(self, moment: Moment, conversation_id: int) -> str | None:
        """What the customer writes now; None: nothing."""
        with self._lock:
            for item in self._scripted:
                if item.before == moment and item.conversation_id == conversation_id:
                    if item.times is not None:
                        item.times -= 1
                        if item.times <= 0:
                            self._scripted.remove(item)
                    return item.body
            if moment == "read" and self.share and self._random.random() < self.share:
                self._number += 1
                return f"<p>One more thing, number {self._number}.</p>"
            return None
