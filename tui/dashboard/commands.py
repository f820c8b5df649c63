"""Providers of the command palette: actions, views, columns, profiles, themes, conversations, searches."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Protocol, runtime_checkable

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.markup import escape
from textual.message import Message

from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.preferences.messages import ThemeChosen
from tui.dashboard.results.columns import TITLES, with_hidden
from tui.dashboard.search.messages import HistoryFetched
from tui.dashboard.search.queries import fetch_history
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.themes import theme_names
from tui.dashboard.triage.marks import row_title
from tui.domain import ConversationRow
from tui.history import KEPT
from tui.query import QueryError, Sort, conversation_number
from tui.settings import DEFAULT_PROFILE, OwnCommand, profile_names
from tui.shown import shown_row
from tui.workspace import Workspace

log = logging.getLogger(__name__)

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
        triage = self.screen.triage if isinstance(self.screen, DashboardScreen | PlayScreen) else None
        for node, binding, enabled, tooltip in self.screen.active_bindings.values():
            is_offered = triage is None or triage.offers(binding.id or "")
            if (
                enabled
                and is_offered
                and not binding.system
                and binding.tooltip
                and binding.action not in found
            ):
                found[binding.action] = self._command(node, binding, tooltip)
        if isinstance(self.screen, DashboardScreen):
            for sort in Sort:
                action = f"sort_by('{sort.value}')"
                run = partial(self.app.run_action, action, self.screen.list_and_thread)
                found[action] = Command(f"Sort by {sort.value}", "Order of the results", run)
            help_ = "Undo what was done last, here or in another window"
            found["undo_anyones"] = Command("Undo anywhere", help_, self.screen.triage.undo_anyones)
        if isinstance(self.screen, DashboardScreen | PlayScreen) and self.screen.command_targets:
            acting = self.screen.acting
            found["title"] = Command("Change the title", "In Intercom", acting.title)
            found["read"] = Command("Mark as read or unread", "In Intercom", acting.mark_read)
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


class OwnCommandProvider(CommandProvider):
    """Runs a command of the user's own, with a key or without one."""

    async def commands(self) -> Sequence[Command]:
        screen = self.screen
        if not isinstance(screen, DashboardScreen | PlayScreen) or screen.command_targets is None:
            return ()
        return tuple(
            Command(command.name, self._help(command), partial(self.app.run_action, f"own_command({index})"))
            for index, command in enumerate(screen.workspace.settings.commands)
        )

    def _help(self, command: OwnCommand) -> str:
        return f"Own command · key: {command.key}" if command.key else "Own command"


@runtime_checkable
class SwitchesProfiles(Protocol):
    """An app that can be followed by the dashboard of another profile."""

    store: StoreThread

    @property
    def switches_profiles(self) -> bool: ...

    def switch_profile(self, name: str) -> None: ...


class ProfileCommands(CommandProvider):
    """Opens another profile in place of this one."""

    async def commands(self) -> Sequence[Command]:
        app = self.app
        if not isinstance(app, SwitchesProfiles) or not app.switches_profiles:
            return ()
        fetched = await app.store.answer(Job(JobKind.OTHER, "palette profiles", fetch_other_profiles))
        names = fetched.names if isinstance(fetched, OtherProfilesFetched) else ()
        help_ = "Leaves this workspace as when you quit, and opens that one"
        return tuple(
            Command(f"Switch to profile {name}", help_, partial(app.switch_profile, name)) for name in names
        )


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
        fetched = await self.screen.store.answer(Job(JobKind.OTHER, "palette history", fetch_history))
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
        function = partial(fetch_jump_targets, text=query, limit=FEW)
        fetched = await screen.store.answer(Job(JobKind.OTHER, "palette", function))
        if isinstance(fetched, JumpTargetsFetched):
            for place, row in enumerate(fetched.rows):
                title = f"Go to {row_title(row)}"
                run = partial(screen.list_and_thread.go_to, row.id)
                yield Hit(0.5 - place / 100, Content(title), run, help=f"#{row.id} · {row.state}")


# --- the store


@dataclass
class JumpTargetsFetched(Message):
    """Conversations that the palette can go to."""

    rows: tuple[ConversationRow, ...]


def fetch_jump_targets(workspace: Workspace, *, text: str, limit: int) -> JumpTargetsFetched:
    """The conversation with this number or link or, without one, those that contain these words."""
    text = text.strip()
    number = conversation_number(text)
    if number is not None and (found := workspace.rows([number], intended=True)):
        return JumpTargetsFetched(tuple(map(shown_row, found)))
    try:
        query = workspace.parse(text, typing=True)
    except QueryError:
        return JumpTargetsFetched(())
    rows = workspace.rows(workspace.search_ids(query, limit=limit), query, intended=True)
    return JumpTargetsFetched(tuple(map(shown_row, rows)))


@dataclass
class OtherProfilesFetched(Message):
    """The profiles that can be opened instead."""

    names: tuple[str, ...]


def fetch_other_profiles(workspace: Workspace) -> OtherProfilesFetched:
    """All but the one that is open, the default one first; if their folder cannot be read, which the log
    says, that alone."""
    own = workspace.settings.profile or DEFAULT_PROFILE
    try:
        names = (DEFAULT_PROFILE, *profile_names())
    except OSError as error:
        log.warning("the profiles cannot be listed: %s", error)
        names = (DEFAULT_PROFILE,)
    return OtherProfilesFetched(tuple(name for name in names if name != own))
