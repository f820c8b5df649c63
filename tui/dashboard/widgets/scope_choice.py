"""Which conversations the numbers are about."""

from __future__ import annotations

from textual.message import Message
from textual.reactive import reactive

from tui.dashboard.seeing.messages import ScopeChosen
from tui.dashboard.widgets.word_choice import WordChoice


class ScopeChoice(WordChoice):
    """Those that the search on the main screen finds, or all of the workspace."""

    narrowed: reactive[bool] = reactive(False)

    def options(self) -> list[tuple[str, bool, Message]]:
        return [
            (text, narrowed is self.narrowed, ScopeChosen(narrowed))
            for text, narrowed in (("these results", True), ("whole workspace", False))
        ]
