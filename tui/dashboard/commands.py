"""Providers of the command palette: actions, views, columns, themes, conversations and earlier searches."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.binding import Binding
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

FEW = 8
"""Conversations, and earlier searches among other commands, that are listed at most."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette. `title` and `help` are plain text."""

    title: str
    help: str
    run: Callable[[], object]


class CommandProvider(Provider):
    """Lists its commands, and filters them by the text that is typed. Subclasses override `commands`."""

    DISCOVERED: ClassVar[int | None] = None
    """How many commands are listed before anything is typed; None: all."""

    @abstractmethod
    async def commands(self) -> Sequence[Command]: ...

    async def discover(self) -> Hits:
        for command in (await self.commands())[: self.DISCOVERED]:
            yield DiscoveryHit(Content(command.title), command.run, help=escape(command.help))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in await self.commands():
            if (score := matcher.match(command.title)) > 0:
                # The matcher takes titles for markup, which a customer's words in them may contain.
                is_plain = "[" not in command.title
                title = matcher.highlight(command.title) if is_plain else Content(command.title)
                yield Hit(score, title, command.run, help=escape(command.help))


class DashboardCommands(CommandProvider):
    """The actions that have a key on the screen below the palette, and the sort orders."""

    async def commands(self) -> Sequence[Command]:
        found: dict[str, Command] = {}
        for node, binding, enabled, tooltip in self.screen.active_bindings.values():
            if enabled and not binding.system and binding.tooltip and binding.action not in found:
                found[binding.action] = self._command(node, binding, tooltip)
        if isinstance(self.screen, DashboardScreen):
            for sort in Sort:
                action = f"sort_by('{sort.value}')"
                run = partial(self.app.run_action, action, self.screen.list_and_thread)
                found[action] = Command(f"Sort by {sort.value}", "Order of the results", run)
        return tuple(found.values())

    def _command(self, node: DOMNode, binding: Binding, tooltip: str) -> Command:
        run = partial(self.app.run_action, binding.action, node)
        return Command(tooltip or binding.description, f"key: {self.app.get_key_display(binding)}", run)


class ViewCommands(CommandProvider):
    """Opens a view; shows or hides the tabs of empty views."""

    async def commands(self) -> Sequence[Command]:
        screen = self.screen
        if not isinstance(screen, DashboardScreen):
            return ()
        tabs = screen.tabs
        opens = [
            Command(f"View: {view.name}", view.source, partial(screen.views.open_by_name, view.name))
            for view in tabs.views
        ]
        title = "Show the empty tabs" if tabs.hides_empty else "Hide the empty tabs"
        toggle = partial(tabs.hide_empty, not tabs.hides_empty)
        return (*opens, Command(title, "Views without conversations", toggle))


class ColumnCommands(CommandProvider):
    """Shows and hides columns, and restores the default columns."""

    async def commands(self) -> Sequence[Command]:
        return tuple(self._commands())

    def _commands(self) -> Iterator[Command]:
        if not isinstance(self.screen, DashboardScreen):
            return
        columns = self.screen.columns
        shown = columns.shown
        for key in with_hidden(shown):
            verb = "Hide" if key in shown else "Show"
            if shown != (key,):  # one column always stays
                yield Command(f"{verb} the column {TITLES[key]}", "Columns", partial(columns.toggle, key))
        yield Command("Reset the columns", "The default columns", columns.reset)


class ThemeCommands(CommandProvider):
    """Chooses a theme by its name."""

    async def commands(self) -> Sequence[Command]:
        return tuple(
            Command(f"Theme: {name}", "Appearance", partial(self.app.post_message, ThemeChosen(name)))
            for name in theme_names(list(self.app.available_themes))
        )


class HistoryCommands(CommandProvider):
    """Repeats an earlier search."""

    DISCOVERED = FEW
    PREFIX: ClassVar[str] = "Search again: "

    async def commands(self) -> Sequence[Command]:
        if not isinstance(self.screen, DashboardScreen):
            return ()
        reply = AwaitedAnswer()
        self.screen.store.run(Job(JobKind.OTHER, "palette history", fetch_history), reply)
        fetched = await reply.future
        searches = fetched.searches if isinstance(fetched, HistoryFetched) else ()
        return tuple(self._command(self.PREFIX + text, "Earlier search", text) for text in searches)

    def _command(self, title: str, help_: str, query: str) -> Command:
        return Command(title, help_, partial(self.app.post_message, QueryChosen(query)))


class EarlierSearches(HistoryCommands):
    """All earlier searches, for a palette that lists nothing else."""

    DISCOVERED = KEPT
    PREFIX = ""

    async def commands(self) -> Sequence[Command]:
        nothing = self._command("No earlier searches", "Enter shows all conversations", "")
        return await super().commands() or (nothing,)


class ConversationCommands(Provider):
    """Goes to a conversation, found by its number or by words in it."""

    async def search(self, query: str) -> Hits:
        screen = self.screen
        if not isinstance(screen, DashboardScreen) or len(query.strip()) < 2:
            return
        reply = AwaitedAnswer()
        function = partial(fetch_jump_targets, text=query, limit=FEW)
        screen.store.run(Job(JobKind.OTHER, "palette", function), reply)
        fetched = await reply.future
        if isinstance(fetched, JumpTargetsFetched):
            for place, row in enumerate(fetched.rows):
                title = f"Go to {row.customer.name}: {row.subject or row.snippet.text}"
                run = partial(screen.list_and_thread.go_to, row.id)
                yield Hit(0.5 - place / 100, Content(title), run, help=f"#{row.id} · {row.state}")


# --- the store


class AwaitedAnswer:
    """A recipient of a store job whose answer is awaited."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Message] = self._loop.create_future()

    def post_message(self, message: Message) -> bool:
        """Called on the store thread."""
        self._loop.call_soon_threadsafe(self._set, message)
        return True

    def _set(self, message: Message) -> None:
        if not self.future.done():
            self.future.set_result(message)


@dataclass
class JumpTargetsFetched(Message):
    """Conversations that the palette can go to."""

    rows: tuple[ConversationRow, ...]


def fetch_jump_targets(workspace: Workspace, *, text: str, limit: int) -> JumpTargetsFetched:
    """The conversation with this number or, without one, those that contain these words."""
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
