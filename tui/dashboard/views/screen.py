"""The list of views: open, rename, move, hide and delete them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.cells import align
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import ViewRefused, ViewsChanged, ViewsCounted
from tui.dashboard.views.queries import (
    count_views,
    delete_view,
    hide_view,
    move_view,
    rename_view,
    restore_queues,
    restore_view,
)
from tui.domain import Count
from tui.formatting import amount
from tui.views import QUEUES, View
from tui.workspace import Workspace

NAME_WIDTH, KEY_WIDTH, COUNT_WIDTH = 24, 8, 7


class ViewList(OptionList):
    """The views, one on each line."""

    HELP = "All views can be renamed, moved and hidden. Saved ones can be deleted, built-in queues cannot."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Next", show=False, id="view_next", tooltip="Next view"),
        Binding("k", "cursor_up", "Previous", show=False, id="view_previous", tooltip="Previous view"),
        Binding("r", "screen.rename", "Rename", id="view_rename", tooltip="Rename the view"),
        Binding("shift+up,K", "screen.move(-1)", "Up", id="view_up", tooltip="Move the view up"),
        Binding("shift+down,J", "screen.move(1)", "Down", id="view_down", tooltip="Move the view down"),
        Binding("h", "screen.hide", "Hide or show", id="view_hide", tooltip="Hide or show its tab"),
        Binding("d,delete", "screen.delete", "Delete", id="view_delete", tooltip="Delete the view"),
        Binding("u", "screen.restore", "Restore", id="view_restore", tooltip="Restore the deleted view"),
        Binding(
            "R",
            "screen.restore_queues",
            "Usual queues",
            id="view_usual",
            tooltip="Give the built-in queues their usual names, order and tabs",
        ),
    ]


class ViewsScreen(ModalScreen[View | None]):
    """Dismissed with the view to open, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,v", "close", "Close", id="close_views", tooltip="Close the list of views"),
    ]

    list = getters.query_one("#views-list", ViewList)
    entry = getters.query_one("#views-name", Input)
    detail = getters.query_one("#views-columns", Static)
    problem = getters.query_one("#views-problem", Static)

    def __init__(self, store: StoreThread, shown: str = "") -> None:
        """`shown` is the name of the view that is shown now, if one is: the cursor begins on it."""
        super().__init__()
        self._store = store
        self._views: tuple[View, ...] = ()
        self._deleted: tuple[View, int] | None = None
        """The view deleted last, and its position."""
        self._highlight_name = shown
        """The view that gets the cursor when the list is shown next."""

    def compose(self) -> ComposeResult:
        with Vertical(id="views") as frame:
            frame.border_title = "views"
            frame.border_subtitle = "Enter open · Esc close"
            yield ViewList(id="views-list", compact=True)
            yield Static(id="views-columns")
            yield Input(placeholder="new name", id="views-name", compact=True)
            yield Static(id="views-problem")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.entry.display = False
        self._show_status("")
        self._count()

    def _count(self) -> None:
        self._store.run(Job(JobKind.OTHER, "views", count_views), self)

    def _change(self, change: Callable[[Workspace], Message]) -> None:
        self._store.run(Job(JobKind.WRITE, "view", change), self)

    @property
    def chosen(self) -> View | None:
        """The view under the cursor."""
        line = self.list.highlighted
        return self._views[line] if line is not None and line < len(self._views) else None

    @on(ViewsCounted)
    def _counted(self, message: ViewsCounted) -> None:
        line = self.list.highlighted or 0
        if (
            not self._views
            and all(view.built_in for view in message.views)
            and isinstance(self.app, ShowsKeys)
        ):
            key = self.app.shown_key("save_view")
            self._show_status(f"No views of your own yet: {key} in the list saves its search as one.")
        self._views = message.views
        self.list.clear_options()
        self.list.add_options(
            Option(view_line(view, message.counts.get(view.name), self.list.size.width))
            for view in self._views
        )
        highlighted = next(
            (n for n, view in enumerate(self._views) if view.name == self._highlight_name), line
        )
        self.list.highlighted = min(highlighted, len(self._views) - 1)
        self._highlight_name = ""
        self._highlighted()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        if self.chosen is not None:
            columns = ", ".join(self.chosen.columns) or "default"
            self.detail.update(Content.assemble(("columns  ", "$muted"), columns))
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._views[event.option_index])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "restore":
            return self._deleted is not None
        if action == "delete":
            return self.chosen is not None and not self.chosen.built_in
        if action == "move":
            return self.chosen is not None and 0 <= self._line + int(str(parameters[0])) < len(self._views)
        if action == "restore_queues":
            return tuple(view for view in self._views if view.built_in) != QUEUES
        return True

    # --- changes

    def action_rename(self) -> None:
        if self.chosen is not None:
            self.entry.value = self.chosen.name
            self.entry.display = True
            self.entry.focus()

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        event.stop()
        if self.chosen is not None:
            self._change(partial(rename_view, name=self.chosen.name, new_name=event.value))

    @property
    def _line(self) -> int:
        return self.list.highlighted or 0

    def action_move(self, lines: int) -> None:
        if self.chosen is not None:
            self._change(partial(move_view, name=self.chosen.name, position=self._line + lines))

    def action_hide(self) -> None:
        if self.chosen is not None:
            self._change(partial(hide_view, name=self.chosen.name, hidden=not self.chosen.hidden))

    def action_restore_queues(self) -> None:
        if self.chosen is not None:
            self._change(partial(restore_queues, name=self.chosen.name))

    def action_delete(self) -> None:
        if self.chosen is not None:
            self._deleted = (self.chosen, self._line)
            self._change(partial(delete_view, name=self.chosen.name))

    def action_restore(self) -> None:
        if self._deleted is not None:
            view, position = self._deleted
            self._deleted = None
            self._change(partial(restore_view, view=view, position=position))

    @on(ViewsChanged)
    def _changed(self, message: ViewsChanged) -> None:
        self._close_entry()
        self._show_status(f"{message.words}{'' if message.name else ' · u restore'}")
        self._highlight_name = message.name
        self._count()

    @on(ViewRefused)
    def _refused(self, message: ViewRefused) -> None:
        self._show_status(message.words, wrong=True)

    def _close_entry(self) -> None:
        self.entry.display = False
        self.list.focus()

    def _show_status(self, words: str, *, wrong: bool = False) -> None:
        self.problem.set_class(wrong, "-wrong")
        self.problem.update(Content(words))

    def action_close(self) -> None:
        if self.entry.display:
            self._close_entry()
            self._show_status("")
        else:
            self.dismiss(None)


def view_line(view: View, count: Count | None, width: int) -> Content:
    """Name, key, count and query of a view in `width` cells, with whether it has a tab."""
    number = "?" if count is None else amount(count)
    head = f"{align(view.name, NAME_WIDTH)} {align(view.key, KEY_WIDTH)} {number:>{COUNT_WIDTH}}  "
    hidden = "hidden · " if view.hidden else ""
    query = align(view.source or "all conversations", max(8, width - len(head) - len(hidden) - 3))
    return Content.assemble(
        (align(view.name, NAME_WIDTH), "$muted" if view.hidden else "" if view.built_in else "bold"),
        (f" {align(view.key, KEY_WIDTH)}", "$text-accent"),
        f" {number:>{COUNT_WIDTH}}  ",
        (hidden, "$muted"),
        query,
    )
