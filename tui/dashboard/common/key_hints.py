"""What widgets need to know about keys, and whether the app is in quiet hours.

`Screen.active_bindings` is Textual's account of which key does what at present: with the user's keymap, and
with `check_action` of every widget from the focused one up. It is recomputed with each access.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.widget import Widget


@runtime_checkable
class ShowsKeys(Protocol):
    """An app that knows how keys are displayed."""

    def shown_key(self, action_id: str) -> str:
        """The first key of an action, as the footer shows it."""


@runtime_checkable
class KeepsQuiet(Protocol):
    """An app with quiet hours."""

    def is_quiet(self) -> bool:
        """Whether notifications are held back now."""


def runs_action(widget: Widget, key: str, action: str) -> bool:
    """Whether `key` runs this action of `widget` at present.

    A handler of `Key` events needs this to recognise a key by its action: the event itself carries only the
    name of the key, which the user may have bound to something else.
    """
    active = widget.screen.active_bindings.get(key)
    return active is not None and active.node is widget and active.binding.action == action
