"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """Something is missing or slow, but fastintercom works without it."""
    PROBLEM = "problem"
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for people; `facts` has the same for programs, without secrets."""

    name: str
    state: State
    text: str
    cure: str = ""
    """What to do, in one line; empty when all is well."""
    facts: dict[str, object] = field(default_factory=dict)


def ok(name: str, text: str, **facts: object) -> Finding:
    return Finding(name, State.OK, text, "", facts)


def warning(name: str, text: str, cure: str, **facts: object) -> Finding:
    return Finding(name, State.WARNING, text, cure, facts)


def problem(name: str, text: str, cure: str, **facts: object) -> Finding:
    return Finding(name, State.PROBLEM, text, cure, facts)
