from __future__ import annotations

import math
from typing import Any

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
def test_a_window_is_used_fully_evenly_and_without_a_429(windows: Windows, world: dict[str, Any]) -> None:
    World(windows, **world, start=START).run(windows.length * 5)
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


@pytest.mark.parametrize("reset_of", ["one", "stated", "own"])
@pytest.mark.parametrize("ahead", [(0.0, 1.0), (0.0, 5.0), (-5.0, 0.0, 5.0), (0.0, 3600.0)], ids=str)
def test_machines_that_disagree_about_the_time_cost_nothing(ahead: tuple[float, ...], reset_of: str) -> None:
    windows = Windows(ahead=ahead, reset_of=reset_of)
    World(windows, start=START).run(100)
    steadily = [at for at in windows.accepted if START + 10 <= at < START + 90]
    assert len(steadily) >= 0.93 * windows.limit / windows.length * 80
    assert len(windows.refused) < 0.005 * len(windows.accepted)


def test_one_machine_whose_clock_is_wrong_now_and_then() -> None:
    windows = Windows(ahead=(0.0,) * 30 + (86_400.0,))
    World(windows, start=START).run(60)
    assert len([at for at in windows.accepted if START + 10 <= at < START + 50]) >= 0.93 * windows.limit * 4
    assert len(windows.refused) < 0.005 * len(windows.accepted)


def test_others_are_foreseen_while_machines_disagree() -> None:
    windows = Windows(others=80, ahead=(0.0, 5.0), reset_of="stated")
    World(windows, start=START).run(100)
    ours = (windows.limit - 800) * 8
    assert len([at for at in windows.accepted if START + 10 <= at < START + 90]) >= 0.85 * ours
    assert len(windows.refused) < 0.05 * len(windows.accepted)


def test_windows_are_believed_again_once_the_machines_agree() -> None:
    pace, now = Pace(), 1000.0

    def answer(reset: float, remaining: int) -> None:
        pace.settle(pace.take(now), Quota(100, remaining, reset), now, ends=(reset, reset))

    for reset in (1010, 1015, 1010):
        answer(reset, 0)
    assert pace.delay(now) < 0.2  # nothing is left, but nobody knows of which window
    now += 60
    answer(1070, 0)
    assert pace.delay(now) == 10


def test_only_one_call_probes_the_unknown() -> None:
    pace = Pace()
    assert pace.delay(100.0) == 0
    first = pace.take(100.0)
    assert pace.delay(100.0) == math.inf
    pace.settle(first, None, 101.0, answered=False)  # no answer: the next one probes
    assert pace.delay(101.0) == 0
    pace.settle(pace.take(101.0), Quota(100, 99, 110), 101.0, ends=(110, 110))
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
    pace.settle(pace.take(100.0), Quota(100, 2, 110), 100.0, ends=(110, 110))
    assert pace.delay(100.0) == 10.0
    assert pace.delay(100.0, urgent=True) == 0
    for _ in range(2):
        pace.take(100.0, urgent=True)
    assert pace.delay(100.0, urgent=True) == 10.0
    assert pace.delay(110.0) == 0


@pytest.mark.parametrize("ends", [None, (-1e6, -1e6), (900.0, 900.0), (1100.0, 1100.0), (1e300, 1e300)])
def test_mad_resets_neither_stop_nor_storm(ends: tuple[float, float] | None) -> None:
    pace, now, sent = Pace(), 1000.0, 0
    pace.settle(pace.take(now), Quota(100, 99, 7.0), now, ends=ends)
    while now < 1100.0:
        now += max(pace.delay(now), 0.001)
        if pace.delay(now) == 0:
            sent += 1
            pace.settle(pace.take(now), Quota(100, 50, 7.0), now, ends=ends)
    assert 30 <= sent <= 1010


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "5"},
        {"x-ratelimit-limit": "ten", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "inf", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "nan", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "9" * 5000, "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "nan", "x-ratelimit-reset": "1"},
        {"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
    ],
)
def test_headers_that_state_no_quota(headers: dict[str, str]) -> None:
    assert Quota.from_headers(headers) is None


@pytest.mark.parametrize("reset", ["-1", "nan", "inf", "soon", "7", "1e300", ""])
def test_absurd_headers_are_bounded(reset: str) -> None:
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    quota = Quota.from_headers(dict(zip(names, ("1e15", "1e300", reset), strict=True)))
    assert quota == Quota(1_000_000, 1_000_000, None)
    quota = Quota.from_headers(dict(zip(names, ("10.0", "-3", reset), strict=True)))
    assert quota == Quota(10, 0, None)
