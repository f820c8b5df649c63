"""One preference: its name, a way to change it, and what is wrong with the value, if anything is."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from tui.dashboard.seeing.messages import PreferenceEdited
from tui.dashboard.seeing.preferences import Preference, problem
from tui.dashboard.widgets.tick import Tick


class PreferenceRow(Vertical):
    """Posts `PreferenceEdited` whenever its value is another one."""

    def __init__(self, preference: Preference, value: str | bool, default: str, folder: Path) -> None:
        super().__init__(classes="preference")
        self.preference = preference
        self._value = value
        self._default = default
        self._folder = folder

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(Content(self.preference.label), classes="-label")
            yield self._editor()
            yield Label(Content(self.preference.help), classes="-help")
        yield Static(classes="-problem")

    def _editor(self) -> Widget:
        preference, value = self.preference, self._value
        if preference.switch:
            return Tick(bool(value))
        if preference.choices:
            options = [(Content(choice), choice) for choice in preference.choices]
            known = value in preference.choices
            return Select(
                options,
                value=str(value) if known else Select.NULL,
                prompt=f"as it comes ({self._default})" if self._default else "as it comes",
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

    @on(Input.Changed)
    @on(Tick.Changed)
    @on(Select.Changed)
    def _edited(self, event: Input.Changed | Tick.Changed | Select.Changed) -> None:
        event.stop()
        value = event.value
        self._take(value if isinstance(value, bool | str) else "")

    def _take(self, value: str | bool) -> None:
        if value == self._value:
            return
        self._value = value
        words = problem(self.preference.key, value, self._folder)
        self.query_one(".-problem", Static).update(Content(words))
        self.set_class(bool(words), "-wrong")
        self.post_message(PreferenceEdited(self.preference.key, value, words))
