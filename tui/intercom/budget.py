"""Queues calls to Intercom and lets them go at the pace of the rate limit."""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable, Mapping

from tui.intercom.headers import parse_date, parse_pause
from tui.intercom.pace import MAX_WAIT, Pace, Quota
from tui.intercom.server_time import ServerClock

_NOTICEABLE = 0.5
"""Seconds; shorter waits are the ordinary spacing of calls and are not reported."""
_random = random.SystemRandom()


class RateBudget:
    """Spaces calls evenly, within what the server allows; belongs to one event loop.

    Calls go by the local clock of `clock`, which nobody sets: a change of the system's time neither stops
    them nor lets all go at once. `window` is the length of the server's rate windows in seconds.
    `on_wait` is called with the seconds when calls begin to be held back, and with 0.0 when they go again.
    """

    def __init__(
        self,
        clock: ServerClock,
        *,
        window: float = 10.0,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self._clock = clock
        self._pace = Pace(window)
        self._window = window
        self._on_wait = on_wait
        self.quota: Quota | None = None
        """What the newest answer says about the limit; None while none has said anything."""
        self._normal: deque[asyncio.Future[int]] = deque()
        self._urgent: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._held_since: float | None = None
        self._held_before = 0.0

    @property
    def held(self) -> float:
        """Seconds in which the limit has held calls back noticeably, in all."""
        now = 0.0 if self._held_since is None else self._clock.local() - self._held_since
        return self._held_before + now

    @property
    def calls_per_second(self) -> float:
        """What the limit allows; 0.0 while that is not known."""
        return 0.0 if self.quota is None else self.quota.limit / self._window

    @property
    def waiting(self) -> float:
        """Seconds for which calls are being held back by the limit; 0.0 when none is."""
        if not self._normal and not self._urgent:
            return 0.0
        delay = self._pace.delay(self._clock.local(), urgent=bool(self._urgent))
        return delay if _NOTICEABLE <= delay < math.inf else 0.0

    async def acquire(self, *, urgent: bool = False) -> int:
        """Wait until a call may go; returns its number, which must be given to `settle` in any case.

        Urgent calls overtake the others, are not spaced, and may use the reserve.
        """
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._normal).append(turn)
        self._release_due()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.settle(turn.result())
            raise

    def settle(self, number: int, headers: Mapping[str, str] | None = None, status: int = 0) -> None:
        """End a call: with its answer's headers and status, or with neither when there was no answer."""
        now = self._clock.local()
        quota = Quota.from_headers(headers) if headers is not None else None
        self.quota = quota or self.quota
        ends = self._clock.locally(quota.reset) if quota is not None and quota.reset is not None else None
        self._pace.settle(number, quota, now, ends=ends, answered=status == 200)
        if status == 429:
            self._pace.block(now + self._pause(quota, ends, headers or {}, now), now)
        self._release_due()

    def _pause(
        self, quota: Quota | None, ends: tuple[float, float] | None, headers: Mapping[str, str], now: float
    ) -> float:
        """Seconds to wait after a 429: until the window ends, by the answer's own Date or by many."""
        left: list[float] = []
        if quota is not None and quota.reset is not None:
            if ends is not None:
                left.append(ends[1] - now)
            if (date := parse_date(headers.get("date", ""))) is not None:
                left.append(quota.reset - date.timestamp())
        pause = min((seconds for seconds in left if seconds > 0), default=None)
        if pause is None:
            pause = parse_pause(headers, MAX_WAIT)
        if pause is None:
            # The reset is over already (a coarse clock), or the answer does not name one.
            pause = 1.0 if left else self._window
        return pause + _random.uniform(0.05, 0.25)

    def _release_due(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        delay = 0.0
        while queue := self._urgent or self._normal:
            turn = queue[0]
            if turn.done():  # its caller was cancelled
                queue.popleft()
                continue
            urgent = queue is self._urgent
            now = self._clock.local()
            delay = self._pace.delay(now, urgent=urgent)
            if delay > 0:
                break
            queue.popleft()
            turn.set_result(self._pace.take(now, urgent=urgent))
        else:
            delay = 0.0
        if 0 < delay < math.inf:
            self._timer = asyncio.get_running_loop().call_later(delay, self._release_due)
        self._report_wait(delay)

    def _report_wait(self, delay: float) -> None:
        held = _NOTICEABLE <= delay < math.inf
        if held != (self._held_since is not None):
            before, now = self.held, self._clock.local()
            self._held_before, self._held_since = before, now if held else None
            if self._on_wait is not None:
                self._on_wait(delay if held else 0.0)
