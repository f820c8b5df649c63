"""Where a key can go on each screen: what `tui.dashboard.keys` looks for conflicts in."""

from __future__ import annotations

from textual.dom import DOMNode

Place = tuple[type[DOMNode], ...]
"""From what has the focus up to the last that is asked: the first that listens to a key gets it."""


def places() -> tuple[Place, ...]:
    """Every place in which the dashboard's own bindings meet. Windows keep keys from what lies under them."""
    from tui.dashboard.app import FastIntercomApp as App
    from tui.dashboard.dialogs.columns import ColumnsDialog, SizedColumns
    from tui.dashboard.dialogs.follow_up import FollowUpDialog
    from tui.dashboard.dialogs.note import NoteDialog
    from tui.dashboard.dialogs.reason import ReasonDialog
    from tui.dashboard.dialogs.save_view import SaveViewDialog
    from tui.dashboard.dialogs.unsaved import UnsavedDialog
    from tui.dashboard.screens.copy import CopyScreen, TextScreen
    from tui.dashboard.screens.coverage import CoverageScreen
    from tui.dashboard.screens.customer import CustomerScreen
    from tui.dashboard.screens.dashboard import DashboardScreen
    from tui.dashboard.screens.help import HelpScreen
    from tui.dashboard.screens.history import HistoryScreen
    from tui.dashboard.screens.insights import InsightsScreen
    from tui.dashboard.screens.links import LinksScreen
    from tui.dashboard.screens.log import LogScreen, LogScroll
    from tui.dashboard.screens.play import PlayScreen
    from tui.dashboard.screens.preferences import PreferencesScreen
    from tui.dashboard.screens.theme_choice import ThemeScreen
    from tui.dashboard.screens.views import ViewList, ViewsScreen
    from tui.dashboard.widgets.browser import Browser
    from tui.dashboard.widgets.column_keys import ColumnKeys
    from tui.dashboard.widgets.column_list import ColumnList
    from tui.dashboard.widgets.coverage_calendar import CoverageCalendar
    from tui.dashboard.widgets.desk import Desk
    from tui.dashboard.widgets.play_desk import PlayDesk
    from tui.dashboard.widgets.reading_desk import ReadingDesk
    from tui.dashboard.widgets.results_pane import ResultsPane
    from tui.dashboard.widgets.results_table import ResultsTable
    from tui.dashboard.widgets.search_input import SearchInput
    from tui.dashboard.widgets.sheet import Sheet
    from tui.dashboard.widgets.thread_scroll import ThreadScroll
    from tui.dashboard.widgets.tick import Tick
    from tui.dashboard.widgets.view_keys import ViewKeys

    main: Place = (Browser, ReadingDesk, Desk, ViewKeys, ColumnKeys, DashboardScreen, App)
    return (
        (ResultsTable, ResultsPane, *main),
        (ThreadScroll, *main),
        (SearchInput, DashboardScreen, App),
        (ThreadScroll, ReadingDesk, PlayDesk, PlayScreen, App),
        (CoverageCalendar, CoverageScreen, App),
        (Sheet, InsightsScreen, App),
        (Sheet, HistoryScreen, App),
        (LogScroll, LogScreen, App),
        (Tick, PreferencesScreen, App),
        (ViewList, ViewsScreen),
        (CopyScreen,),
        (TextScreen,),
        (LinksScreen,),
        (CustomerScreen,),
        (ThemeScreen,),
        (HelpScreen,),
        (FollowUpDialog,),
        (NoteDialog,),
        (ReasonDialog,),
        (SizedColumns, ColumnsDialog),
        (ColumnList, SaveViewDialog),
        (UnsavedDialog,),
    )
