"""The server's clocks: what stamps changes, what the Date header says, what the rate limit counts by.

Each can be wrong on its own. All offsets are seconds ahead of the simulator's real clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Literal

from tui.simulator.options import SimulatorOptions

TimeHeader = Literal["date", "x-ratelimit-reset"]


@dataclass(slots=True)
class HeaderShift:
    header: TimeHeader
    seconds: float | None
    path: str
    times: int | None


class Clocks:
    """`real` drives what happens and when; the others are what the server shows of it. Thread-safe."""

    def __init__(self, options: SimulatorOptions, real: Callable[[], float]) -> None:
        self.real = real
        """Epoch seconds."""
        self.stamps = options.stamp_offset
        """Offset of `created_at`, `updated_at` and `deleted_at`."""
        self.date = options.date_offset
        """Offset of the Date header."""
        self.reset = options.reset_offset
        """Offset of the clock of the rate limit, and so of X-RateLimit-Reset."""
        self.front_ends = options.front_ends
        """Further offsets of the Date header, one for each front-end; the front-ends answer in turn."""
        self._answers = 0
        self._shifts: list[HeaderShift] = []
        self._lock = threading.Lock()

    def step(self, seconds: float) -> None:
        """Sets the whole server forward (or back): stamps, Date and the rate limit."""
        with self._lock:
            self.stamps += seconds
            self.date += seconds
            self.reset += seconds

    def shift(
        self, header: TimeHeader, seconds: float | None, *, path: str = "", times: int | None = None
    ) -> None:
        """The header is wrong by so many more seconds (None: it is left out) in the next `times` answers
        (None: in all) to requests whose path contains `path`."""
        with self._lock:
            self._shifts.append(HeaderShift(header, seconds, path, times))

    def clear(self) -> None:
        """Ends every `shift`. Offsets stay."""
        with self._lock:
            self._shifts.clear()

    def limit_now(self) -> float:
        """Epoch seconds by the clock of the rate limit."""
        return self.real() + self.reset

    def stamp_headers(self, path: str, headers: MutableMapping[str, str]) -> None:
        """Adds the Date to the headers of an answer, and shifts or removes what is to be wrong in it."""
        with self._lock:
            front_end = self.front_ends[self._answers % len(self.front_ends)]
            self._answers += 1
            moment: float | None = self.real() + self.date + front_end
            for shift in [item for item in self._shifts if item.path in path]:
                if shift.times is not None:
                    shift.times -= 1
                    if shift.times <= 0:
                        self._shifts.remove(shift)
                if shift.header == "date":
                    moment = None if moment is None or shift.seconds is None else moment + shift.seconds
                elif "X-RateLimit-Reset" in headers:
                    reset = int(headers.pop("X-RateLimit-Reset"))
                    if shift.seconds is not None:
                        headers["X-RateLimit-Reset"] = str(reset + int(shift.seconds))
        if moment is not None:
            headers["Date"] = formatdate(moment, usegmt=True)
