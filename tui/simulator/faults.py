"""The ways in which requests fail or take too long."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Literal

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
    UNANSWERED = "no answer for long, then 504 with an empty body"
    NO_SEAT = "403, the teammate has no inbox seat"
    APPLIED_UNANSWERED = "applied, no answer for long, then 504 with an empty body"
    APPLIED_RESET = "applied, then connection reset"
    APPLIED_BAD_GATEWAY = "applied, then 502 with an HTML page"
    APPLIED_UNAVAILABLE = "applied, then 503 with Intercom's JSON"
    APPLIED_EMPTY = "applied, then 200 with an empty body"


APPLIED = {
    Fault.APPLIED_UNANSWERED: Fault.UNANSWERED,
    Fault.APPLIED_RESET: Fault.RESET,
    Fault.APPLIED_BAD_GATEWAY: Fault.BAD_GATEWAY,
    Fault.APPLIED_UNAVAILABLE: Fault.UNAVAILABLE,
    Fault.APPLIED_EMPTY: Fault.EMPTY,
}
"""The faults that carry out the request, once, and how they look to its sender."""
AMBIGUOUS = (*APPLIED, *APPLIED.values())
"""Ends of a write that leave open whether it was applied: each in both ways."""
REFUSALS = (Fault.RATE_LIMITED, Fault.NO_SEAT, Fault.NOT_FOUND)
"""Ends of a write that say that it was not applied."""

RANDOM_FAULTS = (
    Fault.RATE_LIMITED,
    Fault.BAD_GATEWAY,
    Fault.UNAVAILABLE,
    Fault.TIMEOUT,
    Fault.EMPTY,
    Fault.SLOW,
    Fault.RESET,
)


Only = Literal["reads", "writes"]


def is_write(method: str, path: str) -> bool:
    """Whether the request changes something. Searches are POST requests as well."""
    return method not in {"GET", "HEAD", "OPTIONS"} and not path.endswith("/search")


@dataclass(slots=True)
class Scripted:
    fault: Fault
    path: str
    times: int | None
    only: Only | None
    method: str

    def concerns(self, method: str, path: str) -> bool:
        return (
            self.path in path
            and self.method in {"", method}
            and (self.only is None or (self.only == "writes") == is_write(method, path))
        )


class Faults:
    """Decides per request. Scripted faults come first, then refusals, then the random shares."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.share = options.faults
        """Share of the requests that fail at random, in one of `RANDOM_FAULTS`."""
        self.retry_after = options.retry_after
        """The Retry-After header of 429 and 503, however odd; None: there is none."""
        self.write_shares = dict.fromkeys(AMBIGUOUS, options.ambiguous_writes / len(AMBIGUOUS))
        """Share of the writes that end in each of these ways, at random."""
        self.write_shares |= dict.fromkeys(REFUSALS, options.refused_writes / len(REFUSALS))
        self._random = Random(f"faults/{options.seed}")
        self._random_writes = Random(f"write faults/{options.seed}")
        self._scripted: list[Scripted] = []
        self._refused = dict.fromkeys(options.refused, Fault.FORBIDDEN)
        self._lock = threading.Lock()

    def script(
        self,
        fault: Fault,
        *,
        path: str = "",
        times: int | None = 1,
        only: Only | None = None,
        method: str = "",
    ) -> None:
        """The next `times` requests (None: all until `clear`) whose path contains `path` fail in this way.

        `only` leaves reads or writes alone, `method` ("POST") all requests of other methods."""
        with self._lock:
            self._scripted.append(Scripted(fault, path, times, only, method))

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
            self.write_shares = {}
            self.retry_after = None

    def next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for item in self._scripted:
                if item.concerns(method, path):
                    if item.times is not None:
                        item.times -= 1
                        if item.times <= 0:
                            self._scripted.remove(item)
                    return item.fault
            if path in self._refused:
                return self._refused[path]
            if is_write(method, path) and (fault := self._random_write_fault()):
                return fault
            if self.share and self._random.random() < self.share:
                return self._random.choice(RANDOM_FAULTS)
            return None

    def _random_write_fault(self) -> Fault | None:
        if not any(self.write_shares.values()):
            return None
        dice = self._random_writes.random()
        for fault, share in self.write_shares.items():
            dice -= share
            if dice < 0:
                return fault
        return None
