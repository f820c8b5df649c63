"""What answers say about the server's time, against a local clock that nobody sets."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tui.clock import Span
from tui.intercom.headers import parse_date, parse_epoch

_KEPT = 9
"""Answers whose evidence is kept; as many more are needed to forget the time before a clock was set."""
_TOLERANCE = 2.0
"""Seconds by which two readings may miss one another and still agree: servers behind one name differ."""
_LAG = 2.0
"""Seconds for which a window may still be stated after its end (a whole second, perhaps rounded down)."""
_CLOCK: int | None = getattr(
    time, {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, ""), None
)
"""`time.monotonic` stops while the machine sleeps on these systems."""


def uptime() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps, where there is one."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


@dataclass(frozen=True, slots=True)
class ServerTimes:
    """The server's time now, by each kind of evidence; None while there is too little of it."""

    date: Span | None
    """By the Date headers."""
    reset: Span | None
    """By X-RateLimit-Reset."""


class Readings:
    """What the newest answers say about server time minus local time, in ranges of seconds.

    One reading proves nothing: there is no result until two agree. Of many, the lowest and the highest
    quarter are not believed, so a few wrong ones change nothing, while a server that answers with two
    clocks in turn gets a range that holds both.
    """

    def __init__(self) -> None:
        self._lows: deque[float] = deque(maxlen=_KEPT)
        self._highs: deque[float] = deque(maxlen=_KEPT)

    def add(self, low: float, high: float) -> None:
        """Take in that the difference is at least `low` and at most `high`."""
        self._lows.append(low)
        self._highs.append(high)

    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest difference that is believed."""
        if not self._agree():
            return None
        count = len(self._lows)
        dropped = max(count // 4, 1) if count > 2 else 0
        return sorted(self._lows)[dropped], sorted(self._highs)[-1 - dropped]

    def _agree(self) -> bool:
        ranges = sorted(zip(self._lows, self._highs, strict=True))
        return any(after[0] <= before[1] + _TOLERANCE for before, after in pairwise(ranges))


class ServerClock:
    """Collects what answers say. `window` is the length of the server's rate windows in seconds; `local` is
    the clock on which answers are timed."""

    def __init__(self, window: float, local: Callable[[], float] = uptime) -> None:
        self._window = window
        self._local = local
        self._dates = Readings()
        self._resets = Readings()

    def learn(self, headers: Mapping[str, str], sent: float, received: float) -> None:
        """Take in the headers of one answer, asked for and received at these local times."""
        date = parse_date(headers.get("date", ""))
        if date is not None:  # it is a whole second, rounded down
            self._dates.add(date.timestamp() - received, date.timestamp() + 1 - sent)
        reset = parse_epoch(headers.get("x-ratelimit-reset", ""))
        if reset is not None:
            self._resets.add(reset - self._window - received, reset + _LAG - sent)

    def times(self) -> ServerTimes:
        """Where the server's clock stands now."""
        return ServerTimes(self._span(self._dates), self._span(self._resets))

    def _span(self, readings: Readings) -> Span | None:
        found = readings.range()
        if found is None:
            return None
        now = self._local()
        return Span(now + found[0], now + found[1])


class ServerTimeEstimate:
    """How far the server's clock is ahead of a local one (in seconds, wall or monotonic).

    A Date header d on an answer to a call made between the local times s and r says that the server's
    clock stood somewhere in [d, d + 1) between them: the offset lies in [d - r, d + 1 - s]. Each answer
    narrows that range; one that contradicts it (a clock was set, the machine slept) replaces it.
    """

    def __init__(self, local: Callable[[], float] = uptime) -> None:
        self._local = local
        self._low: float | None = None
        self._high = 0.0

    def learn(self, date: float, sent: float, received: float) -> None:
        """Take in one answer: its Date header (epoch seconds), and when it was asked for and arrived."""
        low, high = date - received, date + 1 - sent
        if self._low is None or low > self._high or high < self._low:
            self._low, self._high = low, high
        else:
            self._low, self._high = max(self._low, low), min(self._high, high)

    @property
    def offset(self) -> float:
        """Server minus local, the lowest that fits: the server's clock is never read as too late."""
        return self._low or 0.0

    def now(self) -> float:
        """Epoch seconds on the server's clock; the local clock while nothing is known."""
        return self._local() + self.offset

    def latest(self) -> float:
        """The latest that the server's clock may stand at."""
        return self._local() + (self._high if self._low is not None else 0.0)
