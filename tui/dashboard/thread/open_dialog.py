"""Asks before an address is opened whose host could be taken for another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.cells import fit
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.thread.layout import Link
from tui.links import DOUBT

SHOWN_ADDRESS = 300
"""Characters shown of the whole address."""


class OpenDialog(Dialog[bool]):
    """Dismissed with True to open the link."""

    TITLE_TEXT = "open this address?"
    KEYS = "y open · n, Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "open", "Open", id="open_doubtful", tooltip="Open the address in the browser"),
        Binding("n", "leave", "Cancel", id="leave_doubtful", tooltip="Close without opening the address"),
    ]

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def compose_body(self) -> ComposeResult:
        yield Static(Content("\n").join(question(self._link)))

    def action_open(self) -> None:
        self.dismiss(True)


def question(link: Link) -> Iterator[Content]:
    """The host that is opened, the reasons to ask, and the beginning of the address."""
    leads_to = link.destination
    yield Content.assemble("It opens ", (leads_to.hostname, "bold"))
    if leads_to.unicode_name:
        yield Content.assemble("which stands for ", (leads_to.unicode_name, "bold"))
    yield from (Content.styled(f"{DOUBT} {doubt}", "$text-warning") for doubt in link.doubts)
    yield Content("")
    yield Content.styled(fit(leads_to.url, SHOWN_ADDRESS), "$muted")
