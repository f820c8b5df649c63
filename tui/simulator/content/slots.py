"""Values for the slots in the topics' texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from tui.simulator.content.files import read

NUMBERS: dict[str, Callable[[Random], str]] = {
    "count": lambda random: str(random.randrange(14, 240)),
    "smallcount": lambda random: str(random.randrange(2, 13)),
    "invoice": lambda random: f"HRB-{random.randrange(2024, 2027)}-{random.randrange(100, 99999):05d}",
    "ticket": lambda random: str(random.randrange(1200, 9800)),
    "slug": lambda random: f"{random.randrange(16**6):06x}",
    "percent": lambda random: f"{random.randrange(3, 61)} %",
    "minutes": lambda random: str(random.randrange(3, 58)),
}


@cache
def _choices() -> dict[str, list[str]]:
    return read("slots.toml", dict[str, list[str]])


class Slots(dict[str, str]):
    """Fills a slot when it is first asked for, and the same from then on."""

    def __init__(self, random: Random, **known: str) -> None:
        super().__init__(known)
        self._random = random

    def __missing__(self, name: str) -> str:
        """Raises `KeyError` for a slot nobody wrote values for."""
        random = self._random
        if name in NUMBERS:
            value = NUMBERS[name](random)
        elif name == "amount":
            cents = random.choice(("00", "50", "20", "99"))
            value = f"{self['currency']} {random.randrange(19, 2400)}.{cents}"
        else:
            value = random.choice(_choices()[name])
        self[name] = value
        return value
