"""The keys of the settings: which actions they can name, and which of them are in each other's way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.dom import DOMNode

from tui.dashboard.key_places import Place, places
from tui.dashboard.screens.help import declared, sources
from tui.settings import Settings, SettingsError
from tui.text import nearest

SPOKEN_AS = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Unicode's name of a character → Textual's name of its key, where they differ."""


@runtime_checkable
class KnowsKeys(Protocol):
    """The application."""

    def shown_key(self, action_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions that both listen to a key in the same place, at least one of them by the settings."""

    key: str
    winner: Binding
    loser: Binding

    def __str__(self) -> str:
        winner, loser = (f"“{b.description}” ({b.id})" for b in (self.winner, self.loser))
        return f"{self.key}: both {winner} and {loser} want it; {winner} gets it"


def actions() -> dict[str, Binding]:
    """Every action that a key can be given to, by its name."""
    from tui.dashboard.screens.first_run import FirstRunScreen
    from tui.dashboard.screens.help import HelpScreen

    owners: list[type[DOMNode]] = [owner for _, classes in sources() for owner in classes]
    owners += [HelpScreen, FirstRunScreen]
    return {binding.id: binding for owner in owners for binding in declared(owner) if binding.id}


def check_keymap(settings: Settings) -> None:
    """Raises `SettingsError` for a name in [keymap] that no action has."""
    known = actions()
    for name in settings.keymap:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else "the help (?) names the actions"
            raise SettingsError(f"{settings.config_path}: keymap.{name} is not an action; {hint}")


def key_name(text: str) -> str:
    """ "/" → "slash": as keys are called in bindings."""
    text = text.strip()
    if len(text) != 1 or text.isalnum():
        return text
    name = unicodedata.name(text, text).lower().replace("-", "_").replace(" ", "_")
    return SPOKEN_AS.get(name, name)


def keys_of(binding: Binding, keymap: Mapping[str, str]) -> list[str]:
    return [key_name(key) for key in keymap.get(binding.id or "", binding.key).split(",") if key.strip()]


def conflicts(keymap: Mapping[str, str]) -> list[Conflict]:
    """Wherever the keys can go: the conflicts that the settings make there, each once."""
    found: dict[tuple[str, str | None, str | None], Conflict] = {}
    for place in places() if keymap else ():
        for conflict in _along(place, keymap):
            found.setdefault((conflict.key, conflict.winner.id, conflict.loser.id), conflict)
    return list(found.values())


def _along(place: Place, keymap: Mapping[str, str]) -> Iterator[Conflict]:
    taken: dict[str, Binding] = {}
    for node in place:
        # Within one node a key given by the settings wins over one that is built in.
        for binding in sorted(bindings_of(node), key=lambda b: b.id not in keymap):
            for key in keys_of(binding, keymap):
                winner = taken.setdefault(key, binding)
                given = winner.id in keymap or binding.id in keymap
                # Where both have it as they come, one gives way on purpose, as escape does.
                built_in = all(key in keys_of(b, {}) for b in (winner, binding))
                if winner.id != binding.id and given and not built_in:
                    yield Conflict(key, winner, binding)


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The dashboard's own bindings of a class and of those it is made from."""
    classes = [owner for owner in node.__mro__ if issubclass(owner, DOMNode)]
    return [b for owner in classes if owner.__module__.startswith("tui.") for b in declared(owner)]
