"""Providers of the command palette: actions, views, columns, themes, conversations and earlier searches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.markup import escape
from textual.message import Message

from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.preferences.messages import ThemeChosen
from tui.dashboard.results.columns import TITLES, with_hidden
from tui.dashboard.search.messages import HistoryFetched
from tui.dashboard.search.queries import fetch_history
from tui.dashboard.store_thread import Job, JobKind
from tui.dashboard.themes import theme_names
from tui.domain import ConversationRow
from tui.history import KEPT
from tui.query import QueryError, Sort
from tui.workspace import Workspace


class ColumnCommands(Provider):
    """ "Hide the column Tags" for every one that is shown, "Show …" for the others; and the default."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if not isinstance(screen, DashboardScreen):
            return
        columns = screen.columns
        shown = columns.shown
        for key in with_hidden(shown):
            verb = "Hide" if key in shown else "Show"
            if shown != (key,):
                yield f"{verb} the column {TITLES[key]}", "Columns", partial(columns.toggle, key)
        yield "Reset the columns", "The default columns", columns.reset

    async def discover(self) -> Hits:
        for title, help_, run in self._commands():
            yield DiscoveryHit(title, run, help=help_)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, help_, run in self._commands():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), run, help=help_)


JUMPS = 8
"""Conversations offered at most."""


@dataclass(frozen=True, slots=True)
class _Command:
    title: str
    help: str
    node: DOMNode
    action: str


class DashboardCommands(Provider):
    """The actions behind the keys that work on the screen the palette was opened from."""

    def _commands(self) -> Iterator[_Command]:
        seen: set[str] = set()
        for node, binding, enabled, tooltip in self.screen.active_bindings.values():
            if not enabled or binding.system or not binding.tooltip or binding.action in seen:
                continue
            seen.add(binding.action)
            key = self.app.get_key_display(binding).replace("[", "\\[")
            yield _Command(tooltip or binding.description, f"key: {key}", node, binding.action)
        if isinstance(self.screen, DashboardScreen):
            for sort in Sort:
                yield _Command(
                    f"Sort by {sort.value}",
                    "Order of the results",
                    self.screen.list_and_thread,
                    f"sort_by('{sort.value}')",
                )

    def _run(self, command: _Command) -> partial[Coroutine[object, object, bool]]:
        return partial(self.app.run_action, command.action, command.node)

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(command.title, self._run(command), help=command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands():
            if (score := matcher.match(command.title)) > 0:
                yield Hit(score, matcher.highlight(command.title), self._run(command), help=command.help)


class ViewCommands(Provider):
    """Every view by its name, and whether those without anything in them are shown."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if not isinstance(screen, DashboardScreen):
            return
        views, tabs = screen.views, screen.tabs
        for view in tabs.views:  # names and queries may hold a customer's words: nothing of it is markup
            yield f"View: {view.name}", escape(view.source), partial(views.open_by_name, view.name)
        hidden = tabs.hides_empty
        title = "Show the empty tabs" if hidden else "Hide the empty tabs"
        yield title, "Views without a conversation", partial(tabs.hide_empty, not hidden)

    async def discover(self) -> Hits:
        for title, help_, run in self._commands():
            yield DiscoveryHit(Content(title), run, help=help_)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, help_, run in self._commands():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, Content(title), run, help=help_)


class _Answer:
    """Passes the answer of the store thread to the event loop that waits for it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Message] = self._loop.create_future()

    def post_message(self, message: Message) -> bool:
        self._loop.call_soon_threadsafe(self._set, message)
        return True

    def _set(self, message: Message) -> None:
        if not self.future.done():
            self.future.set_result(message)


class ConversationCommands(Provider):
    """ "Go to" a conversation by its number or by words in it."""

    async def search(self, query: str) -> Hits:
        screen = self.screen
        if not isinstance(screen, DashboardScreen) or len(query.strip()) < 2:
            return
        answer = _Answer()
        function = partial(fetch_jump_targets, text=query, limit=JUMPS)
        screen.store.run(Job(JobKind.OTHER, "palette", function), answer)
        fetched = await answer.future
        if isinstance(fetched, JumpTargetsFetched):
            for place, row in enumerate(fetched.rows):
                yield Hit(
                    0.5 - place / 100,
                    Content(title_of(row)),
                    partial(screen.list_and_thread.go_to, row.id),
                    help=f"#{row.id} · {row.state}",
                )


def title_of(row: ConversationRow) -> str:
    return f"Go to {row.customer.name}: {row.subject or row.snippet.text}"


class HistoryCommands(Provider):
    """Searches made before, to be made again."""

    OFFERED: ClassVar[int] = JUMPS
    """Without a text to find among them."""
    PREFIX: ClassVar[str] = "Search again: "

    async def discover(self) -> Hits:
        for text in (await self._searches())[: self.OFFERED]:
            yield DiscoveryHit(Content(self.PREFIX + text), self._run(text), help="An earlier search")

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text in await self._searches():
            title = self.PREFIX + text
            if (score := matcher.match(title)) > 0:
                yield Hit(score, Content(title), self._run(text), help="An earlier search")

    async def _searches(self) -> tuple[str, ...]:
        if not isinstance(self.screen, DashboardScreen):
            return ()
        answer = _Answer()
        self.screen.store.run(Job(JobKind.OTHER, "palette history", fetch_history), answer)
        fetched = await answer.future
        return fetched.searches if isinstance(fetched, HistoryFetched) else ()

    def _run(self, text: str) -> partial[bool]:
        return partial(self.app.post_message, QueryChosen(text))


class EarlierSearches(HistoryCommands):
    """All of them and nothing else, for a list of their own."""

    OFFERED = KEPT
    PREFIX = ""

    async def discover(self) -> Hits:
        found = False
        async for hit in super().discover():
            found = True
            yield hit
        if not found:
            yield DiscoveryHit(
                "Nothing has been searched for yet", self._run(""), help="Enter lists everything"
            )


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


@dataclass
class JumpTargetsFetched(Message):
    """Conversations the palette can offer to go to."""

    rows: tuple[ConversationRow, ...]


def fetch_jump_targets(workspace: Workspace, *, text: str, limit: int) -> JumpTargetsFetched:
    """The conversation with this number, or else those in which these words occur."""
    text = text.strip()
    if text.lstrip("#").isdecimal():
        found = workspace.rows([int(text.lstrip("#"))])
        if found:
            return JumpTargetsFetched(tuple(found))
    try:
        query = workspace.parse(text, typing=True)
    except QueryError:
        return JumpTargetsFetched(())
    return JumpTargetsFetched(tuple(workspace.rows(workspace.search_ids(query, limit=limit), query)))
