from __future__ import annotations

import math

import pytest

from tests.intercom.rate_world import Windows, World
from tui.intercom.pace import Pace, Quota

START = 1_700_000_003.3


def spent(windows: Windows, number: int) -> list[float]:
    """Times of the accepted calls in the n-th window after the one the run began in, from its start."""
    first = math.floor((START - windows.shift) / windows.length) + number
    begin = first * windows.length + windows.shift
    return [at - begin for at in windows.accepted if 0 <= at - begin < windows.length]


@pytest.mark.parametrize(
    ("windows", "world"),
    [
        (Windows(), {}),
        (Windows(limit=167), {}),
        (Windows(limit=16_670), {"latency": (0.001, 0.01)}),
        (Windows(), {"skew": 300.0}),
        (Windows(), {"skew": -3.7}),
        (Windows(), {"latency": (0.25, 0.35)}),
        (Windows(limit=167), {"latency": (0.01, 2.0)}),
        (Windows(shift=0.4, rounding="up"), {}),
        (Windows(limit=400, length=2.0), {}),
    ],
    ids=["plain", "low", "high", "ahead", "behind", "slow", "jitter", "rounded-up", "short"],
)
def test_a_window_is_used_fully_evenly_and_without_a_429(windows: Windows, world: dict[str, float]) -> None:
    World(windows, **world, start=START).run(windows.length * 5)  # type: ignore[arg-type]
    assert not windows.refused
    for number in (2, 3):
        times = spent(windows, number)
        assert 0.95 * windows.limit <= len(times) <= windows.limit
        fifths = [sum(1 for at in times if k <= at * 5 / windows.length < k + 1) for k in range(5)]
        assert max(fifths) < 0.3 * windows.limit
        assert min(fifths) > 0.12 * windows.limit


@pytest.mark.parametrize("shift", [0.2, 0.4, 0.9])
def test_resets_rounded_down_are_learned(shift: float) -> None:
    windows = Windows(shift=shift)
    World(windows, start=START).run(60)
    assert len(windows.refused) <= 64  # the calls under way when the first window went on for longer
    assert not [at for at in windows.refused if at > START + 20]
    assert all(len(spent(windows, number)) >= 0.95 * windows.limit for number in (3, 4))


def test_calls_of_others_are_foreseen() -> None:
    windows = Windows(others=80)
    World(windows, start=START).run(50)
    assert not windows.refused
    ours = windows.limit - 80 * 10
    times = spent(windows, 3)
    assert len(times) >= 0.95 * ours
    assert sum(1 for at in times if at < 5) < 0.6 * len(times)  # nearly even, although others take half


def test_a_late_start_does_not_burst() -> None:
    windows = Windows()
    World(windows, start=START + 6.4).run(30)
    in_first_300_ms = [at for at in windows.accepted if at < START + 6.7]
    assert len(in_first_300_ms) < 0.3 * windows.limit / 10 * 1.6 + 1
    assert not windows.refused


def test_only_one_call_probes_the_unknown() -> None:
    pace = Pace()
    assert pace.delay(100.0) == 0
    first = pace.take(100.0)
    assert pace.delay(100.0) == math.inf
    pace.settle(first, None, 101.0, answered=False)  # no answer: the next one probes
    assert pace.delay(101.0) == 0
    pace.settle(pace.take(101.0), Quota(100, 99, 110), 101.0)
    assert pace.delay(101.0) == 0


def test_a_server_without_headers_is_called_conservatively() -> None:
    pace, now = Pace(), 0.0
    pace.settle(pace.take(now), None, now)
    for _ in range(160):
        now += pace.delay(now)
        pace.settle(pace.take(now), None, now)
    assert 9.5 < now < 10.5


def test_the_reserve_is_for_urgent_calls() -> None:
    pace = Pace()
    pace.settle(pace.take(100.0), Quota(100, 2, 110), 100.0)
    assert pace.delay(100.0) == 10.0
    assert pace.delay(100.0, urgent=True) == 0
    for _ in range(2):
        pace.take(100.0, urgent=True)
    assert pace.delay(100.0, urgent=True) == 10.0
    assert pace.delay(110.0) == 0


@pytest.mark.parametrize("reset", [0, 7, 100, 2**62])
def test_mad_resets_neither_stop_nor_storm(reset: int) -> None:
    pace, now, sent = Pace(), 1_000_000.0, 0
    pace.settle(pace.take(now), Quota(100, 99, reset), now)
    while now < 1_000_100.0:
        now += max(pace.delay(now), 0.001)
        if pace.delay(now) == 0:
            sent += 1
            pace.settle(pace.take(now), Quota(100, 50, reset), now)
    assert 30 <= sent <= 1500


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "5"},
        {"x-ratelimit-limit": "ten", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "inf", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
    ],
)
def test_headers_that_state_no_quota(headers: dict[str, str]) -> None:
    assert Quota.from_headers(headers) is None
