"""The base class for the actions of a feature, which several screens can have."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType


class Actions:
    """The actions of a feature; each screen that has them holds an instance.

    The screen lists `BINDINGS` among its own. Their actions read `feature('triage', 'star')`: the screen's
    `action_feature` passes the name on to `run`, and its `check_action` to `is_enabled`.
    """

    BINDINGS: ClassVar[list[BindingType]] = []
    HELP: ClassVar[str] = ""

    def run(self, name: str, *arguments: object) -> None:
        """Run the action of this name."""
        getattr(self, name)(*arguments)

    def is_enabled(self, name: str) -> bool:
        """Whether the action can be run now; if not, its key is passed on to the next binding."""
        return True
