"""One preference: its label, its editor, its help, and what is wrong with its value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input, Select

from tui.dashboard.common.checkbox import Checkbox
from tui.dashboard.preferences.messages import PreferenceEdited
from tui.dashboard.preferences.options import Preference, problem

GAP = 2
"""Cells left of the label, and between the editor and the help."""


class PreferenceRow(Widget):
    """Posts `PreferenceEdited` whenever its value changes.

    It draws its texts itself: with a widget for each text the screen takes twice as long to open.
    """

    def __init__(
        self, preference: Preference, value: str | bool, default: str, folder: Path, override: str = ""
    ) -> None:
        """`override`: what is used instead of the value, in one line."""
        super().__init__()
        self._override = override
        self.preference = preference
        self._value = value
        self._default = default
        self._folder = folder
        self._editor = self._make_editor()
        self._problem = ""

    def compose(self) -> ComposeResult:
        yield self._editor

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(1 for _ in self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> Iterator[Content]:
        """The label, room for the editor and the help; below them, what overrides the value, and what is
        wrong with it."""
        indent, room = self._editor.styles.margin.left, self._editor.styles.width
        before = indent + (room.cells or 0 if room else 0) + GAP
        style = "bold $text-primary" if self.has_pseudo_class("focus-within") else ""
        label = Content.styled(" " * GAP + self.preference.label, style)
        help_ = Content.styled(self.preference.help, "$muted").wrap(max(1, width - before))
        for left, right in zip_longest([label], help_, fillvalue=Content()):
            yield left.pad_right(before - left.cell_length) + right
        for text, style in ((self._override, "$text-warning"), (self._problem, "$text-error")):
            if text:
                for line in Content.styled(text, style).wrap(max(1, width - indent)):
                    yield line.pad_left(indent)

    def _make_editor(self) -> Widget:
        preference, value = self.preference, self._value
        if preference.switch:
            return Checkbox(bool(value))
        if preference.choices:
            options = [(Content(choice), choice) for choice in preference.choices]
            known = value in preference.choices
            return Select(
                options,
                value=str(value) if known else Select.NULL,
                prompt=f"default ({self._default})" if self._default else "default",
                compact=True,
                tooltip=preference.help,
            )
        return Input(
            str(value),
            placeholder=self._default,
            compact=True,
            select_on_focus=False,
            tooltip=preference.help,
        )

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        """Draw the label of the focused editor in bold."""
        self.refresh()

    @on(Input.Changed)
    @on(Checkbox.Changed)
    @on(Select.Changed)
    def _edited(self, event: Input.Changed | Checkbox.Changed | Select.Changed) -> None:
        event.stop()
        value = event.value if isinstance(event.value, bool | str) else ""  # a cleared Select
        if value == self._value:
            return
        self._value = value
        found = problem(self.preference.key, value, self._folder)
        if found != self._problem:
            self._problem = found
            self.set_class(bool(found), "-error")
            self.refresh(layout=True)
        self.post_message(PreferenceEdited(self.preference.key, value, found))
