"""The keys of the dashboard: sections of the help, action ids for the settings, and conflicts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.dashboard.common.cell_grid import CellGrid
from tui.dashboard.common.checkbox import Checkbox
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.common.split import Split
from tui.dashboard.coverage.calendar import CoverageCalendar
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.first_run.screen import FirstRunScreen
from tui.dashboard.help_screen import HelpScreen, Section
from tui.dashboard.history.log_screen import LogScreen, LogScroll
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.play.skip_reason_dialog import SkipReasonDialog
from tui.dashboard.preferences.screen import PreferencesScreen
from tui.dashboard.preferences.theme_screen import ThemeScreen
from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
from tui.dashboard.results.column_actions import ColumnActions
from tui.dashboard.results.column_list import ColumnList
from tui.dashboard.results.columns_dialog import ColumnsDialog, SizedColumns
from tui.dashboard.results.list_actions import ListActions
from tui.dashboard.results.list_and_thread import ListAndThread
from tui.dashboard.results.pane import ResultsPane
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.results.virtual_table import VirtualTable
from tui.dashboard.search.input import SearchInput
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.links_screen import LinksScreen
from tui.dashboard.thread.scroll import ThreadScroll
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
from tui.dashboard.triage.note_dialog import NoteDialog
from tui.dashboard.views.actions import ViewActions
from tui.dashboard.views.save_dialog import SaveViewDialog
from tui.dashboard.views.screen import ViewList, ViewsScreen
from tui.query import OPERATORS, SYNTAX
from tui.settings import Settings, SettingsError
from tui.text import nearest


class AppKeys:
    """The keys that work on every screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="help", tooltip="All keys, and how to search"),
        Binding("c", "show('coverage')", "Coverage", id="coverage", tooltip="Calendar of the synced days"),
        Binding("i", "show('insights')", "Insights", id="insights", tooltip="Statistics of a period"),
        Binding(
            "H", "show('history')", "History", id="history", tooltip="Past syncs, and the log", show=False
        ),
        Binding(
            "comma",
            "show('preferences')",
            "Preferences",
            id="preferences",
            tooltip="Change the settings",
            show=False,
        ),
        Binding(
            "ctrl+t",
            "toggle_dark",
            "Light/dark",
            id="dark",
            tooltip="Switch between light and dark",
            show=False,
        ),
        Binding("T", "choose_theme", "Theme", id="theme", tooltip="Choose a theme", show=False),
        Binding("q", "quit", "Quit", id="quit", tooltip="Quit fastintercom"),
    ]


Owner = type
"""A class with `BINDINGS`: a widget, a screen, or the actions of a feature."""

FEATURES: tuple[Owner, ...] = (TriageActions, ListActions, ThreadActions, ViewActions, ColumnActions)
"""Features whose bindings are also listed by the screens that use them."""

HELP_SECTIONS: tuple[tuple[str, tuple[Owner, ...]], ...] = (
    ("Everywhere", (DashboardScreen, AppKeys)),
    ("Results", (ResultsTable, ResultsPane, VirtualTable)),
    ("Columns", (ColumnActions, ColumnList, SizedColumns)),
    ("Results and conversation", (ListAndThread, ThreadActions, Split)),
    ("Conversation", (ThreadScroll,)),
    ("Triage", (TriageActions, ListActions)),
    ("Play mode", (PlayPanel, PlayScreen)),
    ("Views", (ViewActions, ViewList, ViewsScreen)),
    ("Dialogs", (Dialog, FollowUpDialog, NoteDialog, SaveViewDialog, UnsavedDialog)),
    ("Copy, links, customer", (CopyScreen, TextScreen, LinksScreen, CustomerScreen)),
    ("Search", (SearchInput,)),
    ("Coverage", (CoverageScreen, CoverageCalendar, SecondaryScreen)),
    ("Insights", (InsightsScreen, CellGrid)),
    ("Sync history and log", (HistoryScreen, LogScroll)),
    ("Choosing a theme", (ThemeScreen,)),
    ("Preferences", (PreferencesScreen, Checkbox)),
    ("This help", (HelpScreen,)),
)
"""Title of a section → the classes whose bindings it shows."""

