"""What answers say about the server's time, against a local clock that nobody sets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tui.clock import Span
from tui.intercom.headers import parse_date, parse_epoch
from tui.uptime import uptime

_KEPT = 9
"""Answers whose evidence is kept."""
_CONVINCING = 3
"""Answers in a row that show that a clock was set."""
_TOLERANCE = 2.0
"""Seconds by which two readings may miss one another and still agree: servers behind one name differ."""
_LAG = 2.0
"""Seconds for which a window may still be stated after its end (a whole second, perhaps rounded down)."""
_SECONDS = 15
"""Seconds with answers from which calls are planned."""
_SAME_CLOCK = 0.5
"""Seconds by which the answers of one clock may contradict one another: some servers format Date late."""


@dataclass(frozen=True, slots=True)
class ServerTimes:
    """The server's time now, by each kind of evidence; None while there is too little of it."""

    date: Span | None
    """By the Date headers."""
    reset: Span | None
    """By X-RateLimit-Reset."""
    unproven: float | None
    """The earliest time (epoch seconds) that any Date header allows, a lone or a wrong one too."""


class Readings:
    """What the newest answers say about server time minus local time, in ranges of seconds.

    Claims rest on this. One reading proves nothing: there is no result until two agree. Of many, the lowest
    and the highest quarter are not believed, so a few wrong ones change nothing, while a server that answers
    with two clocks in turn gets a range that holds both. Only when the newest three agree, and none of those
    before agrees with them, a clock was set, and what was before is forgotten.
    """

    def __init__(self) -> None:
        self._ranges: deque[tuple[float, float]] = deque(maxlen=_KEPT)

    def add(self, low: float, high: float) -> None:
        """Take in that the difference is at least `low` and at most `high`."""
        self._ranges.append((low, high))
        newest = list(self._ranges)[-_CONVINCING:]
        before = list(self._ranges)[:-_CONVINCING]
        if all(_agree(one, newest[-1]) for one in newest) and not any(
            _agree(old, new) for old in before for new in newest
        ):
            for _ in before:
                self._ranges.popleft()

    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest difference that is believed."""
        if not any(_agree(one, after) for one, after in pairwise(sorted(self._ranges))):
            return None
        count = len(self._ranges)
        dropped = max(count // 4, 1) if count > 2 else 0
        lows, highs = zip(*self._ranges, strict=True)
        return sorted(lows)[dropped], sorted(highs)[-1 - dropped]

    def lowest(self) -> float | None:
        """The lowest difference that any reading allows, proven or not."""
        return min((low for low, _ in self._ranges), default=None)


def _agree(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two ranges of differences may come from the same clock."""
    return one[0] <= other[1] + _TOLERANCE and other[0] <= one[1] + _TOLERANCE


class Offset:
    """Server time minus local time, as exactly as many answers a second allow: what plans the calls.

    A Date header names a whole second, so the answers around its tick narrow the difference to the time a
    call takes. Each second of local time gives a range of its own. Where they have nothing in common, the
    medians count, so that a wrong header changes nothing; medians without a difference in common come from
    several clocks.
    """

    def __init__(self) -> None:
        self._seconds: deque[tuple[float, float]] = deque(maxlen=_SECONDS)
        """The highest low and the lowest high of each second with answers."""
        self._began = 0.0

    def add(self, low: float, high: float, now: float) -> None:
        """Take in that the difference is at least `low` and at most `high`."""
        if self._seconds and 0 <= now - self._began < 1:
            before = self._seconds.pop()
            low, high = max(before[0], low), min(before[1], high)
        else:
            self._began = now
        self._seconds.append((low, high))

    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest difference; None before the first answer and for several clocks."""
        if not self._seconds:
            return None
        lows, highs = zip(*self._seconds, strict=True)
        for low, high in ((max(lows), min(highs)), (median(lows), median(highs))):
            if low <= high + _SAME_CLOCK:
                return min(low, high), max(low, high)
        return None


class ServerClock:
    """Collects what answers say. `window` is the length of the server's rate windows in seconds; `local` is
    the clock on which answers are timed."""

    def __init__(self, window: float, local: Callable[[], float] = uptime) -> None:
        self.local = local
        self._window = window
        self._dates = Readings()
        self._resets = Readings()
        self._offset = Offset()

    def learn(self, headers: Mapping[str, str], sent: float, received: float) -> None:
        """Take in the headers of one answer, asked for and received at these local times."""
        date = parse_date(headers.get("date", ""))
        if date is not None:
            self.learn_date(date.timestamp(), sent, received)
        reset = parse_epoch(headers.get("x-ratelimit-reset", ""))
        if reset is not None:
            self._resets.add(reset - self._window - received, reset + _LAG - sent)

    def learn_date(self, date: float, sent: float, received: float) -> None:
        """Take in a Date header: a whole second, rounded down."""
        low, high = date - received, date + 1 - sent
        self._dates.add(low, high)
        self._offset.add(low, high, received)

    def times(self) -> ServerTimes:
        """Where the server's clock stands now."""
        lowest = self._dates.lowest()
        return ServerTimes(
            self._span(self._dates),
            self._span(self._resets),
            None if lowest is None else self.local() + lowest,
        )

    def locally(self, moment: float) -> tuple[float, float] | None:
        """The earliest and the latest local time at which the server's clock shows `moment` (epoch seconds);
        None when that cannot be told."""
        offset = self._offset.range()
        return None if offset is None else (moment - offset[1], moment - offset[0])

    def _span(self, readings: Readings) -> Span | None:
        found = readings.range()
        if found is None:
            return None
        now = self.local()
        return Span(now + found[0], now + found[1])
