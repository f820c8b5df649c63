"""What widgets ask of the app about keys and quiet hours."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class ShowsKeys(Protocol):
    """The application."""

    def shown_key(self, action_id: str) -> str:
        """The first key of an action, as the footer shows it."""


@runtime_checkable
class KeepsQuiet(Protocol):
    """The application."""

    def is_quiet(self) -> bool:
        """Whether nothing should draw attention now."""
