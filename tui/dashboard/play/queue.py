"""Going through a queue, one conversation after the other: the order, the place, the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tui.dashboard.triage.messages import Decision

DECISION_WORDS: dict[Decision, str] = {
    "done": "done",
    "not done": "not done",
    "starred": "starred",
    "unstarred": "unstarred",
    "follow-up": "to follow up",
    "note": "with a note",
    "skipped": "skipped",
}
"""Decision → how the progress line and the summary name it, in this order."""


class PlayQueue:
    """The ids are frozen: what comes in waits until `join` is called, and then stands at the end."""

    def __init__(self, title: str, ids: Iterable[int], began: datetime) -> None:
        self.title = title
        self.began = began
        self.place = 0
        self.waiting: tuple[int, ...] = ()
        """Conversations that match by now and are not in the queue."""
        self._ids = list(ids)
        self.ids = frozenset(self._ids)
        self._decisions: dict[int, Decision] = {}
        self._trail: list[tuple[int, Decision | None, int]] = []
        """What was decided on: (place, what was decided there before, step of the journal or 0)."""

    @property
    def current(self) -> int | None:
        """None behind the last one."""
        return self._ids[self.place] if self.place < len(self._ids) else None

    @property
    def decision(self) -> Decision | None:
        """What was decided on the present one before."""
        return None if self.current is None else self._decisions.get(self.current)

    @property
    def progress(self) -> str:
        """ "7 of 31"."""
        total = len(self._ids)
        return f"{min(self.place + 1, total):,} of {total:,}"

    @property
    def fraction(self) -> float:
        return self.place / len(self._ids) if self._ids else 1.0

    def decide(self, conversation_id: int, decision: Decision, step: int = 0) -> None:
        """Remember it and go on to the next; a late answer for another conversation moves nothing.

        `step` is that of the journal, for `undone`.
        """
        if conversation_id != self.current:
            return
        self._trail.append((self.place, self._decisions.get(conversation_id), step))
        self._decisions[conversation_id] = decision
        self.place += 1

    def back(self) -> bool:
        """To the one before; False on the first."""
        if self.place == 0:
            return False
        self.place -= 1
        return True

    def onward(self) -> bool:
        """To the one after, with nothing decided; False on the last."""
        if self.place + 1 >= len(self._ids):
            return False
        self.place += 1
        return True

    def undone(self, step: int) -> None:
        """This step of the journal was taken back: return to its conversation, if it is one of the queue."""
        if not any(made == step for _, _, made in self._trail):
            return
        made = 0
        while made != step:
            self.place, before, made = self._trail.pop()
            id_ = self._ids[self.place]
            del self._decisions[id_]
            if before is not None:
                self._decisions[id_] = before

    def offer(self, ids: Iterable[int]) -> None:
        """These match by now."""
        self.waiting = tuple(id_ for id_ in ids if id_ not in self.ids)

    def join(self) -> int:
        """What waits joins at the end; how many they were."""
        joined = len(self.waiting)
        self._ids.extend(self.waiting)
        self.ids = self.ids.union(self.waiting)
        self.waiting = ()
        return joined

    @property
    def tally(self) -> list[tuple[Decision, int]]:
        """How often what was decided."""
        counts = Counter(self._decisions.values())
        return [(decision, counts[decision]) for decision in DECISION_WORDS if counts[decision]]

    @property
    def untouched(self) -> int:
        return len(self._ids) - len(self._decisions)

    def __len__(self) -> int:
        return len(self._ids)
