"""Keys typed right behind Enter in the search line: they are for the list that is on its way."""

from __future__ import annotations

from textual import events, getters, on
from textual.screen import Screen

from tui.dashboard.messages import ReadFailed
from tui.dashboard.searching import OfferTaken
from tui.dashboard.widgets.search_input import SearchInput


class AheadScreen(Screen[None]):
    """Keeps what is typed between Enter and the list, so that it is about no line of the list before."""

    search_input = getters.query_one("#search-input", SearchInput)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ahead: list[events.Key] | None = None
        """What was typed behind Enter; None while nothing is kept."""
        self.is_list_awaited = False
        """Whether the answer to what was asked with Enter is still to come."""

    def on_key(self, event: events.Key) -> None:
        if not self.is_mounted:
            return  # there is no search line yet
        if event is self.search_input.submitted_by:
            self._ahead = []
        elif self._ahead is not None:
            event.stop()
            self._ahead.append(event)

    def pass_keys_on(self) -> None:
        """The list is there, and has the focus."""
        ahead, self.is_list_awaited = self._ahead or [], False
        self.drop_keys()
        if self.is_current:
            for event in ahead:
                event.stop(stop=False)
                self.app.post_message(event)

    @on(OfferTaken)
    @on(ReadFailed)
    def drop_keys(self) -> None:
        """From now on keys go where the focus is; those kept had a list in mind that does not come."""
        self._ahead = self.search_input.submitted_by = None

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self.drop_keys()

    @on(events.DescendantFocus)
    def _search_focused(self, event: events.DescendantFocus) -> None:
        if event.widget is self.search_input:
            self.is_list_awaited = False
            self.drop_keys()
