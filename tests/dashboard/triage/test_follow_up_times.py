"""Times of reminders as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.dashboard.triage.follow_up_words import reminder_words
from tui.future_time import parse_later
from tui.timeframe import WEEKDAYS, TimeframeError

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
        ("in 2 hours", "2024-12-20 16:30"),
        ("1h30m", "2024-12-20 16:00"),
        ("1 hour and 15 min", "2024-12-20 15:45"),
        ("in an hour", "2024-12-20 15:30"),
        ("in 3 days", "2024-12-23 09:00"),
        ("in 3 days at 15", "2024-12-23 15:00"),
        ("in a week", "2024-12-27 09:00"),
        ("1w 2d", "2024-12-29 09:00"),
        ("eod", "2024-12-20 17:00"),
        ("end of day", "2024-12-20 17:00"),
        ("tomorrow at 9", "2024-12-21 09:00"),
        ("tomorrow, 9", "2024-12-21 09:00"),
        ("at 9", "2024-12-21 09:00"),
        ("at 15", "2024-12-20 15:00"),
        ("mon 9", "2024-12-23 09:00"),
        ("thurs 9", "2024-12-26 09:00"),
        ("next mon", "2024-12-23 09:00"),
        ("sat", "2024-12-21 09:00"),
        ("next sat", "2024-12-28 09:00"),
        ("next week 14:00", "2024-12-23 14:00"),
    ],
)
def test_times_to_come(text: str, expected: str) -> None:
    assert f"{parse_later(text, now=FRIDAY, tz=UTC):%Y-%m-%d %H:%M}" == expected


def test_days_are_those_of_the_wall_clock() -> None:
    assert parse_later("tomorrow", now=FRIDAY, tz=BERLIN) == datetime(2024, 12, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "enter a time: 30m, 1h30m"),
        ("tomorow", "did you mean “tomorrow”?"),
        ("yesterday", "is not a time in the future"),
        ("2024-12-19", "2024-12-19 09:00 is in the past"),
        ("today 9:00", "is in the past"),
        ("2024-02-30", "February 2024 has 29 days"),
        ("monday 25:00", "is not a time of day"),
        ("0h", "is in the past"),
        ("9", "“9” could be a time of day or a length: write 9:00, 9h or 9d"),
        ("in 3", "is not a time in the future"),
        ("1d 2h", "mixes days and hours"),
        ("2h at 9", "a clock time needs a day"),
        ("999999999h", "too far away"),
        ("9" * 5000 + "d", "too far away"),
        ("99999999999999d", "too"),
    ],
)
def test_what_is_no_time_to_come_says_so_in_one_line(text: str, words: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_later(text, now=FRIDAY, tz=UTC)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_end_of_a_day_that_is_over_is_the_next_one() -> None:
    evening = FRIDAY.replace(hour=18)
    assert parse_later("eod", now=evening, tz=UTC) == datetime(2024, 12, 21, 17, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_the_next_of_both() -> None:
    before = datetime(2024, 3, 30, 12, tzinfo=UTC)
    with pytest.raises(TimeframeError, match="the clocks go forward at that time"):
        parse_later("tomorrow 2:30", now=before, tz=BERLIN)
    in_between = datetime(2024, 10, 27, 0, 45, tzinfo=UTC)  # 02:45, for the first time
    assert parse_later("2:30", now=in_between, tz=BERLIN) == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert parse_later("in 2 hours", now=in_between, tz=BERLIN) == in_between + timedelta(hours=2)
    assert parse_later("1d 10:00", now=in_between, tz=BERLIN) == datetime(2024, 10, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("45s", "today 14:30 · in 45 seconds"),
        ("1h30m", "today 16:00 · in 1 hour and 30 minutes"),
        ("tomorrow at 9", "tomorrow 09:00 · in 18 hours and 30 minutes"),
        ("in 2 days", "Sunday 22 December 09:00 · in 2 days"),
        ("in 3 days", "Monday 23 December 09:00 · in 3 days"),
        ("2025-01-02 8:00", "Thursday 2 January 2025 08:00 · in 13 days"),
        ("in 18 weeks", "Friday 25 April 2025 09:00 · in 4 months"),
    ],
)
def test_a_time_is_told_in_whole_words(text: str, words: str) -> None:
    assert reminder_words(parse_later(text, now=FRIDAY, tz=UTC), FRIDAY, UTC) == words


CLOCKS = st.one_of(
    st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda c: (f"{c[0]}:{c[1]:02}", c)),
    st.integers(0, 23).map(lambda hour: (f"at {hour}", (hour, 0))),
    st.integers(1, 11).map(lambda hour: (f"{hour} pm", (hour + 12, 0))),
    st.just(("", (9, 0))),
)


@given(
    st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu"]),
    st.one_of(
        st.integers(1, 400).map(lambda n: (f"in {n} days", n)),
        st.integers(1, 400).map(lambda n: (f"{n}d", n)),
        st.just(("tomorrow", 1)),
        st.sampled_from(WEEKDAYS),
    ),
    CLOCKS,
)
def test_whatever_names_a_day_is_to_come_on_that_day_at_that_time(
    now: datetime, zone: str, day: tuple[str, int] | str, clock: tuple[str, tuple[int, int]]
) -> None:
    tz = ZoneInfo(zone)
    name = day if isinstance(day, str) else day[0]
    try:
        at = parse_later(f"{name} {clock[0]}", now=now, tz=tz)
    except TimeframeError as error:
        skipped = "the clocks go forward" in str(error)
        assume(not skipped)
        raise
    local, today = at.astimezone(tz), now.astimezone(tz).date()
    assert at > now
    assert (local.hour, local.minute) == clock[1]
    if isinstance(day, str):
        assert local.weekday() == WEEKDAYS.index(day)
        assert 1 <= (local.date() - today).days <= 7
    else:
        assert local.date() == today + timedelta(days=day[1])


@given(st.text(max_size=30))
def test_any_text_gives_a_time_to_come_or_a_timeframe_error(text: str) -> None:
    try:
        at = parse_later(text, now=FRIDAY, tz=BERLIN)
    except TimeframeError:
        return
    assert at > FRIDAY
