"""The state that is kept for the next start: theme, search, sort order, split, columns and hidden tabs."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace

from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.common.split import DEFAULT_SPLIT, MAX_SPLIT, MIN_SPLIT
from tui.query import Sort
from tui.store.errors import StoreError
from tui.views.model import COLUMNS
from tui.workspace import Workspace

log = logging.getLogger(__name__)

NARROWEST, WIDEST = 3, 60
"""Cells that a column can be set to."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which columns are shown, and how wide."""

    keys: tuple[str, ...] = ()
    """Columns from left to right; if empty, as many as fit, in the default order."""
    widths: tuple[tuple[str, int], ...] = ()
    """Column → cells, sorted; columns that are not listed have their default width."""

    def with_width(self, key: str, width: int) -> Arrangement:
        """A copy in which column `key` is `width` cells wide."""
        return replace(self, widths=tuple(sorted({**dict(self.widths), key: width}.items())))


class UiState:
    """Reads the stored state once, when it is created; `save` writes what changed since."""

    def __init__(self, workspace: Workspace) -> None:
        self._configured_theme = workspace.settings.theme
        self._values = workspace.ui_state.read()
        self._unsaved: dict[str, str] = {}

    def _set(self, name: str, value: str) -> None:
        if self._values.get(name) != value:
            self._values[name] = self._unsaved[name] = value

    @property
    def theme(self) -> str:
        """The theme chosen last, or that of the settings file if it changed since; empty if there is none."""
        if self._values.get("theme-over") == self._configured_theme:
            return self._values.get("theme", "") or self._configured_theme
        return self._configured_theme

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("theme", name)
        self._set("theme-over", self._configured_theme)

    @property
    def search(self) -> SearchRequest:
        """The last search, with its sort order."""
        sort = next((sort for sort in Sort if sort.value == self._values.get("sort")), None)
        reverse = self._values.get("reverse") == "yes"
        return SearchRequest(self._values.get("query", ""), typing=True, sort=sort, reverse=reverse)

    @search.setter
    def search(self, request: SearchRequest) -> None:
        self._set("query", request.text)
        self._set("sort", request.sort.value if request.sort else "")
        self._set("reverse", "yes" if request.reverse else "no")

    @property
    def split(self) -> float:
        """The share of the results list in percent."""
        text = self._values.get("split", "")
        share = float(text) if re.fullmatch(r"\d{1,2}(\.\d+)?", text) else DEFAULT_SPLIT
        return share if MIN_SPLIT <= share <= MAX_SPLIT else DEFAULT_SPLIT

    @split.setter
    def split(self, share: float) -> None:
        self._set("split", f"{share:g}")

    @property
    def columns(self) -> Arrangement:
        """The columns of views without columns of their own, and the widths of all columns."""
        keys = dict.fromkeys(key for key in self._values.get("columns", "").split() if key in COLUMNS)
        given = re.findall(r"(\w+)=(\d{1,2})\b", self._values.get("widths", ""))
        widths = {
            key: int(cells) for key, cells in given if key in COLUMNS and NARROWEST <= int(cells) <= WIDEST
        }
        return Arrangement(tuple(keys), tuple(sorted(widths.items())))

    @columns.setter
    def columns(self, arrangement: Arrangement) -> None:
        self._set("columns", " ".join(arrangement.keys))
        self._set("widths", " ".join(f"{key}={width}" for key, width in arrangement.widths))

    @property
    def hides_empty(self) -> bool:
        """Whether the tabs of views without conversations are hidden."""
        return self._values.get("empty-tabs") == "hidden"

    @hides_empty.setter
    def hides_empty(self, hide: bool) -> None:
        self._set("empty-tabs", "hidden" if hide else "shown")

    @property
    def knows_unsent(self) -> bool:
        """Whether the user was told that changes which are not sent yet are sent the next time."""
        return self._values.get("knows-unsent") == "yes"

    @knows_unsent.setter
    def knows_unsent(self, knows: bool) -> None:
        self._set("knows-unsent", "yes" if knows else "no")

    def save(self, workspace: Workspace) -> None:
        """Write what changed; runs on the store thread. A failure is only logged: the loss is small."""
        unsaved, self._unsaved = self._unsaved, {}
        if not unsaved:
            return
        try:
            workspace.ui_state.write(unsaved)
        except StoreError as error:
            log.warning("the UI state is not saved: %s", error)
