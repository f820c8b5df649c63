"""What one does in the dashboard, act by act, each ending where the next begins: in the list."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from tests.benchmarks.written import LENGTHS
from tests.dashboard.stage import app_of, screen_of
from tui.dashboard.app_result import AppResult

Act = Callable[[Pilot[AppResult]], Awaitable[None]]
QUIET = 0.06
"""Seconds without anything under way after which an act is over."""
PATIENCE = 60.0
KEY_PAUSE = 0.1
"""Seconds between two letters of somebody who types fast."""
REPEAT = 1 / 30
"""Seconds between two keys while one is held down."""


async def settled(pilot: Pilot[AppResult]) -> None:
    """Nothing is read, compared or mounted any more, and the screen is painted."""
    deadline, since = time.monotonic() + PATIENCE, time.monotonic()
    while time.monotonic() - since < QUIET:
        if time.monotonic() > deadline:
            raise TimeoutError("the dashboard does not come to rest")
        await asyncio.sleep(0.005)
        behind = getattr(pilot.app.screen, "is_waiting", False)
        if behind or screen_of(pilot).is_waiting or not app_of(pilot).store.is_idle:
            since = time.monotonic()


def press(*keys: str, pause: float = 0.0) -> Act:
    """Keys, each pressed when what the one before did is over, or after a pause."""

    async def act(pilot: Pilot[AppResult]) -> None:
        for key in keys:
            await pilot.press(key)
            if pause:
                await asyncio.sleep(pause)
            else:
                await settled(pilot)

    return act


def typed(text: str) -> Act:
    """A query in place of the one before, letter by letter."""

    async def act(pilot: Pilot[AppResult]) -> None:
        await pilot.press("slash")
        screen_of(pilot).search_pane.input.clear()
        await press(*text, pause=KEY_PAUSE)(pilot)
        await settled(pilot)
        await pilot.press("enter")

    return act


def then(*acts: Act) -> Act:
    async def act(pilot: Pilot[AppResult]) -> None:
        for each in acts:
            await each(pilot)

    return act


def resized(*sizes: tuple[int, int]) -> Act:
    async def act(pilot: Pilot[AppResult]) -> None:
        for size in sizes:
            await pilot.resize_terminal(*size)
            await settled(pilot)

    return act


EVERYTHING = typed("")
SHORT, LONG = LENGTHS
ACTS: dict[str, Act] = {
    "everything": EVERYTHING,
    "to the end, and back": press("end", "home"),
    "page by page": press(*["pagedown"] * 20, "home", pause=KEY_PAUSE),
    "holding down the arrow": press(*["down"] * 90, "home", pause=REPEAT),
    "another order, three times": press("s", "s", "s"),
    "each order turned round": press("S", "S", "s", "S", "s", "S", "s"),
    "typing a word": then(typed("refund"), EVERYTHING),
    "typing words that are everywhere": then(typed("the and we"), EVERYTHING),
    "typing filters": then(typed("invoice is:open since:30d"), EVERYTHING),
    "typing what cannot be read": then(typed("is:opne"), press("escape"), EVERYTHING),
    "another period, five times": then(press(*"ttttt"), EVERYTHING),
    "every tab": then(press(*"1234567"), EVERYTHING),
    "selecting some": press("x", *["shift+down"] * 9, "escape", "home"),
    "selecting all": press("A", "escape"),
    "a star, and undone": press("home", "down", "asterisk", "u"),
    f"a thread of {SHORT} parts": press("home", "enter", "right_square_bracket", "G", "g", "escape"),
    f"a thread of {LONG} parts": press("home", "down", "enter", "pagedown", "pagedown", "g", "escape"),
    f"the end of {LONG} parts": press("home", "down", "enter", "G", "g", "escape"),
    "events, full width": press("home", "down", "enter", "e", "z", "z", "escape"),
    "from match to match": then(typed("still"), press("enter", *"nnnnnn", "escape"), EVERYTHING),
    "copying, the customer": press("home", "enter", "y", "escape", "w", "escape", "escape"),
    "coverage": press("c", "down", "right", "escape"),
    "insights, three periods": press("i", "p", "p", "p", "down", "escape"),
    "history": press("H", "down", "end", "escape"),
    "preferences": press("comma", "tab", "tab", "escape"),
    "help": press("question_mark", "pagedown", "end", "escape"),
    "themes": press("T", "down", "escape"),
    "light and dark": press("ctrl+t", "ctrl+t"),
    "palette": then(press("ctrl+p"), press(*"refund", pause=KEY_PAUSE), press("escape")),
    "views": press("v", "down", "escape"),
    "saving a view, and not": press("V", "escape"),
    "a follow-up, and not": press("F", "escape"),
    "a note, and not": press("m", "escape"),
    "play mode": press("p", *"sssd", "S", "escape", "b", "s", "u", "escape", "enter"),
    "80×24, and back": resized((80, 24), (120, 36)),
}
