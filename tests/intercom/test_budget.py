"""The budget against real windows of a real server, in real time (windows of a second or two)."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter

import pytest

from tests.intercom.scripted import Answer, Request, ScriptedServer, json_answer
from tests.intercom.support import ME, with_server
from tui.intercom.budget import RateBudget
from tui.intercom.client import IntercomClient
from tui.intercom.server_time import ServerClock


class Windows:
    """A limit per window of whole seconds, on a clock that is `ahead` of the client's."""

    def __init__(self, limit: int, length: int, ahead: float = 0.0) -> None:
        self.limit, self.length, self.ahead = limit, length, ahead
        self.accepted: Counter[int] = Counter()
        self.refused = 0
        self.taken_by_others = 0

    def __call__(self, request: Request) -> Answer:
        now = time.time() + self.ahead
        window = math.floor(now / self.length)
        spent = self.accepted[window] + self.taken_by_others
        allowed = spent < self.limit
        if allowed:
            self.accepted[window] += 1
        else:
            self.refused += 1
        answer = json_answer(
            ME if allowed else {"errors": [{"code": "rate_limit_exceeded"}]},
            200 if allowed else 429,
            x_ratelimit_limit=str(self.limit),
            x_ratelimit_remaining=str(max(self.limit - spent - 1, 0)),
            x_ratelimit_reset=str((window + 1) * self.length),
        )
        return Answer(answer.status, answer.body, answer.headers, date=now)


async def call_for(client: IntercomClient, seconds: float, callers: int = 20) -> None:
    end = time.monotonic() + seconds

    async def caller() -> None:
        while time.monotonic() < end:
            await client.me()

    await asyncio.gather(*(caller() for _ in range(callers)))


@pytest.mark.parametrize("ahead", [0.0, 7200.4])
def test_windows_are_used_in_real_time(ahead: float) -> None:
    windows = Windows(limit=50, length=1, ahead=ahead)

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await call_for(client, 4.3)
        assert windows.refused <= 2
        whole = sorted(windows.accepted)[1:-1]
        # A busy machine may cost a window a stall; the exact shares are proven in test_pace.py.
        assert max(windows.accepted[window] for window in whole) >= 0.85 * windows.limit, windows.accepted
        assert all(windows.accepted[window] >= 0.4 * windows.limit for window in whole), windows.accepted

    with_server(windows, use, window=1.0)


def test_after_a_429_nobody_calls_before_the_reset() -> None:
    reset: list[int] = []

    def script(request: Request) -> Answer:
        if not reset:
            reset.append(math.floor(time.time()) + 2)
        early = time.time() < reset[0]
        return json_answer(
            {} if early else ME,
            429 if early else 200,
            x_ratelimit_limit="50",
            x_ratelimit_remaining="0" if early else "49",
            x_ratelimit_reset=str(reset[0]),
        )

    told: list[float] = []
    held = asyncio.Event()

    def tell(seconds: float) -> None:
        told.append(seconds)
        held.set()

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        calls = [asyncio.create_task(client.me()) for _ in range(10)]
        await held.wait()
        assert 0.5 < client.waiting < 3.2
        await asyncio.gather(*calls)
        first = server.requests[0].at
        later = [request.at - first for request in server.requests[1:]]
        until_reset = reset[0] - (time.time() - (time.monotonic() - first))
        assert min(later) >= until_reset
        assert len(server.requests) == 11
        assert sum(1 for at in later if at < min(later) + 0.05) <= 6  # no storm when it is over
        assert client.stats.rate_limited == 1
        assert client.waiting == 0
        # Other calls find the limit closed from the 429 on, and go when it opens.
        assert 0.5 < client.held <= time.monotonic() - first
        before = client.held
        await client.me()
        assert client.held < before + 0.5

    with_server(script, use, window=2.0, on_wait=tell)
    assert told[0] > 0.5
    assert told[-1] == 0.0


def test_others_who_use_everything_are_waited_for() -> None:
    windows = Windows(limit=100, length=1)

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        windows.taken_by_others = 99
        started = time.monotonic()
        await asyncio.gather(*(client.me() for _ in range(3)))
        assert time.monotonic() - started < 5
        assert len(server.requests) < 15

    with_server(windows, use, window=1.0, max_attempts=6)


def test_urgent_calls_overtake() -> None:
    order: list[str] = []
    begun = asyncio.Event()

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        async def call(name: str, *, urgent: bool) -> None:
            await client.conversation(5, urgent=urgent)
            order.append(name)
            if len(order) == 3:
                begun.set()

        crowd = [asyncio.create_task(call("normal", urgent=False)) for _ in range(30)]
        await begun.wait()
        await call("urgent", urgent=True)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        assert order.index("urgent") < 8

    def script(request: Request) -> Answer:
        reset = str(math.ceil(time.time() / 10) * 10)
        body = {"id": 5, "created_at": 1, "updated_at": 1, "conversation_parts": {"conversation_parts": []}}
        return json_answer(body, x_ratelimit_limit="150", x_ratelimit_remaining="99", x_ratelimit_reset=reset)

    with_server(script, use, connections=2)


def test_cancelled_waiters_give_their_turn_back() -> None:
    async def use() -> None:
        budget = RateBudget(ServerClock(10.0))
        probe = await budget.acquire()
        waiter = asyncio.create_task(budget.acquire())
        other = asyncio.create_task(budget.acquire())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.sleep(0)
        budget.settle(probe)  # unanswered: the next waiter probes, and the cancelled one is passed over
        number = await asyncio.wait_for(other, 1)
        late = asyncio.create_task(budget.acquire())
        await asyncio.sleep(0)
        budget.settle(number)
        late.cancel()  # just given its turn, and cancelled before it could take it
        with pytest.raises(asyncio.CancelledError):
            await late
        await asyncio.wait_for(budget.acquire(), 1)

    asyncio.run(use())


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("0", 0.0, 0.5),
        ("0.6", 0.6, 0.9),
        ("-5", 0.0, 0.5),
        ("nan", 10.0, 10.5),
        ("inf", 10.0, 10.5),
        ("soon", 10.0, 10.5),
        ("9" * 5000, 10.0, 10.5),
        ("1e300", 59.0, 60.5),
        ("Wed, 18 Dec 2024 16:00:03 GMT", 3.0, 3.5),
        ("Wed, 18 Dec 2024 15:00:00 GMT", 0.0, 0.5),
        ("Wed, 18 Dec 2090 16:00:00 GMT", 59.0, 60.5),
    ],
)
def test_retry_after_is_bounded_whatever_it_says(header: str, least: float, most: float) -> None:
    async def use() -> None:
        clock = ServerClock(10.0, lambda: 1000.0)
        budget = RateBudget(clock)
        number = await budget.acquire()
        headers = {"retry-after": header, "date": "Wed, 18 Dec 2024 16:00:00 GMT"}
        budget.settle(number, headers, 429)
        waiter = asyncio.create_task(budget.acquire())
        await asyncio.sleep(0)
        assert least <= budget.waiting <= most or least == budget.waiting == 0
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)

    asyncio.run(use())
