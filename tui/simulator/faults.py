"""The ways in which requests fail or take too long."""

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
    NOT_FOUND = "404"
    TRICKLE = "the right answer, a byte at a time"
    ENDLESS = "200 with a body that never ends"
    BOMB = "200 with a small compressed body that expands to hundreds of megabytes"


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
    times: int | None


class Faults:
    """Decides per request. Scripted faults come first, then refusals, then the random share."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.share = options.faults
        """Share of the requests that fail at random, in one of `RANDOM_FAULTS`."""
        self.retry_after = options.retry_after
        """The Retry-After header of 429 and 503, however odd; None: there is none."""
        self._random = Random(f"faults/{options.seed}")
        self._scripted: list[Scripted] = []
        self._refused = dict.fromkeys(options.refused, Fault.FORBIDDEN)
        self._lock = threading.Lock()

    def script(self, fault: Fault, *, path: str = "", times: int | None = 1) -> None:
        """The next `times` requests (None: all until `clear`) whose path contains `path` fail in this way."""
        with self._lock:
            self._scripted.append(Scripted(fault, path, times))

    def refuse(self, *paths: str, fault: Fault = Fault.FORBIDDEN) -> None:
        """Requests of exactly these paths, such as "/teams", fail in this way until `clear`."""
        with self._lock:
            self._refused.update(dict.fromkeys(paths, fault))

    def clear(self) -> None:
        """Ends all faults: scripted, refused and random ones, and Retry-After."""
        with self._lock:
            self._scripted.clear()
            self._refused.clear()
            self.share = 0.0
            self.retry_after = None

    def next(self, path: str) -> Fault | None:
        with self._lock:
            for item in self._scripted:
                if item.path in path:
                    if item.times is not None:
                        item.times -= 1
                        if item.times <= 0:
                            self._scripted.remove(item)
                    return item.fault
            if path in self._refused:
                return self._refused[path]
            if self.share and self._random.random() < self.share:
                return self._random.choice(RANDOM_FAULTS)
            return None
