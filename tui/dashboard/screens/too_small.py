"""What is shown while the terminal is too small for anything else."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.dashboard import SMALLEST


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
