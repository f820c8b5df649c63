"""How the dashboard ended: what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass

from tui.settings import Secret, Settings


@dataclass(frozen=True, slots=True)
class OpenWith:
    """A token was given: open the dashboard with it."""

    settings: Settings
    token: Secret


@dataclass(frozen=True, slots=True)
class OpenDemo:
    """Start the demo instead."""


Outcome = OpenWith | OpenDemo | None
