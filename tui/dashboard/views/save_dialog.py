"""Saves the shown query as a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui.dashboard.common.dialog import Dialog
from tui.dashboard.results.column_list import ColumnList
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.views.messages import ViewRefused, ViewsChanged
from tui.dashboard.views.queries import save_view
from tui.views import View, ViewError
from tui.views.model import check_key

HINT = "space show or hide · K J move · r reset"


class SaveViewDialog(Dialog[ViewsChanged | None]):
    """Dismissed once the view is saved; stays open with the reason when it cannot be."""

    TITLE_TEXT = "save view"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "replace",
            "Replace",
            id="replace_view",
            tooltip="Replace the view of the same name",
            priority=True,
        ),
    ]

    name_input = getters.query_one("#view-name", Input)
    key_input = getters.query_one("#view-key", Input)
    columns = getters.query_one("#view-columns", ColumnList)
    caption = getters.query_one("#view-columns-caption", Static)

    def __init__(
        self, store: StoreThread, view: View, keys_in_use: Mapping[str, str], default: tuple[str, ...]
    ) -> None:
        """`view` has the query and the columns, and may lack a name; `keys_in_use` maps keys to what they do;
        `default` are the columns of a view that has none of its own."""
        super().__init__()
        self._store = store
        self._view = view
        self._keys_in_use = keys_in_use
        self._default = default
        self._replaceable = False

    def compose_body(self) -> ComposeResult:
        yield Static(Content.assemble(("query  ", "$muted"), self._view.source or "all conversations"))
        yield Input(value=self._view.name, placeholder="name", id="view-name", compact=True)
        yield Input(
            value=self._view.key, placeholder="key (optional), such as f2", id="view-key", compact=True
        )
        yield Static(id="view-columns-caption")
        yield ColumnList(self._view.columns, self._default, id="view-columns")

    def on_mount(self) -> None:
        self._show_caption()

    def _show_caption(self) -> None:
        chosen = len(self.columns.chosen)
        text = f"{chosen} chosen" if chosen else "default"
        self.caption.update(Content.assemble(("columns  ", "$muted"), text, (f"  {HINT}", "$muted")))

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._replaceable = False
        self.refresh_bindings()
        self.show_problem("")

    @on(ColumnList.Changed)
    @on(ColumnList.Reset)
    def _columns_chosen(self, message: ColumnList.Changed | ColumnList.Reset) -> None:
        message.stop()
        self._show_caption()
        self.show_problem(message.problem if isinstance(message, ColumnList.Changed) else "")

    @on(Input.Submitted)
    @on(ColumnList.Kept)
    def _submitted(self, event: Input.Submitted | ColumnList.Kept) -> None:
        event.stop()
        self._save(overwrite=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "replace" or self._replaceable

    def action_replace(self) -> None:
        self._save(overwrite=True)

    def _save(self, *, overwrite: bool) -> None:
        try:
            key = check_key(self.key_input.value)
        except ViewError as error:
            problem = str(error)
        else:
            problem = f"the key {key} is in use: {self._keys_in_use[key]}" if key in self._keys_in_use else ""
        if problem:
            self.show_problem(problem)
            self.key_input.focus()
            return
        view = replace(self._view, name=self.name_input.value, key=key, columns=self.columns.chosen)
        job = Job(JobKind.WRITE, "view", partial(save_view, view=view, overwrite=overwrite))
        self._store.run(job, self)

    @on(ViewRefused)
    def _refused(self, message: ViewRefused) -> None:
        message.stop()
        self._replaceable = message.replaceable
        self.refresh_bindings()
        self.show_problem(message.words + (" with ^o" if message.replaceable else ""))

    @on(ViewsChanged)
    def _saved(self, message: ViewsChanged) -> None:
        message.stop()
        self.dismiss(message)
