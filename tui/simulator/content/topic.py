"""The shape of a topic: what people write about one subject, with slots in braces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """Texts are HTML without the outer paragraph, or start with "<" when they bring their own markup.

    Slots such as {plan} or {browser} are filled from `slots.py`; the same slot has the same value all
    through a conversation."""

    key: str
    team: str
    """support, billing, technical, success or security."""
    tags: tuple[int, ...]
    weight: int
    titles: tuple[str, ...]
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    fixes: tuple[str, ...]
    relapses: tuple[str, ...] = ()
    """What the customer says when the fix did not help."""
    notes: tuple[str, ...] = ()
