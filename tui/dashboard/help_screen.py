"""The help: keys and the query language by section; typing filters it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.dashboard.common.block_scroll import BlockScroll
from tui.dashboard.common.block_strips import component
from tui.dashboard.common.blocks import Block


@dataclass(frozen=True, slots=True)
class Section:
    """A title, lines of (left, right) and, for keys, the action id, and a note under the title."""

    title: str
    lines: tuple[tuple[str, ...], ...]
    note: str = ""


class SectionBlock(Block):
    """Draws a section."""

    style_name = "help"

    def __init__(self, section: Section) -> None:
        super().__init__()
        self._section = section

    def render(self) -> Content:
        section = self._section
        lines = [Content.styled(section.title, "bold $text-primary")]
        if section.note:
            lines.append(Content.styled(section.note, "italic $muted"))
        for left, right, *name in section.lines:
            action = f"  {name[0]}" if name else ""
            lines.append(Content.assemble((f"  {left:<22} ", "bold $text-accent"), right, (action, "$muted")))
        return Content("\n").join(lines)


class HelpText(BlockScroll, can_focus=False):
    """The sections. Never focused: the focus stays in the search input, and the screen scrolls."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {component(SectionBlock.style_name)}


class HelpScreen(ModalScreen[None]):
    """Shows the sections; typing leaves only the lines with that text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "Close", id="close_help", tooltip="Close the help"),
        Binding("down", "scroll('down')", "Down", id="help_down", tooltip="Scroll down"),
        Binding("up", "scroll('up')", "Up", id="help_up", tooltip="Scroll up"),
        Binding(
            "pagedown", "scroll('page_down')", "Page down", id="help_page_down", tooltip="Scroll down a page"
        ),
        Binding("pageup", "scroll('page_up')", "Page up", id="help_page_up", tooltip="Scroll up a page"),
        Binding("ctrl+home", "scroll('home')", "First", id="help_first", tooltip="Scroll to the start"),
        Binding("ctrl+end", "scroll('end')", "Last", id="help_last", tooltip="Scroll to the end"),
    ]

    search = getters.query_one("#help-search", Input)
    text = getters.query_one("#help-text", HelpText)

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as window:
            window.border_title = "help"
            window.border_subtitle = "↑ ↓ PgUp PgDn scroll · Esc close"
            yield Input(placeholder="type to find a key or an operator", id="help-search", compact=True)
            yield HelpText(id="help-text")

    def on_mount(self) -> None:
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value.strip().lower())

    def _show(self, wanted: str) -> None:
        found = filtered(self._sections, wanted) or [Section(f"No help for “{wanted}”", ())]
        self.text.show_blocks([SectionBlock(section) for section in found])

    def action_scroll(self, where: str) -> None:
        text = self.text
        {
            "down": text.scroll_down,
            "up": text.scroll_up,
            "page_down": text.scroll_page_down,
            "page_up": text.scroll_page_up,
            "home": text.action_scroll_home,
            "end": text.action_scroll_end,
        }[where]()


def filtered(sections: Sequence[Section], wanted: str) -> Sequence[Section]:
    """The lines that contain `wanted`, in their sections; sections without any are left out."""
    if not wanted:
        return sections
    found = []
    for section in sections:
        lines = tuple(line for line in section.lines if wanted in " ".join(line).lower())
        if lines:
            found.append(Section(section.title, lines))
    return found
