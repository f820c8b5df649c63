"""The ways in which answers go wrong."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from random import Random

from tui.simulator.options import SimulatorOptions


class Fault(Enum):
    RATE_LIMITED = "429 with a reset two seconds ahead"
    BAD_GATEWAY = "502 with an HTML page"
    UNAVAILABLE = "503 with Intercom's JSON"
    TIMEOUT = "504 with an empty body"
    EMPTY = "200 with an empty body"
    SLOW = "the right answer, late"
    RESET = "connection reset"
    HTML = "200 with an HTML page"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"


RANDOM_FAULTS = (
    Fault.RATE_LIMITED,
    Fault.BAD_GATEWAY,
    Fault.UNAVAILABLE,
    Fault.TIMEOUT,
    Fault.EMPTY,
    Fault.SLOW,
    Fault.RESET,
)


@dataclass(slots=True)
class Scripted:
    fault: Fault
    path: str
    times: int


class Faults:
    """Decides per request. Scripted faults come first, then the random share of the options."""

    def __init__(self, options: SimulatorOptions) -> None:
        self._share = options.faults
        self._random = Random(f"faults/{options.seed}")
        self._scripted: list[Scripted] = []
        self._lock = threading.Lock()

    def script(self, fault: Fault, *, path: str = "", times: int = 1) -> None:
        """The next `times` requests whose path contains `path` fail in this way."""
        with self._lock:
            self._scripted.append(Scripted(fault, path, times))

    def clear(self) -> None:
        """Ends scripted and random faults."""
        with self._lock:
            self._scripted.clear()
            self._share = 0.0

    def next(self, path: str) -> Fault | None:
        with self._lock:
            for item in self._scripted:
                if item.path in path:
                    item.times -= 1
                    if item.times <= 0:
                        self._scripted.remove(item)
                    return item.fault
            if self._share and self._random.random() < self._share:
                return self._random.choice(RANDOM_FAULTS)
            return None
