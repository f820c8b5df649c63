"""Asks whom to assign to, or which tag to add or take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.cells import fit
from tui.dashboard.acting.choices import Choice, matching
from tui.dashboard.common.option_dialog import OptionDialog
from tui.writes import Write

MAX_TEXT, MAX_HINT = 40, 24
"""Cells of a choice, and of its hint, that are shown."""


class ChoiceDialog(OptionDialog[Write | None, Choice]):
    """Dismissed with what was chosen, or with None when cancelled."""

    KEYS = "Enter choose · Esc cancel"
    PLACEHOLDER = "type to search"

    def __init__(
        self,
        title: str,
        question: str,
        choices: Sequence[Choice],
        added: Callable[[Sequence[Choice], str], Choice | None] = lambda _, __: None,
    ) -> None:
        """`added` makes another choice, the last one, of what is typed."""
        super().__init__()
        self._title = title
        self._question = question
        self._choices = choices
        self._added = added

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._question))
        yield from super().compose_body()

    def on_mount(self) -> None:
        self.query_one(".dialog").border_title = self._title

    def matching(self, typed: str) -> Sequence[Choice]:
        added = self._added(self._choices, typed)
        return [*matching(self._choices, typed), *([added] if added is not None else [])]

    def show(self, typed: str) -> None:
        super().show(typed)
        self.show_problem("" if self.shown else "There is none of that name.")

    def line_of(self, option: Choice) -> Content:
        hint = (f"  {fit(option.hint, MAX_HINT)}", "$muted") if option.hint else ""
        return Content.assemble(fit(option.text, MAX_TEXT), hint)

    def answer_of(self, option: Choice) -> Write:
        return option.write
