"""Screens that several features are made of, and the one for a terminal that is too small."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.dashboard.store_thread import Job, StoreThread
from tui.dashboard.terminal_size import SMALLEST


class SecondaryScreen(Screen[None]):
    """A whole screen over the main one; `escape` goes back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="leave_screen", tooltip="Back to the conversations"),
    ]

    def __init__(self, store: StoreThread, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self.workspace = store.workspace
        self._waiting = True

    @property
    def is_waiting(self) -> bool:
        """Whether a read that was asked for is still to be shown."""
        return self._waiting

    def read(self, job: Job) -> None:
        """Run a job whose answer this screen shows."""
        self._waiting = True
        self._store.run(job, self)

    def fetched(self, message: Message) -> bool:
        """What was asked for is here. Whether the screen is, too."""
        message.stop()
        self._waiting = False
        return self.is_open

    @property
    def is_open(self) -> bool:
        """Whether the screen was not left: it hears of things for a moment after it lost its widgets."""
        return self in self.app.screen_stack

    def when_left(self, go: Callable[[], object]) -> None:
        """Do `go`, which leaves this screen, as soon as nothing here is against it."""
        go()

    def action_leave(self) -> None:
        self.when_left(self._leave)

    def _leave(self) -> None:
        self.dismiss(None)


def fits(size: Size) -> bool:
    return size.width >= SMALLEST[0] and size.height >= SMALLEST[1]


class TooSmallScreen(ModalScreen[None]):
    """Lies over whatever there is, which stays as it is, and goes when there is room again."""

    def compose(self) -> ComposeResult:
        yield Static(id="too-small")

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        self.query_one(Static).update(
            Content.assemble(
                ("The terminal is too small.", "bold"),
                f"\nIt is {width}×{height}; {SMALLEST[0]}×{SMALLEST[1]} are needed.",
            )
        )

    def on_screen_resume(self) -> None:
        """Something that lay over this went away."""
        if fits(self.app.size):
            self.dismiss(None)
