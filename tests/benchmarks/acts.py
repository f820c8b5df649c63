"""What a user does in the dashboard: acts that start and end in the list, so that any can follow another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from tests.benchmarks.large_store import LENGTHS
from tests.dashboard.stage import app_of, screen_of
from tui.dashboard.app_result import AppResult

Act = Callable[[Pilot[AppResult]], Awaitable[None]]
QUIET = 0.06
"""Seconds without pending work after which an act is over."""
PATIENCE = 60.0
KEY_PAUSE = 0.1
"""Seconds between two keys of a fast typist."""
REPEAT = 1 / 30
"""Seconds between two keys while one is held down."""


async def settled(pilot: Pilot[AppResult]) -> None:
    """Wait until nothing is pending for `QUIET` seconds."""
    deadline, since = time.monotonic() + PATIENCE, time.monotonic()
    while time.monotonic() - since < QUIET:
        if time.monotonic() > deadline:
            raise TimeoutError("the dashboard is still busy")
        await asyncio.sleep(0.005)
        if app_of(pilot).has_pending_work:
            since = time.monotonic()


def press(*keys: str, pause: float = 0.0) -> Act:
    """Press keys, each when the previous one has taken effect, or after a pause."""

    async def act(pilot: Pilot[AppResult]) -> None:
        for key in keys:
            await pilot.press(key)
            if pause:
                await asyncio.sleep(pause)
            else:
                await settled(pilot)

    return act


def typed(text: str) -> Act:
    """Type a query letter by letter, instead of the previous one."""

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
    "sort by another column, three times": press("s", "s", "s"),
    "reverse each sort order": press("S", "S", "s", "S", "s", "S", "s"),
    "typing a word": then(typed("refund"), EVERYTHING),
    "typing frequent words": then(typed("the and we"), EVERYTHING),
    "typing filters": then(typed("invoice is:open since:30d"), EVERYTHING),
    "typing an invalid query": then(typed("is:opne"), press("escape"), EVERYTHING),
    "another period, five times": then(press(*"ttttt"), EVERYTHING),
    "every tab": then(press(*"1234567"), EVERYTHING),
    "selecting ten": press("x", *["shift+down"] * 9, "escape", "home"),
    "selecting all": press("A", "escape"),
    "star, and undo": press("home", "down", "asterisk", "u"),
    f"a thread of {SHORT} parts": press("home", "enter", "right_square_bracket", "G", "g", "escape"),
    f"a thread of {LONG} parts": press("home", "down", "enter", "pagedown", "pagedown", "g", "escape"),
    f"the end of {LONG} parts": press("home", "down", "enter", "G", "g", "escape"),
    "events, full width": press("home", "down", "enter", "e", "z", "z", "escape"),
    "from match to match": then(typed("still"), press("enter", *"nnnnnn", "escape"), EVERYTHING),
    "copy, customer details": press("home", "enter", "y", "escape", "w", "escape", "escape"),
    "coverage": press("c", "down", "right", "escape"),
    "insights, three periods": press("i", "p", "p", "p", "down", "escape"),
    "history": press("H", "down", "end", "escape"),
    "preferences": press("comma", "tab", "tab", "escape"),
    "help": press("question_mark", "pagedown", "end", "escape"),
    "themes": press("T", "down", "escape"),
    "light and dark": press("ctrl+t", "ctrl+t"),
    "palette": then(press("ctrl+p"), press(*"refund", pause=KEY_PAUSE), press("escape")),
    "views": press("v", "down", "escape"),
    "save a view, and cancel": press("V", "escape"),
    "follow-up, and cancel": press("F", "escape"),
    "note, and cancel": press("m", "escape"),
    "play mode": press("p", *"sssd", "S", "escape", "b", "s", "u", "escape", "enter"),
    "80×24, and back": resized((80, 24), (120, 36)),
}
RARE_ACTS = frozenset(
    {
        "start",
        "coverage",
        "insights, three periods",
        "history",
        "preferences",
        "help",
        "themes",
        "light and dark",
        "80×24, and back",
    }
)
"""The start, and acts that open a screen or lay everything out anew."""
