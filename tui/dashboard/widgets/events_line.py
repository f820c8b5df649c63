"""A run of events as one dim line that opens into one line for each."""

from __future__ import annotations

from datetime import tzinfo

from textual import events
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.reading import Events, event_words, summary
from tui.dashboard.words import clock_time
from tui.domain import Part


class EventsLine(Static):
    """A single event is always shown whole."""

    def __init__(self, run: Events, zone: tzinfo | None, *, is_open: bool) -> None:
        super().__init__()
        self._run = run
        self._zone = zone
        self._is_open = is_open
        self._show()

    def open(self, is_open: bool) -> None:
        if is_open != self._is_open:
            self._is_open = is_open
            self._show()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.open(not self._is_open)

    def _show(self) -> None:
        parts = self._run.parts
        lines = [event_line(part, self._zone) for part in parts]
        folds = len(parts) > 1
        self.set_class(folds and not self._is_open, "-folded")
        if folds and not self._is_open:
            lines = [Content(f"▸ {summary(self._run)}")]
        elif folds:
            lines = [Content(f"▾ {len(parts)} events"), *(Content("  ") + line for line in lines)]
        self.update(Content("\n").join(lines))


def event_line(part: Part, zone: tzinfo | None) -> Content:
    who = f" · {part.author.name}" if part.author.name else ""
    return Content(f"∙ {event_words(part)}{who} · {clock_time(part.created_at, zone)}")
