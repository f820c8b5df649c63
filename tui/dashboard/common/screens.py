"""The base of the secondary screens, and the screen for a terminal that is too small."""

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
    """A full screen above the main one; `escape` closes it. It shows what it reads from the store."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="leave_screen", tooltip="Back to the conversations"),
    ]

    def __init__(self, store: StoreThread, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self.workspace = store.workspace
        self._waiting = True

    @property
    def state(self) -> object:
        """What is shown and where the cursor is, for `restore` of another screen of this kind."""
        return None

    def restore(self, state: object) -> None:
        """Show what a screen showed before; call it before the screen is opened."""

    @property
    def is_waiting(self) -> bool:
        """Whether a job of `read` is not answered yet."""
        return self._waiting

    def read(self, job: Job) -> None:
        """Run a job whose answer this screen shows; its handler calls `accept`."""
        self._waiting = True
        self._store.run(job, self)

    def accept(self, message: Message) -> bool:
        """Note that a job is answered. Returns whether the screen is still open, to show the answer."""
        message.stop()
        self._waiting = False
        return self.is_open

    @property
    def is_open(self) -> bool:
        """Whether the screen was not closed: for a moment after that it still receives messages."""
        return self in self.app.screen_stack

    def leave_with(self, leave: Callable[[], object]) -> None:
        """Call `leave`, which closes this screen. A screen with unsaved changes asks first."""
        leave()

    def action_leave(self) -> None:
        self.leave_with(self._leave)

    def _leave(self) -> None:
        self.dismiss(None)


def fits(size: Size) -> bool:
    """Whether the dashboard can be shown on a terminal of this size."""
    return size.width >= SMALLEST[0] and size.height >= SMALLEST[1]


class TooSmallScreen(ModalScreen[None]):
    """Covers the other screens, which keep their state, until the terminal is large enough again."""

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
        """Close when a screen above this one was closed after the terminal had become large enough."""
        if fits(self.app.size):
            self.dismiss(None)
