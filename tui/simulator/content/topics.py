"""The subjects people write about."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import msgspec

from tui.simulator.content.files import read

FILES = ("account.toml", "money.toml", "product.toml", "trust.toml", "languages.toml")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people write about one subject. Texts are HTML, without the paragraph around when they have no
    markup of their own at the start; slots such as {plan} stay the same all through a conversation."""

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
    language: str = "en"
    brief: bool = False
    """No back and forth: said, answered, closed."""


class _File(msgspec.Struct):
    topic: list[Topic]


@cache
def topics() -> dict[str, list[Topic]]:
    """All topics by language."""
    by_language: dict[str, list[Topic]] = defaultdict(list)
    for name in FILES:
        for topic in read(name, _File).topic:
            by_language[topic.language].append(topic)
    return dict(by_language)
