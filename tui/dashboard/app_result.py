"""What the caller of the dashboard must do after it ended."""

from __future__ import annotations

from dataclasses import dataclass

from tui.settings import Secret, Settings


@dataclass(frozen=True, slots=True)
class RestartWithToken:
    """Open the dashboard again, with this token and these settings."""

    settings: Settings
    token: Secret


@dataclass(frozen=True, slots=True)
class StartDemo:
    """Start the demo instead."""


@dataclass(frozen=True, slots=True)
class SwitchProfile:
    """Open the dashboard of this profile instead."""

    name: str


AppResult = RestartWithToken | StartDemo | SwitchProfile | None
"""None: nothing more to do."""
