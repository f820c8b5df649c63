"""What is said around the topics, by language."""

from __future__ import annotations

from functools import cache

import msgspec

from tui.simulator.content.files import read


class SmallTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    greetings: tuple[str, ...]
    sign_offs: tuple[str, ...]
    acknowledgements: tuple[str, ...]
    thanks: tuple[str, ...]
    nudges: tuple[str, ...]
    agent_lines: tuple[str, ...]
    goodbyes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    bot_lines: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@cache
def _all() -> dict[str, SmallTalk]:
    return read("smalltalk.toml", dict[str, SmallTalk])


def small_talk(language: str = "en") -> SmallTalk:
    """Raises `KeyError` for a language nobody wrote anything in."""
    return _all()[language]


@cache
def extras() -> dict[str, tuple[str, ...]]:
    """Pieces of markup by kind: screens, quotes, lists, code, tables, odd, hostile."""
    return read("markup.toml", dict[str, tuple[str, ...]])
