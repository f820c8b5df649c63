"""Keys pressed between Enter in the search input and the arrival of the results.

They are meant for the new results, but Textual would deliver them at once, to the previous ones. So these
`Key` events are stopped, and posted again when the results are shown.
"""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from tui.dashboard.search.input import SearchInput


class TypeAhead:
    """Buffers keys pressed after Enter until the results arrive."""

    def __init__(self, search_input: SearchInput) -> None:
        self._input = search_input
        self._keys: list[events.Key] | None = None
        """None while nothing is buffered."""
        self.is_waiting = False
        """Whether the results of a search started with Enter have not arrived yet."""

    def take(self, event: events.Key) -> bool:
        """Buffer a key, or start buffering after the Enter that searched. Returns whether it was buffered."""
        if event is self._input.submitted_by:
            self._keys = []
        elif self._keys is not None:
            event.stop()
            self._keys.append(event)
            return True
        return False

    def deliver(self, screen: Screen[None]) -> None:
        """Post the keys again; call when the results are shown and have the focus."""
        keys, self.is_waiting = self._keys or [], False
        self.drop()
        if screen.is_current:
            for event in keys:
                event.stop(stop=False)
                screen.app.post_message(event)

    def drop(self) -> None:
        """Discard the keys and stop buffering."""
        self._keys = self._input.submitted_by = None
