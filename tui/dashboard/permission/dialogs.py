"""Ask before the first change in Intercom, and before another teammate's name is used."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.cells import fit
from tui.dashboard.common.dialog import Dialog
from tui.domain import Name
from tui.formatting import counted
from tui.outbox import Identity

MAX_NAME = 60
"""Cells of a name."""


class AgreeDialog(Dialog[bool]):
    """Dismissed with True when the user agrees: with a key that is no part of a text typed ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "agree", "Agree", id="agree", tooltip="Agree to act in Intercom"),
    ]

    def action_agree(self) -> None:
        self.dismiss(result=True)


class FirstUseDialog(AgreeDialog):
    """Says as whom and where changes are made, before they are turned on."""

    TITLE_TEXT = "act in Intercom?"
    KEYS = "^y turn it on · Esc leave it off"

    def __init__(self, identity: Identity, undo_window: int, settings_file: str, undo_key: str) -> None:
        super().__init__()
        self._identity = identity
        self._undo_window = undo_window
        self._settings_file = settings_file
        self._undo_key = undo_key

    def compose_body(self) -> ComposeResult:
        identity = self._identity
        region = f" ({identity.region})" if identity.region else ""
        wait = (
            f"each waits {counted(self._undo_window, 'second')}, in which {self._undo_key} takes it back"
            if self._undo_window
            else "they are sent at once"
        )
        yield Static(
            Content.assemble(
                "fastintercom will act as ",
                (fit(identity.teammate.name, MAX_NAME), "bold"),
                " in ",
                (fit(identity.workspace, MAX_NAME) or "this workspace", "bold"),
                f"{region}.\n\n",
                "Replies, notes and other changes are put into the outbox and sent from there: ",
                f"{wait}. What is in doubt is held for you to decide;",
                " nothing is sent twice by itself.\n\n",
                (f"It writes writes = true into {self._settings_file}.", "$muted"),
            )
        )


class ActAsDialog(AgreeDialog):
    """Asks once before changes are made in the name of another teammate."""

    TITLE_TEXT = "act as another teammate?"
    KEYS = "^y act as them · Esc cancel"

    def __init__(self, teammate: Name, workspace: str) -> None:
        super().__init__()
        self._teammate = teammate
        self._workspace = workspace

    def compose_body(self) -> ComposeResult:
        name = fit(self._teammate.name, MAX_NAME)
        yield Static(
            Content.assemble(
                "The setting act_as sends what you write in the name of ",
                (name, "bold"),
                f": customers and the team of {fit(self._workspace, MAX_NAME)} will read what you write"
                " under that name.",
            )
        )
