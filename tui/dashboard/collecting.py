"""When Python collects garbage while somebody looks on."""

from __future__ import annotations

import gc


def begin_loading() -> None:
    """Nothing is collected while modules are loaded and the first screen is built: there is no garbage."""
    gc.disable()


def end_loading() -> None:
    """What is loaded stays: a full collection need not walk it again and again.

    Each would hold the screen up for 60 to 140 ms while a sync runs, about once a second.
    """
    gc.freeze()
    gc.enable()
