"""Which screen is shown: opening one, putting another in its place, leaving it or the dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from textual import events, on
from textual.screen import Screen

from tui.dashboard.announcing import AnnouncingApp
from tui.dashboard.dialogs.unsaved import UnsavedDialog
from tui.dashboard.reads import Ask
from tui.dashboard.screens.behind import BehindScreen
from tui.dashboard.screens.coverage import CoverageScreen
from tui.dashboard.screens.dashboard import DashboardScreen
from tui.dashboard.screens.history import HistoryScreen
from tui.dashboard.screens.insights import InsightsScreen
from tui.dashboard.screens.preferences import PreferencesScreen
from tui.dashboard.screens.too_small import TooSmallScreen, fits
from tui.dashboard.seeing.messages import QueryChosen, RangeSyncRequested

BEHIND: Mapping[str, type[BehindScreen]] = {
    "coverage": CoverageScreen,
    "insights": InsightsScreen,
    "history": HistoryScreen,
    "preferences": PreferencesScreen,
}
"""The screens that can be opened from anywhere, by name."""


class ScreensApp(AnnouncingApp):
    """The main screen and those behind it."""

    @on(events.Resize)
    def _fit(self, event: events.Resize) -> None:
        """Where nothing useful can be shown, that is said instead."""
        covered = isinstance(self.screen, TooSmallScreen)
        if not fits(event.size) and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and fits(event.size):
            self.pop_screen()

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        """List the conversations behind something shown: whatever lies over the main screen goes away."""
        main = main_of(self.screen_stack)
        main.search_pane.text = message.query
        main.browser.leave_thread()
        main.ask(Ask(message.query))
        while self.screen is not main:
            self.pop_screen()

    @on(RangeSyncRequested)
    def _range_sync(self, message: RangeSyncRequested) -> None:
        self.request_sync(message.window)

    def action_show(self, name: str) -> None:
        """Open a screen, in the place of another one of these."""
        screen = self.screen
        if not isinstance(screen, BehindScreen):
            self._open(name)
        elif screen.id != name:
            screen.when_left(partial(self._open, name))

    def _open(self, name: str) -> None:
        if isinstance(self.screen, BehindScreen):
            self.pop_screen()
        screen = BEHIND[name](self.workspace, self.reader, id=name)
        if isinstance(screen, InsightsScreen):
            screen.narrow(main_of(self.screen_stack).results.query_shown)
        self.push_screen(screen)

    async def action_quit(self) -> None:
        """Leave, unless something is still to be decided about what was not saved."""
        behind = next((s for s in reversed(self.screen_stack) if isinstance(s, BehindScreen)), None)
        if behind is None or isinstance(self.screen, UnsavedDialog):
            self.exit()
        else:
            behind.when_left(self.exit)


def main_of(stack: Iterable[Screen[Any]]) -> DashboardScreen:
    return next(screen for screen in stack if isinstance(screen, DashboardScreen))
