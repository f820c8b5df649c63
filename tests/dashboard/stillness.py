"""When the app under test has nothing left to do: known, not guessed.

Textual's own `wait_for_idle` looks at how much of the processor this process had in the last 20 ms. On a busy
machine that is little however much is left to do, and on a quiet one it is 20 ms or more lost with every key.
The event loop knows better: it has callbacks that are ready to run, or it has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from textual.app import App
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

ROUNDS = 500_000
"""Of the event loop, until an app that never comes to rest fails the test. Not seconds: on a busy machine
everything takes longer, and none of it is lost."""
A_LONG_TIME = 3600.0
"""Seconds; longer than any test."""

_waiting = 0
"""How many are in `let_run` at once: the app itself may be, while it presses a key for somebody."""


async def let_run(*_seconds: float) -> None:
    """Return when everybody else on the event loop waits: for a time, for a thread, or for the network."""
    global _waiting
    ready = vars(asyncio.get_running_loop())["_ready"]
    quiet = 0
    _waiting += 1
    try:
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
            quiet = 0 if len(ready) >= _waiting else quiet + 1
            if quiet == 2:  # what is due by now became ready in the round between
                return
        raise AssertionError("the app never comes to rest")
    finally:
        _waiting -= 1


async def painted(app: App[Any]) -> None:
    """Let the app run until its screens show all there is to show, and nobody waits for a frame any more."""
    await let_run()
    while due := [screen for screen in app.screen_stack if screen._update_timer._active.is_set()]:
        for screen in due:
            screen._on_timer_update()
        await let_run()


async def _wait_for_screen(pilot: Pilot[Any], _timeout: float = 0) -> bool:
    """What a pilot does after every key and click."""
    await painted(pilot.app)
    return True


@contextmanager
def steady() -> Iterator[None]:
    """Inside, keys and the pilot wait exactly, cursors do not blink, toasts stay, failing calls are given up
    soon and failed syncs not tried again: the screen changes when something happens, not when time passes."""
    with (
        patch.object(Pilot, "_wait_for_screen", _wait_for_screen),
        patch("textual.pilot.wait_for_idle", let_run),
        patch("textual.app.wait_for_idle", let_run),
        patch.object(Input.cursor_blink, "_default", new=False),
        patch.object(TextArea.cursor_blink, "_default", new=False),
        patch.object(Notification, "time_left", A_LONG_TIME),
        patch("tui.sync.failures.FIRST_RETRY", A_LONG_TIME),
        patch("tui.intercom.calls._MAX_BACKOFF", 0.01),
    ):
        yield
