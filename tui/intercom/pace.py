"""When the next call may go: the arithmetic of Intercom's rate limit, without any waiting.

Intercom counts calls in windows of 10 seconds and says with every answer how many a window allows, how many
are left and at which second the next window starts (developers.intercom.com, "Rate limiting"). The pace
spends what is left evenly over the time that is left, so that no part of a window idles, and plans again
with every answer: what other apps of the workspace use shows in the headers.

All times here are seconds on a local clock. Where the ends of windows cannot be told in them, because the
server's machines disagree about the time or state no usable reset, calls go at an even pace.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tui.intercom.headers import parse_epoch, parse_number

_HEADERLESS_INTERVAL = 1 / 16
"""Seconds between calls to a server that states no limit: just under the lowest limit ever documented."""
_RESERVE = 0.02
_RESERVE_AT_END = 0.005
"""Shares of the limit kept for urgent calls at a window's start and end; always at least one call."""
_LEAST_SHARE = 0.3
"""Of what is left, however much others are expected to use."""
_NOISE = 0.02
_CATCH_UP = 1.5
"""A window that was left idle for a while is not spent faster than so many times the even pace."""
_MAX_LATENESS = 0.02
"""Slots missed by up to so many seconds (timers are coarse) are made up for at once."""
_MAX_LAG = 2.0
"""Windows end at most so many seconds after their stated end (a whole second, perhaps rounded down)."""
_MISTRUST = 30.0
"""Seconds for which resets are not believed after they made no sense."""
_RISE = 0.05
"""Of the limit: when so many more calls are left than before, a new window has begun."""
_MAX_LIMIT = 1_000_000
MAX_WAIT = 60.0
"""No reset is believed to be further away, so that a wrong header cannot stop a sync for good."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What the X-RateLimit headers of one answer say."""

    limit: int
    remaining: int
    reset: float | None
    """Epoch seconds, on the server's clock, at which the next window starts; None for an absurd value."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Quota | None:
        """None when a header is missing, or limit and remaining are no numbers."""
        texts = [headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset")]
        limit, remaining = (parse_number(text or "") for text in texts[:2])
        if limit is None or limit < 1 or remaining is None or texts[2] is None:
            return None
        whole = int(min(limit, _MAX_LIMIT))
        return cls(whole, int(min(max(remaining, 0), whole)), parse_epoch(texts[2]))


class Pace:
    """Calls are numbered in the order they go."""

    def __init__(self, window: float = 10.0) -> None:
        self._nominal = window
        self._window = window
        self._step = 0.0  # between the resets of the last two windows
        self._limit = 0  # 0: not known yet
        self._headerless = False
        self._reset = 0.0  # as stated for the newest window heard of
        self._reset_at = 0  # the newest call when that was heard
        self._lag = 0.0  # how much later than stated (or, negative, earlier) windows have been seen to end
        self._end = 0.0  # of the window being spent, which may be assumed
        self._assumed_from = -1  # calls after this number go into an assumed window; -1: into a stated one
        self._steady_until = -math.inf  # until then resets are not believed
        self._left = 0  # calls left …
        self._left_at = 0  # … when the call of this number had been counted
        self._sent = 0
        self._in_flight = 0
        self._next = 0.0
        self._blocked_until = -math.inf
        self._others = _Others()

    def delay(self, now: float, *, urgent: bool = False) -> float:
        """Seconds until the next call may go; 0.0 for at once, infinity for "when an answer is in"."""
        if now < self._blocked_until:
            return self._blocked_until - now
        if not self._limit and not self._headerless:
            return math.inf if self._in_flight else 0.0  # one call probes the unknown
        if self._limit and now >= self._steady_until:
            self._roll(now)
            if self._available(now, urgent=urgent) < 1:
                return self._end - now
        return 0.0 if urgent else max(self._next - now, 0.0)

    def take(self, now: float, *, urgent: bool = False) -> int:
        """Count one call as sent now; returns its number."""
        self._sent += 1
        self._in_flight += 1
        if not urgent:
            self._next = max(self._next, now - _MAX_LATENESS) + self._interval(now)
        return self._sent

    def settle(
        self,
        number: int,
        quota: Quota | None,
        now: float,
        *,
        ends: tuple[float, float] | None = None,
        answered: bool = True,
    ) -> None:
        """Take in what the answer to a call said; `answered` is False when there was none.

        `ends` are the earliest and the latest local time of the quota's reset; None when it cannot be told.
        """
        self._in_flight -= 1
        if quota is not None:
            self._learn(number, quota, now, ends)
        elif answered and not self._limit:
            self._headerless = True

    def block(self, until: float, now: float) -> None:
        """Let nothing go before then (a 429 was seen)."""
        self._blocked_until = max(self._blocked_until, min(until, now + MAX_WAIT))

    def _learn(self, number: int, quota: Quota, now: float, ends: tuple[float, float] | None) -> None:
        if not self._limit:
            self._next = now
        if quota.reset is None or ends is None or self._is_senseless(number, quota.reset, now, ends):
            self._steady_until = now + _MISTRUST
            self._window, self._lag = self._nominal, 0.0
        if now < self._steady_until:
            self._learn_steadily(number, quota, now)
        elif quota.reset is not None and ends is not None:
            self._learn_window(number, quota, quota.reset, now, ends)

    def _is_senseless(self, number: int, reset: float, now: float, ends: tuple[float, float]) -> bool:
        """Whether a reset is earlier than one known when the call was sent, long over, or too far away."""
        if reset < self._reset:
            return number > self._reset_at  # else the answer is merely late
        return now - ends[1] > _MAX_LAG + 1 or ends[0] - now > MAX_WAIT

    def _learn_steadily(self, number: int, quota: Quota, now: float) -> None:
        if number <= self._left_at:
            return
        if quota.remaining > self._left + _RISE * quota.limit:
            self._others.restart(number, quota, now)
        self._others.see(number, quota, now)
        self._limit, self._left, self._left_at = quota.limit, quota.remaining, number
        if quota.reset is not None:
            self._reset, self._reset_at = quota.reset, self._sent
        self._next = min(self._next, now + self._interval(now))

    def _learn_window(
        self, number: int, quota: Quota, reset: float, now: float, ends: tuple[float, float]
    ) -> None:
        if reset > self._reset:
            if self._reset:
                self._begin_window(reset - self._reset, now, ends)
            self._others.restart(number, quota, now)
            self._reset, self._reset_at = reset, self._sent
        elif reset < self._reset or number <= max(self._left_at, self._assumed_from):
            return  # older than what is known
        elif self._assumed_from >= 0:
            # Sent after the end of its window as assumed, yet still counted in it.
            self._lag = min(max(self._lag, now - ends[1]) + 0.05, _MAX_LAG)
        self._others.see(number, quota, now)
        self._limit = quota.limit
        self._left, self._left_at = quota.remaining, number
        self._assumed_from = -1
        end = ends[1] + self._lag
        if end <= now:
            end = now + 0.5  # within the second in which it may end any moment
        self._end = min(end, now + MAX_WAIT)
        self._next = min(self._next, self._end)

    def _begin_window(self, step: float, now: float, ends: tuple[float, float]) -> None:
        """A window begins that is stated to end `step` seconds after the one before."""
        if step == self._step and 0.5 <= step < self._window:
            self._window = step
        self._step = step
        if step == self._window:
            # The window before was over by now at the latest, whatever it had stated.
            self._lag = max(min(self._lag, now - (ends[0] - step)), -1.0)

    def _roll(self, now: float) -> None:
        """When the window is over, assume the next one to be whole, until an answer says more."""
        if not self._limit or now < self._end:
            return
        self._end += self._window * ((now - self._end) // self._window + 1)
        self._left, self._left_at = self._limit, self._sent
        self._assumed_from = self._sent

    def _available(self, now: float, *, urgent: bool) -> float:
        available = self._left - (self._sent - self._left_at)
        if urgent:
            return available
        remaining = min((self._end - now) / self._window, 1.0)
        reserve = self._limit * (_RESERVE_AT_END + (_RESERVE - _RESERVE_AT_END) * remaining)
        return available - min(max(reserve, 1), self._limit - 1)

    def _interval(self, now: float) -> float:
        if not self._limit:
            return _HEADERLESS_INTERVAL if self._headerless else 0.0
        if now < self._steady_until:
            available = self._limit - min(max(self._limit * _RESERVE, 1), self._limit - 1)
            remaining = self._window
        else:
            available = self._available(now, urgent=False)
            remaining = self._end - now
        share = max(available - self._others.rate * remaining, available * _LEAST_SHARE, 1.0)
        return max(remaining / share, self._window / self._limit / _CATCH_UP)


class _Others:
    """How many calls a second other apps of the workspace make, from how fast the calls left dwindle."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._first = 0
        self._left = 0
        self._since = 0.0

    def restart(self, number: int, quota: Quota, now: float) -> None:
        """A new window: count from its first answer on."""
        self._first, self._left, self._since = number, quota.remaining, now

    def see(self, number: int, quota: Quota, now: float) -> None:
        if now - self._since < 1.0:
            return
        theirs = (self._left - quota.remaining) - (number - self._first)
        # Answers overtake one another: a small difference is no evidence.
        certain = theirs - _NOISE * quota.limit
        self.rate = max(certain, 0.0) / (now - self._since)
