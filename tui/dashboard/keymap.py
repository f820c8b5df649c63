"""Which keys do what: the action ids that settings can name, and conflicts between keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode

from tui.dashboard.help_screen import declared, sources
from tui.settings import Settings, SettingsError
from tui.text import nearest

Place = tuple[type[DOMNode], ...]
"""From what has the focus up to the last that is asked: the first that listens to a key gets it."""


def places() -> tuple[Place, ...]:
    """Every place in which the dashboard's own bindings meet. Windows keep keys from what lies under them."""
    from tui.dashboard.app import FastIntercomApp as App
    from tui.dashboard.common.cell_grid import CellGrid
    from tui.dashboard.common.checkbox import Checkbox
    from tui.dashboard.coverage.calendar import CoverageCalendar
    from tui.dashboard.coverage.screen import CoverageScreen
    from tui.dashboard.help_screen import HelpScreen
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
    from tui.dashboard.results.browser import Browser
    from tui.dashboard.results.column_actions import ColumnActions
    from tui.dashboard.results.column_list import ColumnList
    from tui.dashboard.results.columns_dialog import ColumnsDialog, SizedColumns
    from tui.dashboard.results.pane import ResultsPane
    from tui.dashboard.results.table import ResultsTable
    from tui.dashboard.search.input import SearchInput
    from tui.dashboard.thread.actions import ThreadActions
    from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
    from tui.dashboard.thread.customer_screen import CustomerScreen
    from tui.dashboard.thread.links_screen import LinksScreen
    from tui.dashboard.thread.scroll import ThreadScroll
    from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
    from tui.dashboard.triage.list_actions import ListActions
    from tui.dashboard.triage.note_dialog import NoteDialog
    from tui.dashboard.views.actions import ViewActions
    from tui.dashboard.views.save_dialog import SaveViewDialog
    from tui.dashboard.views.screen import ViewList, ViewsScreen

    main: Place = (Browser, ThreadActions, ListActions, ViewActions, ColumnActions, DashboardScreen, App)
    return (
        (ResultsTable, ResultsPane, *main),
        (ThreadScroll, *main),
        (SearchInput, DashboardScreen, App),
        (ThreadScroll, ThreadActions, PlayPanel, PlayScreen, App),
        (CoverageCalendar, CoverageScreen, App),
        (CellGrid, InsightsScreen, App),
        (CellGrid, HistoryScreen, App),
        (LogScroll, LogScreen, App),
        (Checkbox, PreferencesScreen, App),
        (ViewList, ViewsScreen),
        (CopyScreen,),
        (TextScreen,),
        (LinksScreen,),
        (CustomerScreen,),
        (ThemeScreen,),
        (HelpScreen,),
        (FollowUpDialog,),
        (NoteDialog,),
        (SkipReasonDialog,),
        (SizedColumns, ColumnsDialog),
        (ColumnList, SaveViewDialog),
        (UnsavedDialog,),
    )


SPOKEN_AS = {
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
    """Two actions that both listen to a key in the same place, at least one of them by the settings."""

    key: str
    winner: Binding
    loser: Binding

    def __str__(self) -> str:
        winner, loser = (f"“{b.description}” ({b.id})" for b in (self.winner, self.loser))
        return f"{self.key}: both {winner} and {loser} want it; {winner} gets it"


def actions() -> dict[str, Binding]:
    """Every action that a key can be given to, by its name."""
    from tui.dashboard.first_run_screen import FirstRunScreen
    from tui.dashboard.help_screen import HelpScreen

    owners: list[type[DOMNode]] = [owner for _, classes in sources() for owner in classes]
    owners += [HelpScreen, FirstRunScreen]
    return {binding.id: binding for owner in owners for binding in declared(owner) if binding.id}


def check_keymap(settings: Settings) -> None:
    """Raises `SettingsError` for a name in [keymap] that no action has."""
    known = actions()
    for name in settings.keymap:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else "the help (?) names the actions"
            raise SettingsError(f"{settings.config_path}: keymap.{name} is not an action; {hint}")


def key_name(text: str) -> str:
    """ "/" → "slash": as keys are called in bindings."""
    text = text.strip()
    if len(text) != 1 or text.isalnum():
        return text
    name = unicodedata.name(text, text).lower().replace("-", "_").replace(" ", "_")
    return SPOKEN_AS.get(name, name)


def keys_of(binding: Binding, keymap: Mapping[str, str]) -> list[str]:
    return [key_name(key) for key in keymap.get(binding.id or "", binding.key).split(",") if key.strip()]


def conflicts(keymap: Mapping[str, str]) -> list[Conflict]:
    """Wherever the keys can go: the conflicts that the settings make there, each once."""
    found: dict[tuple[str, str | None, str | None], Conflict] = {}
    for place in places() if keymap else ():
        for conflict in _along(place, keymap):
            found.setdefault((conflict.key, conflict.winner.id, conflict.loser.id), conflict)
    return list(found.values())


def _along(place: Place, keymap: Mapping[str, str]) -> Iterator[Conflict]:
    taken: dict[str, Binding] = {}
    for node in place:
        # Within one node a key given by the settings wins over one that is built in.
        for binding in sorted(bindings_of(node), key=lambda b: b.id not in keymap):
            for key in keys_of(binding, keymap):
                winner = taken.setdefault(key, binding)
                given = winner.id in keymap or binding.id in keymap
                # Where both have it as they come, one gives way on purpose, as escape does.
                built_in = all(key in keys_of(b, {}) for b in (winner, binding))
                if winner.id != binding.id and given and not built_in:
                    yield Conflict(key, winner, binding)


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The dashboard's own bindings of a class and of those it is made from."""
    classes = [owner for owner in node.__mro__ if issubclass(owner, DOMNode)]
    return [b for owner in classes if owner.__module__.startswith("tui.") for b in declared(owner)]
