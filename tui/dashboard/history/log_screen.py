"""Shows the end of the log file."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.history.messages import LogFetched
from tui.dashboard.history.queries import read_log_tail
from tui.dashboard.store_thread import Job, JobKind

RELOAD_INTERVAL = 2.0
"""Seconds."""
LEVEL_STYLES = {
    " ERROR ": "$text-error",
    " CRITICAL ": "$text-error",
    " WARNING ": "$text-warning",
    " DEBUG ": "$muted",
}


class LogScroll(VerticalScroll):
    """The lines of the log file."""

    HELP = "The log contains no message texts and no tokens."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="log_down", tooltip="Scroll down a line"),
        Binding("k", "scroll_up", "Up", show=False, id="log_up", tooltip="Scroll up a line"),
        Binding("g", "scroll_home", "Start", show=False, id="log_start", tooltip="Oldest line"),
        Binding("G", "scroll_end", "End", show=False, id="log_end", tooltip="Newest line"),
    ]


class LogScreen(SecondaryScreen):
    """Shows new lines as they are written, unless the user scrolled up."""

    title_line = getters.query_one("#log-title", Static)
    scroll = getters.query_one("#log-scroll", LogScroll)
    text = getters.query_one("#log-text", Static)

    _lines: tuple[str, ...] | None = None

    def compose(self) -> ComposeResult:
        yield Static("Loading…", id="log-title", classes="-screen-title")
        with LogScroll(id="log-scroll"):
            yield Static(id="log-text")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.scroll.focus()
        self._load()
        self.set_interval(RELOAD_INTERVAL, self._load)

    def _load(self) -> None:
        self.read(Job(JobKind.OTHER, "log", read_log_tail))

    @on(LogFetched)
    def _log_fetched(self, message: LogFetched) -> None:
        if not self.accept(message):
            return
        if message.lines == self._lines and not message.problem:
            return
        at_end = self._lines is None or self.scroll.scroll_y >= self.scroll.max_scroll_y
        self._lines = message.lines
        title = Content.assemble(("Log", "bold $text-primary"), (f"  {message.path}", "$muted"))
        self.title_line.update(title)
        lines = [line_content(line) for line in message.lines]
        self.text.update(Content("\n").join(lines) if lines else Content(message.problem))
        if at_end:
            self.call_after_refresh(self.scroll.scroll_end, animate=False)


def line_content(line: str) -> Content:
    """A line as plain text, coloured by its level."""
    style = next((style for level, style in LEVEL_STYLES.items() if level in line[:60]), "")
    return Content(line).stylize(style) if style else Content(line)
