"""The one source of "now", so that a demo, a test or a screenshot can hold time still.

Times of conversations are those of Intercom's clock. No single clock or header is believed about it: what
the answers say and the local clock are witnesses (`judge`), and where they disagree there are two readings
of now: the earliest for what is claimed to be synced, the latest for what a query is judged by.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tui.uptime import uptime

Clock = Callable[[], datetime]
"""Returns the present as a UTC-aware datetime."""
AGREEMENT = 30.0
"""Seconds by which two witnesses may differ and still agree: the verdict tolerates more than that."""


def system_clock() -> datetime:
    """The present by the system's clock, in UTC."""
    return datetime.now(UTC)


def to_epoch(moment: datetime) -> int:
    """Whole seconds since 1970 UTC, rounded down. Raises `ValueError` for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; pass an aware datetime such as datetime.now(UTC)")
    return int(moment.timestamp() // 1)


def from_epoch(seconds: int) -> datetime:
    """The moment so many seconds after 1970 UTC, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """Between which epoch seconds the server's clock stands now, according to one witness."""

    earliest: float
    latest: float

    def agrees(self, other: Span) -> bool:
        return self.earliest <= other.latest + AGREEMENT and other.earliest <= self.latest + AGREEMENT


@dataclass(frozen=True, slots=True)
class Reading:
    """What now is on the server's clock (epoch seconds)."""

    earliest: float
    """For claims: nothing later is said to be synced."""
    latest: float
    """For verdicts: a period up to now ends here."""
    agreed: bool
    """Whether at least two witnesses say so."""
    unanimous: bool
    """Whether they do and none says otherwise."""


def judge(local: float, date: Span | None = None, reset: Span | None = None) -> Reading:
    """What now is, from three independent witnesses: the local clock, the `Date` headers of several answers
    and the ends of rate windows that they state.

    Two that agree are believed against the third; of those that do not, all are possible.
    """
    here = Span(local, local)
    # The date of a header is precise to a second, the end of a window to its length.
    precise = [span for span in (date, here) if span is not None]
    witnesses = [*precise, *([reset] if reset is not None else [])]
    believed = next(
        (
            pair
            for pair in ((date, here), (date, reset), (here, reset))
            if pair[0] is not None and pair[1] is not None and pair[0].agrees(pair[1])
        ),
        None,
    )
    if believed is None:
        return Reading(
            min(span.earliest for span in witnesses), max(span.latest for span in witnesses), False, False
        )
    first = believed[0] or here
    together = [span for span in precise if span.agrees(first)]
    return Reading(
        min(span.earliest for span in together),
        max(span.latest for span in together),
        True,
        all(span.agrees(first) for span in witnesses),
    )


@dataclass(frozen=True, slots=True)
class SteadyClock:
    """A clock that nobody can set: seconds since this machine was started, sleep included."""

    boot: str
    """Which start that is."""
    now: Callable[[], float]


def steady_clock() -> SteadyClock | None:
    """The steady clock of this machine; None where the system has none that survives a process."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return SteadyClock(boot, uptime)


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """By how much the server's clock was ahead of the local one when it was last compared."""

    seconds: int = 0
    """Server minus local."""
    boot: str = ""
    """The start of the machine in which that was measured; empty when it is not known."""
    local_minus_steady: float = 0.0
    """What the local clock showed beyond the steady one then: another value says that it was set since."""

    def to_json(self) -> str:
        return json.dumps(
            {"seconds": self.seconds, "boot": self.boot, "local_minus_steady": self.local_minus_steady}
        )

    @classmethod
    def from_json(cls, text: str | None) -> ClockOffset:
        """The offset that was stored; none for a text that is absent or not of this form."""
        try:
            entry = json.loads(text or "{}")
            return cls(int(entry["seconds"]), str(entry["boot"]), float(entry["local_minus_steady"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            return cls()


class OffsetClock:
    """What now is on the server's clock, for queries and verdicts: the local clock plus the measured offset.

    An offset belongs to the clock it was measured with. When that was set since, or the machine was started
    again, or the database came from another one, nobody knows which clock is right: the latest of both
    readings is used, so that no answer is called fresh because a clock is behind.
    """

    def __init__(
        self, local: Clock, offset: ClockOffset | None = None, *, steady: SteadyClock | None = None
    ) -> None:
        """`steady` tells whether the local clock was set."""
        self.local = local
        self.offset = offset or ClockOffset()
        self._steady = steady
        self._learned = False

    def __call__(self) -> datetime:
        local, offset = self.local(), self.offset
        if self._steady is None or offset.boot != self._steady.boot:
            # Without a steady clock, an offset is good for the process that measured it.
            known = self._learned and self._steady is None
            return local + timedelta(seconds=offset.seconds if known else max(offset.seconds, 0))
        expected = self._steady.now() + offset.local_minus_steady
        if abs(local.timestamp() - expected) < AGREEMENT:
            return local + timedelta(seconds=offset.seconds)
        return max(local, datetime.fromtimestamp(expected + offset.seconds, UTC))

    def learn(self, reading: Reading) -> bool:
        """Measure the offset anew. Returns whether it changed by more than a verdict tolerates."""
        local = self.local().timestamp()
        seconds = round(reading.latest - local)
        steady = self._steady
        measured = ClockOffset(
            seconds if abs(seconds) >= AGREEMENT else 0,
            steady.boot if steady else "",
            local - steady.now() if steady else 0.0,
        )
        changed = (
            abs(measured.seconds - self.offset.seconds) >= AGREEMENT
            or measured.boot != self.offset.boot
            or abs(measured.local_minus_steady - self.offset.local_minus_steady) >= AGREEMENT
        )
        self._learned = True
        if changed:
            self.offset = measured
        return changed
