"""What a sync changed, in the words of somebody who works the inbox. Pure."""

from __future__ import annotations

from tui.dashboard.notices import Amount, Notice, amount_words
from tui.dashboard.words import duration
from tui.domain import Changes

GAP = 60.0
"""Seconds between two toasts about changes; what happens in between is added to the next."""


class News:
    """Gathers changes and tells them not too often."""

    def __init__(self) -> None:
        self._new = self._reopened = 0
        self._waiting: int | None = None
        """How many have been waiting for long, when it was looked at last."""
        self._first_waits = False
        """Whether somebody has been waiting for long by now and nobody was before; to be told."""
        self._told_at: float | None = None

    def happened(self, changes: Changes, at: float) -> Notice | None:
        """This was found at epoch second `at`."""
        self._new += changes.new
        self._reopened += changes.reopened
        if not changes.waiting:
            self._first_waits = False
        elif self._waiting == 0:
            self._first_waits = True
        self._waiting = changes.waiting
        if not (self._new or self._reopened or self._first_waits):
            return None
        if self._told_at is not None and at - self._told_at < GAP:
            return None
        amounts = (
            Amount(self._new, "new"),
            Amount(self._reopened, "reopened"),
            Amount(changes.waiting, f"waiting over {duration(changes.waited)}", standing=True),
        )
        self.told_otherwise(at)
        return Notice("Inbox", amount_words(amounts), kind="changes", amounts=amounts)

    def told_otherwise(self, at: float) -> None:
        """Another toast said what a sync brought."""
        self._new = self._reopened = 0
        self._first_waits = False
        self._told_at = at
