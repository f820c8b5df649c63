"""A discrete-event model of callers, a network and Intercom's rate windows: exact, and without waiting."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from dataclasses import dataclass, field, replace

from tui.intercom.pace import Pace, Quota
from tui.intercom.server_time import ServerClock


@dataclass
class Windows:
    """Fixed windows; `rounding` says how the true end becomes the whole second of X-RateLimit-Reset."""

    limit: int = 1667
    length: float = 10.0
    shift: float = 0.0
    rounding: str = "exact"
    others: float = 0.0
    """Calls a second that other apps make, spread evenly."""
    ahead: tuple[float, ...] = (0.0,)
    """How far the clock of each machine that answers is ahead; they take turns at random."""
    reset_of: str = "one"
    """Where Reset and its window come from: "one" clock for all; "stated" by each machine's own clock, of
    windows that are the same for all; or "own" windows of each machine, which share the counts."""
    used: Counter[int] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def answer(self, now: float, rng: random.Random) -> tuple[bool, Quota, int]:
        """Whether a call is allowed, its quota, and the Date of the answer."""
        ahead = rng.choice(self.ahead)
        allowed, quota = self.count(now, ahead if self.reset_of == "own" else 0.0)
        if self.reset_of == "stated" and quota.reset is not None:
            quota = replace(quota, reset=quota.reset + ahead)
        return allowed, quota, math.floor(now + ahead)

    def count(self, true_now: float, ahead: float) -> tuple[bool, Quota]:
        now = true_now + ahead
        window = math.floor((now - self.shift) / self.length)
        start = window * self.length + self.shift
        spent = self.used[window] + int(self.others * (now - start))
        end = start + self.length
        reset = math.ceil(end) if self.rounding == "up" else math.floor(end)
        if spent >= self.limit:
            self.refused.append(true_now)
            return False, Quota(self.limit, 0, reset)
        self.used[window] += 1
        self.accepted.append(true_now)
        return True, Quota(self.limit, self.limit - spent - 1, reset)


@dataclass
class World:
    """`skew`: the client's clock minus the server's; `latency`: (shortest, longest) seconds a call takes."""

    windows: Windows
    callers: int = 64
    latency: tuple[float, float] = (0.02, 0.3)
    skew: float = 0.0
    start: float = 1_700_000_003.3
    seed: int = 1

    def run(self, seconds: float) -> None:
        rng = random.Random(self.seed)
        now = self.start
        clock = ServerClock(self.windows.length, lambda: now + self.skew)
        pace = Pace(self.windows.length)
        idle = self.callers
        sequence = 0
        events: list[tuple[float, int, str, tuple[float, int, bool, Quota, int] | None]] = []
        heapq.heappush(events, (now, 0, "wake", None))
        wake_at = now
        while events and now < self.start + seconds:
            now, _, kind, reply = heapq.heappop(events)
            if kind == "arrive" and reply is not None:
                sent, number, _, _, _ = reply
                allowed, quota, date = self.windows.answer(now, rng)
                sequence += 1
                back = now + (now - sent) * rng.uniform(0.5, 1.5)
                heapq.heappush(events, (back, sequence, "answer", (sent, number, allowed, quota, date)))
                continue
            if kind == "answer" and reply is not None:
                sent, number, allowed, quota, date = reply
                idle += 1
                clock.learn_date(date, sent + self.skew, now + self.skew)
                ends = None if quota.reset is None else clock.locally(quota.reset)
                pace.settle(number, quota, clock.local(), ends=ends)
                if not allowed and quota.reset is not None:
                    pace.block(clock.local() + max(quota.reset - date, 0) + 0.1, clock.local())
            if kind == "wake" and now < wake_at:
                continue  # an older alarm
            while idle:
                delay = pace.delay(clock.local())
                if delay > 0:
                    if delay < math.inf:
                        sequence += 1
                        wake_at = now + max(delay, 0.001)
                        heapq.heappush(events, (wake_at, sequence, "wake", None))
                    break
                number = pace.take(clock.local())
                idle -= 1
                sequence += 1
                arrives = now + rng.uniform(*self.latency) / 2
                heapq.heappush(events, (arrives, sequence, "arrive", (now, number, True, Quota(1, 0, 0), 0)))
