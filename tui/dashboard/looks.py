"""What happens when somebody arranges the dashboard to their liking."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class LooksChosen(Message):
    """Something was chosen that is remembered by the next start."""


@dataclass
class WidthDragged(Message):
    """The edge of a heading was dragged: this column is so many cells wide now."""

    key: str
    width: int


@dataclass
class DividerDragged(Message):
    """The mouse holds the divider, and is at this place of the screen."""

    x: int
    y: int


@dataclass
class DividerDropped(Message):
    """The mouse let go of the divider."""


@dataclass
class EmptyTabsHidden(Message):
    """The tabs without a conversation were hidden, or are shown again."""

    hide: bool


@dataclass
class TabsChanged(Message):
    """The views are others, or say something else."""
