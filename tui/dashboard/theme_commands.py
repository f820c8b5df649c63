"""The themes in the command palette."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.dashboard.screens.theme_choice import theme_names
from tui.dashboard.seeing.messages import ThemeChosen


class ThemeCommands(Provider):
    """ "Theme: nord" for every theme there is; `T` shows them one after the other."""

    def _names(self) -> list[str]:
        return theme_names(list(self.app.available_themes))

    def _choose(self, name: str) -> None:
        self.app.post_message(ThemeChosen(name))

    async def discover(self) -> Hits:
        for name in self._names():
            yield DiscoveryHit(f"Theme: {name}", partial(self._choose, name), help="Looks")

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name in self._names():
            title = f"Theme: {name}"
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(self._choose, name), help="Looks")
