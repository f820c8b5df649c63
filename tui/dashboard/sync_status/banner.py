"""The sentence above the list while the answer in it is not complete."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.freshness import SyncState


class VerdictBanner(Static):
    """The message of a stale or partial verdict, in full."""

    def show(self, state: SyncState, words: str | None) -> None:
        for each in SyncState:
            self.set_class(each is state, f"-{each.value}")
        self.display = state is not SyncState.FRESH and bool(words)
        self.update(Content(f"{state.glyph} {words}" if words else ""))
