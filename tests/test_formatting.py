from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import Count
from tui.formatting import (
    ago,
    amount,
    clock_time,
    counted,
    date_time,
    duration,
    elapsed,
    listed,
    moment,
    number,
    short_age,
    size,
)

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86_400, 365 * 86_400
NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
SECONDS = {"s": 1, "min": MINUTE, "h": HOUR, "d": DAY}


def read_duration(text: str) -> int:
    """The seconds that a duration in words stands for."""
    return sum(int(value) * SECONDS[unit] for value, unit in re.findall(r"(\d+) (\w+)", text))


@pytest.mark.parametrize(
    ("seconds", "short", "age", "length"),
    [
        (-5, "now", "just now", "0 s"),
        (0, "now", "just now", "0 s"),
        (12, "12s", "12 s ago", "12 s"),
        (59.6, "59s", "1 min ago", "1 min"),
        (75, "1m", "1 min ago", "1 min 15 s"),
        (2 * HOUR + 10 * MINUTE + 59, "2h", "2 h ago", "2 h 10 min"),
        (HOUR, "1h", "1 h ago", "1 h"),
        (3 * DAY + 5 * HOUR + 600, "3d", "3 d ago", "3 d 5 h"),
        (40 * DAY, "5w", "40 d ago", "40 d"),
        (900 * DAY, "2y", "900 d ago", "900 d"),
    ],
)
def test_ages_and_durations(seconds: float, short: str, age: str, length: str) -> None:
    assert (short_age(seconds), ago(seconds), duration(seconds)) == (short, age, length)


@given(st.floats(-DAY, 999 * YEAR))
def test_a_short_age_fits_four_cells(seconds: float) -> None:
    assert 1 <= len(short_age(seconds)) <= 4


@given(st.integers(0, 1000 * DAY))
def test_a_duration_is_short_and_loses_less_than_its_smaller_unit(seconds: int) -> None:
    text = duration(seconds)
    assert len(text) <= len("59 min 59 s")
    lost = seconds - read_duration(text)
    assert 0 <= lost < (1 if seconds < HOUR else MINUTE if seconds < DAY else HOUR)


@given(st.integers(0, 1000 * DAY), st.integers(0, 1000 * DAY))
def test_longer_is_never_written_as_less(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert read_duration(duration(shorter)) <= read_duration(duration(longer))
    assert read_duration(ago(shorter)) <= read_duration(ago(longer))


def test_what_took_how_long() -> None:
    times = (0.0004, 0.0123, 1.25, 200)
    assert [elapsed(seconds) for seconds in times] == ["0.4 ms", "12 ms", "1.2 s", "3 min 20 s"]


def test_counts_and_sizes() -> None:
    assert [number(value) for value in (7, 10_231)] == ["7", "10,231"]
    assert amount(Count(1000, exact=True)) == "1,000"
    assert amount(Count(1000, exact=False)) == "1,000+"
    assert [counted(value, "day") for value in (1, 0, 2000)] == ["1 day", "0 days", "2,000 days"]
    assert counted(2, "match", "matches") == "2 matches"
    sizes = {None: "unknown size", 1: "1 Byte", 812: "812 Bytes", 120_000: "120 kB", 3_400_000: "3.4 MB"}
    assert [size(count) for count in sizes] == list(sizes.values())


def test_lists() -> None:
    assert [listed(words) for words in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert listed("abc", "or") == "a, b or c"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(hours=2), "12:30"),
        (timedelta(days=3), "Tue 14:30"),
        (timedelta(days=7), "13 Dec 14:30"),
        (timedelta(days=30), "20 Nov 14:30"),
        (timedelta(days=500), "8 Aug 2023"),
        (timedelta(days=-5), "25 Dec 14:30"),
    ],
)
def test_a_moment_is_as_short_as_possible(before: timedelta, expected: str) -> None:
    assert moment(NOW - before, NOW, UTC) == expected


def test_times_are_those_of_the_zone() -> None:
    assert clock_time(NOW, TOKYO) == "23:30"
    assert date_time(NOW, TOKYO) == "2024-12-20 23:30"
    assert moment(NOW + timedelta(hours=1), NOW, TOKYO) == "21 Dec 00:30"
