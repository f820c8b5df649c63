"""A change of theme in steps so short that the event loop is never held up. Textual takes a single one."""

from __future__ import annotations

import asyncio

from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from tui.dashboard.outcome import Outcome
from tui.dashboard.steps import draw, give_way, in_steps

FRAME = 0.05
"""Seconds that are left for a theme to be painted, if the next one follows at once."""


class RestylingApp(App[Outcome]):
    """Gives all screens their new colours some widgets at a time, and shows them when all have theirs."""

    def __init__(self) -> None:
        super().__init__()
        self._is_outdated = False
        """Whether the theme changed and restyling did not begin yet."""
        self._is_painted = True
        """Whether the theme is on screen."""

    def refresh_css(self, animate: bool = True) -> None:
        if self.screen_stack:
            self._is_outdated = True
            self.call_next(self._restyle)
        else:
            # Unlike Textual's `reparse` this keeps the rules: a new kind of widget has only its own parsed.
            self.stylesheet.set_variables(self.get_css_variables())
            self.stylesheet.parse()
            self.stylesheet.update(self)

    async def _restyle(self) -> None:
        """Keys and the end wait meanwhile: nothing that is sent to the app meets a half-changed screen."""
        if not self._is_outdated:
            return
        if not self._is_painted:
            await asyncio.sleep(FRAME)
        self._is_outdated = self._is_painted = False
        await give_way()
        with self.batch_update():
            await self._parse()
            screens = self.screen_stack
            nodes = [node for screen in screens for node in screen.walk_children(DOMNode, with_self=True)]
            await in_steps([self, *nodes], self.stylesheet.update_nodes)
            await in_steps([node for node in nodes if isinstance(node, Widget)], draw)
        screens = self.screen_stack
        for screen in screens:
            screen.refresh()
        if screens:  # none are left when it ended meanwhile
            screens[-1].call_after_refresh(self._painted)

    async def _parse(self) -> None:
        """The rules with the colours of the theme, one source after the other."""
        fresh = Stylesheet(variables=self.get_css_variables())
        # A widget that is mounted meanwhile may bring a source of its own.
        while missing := [
            item for item in self.stylesheet.source.items() if item not in fresh.source.items()
        ]:
            place, source = missing[0]
            fresh.add_source(source.content, place, source.is_defaults, source.tie_breaker, source.scope)
            fresh.parse()
            await give_way()
        self.stylesheet = fresh

    def _painted(self) -> None:
        self._is_painted = True
