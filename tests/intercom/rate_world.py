"""A discrete-event model of callers, a network and Intercom's rate windows: exact, and without waiting."""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from dataclasses import dataclass, field

from tui.intercom.pace import Pace, Quota
from tui.intercom.server_time import ServerTimeEstimate


@dataclass
class Windows:
    """Fixed windows; `rounding` says how the true end becomes the whole second of X-RateLimit-Reset."""

    limit: int = 1667
    length: float = 10.0
    shift: float = 0.0
    rounding: str = "exact"
    others: float = 0.0
    """Calls a second that other apps make, spread evenly."""
    used: Counter[int] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def count(self, now: float) -> tuple[bool, Quota]:
        window = math.floor((now - self.shift) / self.length)
        start = window * self.length + self.shift
        spent = self.used[window] + int(self.others * (now - start))
        end = start + self.length
        reset = math.ceil(end) if self.rounding == "up" else math.floor(end)
        if spent >= self.limit:
            self.refused.append(now)
            return False, Quota(self.limit, 0, reset)
        self.used[window] += 1
        self.accepted.append(now)
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
        clock = ServerTimeEstimate(lambda: now + self.skew)
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
                allowed, quota = self.windows.count(now)
                sequence += 1
                back = now + (now - sent) * rng.uniform(0.5, 1.5)
                heapq.heappush(
                    events, (back, sequence, "answer", (sent, number, allowed, quota, math.floor(now)))
                )
                continue
            if kind == "answer" and reply is not None:
                sent, number, allowed, quota, date = reply
                idle += 1
                clock.learn(date, sent + self.skew, now + self.skew)
                pace.settle(number, quota, clock.now(), latest=clock.latest())
                if not allowed:
                    pace.block(max(quota.reset, clock.now()) + 0.1, clock.now())
            if kind == "wake" and now < wake_at:
                continue  # an older alarm
            while idle:
                delay = pace.delay(clock.now())
                if delay > 0:
                    if delay < math.inf:
                        sequence += 1
                        wake_at = now + max(delay, 0.001)
                        heapq.heappush(events, (wake_at, sequence, "wake", None))
                    break
                number = pace.take(clock.now())
                idle -= 1
                sequence += 1
                arrives = now + rng.uniform(*self.latency) / 2
                heapq.heappush(events, (arrives, sequence, "arrive", (now, number, True, Quota(1, 0, 0), 0)))
