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


AppResult = RestartWithToken | StartDemo | None
"""None: nothing more to do."""
