"""The columns in the command palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.dashboard.columns import TITLES, with_hidden
from tui.dashboard.screens.dashboard import DashboardScreen


class ColumnCommands(Provider):
    """ "Hide the column Tags" for every one that is shown, "Show …" for the others; all as they come."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if not isinstance(screen, DashboardScreen):
            return
        keys = screen.views
        shown = keys.shown_columns
        for key in with_hidden(shown):
            verb = "Hide" if key in shown else "Show"
            if shown != (key,):
                yield f"{verb} the column {TITLES[key]}", "Columns", partial(keys.switch_column, key)
        yield "Reset the columns", "All of them as they come", keys.reset_columns

    async def discover(self) -> Hits:
        for title, help_, run in self._commands():
            yield DiscoveryHit(title, run, help=help_)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, help_, run in self._commands():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), run, help=help_)
