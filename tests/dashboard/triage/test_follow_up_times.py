"""Times of reminders as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.triage.follow_up_times import parse_later
from tui.timeframe import TimeframeError

FRIDAY = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "2024-12-20 16:30"),
        ("45m", "2024-12-20 15:15"),
        ("3d", "2024-12-23 09:00"),
        ("1w 15:00", "2024-12-27 15:00"),
        ("tonight", "2024-12-20 17:00"),
        ("today 18:15", "2024-12-20 18:15"),
        ("tomorrow", "2024-12-21 09:00"),
        ("Tomorrow at 2pm", "2024-12-21 14:00"),
        ("monday", "2024-12-23 09:00"),
        ("mon 8:30", "2024-12-23 08:30"),
        ("friday", "2024-12-27 09:00"),
        ("next friday", "2024-12-27 09:00"),
        ("next week", "2024-12-23 09:00"),
        ("16:00", "2024-12-20 16:00"),
        ("9:30", "2024-12-21 09:30"),
        ("12 am", "2024-12-21 00:00"),
        ("2024-12-24", "2024-12-24 09:00"),
        ("2024-12-24 9:05", "2024-12-24 09:05"),
        ("2024-12-24T18:00", "2024-12-24 18:00"),
    ],
)
def test_times_to_come(text: str, expected: str) -> None:
    assert f"{parse_later(text, now=FRIDAY, tz=UTC):%Y-%m-%d %H:%M}" == expected


def test_days_are_those_of_the_wall_clock() -> None:
    assert parse_later("tomorrow", now=FRIDAY, tz=BERLIN) == datetime(2024, 12, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "enter a time: 30m, 2h"),
        ("tomorow", "did you mean “tomorrow”?"),
        ("yesterday", "is not a time in the future"),
        ("2024-12-19", "2024-12-19 09:00 is in the past"),
        ("today 9:00", "is in the past"),
        ("2024-02-30", "February 2024 has 29 days"),
        ("monday 25:00", "is not a time of day"),
        ("0h", "is in the past"),
        ("99999999999999d", "too"),
    ],
)
def test_what_is_no_time_to_come_says_so_in_one_line(text: str, words: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_later(text, now=FRIDAY, tz=UTC)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_gives_a_time_to_come_or_a_timeframe_error(text: str) -> None:
    try:
        at = parse_later(text, now=FRIDAY, tz=BERLIN)
    except TimeframeError:
        return
    assert at > FRIDAY
