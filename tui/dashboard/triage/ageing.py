"""How long a customer has been waiting, on a scale of three that can be read without colour. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Self

from tui.settings import Settings

AGES_EVERY = 10.0
"""Seconds between two redraws of the ages on screen."""


class Age(Enum):
    """The name of the style, and the glyph that says the same."""

    FRESH = ("muted", "·")
    WARM = ("late", "!")
    LATE = ("overdue", "‼")

    def __init__(self, style: str, glyph: str) -> None:
        self.style = style
        self.glyph = glyph


@dataclass(frozen=True, slots=True)
class Ageing:
    """From how many seconds of waiting on a conversation is warm, and late."""

    warm: int = 2 * 3600
    late: int = 24 * 3600

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.waiting_warm_seconds, settings.waiting_late_seconds)

    def age(self, seconds: float) -> Age:
        if seconds >= self.late:
            return Age.LATE
        return Age.WARM if seconds >= self.warm else Age.FRESH
