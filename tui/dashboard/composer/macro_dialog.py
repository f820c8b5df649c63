"""Chooses a macro of the workspace, or a snippet of the user's own, by typing some of its letters."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import OptionList, Static

from tui.cells import fit
from tui.dashboard.common.option_dialog import OptionDialog
from tui.dashboard.composer.messages import MacrosRead, SavedText
from tui.text import one_line

MOST_SHOWN = 200
MAX_NAME = 30
"""Cells of a name."""
SHOWN_TEXT = 400
"""Characters of the chosen text that are shown."""


class MacroDialog(OptionDialog[SavedText | None, SavedText]):
    """Dismissed with the choice."""

    TITLE_TEXT = "insert a macro or a snippet"
    KEYS = "Enter insert · ↑↓ choose · Esc cancel"
    PLACEHOLDER = "name of the macro"

    text = getters.query_one("#macro-text", Static)

    def __init__(self, read: MacrosRead) -> None:
        super().__init__()
        self._read = read

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield Static(id="macro-text")

    def on_mount(self) -> None:
        self.call_later(self.show_problem, self._read.problem)  # Textual mounts the base class last

    def matching(self, typed: str) -> tuple[SavedText, ...]:
        return matching(self._read.choices, typed)[:MOST_SHOWN]

    def show(self, typed: str) -> None:
        super().show(typed)
        if not self.shown:
            self._explain(typed)

    def _explain(self, typed: str) -> None:
        if self._read.choices:
            words = f"No macro is called “{one_line(typed)}”."
        else:
            words = (
                "There are none. A sync reads those of the workspace; your own are the *.md files"
                f" in {self._read.folder}."
            )
        self.text.update(Content.styled(words, "$muted"))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index < len(self.shown):
            self.text.update(Content.styled(self.shown[event.option_index].text[:SHOWN_TEXT], "$muted"))

    def line_of(self, option: SavedText) -> Content:
        """Name, whose it is, and how the text begins."""
        return Content.assemble(
            (fit(option.name, MAX_NAME), "bold"),
            ("  mine" if option.is_own else "", "$text-accent"),
            (f"  {one_line(option.text)[:SHOWN_TEXT]}", "$muted"),
        )

    def answer_of(self, option: SavedText) -> SavedText:
        return option


def matching(choices: tuple[SavedText, ...], typed: str) -> tuple[SavedText, ...]:
    """Those with these letters in their name, the best first; then those with these words in their text."""
    typed = typed.strip()
    if not typed:
        return choices
    matcher, folded = Matcher(typed), typed.casefold()
    scored = [(matcher.match(choice.name), choice) for choice in choices]
    named = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    others = [choice for score, choice in scored if score <= 0 and folded in choice.text.casefold()]
    return (*(choice for _, choice in named), *others)
