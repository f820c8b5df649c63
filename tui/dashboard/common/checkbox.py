"""A checkbox that is readable without colour: "[✓] on", "[ ] off"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class Checkbox(Static, can_focus=True):
    """Posts `Checkbox.Changed` when the user toggles it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "switch", "Switch", id="switch", tooltip="On or off"),
    ]

    @dataclass
    class Changed(Message):
        """The user toggled the checkbox; `value` is its new state."""

        value: bool

    value: reactive[bool] = reactive(False)

    def __init__(self, value: bool) -> None:
        super().__init__()
        self.set_reactive(Checkbox.value, value)

    def render(self) -> Content:
        return Content("[✓] on" if self.value else "[ ] off")

    def action_switch(self) -> None:
        self.value = not self.value
        self.post_message(self.Changed(self.value))

    def on_click(self) -> None:
        self.action_switch()
