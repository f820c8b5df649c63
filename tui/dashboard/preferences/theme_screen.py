"""Chooses a theme; the dashboard previews the highlighted one."""

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
    """Enter applies the highlighted theme, escape restores the previous one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="theme_cancel", tooltip="Restore the previous theme"),
        Binding("j", "down", "Next theme", show=False, id="theme_down", tooltip="Next theme"),
        Binding("k", "up", "Previous theme", show=False, id="theme_up", tooltip="Previous theme"),
    ]

    choices = getters.query_one("#theme-choices", OptionList)

    def __init__(self, theme: str) -> None:
        super().__init__(id="themes")
        self._previous = theme

    def compose(self) -> ComposeResult:
        choices = OptionList(id="theme-choices")
        choices.border_title = "theme"
        choices.border_subtitle = "Enter apply · Esc cancel"
        yield choices

    def on_mount(self) -> None:
        names = theme_names(list(self.app.available_themes))
        self.choices.add_options([Option(Content(name), id=name) for name in names])
        self.choices.highlighted = names.index(self._previous) if self._previous in names else 0
        self.choices.focus()

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id:
            self.app.theme = event.option.id

    @on(OptionList.OptionSelected)
    def _apply(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id:
            self.post_message(ThemeChosen(event.option.id))
        self.dismiss(None)

    def action_cancel(self) -> None:
        self.app.theme = self._previous
        self.dismiss(None)

    def action_down(self) -> None:
        self.choices.action_cursor_down()

    def action_up(self) -> None:
        self.choices.action_cursor_up()
