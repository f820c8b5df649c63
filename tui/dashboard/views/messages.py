"""Messages about views and their tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from tui.domain import Count
from tui.views import View


@dataclass
class EmptyTabsHidden(Message):
    """The tabs without a conversation were hidden, or are shown again."""

    hide: bool


@dataclass
class TabsChanged(Message):
    """The views are others, or say something else."""


@dataclass
class ViewsCounted(Message):
    """The views there are, and how much is in each (None: its query cannot be read any more)."""

    views: tuple[View, ...]
    counts: Mapping[str, Count | None]
    spellings: Mapping[str, str]
    """The canonical spelling of each view's query, by which the active one is known."""


@dataclass
class ViewChosen(Message):
    """A view should be shown: its query goes into the search pane."""

    view: View


@dataclass
class ViewsChanged(Message):
    """Views were saved, renamed, moved or deleted; `words` say which, `chosen` is the one it was about."""

    words: str
    chosen: str


@dataclass
class ViewRefused(Message):
    """A view could not be saved or changed; `words` say why. `taken`: there is one of that name already."""

    words: str
    taken: bool = False


class TabClicked(Message):
    """A tab was clicked."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
