"""All keys, made from the bindings themselves, and how to write a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.dashboard.thread.blocks import Block, component
from tui.dashboard.thread.scroll import BlockScroll
from tui.query import OPERATORS, SYNTAX


@dataclass(frozen=True, slots=True)
class Section:
    """A group of lines: (left, right), and for keys the name of the action in the settings."""

    title: str
    lines: tuple[tuple[str, ...], ...]
    note: str = ""


def sources() -> tuple[tuple[str, tuple[type[DOMNode], ...]], ...]:
    """Which classes' bindings stand under which title."""
    from tui.dashboard.app import FastIntercomApp
    from tui.dashboard.common.cell_grid import CellGrid
    from tui.dashboard.common.checkbox import Checkbox
    from tui.dashboard.common.dialog import Dialog
    from tui.dashboard.common.screens import SecondaryScreen
    from tui.dashboard.common.split import Split
    from tui.dashboard.coverage.calendar import CoverageCalendar
    from tui.dashboard.coverage.screen import CoverageScreen
    from tui.dashboard.history.log_screen import LogScroll
    from tui.dashboard.history.screen import HistoryScreen
    from tui.dashboard.insights.screen import InsightsScreen
    from tui.dashboard.main_screen import DashboardScreen
    from tui.dashboard.play.panel import PlayPanel
    from tui.dashboard.play.screen import PlayScreen
    from tui.dashboard.preferences.screen import PreferencesScreen
    from tui.dashboard.preferences.theme_screen import ThemeScreen
    from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
    from tui.dashboard.results.browser import Browser
    from tui.dashboard.results.column_actions import ColumnActions
    from tui.dashboard.results.column_list import ColumnList
    from tui.dashboard.results.columns_dialog import SizedColumns
    from tui.dashboard.results.pane import ResultsPane
    from tui.dashboard.results.table import ResultsTable
    from tui.dashboard.results.virtual_table import VirtualList
    from tui.dashboard.search.input import SearchInput
    from tui.dashboard.thread.actions import ThreadActions
    from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
    from tui.dashboard.thread.customer_screen import CustomerScreen
    from tui.dashboard.thread.links_screen import LinksScreen
    from tui.dashboard.thread.scroll import ThreadScroll
    from tui.dashboard.triage.actions import TriageActions
    from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
    from tui.dashboard.triage.list_actions import ListActions
    from tui.dashboard.triage.note_dialog import NoteDialog
    from tui.dashboard.views.actions import ViewActions
    from tui.dashboard.views.save_dialog import SaveViewDialog
    from tui.dashboard.views.screen import ViewList, ViewsScreen

    return (
        ("Everywhere", (DashboardScreen, FastIntercomApp)),
        ("Results", (ResultsTable, ResultsPane, VirtualList)),
        ("Columns", (ColumnActions, ColumnList, SizedColumns)),
        ("Results and conversation", (Browser, ThreadActions, Split)),
        ("Conversation", (ThreadScroll,)),
        ("Triage", (TriageActions, ListActions)),
        ("Play mode", (PlayPanel, PlayScreen)),
        ("Views", (ViewActions, ViewList, ViewsScreen)),
        ("Windows that ask", (Dialog, FollowUpDialog, NoteDialog, SaveViewDialog, UnsavedDialog)),
        ("Copy, links, customer", (CopyScreen, TextScreen, LinksScreen, CustomerScreen)),
        ("Search", (SearchInput,)),
        ("Coverage", (CoverageScreen, CoverageCalendar, SecondaryScreen)),
        ("Insights", (InsightsScreen, CellGrid)),
        ("Sync history and log", (HistoryScreen, LogScroll)),
        ("Choosing a theme", (ThemeScreen,)),
        ("Preferences", (PreferencesScreen, Checkbox)),
        ("This help", (HelpScreen,)),
    )


class SectionBlock(Block):
    """A section, drawn."""

    look = "help"

    def __init__(self, section: Section) -> None:
        super().__init__()
        self._section = section

    def draw(self) -> Content:
        section = self._section
        lines = [Content.styled(section.title, "bold $text-primary")]
        if section.note:
            lines.append(Content.styled(section.note, "italic $muted"))
        for left, right, *name in section.lines:
            action = f"  {name[0]}" if name else ""
            lines.append(Content.assemble((f"  {left:<22} ", "bold $text-accent"), right, (action, "$muted")))
        return Content("\n").join(lines)


class HelpText(BlockScroll, can_focus=False):
    """The sections; the keys that scroll it are the screen's, as the focus stays in the search line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {component(SectionBlock.look)}


class HelpScreen(ModalScreen[None]):
    """A window over the dashboard; typing narrows it down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "Close", id="close_help", tooltip="Close the help"),
        Binding("down", "scroll('down')", "Down", id="help_down", tooltip="A line down in the help"),
        Binding("up", "scroll('up')", "Up", id="help_up", tooltip="A line up in the help"),
        Binding(
            "pagedown", "scroll('page_down')", "Page down", id="help_page_down", tooltip="A page of help on"
        ),
        Binding("pageup", "scroll('page_up')", "Page up", id="help_page_up", tooltip="A page of help back"),
        Binding("ctrl+home", "scroll('home')", "First", id="help_first", tooltip="The start of the help"),
        Binding("ctrl+end", "scroll('end')", "Last", id="help_last", tooltip="The end of the help"),
    ]

    search = getters.query_one("#help-search", Input)
    text = getters.query_one("#help-text", HelpText)

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._keymap = keymap
        self._sections: list[Section] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as window:
            window.border_title = "help"
            window.border_subtitle = "↑ ↓ pgup pgdn scroll · esc closes"
            yield Input(placeholder="type to find a key or an operator", id="help-search", compact=True)
            yield HelpText(id="help-text")

    def on_mount(self) -> None:
        self._sections = [*self._key_sections(), *query_sections()]
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value.strip().lower())

    def _show(self, wanted: str) -> None:
        found = narrowed(self._sections, wanted) or [Section("Nothing in the help says that.", ())]
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

    def _key_sections(self) -> Iterator[Section]:
        for title, classes in sources():
            lines = []
            for owner in classes:
                for binding in declared(owner):
                    keys = self._keymap.get(binding.id or "", binding.key)
                    shown = " ".join(self._display(binding, key) for key in keys.split(","))
                    lines.append((shown, binding.tooltip, binding.id or ""))
            note = next((str(vars(c)["HELP"]) for c in classes if vars(c).get("HELP")), "")
            yield Section(title, tuple(lines), note)

    def _display(self, binding: Binding, key: str) -> str:
        return self.app.get_key_display(binding.with_key(key.strip()))


def declared(owner: type[DOMNode]) -> list[Binding]:
    """The bindings that a class itself declares."""
    return [binding for binding in vars(owner).get("BINDINGS", ()) if isinstance(binding, Binding)]


def query_sections() -> Iterator[Section]:
    yield Section("Writing a search", tuple((syntax.example, syntax.summary) for syntax in SYNTAX))
    yield Section(
        "Operators",
        tuple((f"{name}:", f"{operator.summary}: {operator.needs}") for name, operator in OPERATORS.items()),
    )


def narrowed(sections: list[Section], wanted: str) -> list[Section]:
    """The sections with only the lines that hold `wanted`; those without any are left out."""
    if not wanted:
        return sections
    found = []
    for section in sections:
        lines = tuple(line for line in section.lines if wanted in " ".join(line).lower())
        if lines:
            found.append(Section(section.title, lines))
    return found
