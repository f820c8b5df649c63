"""Keys that are meant for what is still to come: new results, or the list without what was just done.

Textual would deliver them at once, to what is shown before. So these `Key` events are stopped, and
their keys posted again when it is there.
"""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from tui.dashboard.search.input import SearchInput


class HeldKeys:
    """Holds keys back from `begin` until `deliver`."""

    def __init__(self) -> None:
        self._keys: list[events.Key] | None = None
        """None while nothing is held."""

    def begin(self) -> None:
        self._keys = []

    def take(self, event: events.Key) -> bool:
        """Hold a key back, if keys are held. Returns whether it was."""
        if self._keys is None:
            return False
        event.stop()
        self._keys.append(event)
        return True

    def deliver(self, screen: Screen[None]) -> None:
        """Post the keys again, as new events from the app: what has arrived once, and what the screen sends,
        is not passed to all who handle keys.
        """
        keys = self._keys or []
        self.drop()
        if screen.is_current:
            for event in keys:
                screen.app.post_message(events.Key(event.key, event.character).set_sender(screen.app))

    def drop(self) -> None:
        """Discard the keys, and hold no more."""
        self._keys = None


class KeysHeldForList(HeldKeys):
    """Holds the keys that are pressed after one that leads to another list, until that arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waiting = False
        """Whether the search for that list was started, and its results have not arrived yet."""

    def drop(self) -> None:
        self.is_waiting = False
        super().drop()


class KeysHeldForResults(KeysHeldForList):
    """Holds the keys that are pressed after Enter in the search input, until the results arrive."""

    def __init__(self, search_input: SearchInput) -> None:
        super().__init__()
        self._input = search_input

    def take(self, event: events.Key) -> bool:
        """Hold a key back, or begin with that after the Enter that searched. Returns whether it was held."""
        if event is self._input.submitted_by:
            self.begin()
            return False
        return super().take(event)

    def drop(self) -> None:
        super().drop()
        self._input.submitted_by = None