FOCUS_CHAINS: tuple[tuple[Owner, ...], ...] = (
    (ResultsTable, VirtualTable, ResultsPane, ListAndThread, Split, DashboardScreen, AppKeys),
    (ThreadScroll, ListAndThread, Split, DashboardScreen, AppKeys),
    (SearchInput, DashboardScreen, AppKeys),
    (ThreadScroll, PlayPanel, PlayScreen, AppKeys),
    (CoverageCalendar, CoverageScreen, SecondaryScreen, AppKeys),
    (CellGrid, InsightsScreen, SecondaryScreen, AppKeys),
    (CellGrid, HistoryScreen, SecondaryScreen, AppKeys),
    (LogScroll, LogScreen, SecondaryScreen, AppKeys),
    (Checkbox, PreferencesScreen, SecondaryScreen, AppKeys),
    (ViewList, ViewsScreen),
    (CopyScreen,),
    (TextScreen,),
    (LinksScreen,),
    (CustomerScreen,),
    (ThemeScreen,),
    (HelpScreen,),
    (FollowUpDialog, Dialog),
    (NoteDialog, Dialog),
    (SkipReasonDialog, Dialog),
    (SizedColumns, ColumnList, ColumnsDialog, Dialog),
    (ColumnList, SaveViewDialog, Dialog),
    (UnsavedDialog, Dialog),
)
"""Where a key can be handled, from the focused widget up: the first class with a binding for it gets it."""

KEY_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Unicode's name of a character → Textual's name of its key, where they differ."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions with the same key in the same place, at least one of them set by the user."""

    key: str
    winner: Binding
    loser: Binding

    def __str__(self) -> str:
        winner, loser = (f"“{b.description}” ({b.id})" for b in (self.winner, self.loser))
        return f"{self.key} is set for both {winner} and {loser}; {winner} gets it"


def declared(owner: Owner) -> list[Binding]:
    """The bindings declared by a class itself, with those of features it lists."""
    return [binding for binding in vars(owner).get("BINDINGS", ()) if isinstance(binding, Binding)]


def own_bindings(owner: Owner) -> list[Binding]:
    """The bindings declared by a class itself, without those of features it lists."""
    others = {binding.id for feature in FEATURES if feature is not owner for binding in declared(feature)}
    return [binding for binding in declared(owner) if binding.id not in others]


def actions() -> dict[str, Binding]:
    """All actions that can be given a key, by id."""
    owners = [owner for _, classes in HELP_SECTIONS for owner in classes] + [FirstRunScreen]
    return {binding.id: binding for owner in owners for binding in declared(owner) if binding.id}


def check_keymap(settings: Settings) -> None:
    """Raises `SettingsError` for a name in [keymap] that is no action."""
    known = actions()
    for name in settings.keymap:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else "the help (?) names the actions"
            raise SettingsError(f"{settings.config_path}: keymap.{name} is not an action; {hint}")


def key_name(text: str) -> str:
    """The name of a key in bindings: "/" → "slash"."""
    text = text.strip()
    if len(text) != 1 or text.isalnum():
        return text
    name = unicodedata.name(text, text).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAMES.get(name, name)


def keys_of(binding: Binding, keymap: Mapping[str, str]) -> list[str]:
    return [key_name(key) for key in keymap.get(binding.id or "", binding.key).split(",") if key.strip()]


def help_sections(keymap: Mapping[str, str], display: Callable[[Binding], str]) -> Iterator[Section]:
    """All keys by section, then the query language. `display` formats the key of a binding."""
    for title, owners in HELP_SECTIONS:
        lines = tuple(
            (
                " ".join(display(binding.with_key(key)) for key in keys_of(binding, keymap)),
                binding.tooltip,
                binding.id or "",
            )
            for owner in owners
            for binding in own_bindings(owner)
        )
        note = next((str(vars(owner)["HELP"]) for owner in owners if vars(owner).get("HELP")), "")
        yield Section(title, lines, note)
    yield Section("Writing a search", tuple((syntax.example, syntax.summary) for syntax in SYNTAX))
    yield Section(
        "Operators",
        tuple((f"{name}:", f"{operator.summary}: {operator.needs}") for name, operator in OPERATORS.items()),
    )


def conflicts(keymap: Mapping[str, str]) -> list[Conflict]:
    """All conflicts caused by the settings, each once."""
    found: dict[tuple[str, str | None, str | None], Conflict] = {}
    for chain in FOCUS_CHAINS if keymap else ():
        for conflict in _conflicts_along(chain, keymap):
            found.setdefault((conflict.key, conflict.winner.id, conflict.loser.id), conflict)
    return list(found.values())


def _conflicts_along(chain: tuple[Owner, ...], keymap: Mapping[str, str]) -> Iterator[Conflict]:
    taken: dict[str, Binding] = {}
    for owner in chain:
        # Within a class a key from the settings wins over a default one.
        for binding in sorted(declared(owner), key=lambda b: b.id not in keymap):
            for key in keys_of(binding, keymap):
                winner = taken.setdefault(key, binding)
                given = winner.id in keymap or binding.id in keymap
                # Where both have the key by default, as with escape, that is intended.
                built_in = all(key in keys_of(b, {}) for b in (winner, binding))
                if winner.id != binding.id and given and not built_in:
                    yield Conflict(key, winner, binding)
