"""The keys of the dashboard: sections of the help, action ids for the settings, and conflicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.acting.actions import ActingActions
from tui.dashboard.acting.bulk_dialog import BulkDialog
from tui.dashboard.acting.choice_dialog import ChoiceDialog
from tui.dashboard.acting.outbox_screen import OutboxScreen
from tui.dashboard.acting.quit_dialog import QuitDialog
from tui.dashboard.acting.snooze_dialog import SnoozeDialog
from tui.dashboard.acting.title_dialog import TitleDialog
from tui.dashboard.common.cell_grid import CellGrid
from tui.dashboard.common.checkbox import Checkbox
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.common.option_dialog import OptionDialog
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.common.split import Split
from tui.dashboard.composer.actions import ComposerActions
from tui.dashboard.composer.attach_dialog import AttachDialog
from tui.dashboard.composer.macro_dialog import MacroDialog
from tui.dashboard.composer.screen import ComposerScreen
from tui.dashboard.coverage.calendar import CoverageCalendar
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.first_run.screen import FirstRunScreen
from tui.dashboard.help_screen import HelpScreen, Section
from tui.dashboard.history.log_screen import LogScreen, LogScroll
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.own_commands.output_screen import OutputScreen
from tui.dashboard.own_commands.run_dialog import RunDialog
from tui.dashboard.permission.dialogs import AgreeDialog
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
from tui.dashboard.search.period import PeriodMenu
from tui.dashboard.sync_status.state_line import StateLine
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.links_screen import LinksScreen
from tui.dashboard.thread.open_dialog import OpenDialog
from tui.dashboard.thread.scroll import ThreadScroll
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
from tui.dashboard.triage.marks import LEGEND
from tui.dashboard.triage.note_dialog import NoteDialog
from tui.dashboard.views.actions import ViewActions
from tui.dashboard.views.save_dialog import SaveViewDialog
from tui.dashboard.views.screen import ViewList, ViewsScreen
from tui.query import OPERATORS, SYNTAX
from tui.settings import OwnCommand, Settings, SettingsError, place_of
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
            "O",
            "show('outbox')",
            "Outbox",
            id="outbox",
            tooltip="Changes in Intercom, sent and not sent",
            show=False,
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
        Binding(
            "E",
            "enter_token",
            "New token",
            id="enter_token",
            tooltip="Enter another access token",
            show=False,
        ),
        Binding("T", "choose_theme", "Theme", id="theme", tooltip="Choose a theme", show=False),
        Binding("q", "quit", "Quit", id="quit", tooltip="Quit fastintercom"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            id="suspend",
            tooltip="Suspend fastintercom; the shell's fg brings it back",
            show=False,
        ),
    ]


Owner = type
"""A class with `BINDINGS`: a widget, a screen, or the actions of a feature."""

FEATURES: tuple[Owner, ...] = (
    TriageActions,
    ActingActions,
    ComposerActions,
    ListActions,
    ThreadActions,
    ViewActions,
    ColumnActions,
)
"""Features whose bindings are also listed by the screens that use them."""

HELP_SECTIONS: tuple[tuple[str, tuple[Owner, ...]], ...] = (
    ("Everywhere", (DashboardScreen, AppKeys, StateLine)),
    ("Results", (ResultsTable, ResultsPane, VirtualTable)),
    ("Columns", (ColumnActions, ColumnList, SizedColumns)),
    ("Results and conversation", (ListAndThread, ThreadActions, Split)),
    ("Conversation", (ThreadScroll,)),
    ("Triage", (TriageActions, ListActions)),
    ("Acting in Intercom", (ActingActions, OutboxScreen, BulkDialog, QuitDialog)),
    ("Writing to Intercom", (ComposerActions, ComposerScreen, AttachDialog, AgreeDialog)),
    ("Play mode", (PlayPanel, PlayScreen)),
    ("Views", (ViewActions, ViewList, ViewsScreen)),
    ("Dialogs", (Dialog, OptionDialog, FollowUpDialog, NoteDialog, SaveViewDialog, UnsavedDialog)),
    ("Copy, links, customer", (CopyScreen, TextScreen, LinksScreen, OpenDialog, CustomerScreen)),
    ("Own commands", (RunDialog, OutputScreen)),
    ("Search", (SearchInput, PeriodMenu)),
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
    (StateLine, DashboardScreen, AppKeys),
    (ThreadScroll, PlayPanel, PlayScreen, AppKeys),
    (ThreadScroll, ComposerScreen, AppKeys),
    (CoverageCalendar, CoverageScreen, SecondaryScreen, AppKeys),
    (CellGrid, InsightsScreen, SecondaryScreen, AppKeys),
    (CellGrid, HistoryScreen, SecondaryScreen, AppKeys),
    (CellGrid, OutboxScreen, SecondaryScreen, AppKeys),
    (LogScroll, LogScreen, SecondaryScreen, AppKeys),
    (Checkbox, PreferencesScreen, SecondaryScreen, AppKeys),
    (PeriodMenu,),
    (ViewList, ViewsScreen),
    (CopyScreen,),
    (TextScreen,),
    (LinksScreen,),
    (OpenDialog, Dialog),
    (CustomerScreen,),
    (ThemeScreen,),
    (HelpScreen,),
    (FollowUpDialog, Dialog),
    (SnoozeDialog, Dialog),
    (ChoiceDialog, OptionDialog, Dialog),
    (TitleDialog, Dialog),
    (BulkDialog, Dialog),
    (QuitDialog, Dialog),
    (NoteDialog, Dialog),
    (SkipReasonDialog, Dialog),
    (MacroDialog, OptionDialog, Dialog),
    (AttachDialog, Dialog),
    (AgreeDialog, Dialog),
    (SizedColumns, ColumnList, ColumnsDialog, Dialog),
    (ColumnList, SaveViewDialog, Dialog),
    (UnsavedDialog, Dialog),
    (RunDialog, Dialog),
    (OutputScreen,),
)
"""Where a key can be handled, from the focused widget up: the first class with a binding for it gets it."""

OWN_COMMANDS_WORK = tuple(
    chain for chain in FOCUS_CHAINS if SearchInput not in chain and {DashboardScreen, PlayScreen} & set(chain)
)
"""Where the user's own commands have their keys: what has a binding there comes first."""
TEXTUAL_KEYS: tuple[BindingType, ...] = (
    *App.BINDINGS,
    *Screen.BINDINGS,
    Binding(App.COMMAND_PALETTE_BINDING, "command_palette", "Command palette"),
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions with the same key in the same place, at least one of them set by the user."""

    key: str
    winner: Binding
    loser: Binding

    def __str__(self) -> str:
        winner, loser = (
            f"“{b.description or b.action}”" + (f" ({b.id})" if b.id else "")
            for b in (self.winner, self.loser)
        )
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
            place = place_of(settings, "keymap", name)
            raise SettingsError(f"{place}: keymap.{name} is not an action; {hint}")


def keys_of(binding: Binding, keymap: Mapping[str, str]) -> list[str]:
    return keymap.get(binding.id or "", binding.key).split(",")


def help_sections(settings: Settings, display: Callable[[Binding], str]) -> Iterator[Section]:
    """All keys by section, then the query language. `display` formats the key of a binding."""
    keymap = settings.keymap
    for title, owners in HELP_SECTIONS:
        own: tuple[tuple[str, ...], ...] = ()
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
        if RunDialog in owners:
            own, note = tuple(_command_lines(settings, display)), settings.commands_notice
        yield Section(title, (*own, *lines), note)
    yield Section("Marks in the list", LEGEND, "One cell each, left of the first column; · is none.")
    yield Section("Writing a search", tuple((syntax.example, syntax.summary) for syntax in SYNTAX))
    yield Section(
        "Operators",
        tuple((f"{name}:", f"{operator.summary}: {operator.needs}") for name, operator in OPERATORS.items()),
    )


def command_bindings(commands: Sequence[OwnCommand]) -> list[Binding]:
    """The keys of the user's own commands, which the app handles last."""
    return [
        Binding(command.key, f"own_command({index})", command.name, id=f"own command {index + 1}")
        for index, command in enumerate(commands)
        if command.key
    ]


def _command_lines(settings: Settings, display: Callable[[Binding], str]) -> Iterator[tuple[str, ...]]:
    for command in settings.commands:
        (*keys,) = (display(binding) for binding in command_bindings([command]))
        yield " ".join(keys), f"{command.name}: runs {command.run[0]}"


def conflicts(keymap: Mapping[str, str], commands: Sequence[OwnCommand] = ()) -> list[Conflict]:
    """All conflicts caused by the settings, each once."""
    found: dict[tuple[str, str | None, str | None], Conflict] = {}
    for chain in FOCUS_CHAINS if keymap else ():
        for conflict in _conflicts_along(chain, keymap):
            found.setdefault((conflict.key, conflict.winner.id, conflict.loser.id), conflict)
    for conflict in _command_conflicts(keymap, commands):
        found.setdefault((conflict.key, None, conflict.loser.id), conflict)
    return list(found.values())


def _command_conflicts(keymap: Mapping[str, str], commands: Sequence[OwnCommand]) -> Iterator[Conflict]:
    bindings = command_bindings(commands)
    for chain in OWN_COMMANDS_WORK if bindings else ():
        taken: dict[str, Binding] = {}
        textual = [binding for binding in TEXTUAL_KEYS if isinstance(binding, Binding)]
        for binding in [*(b for owner in chain for b in declared(owner)), *textual, *bindings]:
            for key in keys_of(binding, keymap):
                winner = taken.setdefault(key, binding)
                if binding in bindings and winner is not binding:
                    yield Conflict(key, winner, binding)


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
