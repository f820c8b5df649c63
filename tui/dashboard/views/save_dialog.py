"""Save the shown query as a view."""

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
from tui.views import View

HINT = "space shows or hides · K J move · r resets"


class SaveViewDialog(Dialog[ViewsChanged | None]):
    """Stays open with the reason when the view cannot be saved."""

    TITLE_TEXT = "save view"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "replace",
            "Replace",
            id="replace_view",
            tooltip="Overwrite the view of that name",
            priority=True,
        ),
    ]

    named = getters.query_one("#view-name", Input)
    keyed = getters.query_one("#view-key", Input)
    columns = getters.query_one("#view-columns", ColumnList)
    caption = getters.query_one("#view-columns-caption", Static)

    def __init__(
        self, store: StoreThread, view: View, keys_in_use: Mapping[str, str], usual: tuple[str, ...]
    ) -> None:
        """`view` as far as it is known, with the columns chosen for what is shown now; `keys_in_use`:
        key → what it does; `usual`: the columns where a view does not have its own."""
        super().__init__()
        self._store = store
        self._view = view
        self._keys = keys_in_use
        self._usual = usual
        self._taken = False

    def compose_body(self) -> ComposeResult:
        yield Static(Content.assemble(("query  ", "$muted"), self._view.source or "every conversation"))
        yield Input(value=self._view.name, placeholder="name", id="view-name", compact=True)
        yield Input(
            value=self._view.key, placeholder="key (optional), such as f2", id="view-key", compact=True
        )
        yield Static(id="view-columns-caption")
        yield ColumnList(self._view.columns, self._usual, id="view-columns")

    def on_mount(self) -> None:
        self._describe()

    def _describe(self) -> None:
        chosen = len(self.columns.chosen)
        words = f"{chosen} of its own" if chosen else "the usual ones"
        self.caption.update(Content.assemble(("columns  ", "$muted"), words, (f"  {HINT}", "$muted")))

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._taken = False
        self.refresh_bindings()
        self.show_problem("")

    @on(ColumnList.Changed)
    @on(ColumnList.Reset)
    def _columns_chosen(self, message: ColumnList.Changed | ColumnList.Reset) -> None:
        message.stop()
        self._describe()
        self.show_problem(message.problem if isinstance(message, ColumnList.Changed) else "")

    @on(Input.Submitted)
    @on(ColumnList.Kept)
    def _submitted(self, event: Input.Submitted | ColumnList.Kept) -> None:
        event.stop()
        self._save(overwrite=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "replace" or self._taken

    def action_replace(self) -> None:
        self._save(overwrite=True)

    def _save(self, *, overwrite: bool) -> None:
        key = self.keyed.value.strip()
        if key in self._keys:
            self.show_problem(f"the key {key} is in use: {self._keys[key]}")
            self.keyed.focus()
            return
        view = replace(self._view, name=self.named.value, key=key, columns=self.columns.chosen)
        job = Job(JobKind.WRITE, "view", partial(save_view, view=view, replace=overwrite))
        self._store.run(job, self)

    @on(ViewRefused)
    def _refused(self, message: ViewRefused) -> None:
        message.stop()
        self._taken = message.taken
        self.refresh_bindings()
        self.show_problem(message.words + (" with ^o" if message.taken else ""))

    @on(ViewsChanged)
    def _saved(self, message: ViewsChanged) -> None:
        message.stop()
        self.dismiss(message)
