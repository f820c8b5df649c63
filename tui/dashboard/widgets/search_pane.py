"""The search line: searches while one types, shows count and time, and points at what it cannot read."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from tui.dashboard.messages import QueryEdited, QuerySubmitted
from tui.query import QueryError

DEBOUNCE = 0.03
"""Seconds without a keystroke before a search starts."""
HISTORY_KEPT = 100
PLACEHOLDER = "words, “a phrase”, is:open tag:refund since:7d"


class SearchInput(Input):
    """An input whose ↑ and ↓ walk through earlier searches."""

    HELP = (
        "Words are all searched for; narrow with is: assignee: team: tag: from: since: until: on: "
        "and -word, OR, ( )."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", "Earlier", id="search_earlier", tooltip="The search before", show=False),
        Binding("down", "recall(1)", "Later", id="search_later", tooltip="The search after", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, placeholder=PLACEHOLDER, compact=True, select_on_focus=False)
        self._history: list[str] = []
        self._place = 0
        self._draft = ""

    def remember(self, text: str) -> None:
        """Put `text` at the end of the history, once."""
        text = text.strip()
        if text:
            self._history = [*(t for t in self._history if t != text), text][-HISTORY_KEPT:]
        self._place = len(self._history)

    def action_recall(self, step: int) -> None:
        place = max(0, min(len(self._history), self._place + step))
        if place == self._place:
            return
        if self._place == len(self._history):
            self._draft = self.value
        self._place = place
        self.value = self._history[place] if place < len(self._history) else self._draft
        self.action_end()


class SearchPane(Vertical):
    """Posts `QueryEdited` as one types and `QuerySubmitted` on Enter. Values come in by methods."""

    input = getters.query_one("#search-input", SearchInput)
    error = getters.query_one("#search-error", Static)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._pause: Timer | None = None
        self.border_title = "search"

    def compose(self) -> ComposeResult:
        yield SearchInput(id="search-input")
        yield Static(id="search-error")

    @property
    def text(self) -> str:
        return self.input.value

    @text.setter
    def text(self, value: str) -> None:
        self.input.value = value
        self.input.action_end()

    @property
    def is_waiting(self) -> bool:
        """Whether an edit has not led to a search yet."""
        return self._pause is not None

    def show_outcome(self, text: str) -> None:
        """Count and time, at the right of the frame."""
        self.border_subtitle = Content(text)
        self._show_error(Content(""))

    def show_error(self, error: QueryError) -> None:
        """The message, with a caret under the place it is about."""
        before = cell_len(error.source[: error.start]) - round(self.input.scroll_offset.x)
        marked = max(1, cell_len(error.source[error.start : error.end]))
        indent, carets = " " * max(0, before), "^" * marked
        message = error.message
        room = self.error.size.width or self.size.width - 4
        joint = " " if len(indent) + marked + 1 + cell_len(message) <= room else "\n"
        self.border_subtitle = Content("")
        self._show_error(Content.assemble(indent, (carets, "bold"), joint, message))

    def _show_error(self, content: Content) -> None:
        self.error.update(content)
        self.set_class(bool(content.plain), "-error")

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(DEBOUNCE, self._rested)

    def _rested(self) -> None:
        self._pause = None
        self.post_message(QueryEdited(self.text))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self.input.remember(event.value)
        self.post_message(QuerySubmitted(event.value))
