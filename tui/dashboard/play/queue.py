"""The queue of play mode: its order, the current place and the decisions. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tui.dashboard.triage.messages import Decision

DECISION_WORDS: dict[Decision, str] = {
    "done": "done",
    "not done": "not done",
    "starred": "starred",
    "unstarred": "unstarred",
    "follow-up": "to follow up",
    "note": "with a note",
    "close": "closed",
    "open": "opened",
    "snooze": "snoozed",
    "assign": "assigned",
    "tag": "tagged",
    "untag": "untagged",
    "title": "with a title",
    "read": "marked as read",
    "replied": "replied to",
    "team note": "with a note for the team",
    "skipped": "skipped",
}
"""Decision → its words in the progress line and the summary, in this order."""


class Made(NamedTuple):
    """What a decision stored, by which it is undone; of the default nothing."""

    action_id: int = 0
    """Of the action on annotations."""
    batch: int = 0
    """Of the changes in Intercom."""


NOTHING = Made()


class PlayQueue:
    """The conversations that matched at the start, in a fixed order; empty until `start`.

    New matches are kept apart until `append_new_matches` puts them at the end.
    """

    def __init__(self, title: str, started_at: datetime, first: int | None = None) -> None:
        """`first` is the conversation to begin with, if it is in the queue."""
        self.title = title
        self._first = first
        self.started_at = started_at
        self.index = 0
        """Position of the current conversation; the length of the queue after the last one."""
        self.new_matches: tuple[int, ...] = ()
        """Conversations that match now and are not in the queue."""
        self._ids: list[int] = []
        self.ids: frozenset[int] = frozenset()
        self.has_started = False
        self._is_cut = False
        self._done_meanwhile: frozenset[int] = frozenset()
        """Conversations that were done meanwhile, in another window for example."""
        self._decisions: dict[int, Decision] = {}
        self._history: list[tuple[int, Decision | None, Made]] = []
        """Each decision: position, the decision it replaced, what it stored."""

    def start(self, ids: Iterable[int], *, is_cut: bool = False) -> None:
        """Begin with these conversations; `is_cut`: more of them match."""
        self._ids = list(ids)
        self.ids = frozenset(self._ids)
        self.has_started, self._is_cut = True, is_cut
        if self._first in self.ids:
            self.index = self._ids.index(self._first)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def current(self) -> int | None:
        """The current conversation; None after the last one."""
        return self._ids[self.index] if self.index < len(self._ids) else None

    @property
    def last_shown(self) -> int | None:
        """The current conversation; after the last one, that one. None in an empty queue."""
        return self.current or (self._ids[-1] if self._ids else None)

    def following(self, count: int) -> list[int]:
        """The current conversation and the next ones."""
        return self._ids[self.index : self.index + count]

    def set_done_meanwhile(self, checked: Iterable[int], left: Iterable[int]) -> bool:
        """Of the conversations checked, these were done meanwhile. Returns whether the current one was."""
        self._done_meanwhile = self._done_meanwhile.difference(checked).union(left)
        return self._is_to_skip

    def skip_done_meanwhile(self) -> None:
        """Go to the next conversation that was not done meanwhile."""
        while self._is_to_skip:
            self.index += 1

    @property
    def _is_to_skip(self) -> bool:
        return self.current in self._done_meanwhile and self.current not in self._decisions

    @property
    def decision(self) -> Decision | None:
        """The earlier decision on the current conversation."""
        return None if self.current is None else self._decisions.get(self.current)

    @property
    def progress(self) -> str:
        """ "7 of 31", or "7 of the first 10,000" where more match."""
        total = len(self._ids)
        return f"{min(self.index + 1, total):,} of {'the first ' if self._is_cut else ''}{total:,}"

    @property
    def fraction(self) -> float:
        """How much of the queue lies before the current conversation, 0.0 to 1.0."""
        return self.index / len(self._ids) if self._ids else 1.0

    @property
    def decision_counts(self) -> list[tuple[Decision, int]]:
        """How often each decision was made, those never made left out."""
        counts = Counter(self._decisions.values())
        return [(decision, counts[decision]) for decision in DECISION_WORDS if counts[decision]]

    @property
    def reviewed(self) -> int:
        """How many conversations were decided on."""
        return len(self._decisions)

    def decide(self, conversation_id: int, decision: Decision, made: Made = NOTHING) -> None:
        """Record a decision on the current conversation and go to the next; another one is ignored.

        `made` is what it stored, for `undo`.
        """
        if conversation_id != self.current:
            return
        self._history.append((self.index, self._decisions.get(conversation_id), made))
        self._decisions[conversation_id] = decision
        self.index += 1
        self.skip_done_meanwhile()

    def go_back(self) -> bool:
        """Go to the previous conversation. Returns False on the first one."""
        if self.index == 0:
            return False
        self.index -= 1
        return True

    def go_forward(self) -> bool:
        """Go to the next conversation without a decision. Returns False on the last one."""
        if self.index + 1 >= len(self._ids):
            return False
        self.index += 1
        return True

    def undo(self, undone: Made) -> None:
        """Go back to the conversation of this decision and drop those made since.

        What was not done in this queue is ignored.
        """
        if not any(made == undone for _, _, made in self._history):
            return
        made = NOTHING
        while made != undone:
            self.index, replaced, made = self._history.pop()
            id_ = self._ids[self.index]
            del self._decisions[id_]
            if replaced is not None:
                self._decisions[id_] = replaced

    def set_new_matches(self, ids: Iterable[int]) -> None:
        """Replace the new matches; some of `ids` may have been appended meanwhile."""
        self.new_matches = tuple(id_ for id_ in ids if id_ not in self.ids)

    def append_new_matches(self) -> None:
        self._ids.extend(self.new_matches)
        self.ids = self.ids.union(self.new_matches)
        self.new_matches = ()
