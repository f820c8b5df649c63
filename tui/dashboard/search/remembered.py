"""The line that says that the search of the last time is shown."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.cells import cell_width, fit
from tui.dashboard.common.key_hints import ShowsKeys


class RememberedSearch(Static):
    """Shown from the start until another search is made."""

    query_text: reactive[str] = reactive("")

    def show(self, query: str) -> None:
        """Say that this query is active, and how to leave it; of an empty one there is nothing to say."""
        self.query_text = query
        self.display = bool(query)

    def hide(self) -> None:
        self.display = False

    def render(self) -> Content:
        key = self.app.shown_key("back") if isinstance(self.app, ShowsKeys) else "esc"
        before, after = 'Showing "', f'" from last time · {key} shows everything'
        room = self.content_size.width - cell_width(before + after)
        return Content(before + fit(self.query_text, max(1, room)) + after)
