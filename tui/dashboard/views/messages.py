"""Messages about views and their tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from tui.domain import Count
from tui.views import View


@dataclass
class EmptyTabsHidden(Message):
    """Tabs of views without a conversation were hidden (or, with `hide` false, shown again)."""

    hide: bool


@dataclass
class TabsChanged(Message):
    """The views or their counts changed."""


@dataclass
class ViewsCounted(Message):
    """All views, and the number of conversations in each (None: its query cannot be parsed any more)."""

    views: tuple[View, ...]
    counts: Mapping[str, Count | None]
    spellings: Mapping[str, str]
    """The canonical spelling of each view's query, which identifies the active one."""
    due: Count
    """How many follow-ups are due."""


@dataclass
class ViewChosen(Message):
    """A view was chosen, to be shown."""

    view: View


@dataclass
class ViewsChanged(Message):
    """A view was saved, restored, renamed, moved, hidden, shown or deleted.

    `words` describe the change; `name` is the view's name, empty when it was deleted.
    """

    words: str
    name: str


@dataclass
class ViewRefused(Message):
    """A view could not be saved or changed; `words` say why.

    `replaceable`: another saved view has the name and can be overwritten.
    """

    words: str
    replaceable: bool = False


@dataclass
class MoreTabsWanted(Message):
    """The user wants to see the tabs further right (1) or further left (-1)."""

    step: int
