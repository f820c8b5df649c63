"""Choosing a theme: the whole dashboard shows each one as the cursor passes over it."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.dashboard.preferences.messages import ThemeChosen
from tui.dashboard.themes import theme_names


class ThemeScreen(ModalScreen[None]):
    """Enter keeps the theme under the cursor, escape brings back the one before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="theme_cancel", tooltip="Back to the theme before"),
        Binding("j", "down", "Next theme", show=False, id="theme_down", tooltip="The next theme"),
        Binding("k", "up", "Theme before", show=False, id="theme_up", tooltip="The theme before"),
    ]

    choices = getters.query_one("#theme-choices", OptionList)

    def __init__(self, present: str) -> None:
        super().__init__(id="themes")
        self._present = present

    def compose(self) -> ComposeResult:
        choices = OptionList(id="theme-choices")
        choices.border_title = "theme"
        choices.border_subtitle = "⏎ keeps it · esc cancels"
        yield choices

    def on_mount(self) -> None:
        names = theme_names(list(self.app.available_themes))
        self.choices.add_options([Option(Content(name), id=name) for name in names])
        self.choices.highlighted = names.index(self._present) if self._present in names else 0
        self.choices.focus()

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id:
            self.app.theme = event.option.id

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id:
            self.post_message(ThemeChosen(event.option.id))
        self.dismiss(None)

    def action_give_up(self) -> None:
        self.app.theme = self._present
        self.dismiss(None)

    def action_down(self) -> None:
        self.choices.action_cursor_down()

    def action_up(self) -> None:
        self.choices.action_cursor_up()
