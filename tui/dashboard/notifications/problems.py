"""The warnings and errors on screen, which later toasts do not replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """A toast that says what went wrong."""

    line: str
    severity: Literal["warning", "error"]
    until: float
    """When it expires, on the monotonic clock."""


class Problems:
    """Remembers the problems that are shown, the oldest first."""

    def __init__(self) -> None:
        self.shown: list[Problem] = []

    def add(self, problem: Problem) -> None:
        self.shown.append(problem)

    def outgrow(self, most: int, now: float) -> bool:
        """Keep the newest `most` that have not expired. Returns whether others have to leave the screen."""
        valid = [problem for problem in self.shown if problem.until > now]
        self.shown = valid[-most:]
        return len(valid) > most
