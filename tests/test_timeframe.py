"""Times and lengths as people type them, on wall clocks that jump."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.timeframe import (
    TimeframeError,
    ago_in_words,
    duration_text,
    is_unfinished_moment,
    parse_duration,
    parse_moment,
)

NOW = datetime(2024, 12, 20, 15, 0, 30, 999_999, tzinfo=UTC)  # a Friday
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = [UTC, BERLIN, NEW_YORK, *map(ZoneInfo, ("Asia/Kolkata", "America/Sao_Paulo", "Australia/Lord_Howe"))]


def window(text: str, tz: tzinfo | None = UTC, now: datetime = NOW) -> tuple[str, str]:
    first, last = parse_moment(text, now=now, tz=tz)
    assert first.tzinfo is UTC
    assert last.tzinfo is UTC
    return f"{first:%Y-%m-%d %H:%M:%S}", f"{last:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("now", "2024-12-20 15:00:30", "2024-12-20 15:00:30"),
        ("today", "2024-12-20 00:00:00", "2024-12-20 23:59:59"),
        ("Yesterday", "2024-12-19 00:00:00", "2024-12-19 23:59:59"),
        ("friday", "2024-12-20 00:00:00", "2024-12-20 23:59:59"),
        ("saturday", "2024-12-14 00:00:00", "2024-12-14 23:59:59"),
        ("MON", "2024-12-16 00:00:00", "2024-12-16 23:59:59"),
        ("30s", "2024-12-20 15:00:00", "2024-12-20 15:00:00"),
        ("30m", "2024-12-20 14:30:30", "2024-12-20 14:30:30"),
        ("24h", "2024-12-19 15:00:30", "2024-12-19 15:00:30"),
        ("7D", "2024-12-13 15:00:30", "2024-12-13 15:00:30"),
        ("2w", "2024-12-06 15:00:30", "2024-12-06 15:00:30"),
        ("3mo", "2024-09-20 15:00:30", "2024-09-20 15:00:30"),
        ("12mo", "2023-12-20 15:00:30", "2023-12-20 15:00:30"),
        ("1y", "2023-12-20 15:00:30", "2023-12-20 15:00:30"),
        ("0d", "2024-12-20 15:00:30", "2024-12-20 15:00:30"),
        ("2024-02-29", "2024-02-29 00:00:00", "2024-02-29 23:59:59"),
        ("2024-02", "2024-02-01 00:00:00", "2024-02-29 23:59:59"),
        ("2024-12", "2024-12-01 00:00:00", "2024-12-31 23:59:59"),
        ("2024", "2024-01-01 00:00:00", "2024-12-31 23:59:59"),
        ("2024-12-20T14:30", "2024-12-20 14:30:00", "2024-12-20 14:30:59"),
        (" 2024-12-20  14:30 ", "2024-12-20 14:30:00", "2024-12-20 14:30:59"),
        ("2024-12-20T14:30:15", "2024-12-20 14:30:15", "2024-12-20 14:30:15"),
        ("2024-12-20t14:30z", "2024-12-20 14:30:00", "2024-12-20 14:30:59"),
        ("2024-12-20T14:30:15+05:30", "2024-12-20 09:00:15", "2024-12-20 09:00:15"),
        ("2024-12-20T14:30-02:00", "2024-12-20 16:30:00", "2024-12-20 16:30:59"),
    ],
)
def test_moments_in_utc(text: str, first: str, last: str) -> None:
    assert window(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "zone", "first", "last"),
    [
        ("2024-12-20", "Europe/Berlin", "2024-12-19 23:00:00", "2024-12-20 22:59:59"),
        ("2024-12-20", "America/New_York", "2024-12-20 05:00:00", "2024-12-21 04:59:59"),
        ("2024-12-20", "Asia/Kolkata", "2024-12-19 18:30:00", "2024-12-20 18:29:59"),
        # 23 and 25 hours
        ("2024-03-31", "Europe/Berlin", "2024-03-30 23:00:00", "2024-03-31 21:59:59"),
        ("2024-10-27", "Europe/Berlin", "2024-10-26 22:00:00", "2024-10-27 22:59:59"),
        ("2024-03-10", "America/New_York", "2024-03-10 05:00:00", "2024-03-11 03:59:59"),
        ("2024-11-03", "America/New_York", "2024-11-03 04:00:00", "2024-11-04 04:59:59"),
        # half an hour
        ("2024-10-06", "Australia/Lord_Howe", "2024-10-05 13:30:00", "2024-10-06 12:59:59"),
        # midnight itself is skipped: the day begins at 01:00
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00:00", "2018-11-05 01:59:59"),
        # midnight comes twice: the day begins with the first
        ("2024-11-03", "America/Havana", "2024-11-03 04:00:00", "2024-11-04 04:59:59"),
        # a month with one change has an hour less or more
        ("2024-03", "Europe/Berlin", "2024-02-29 23:00:00", "2024-03-31 21:59:59"),
        ("2024", "Europe/Berlin", "2023-12-31 23:00:00", "2024-12-31 22:59:59"),
        # a minute that comes twice spans both
        ("2024-10-27T02:30", "Europe/Berlin", "2024-10-27 00:30:00", "2024-10-27 01:30:59"),
        ("2024-10-27T02:30:10", "Europe/Berlin", "2024-10-27 00:30:10", "2024-10-27 01:30:10"),
        ("2024-10-27T02:30+01:00", "Europe/Berlin", "2024-10-27 01:30:00", "2024-10-27 01:30:59"),
    ],
)
def test_moments_on_the_wall_clock(text: str, zone: str, first: str, last: str) -> None:
    assert window(text, ZoneInfo(zone)) == (first, last)


def test_today_is_the_day_of_the_zone_not_of_utc() -> None:
    late = datetime(2024, 12, 20, 23, 30, tzinfo=UTC)
    assert window("today", BERLIN, late) == ("2024-12-20 23:00:00", "2024-12-21 22:59:59")
    assert window("today", NEW_YORK, late) == ("2024-12-20 05:00:00", "2024-12-21 04:59:59")
    assert window("yesterday", BERLIN, late) == window("2024-12-20", BERLIN)
    assert window("saturday", BERLIN, late) == window("today", BERLIN, late)


def test_now_may_come_in_any_zone() -> None:
    for tz in ZONES:
        assert window("24h", BERLIN, NOW.astimezone(tz)) == window("24h", BERLIN)


def test_lengths_are_absolute_even_across_a_clock_change() -> None:
    monday = datetime(2024, 4, 1, 12, 0, tzinfo=BERLIN)
    first, last = parse_moment("2d", now=monday, tz=BERLIN)
    assert monday - first == timedelta(hours=48)
    assert first.astimezone(BERLIN).hour == 11
    assert first == last


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2024-05-31T10:00", "3mo", "2024-02-29T10:00"),
        ("2024-02-29T10:00", "1y", "2023-02-28T10:00"),
        ("2024-01-15T10:00", "1mo", "2023-12-15T10:00"),
        ("2024-04-30T10:00", "1mo", "2024-03-30T10:00"),  # 10:00 on the clock, though an hour was skipped
    ],
)
def test_months_and_years_follow_the_calendar(now: str, text: str, expected: str) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    first, _ = parse_moment(text, now=local, tz=BERLIN)
    assert first == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)


FORMS = (
    "a date (2024-12-20, 2024-12, 2024-12-20T14:30), today, yesterday, monday … sunday, now, "
    "or how long ago (30m, 24h, 7d, 2w, 3mo, 1y)"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-02-30", "“2024-02-30” is not a date: February 2024 has 29 days"),
        ("2023-02-29", "“2023-02-29” is not a date: February 2023 has 28 days"),
        ("2024-13", "“2024-13” is not a date: there is no month 13, months are 01 to 12"),
        ("2024-00-01", "“2024-00-01” is not a date: there is no month 0, months are 01 to 12"),
        ("2024-04-31T10:00", "“2024-04-31T10:00” is not a date: April 2024 has 30 days"),
        ("1850", "“1850”: the year must be from 1970 to 2999"),
        ("9999-12-31", "“9999-12-31”: the year must be from 1970 to 2999"),
        (
            "2024-12-20T24:00",
            "“2024-12-20T24:00” is not a time of day: hours end at 23, minutes and seconds at 59",
        ),
        (
            "2024-12-20T10:00+25:00",
            "“2024-12-20T10:00+25:00”: the offset from UTC must be from -23:59 to +23:59",
        ),
        (
            "20/12/2024",
            "“20/12/2024” is not a date: write year-month-day, as in 2024-12-20",
        ),
        ("2024-1-5", "“2024-1-5” is not a date: write year-month-day, as in 2024-12-20"),
        (
            "20.12.2024",
            "“20.12.2024” is not a date: write year-month-day, as in 2024-12-20",
        ),
        ("20241220", "“20241220” is not a date: write year-month-day, as in 2024-12-20"),
        ("7", "“7” needs a unit (m, h, d, w, mo or y), as in 7d for 7 days ago"),
        ("3M", "“3M” could be minutes or months: write 3m or 3mo"),
        ("60y", "“60y” is before 1970"),
        ("99999d", "“99999d” is before 1970"),
        ("99999999999999999999w", "“99999999999999999999w” is too long"),
        ("", "a time is missing: write " + FORMS),
        ("yesturday", "“yesturday” is not a time: did you mean “yesterday”? Write " + FORMS),
        ("last week", "“last week” is not a time: write " + FORMS),
        ("\x1b[31m", "“�[31m” is not a time: write " + FORMS),
        ("x" * 100, "“" + "x" * 39 + "…” is not a time: write " + FORMS),
        ("٣d", "“٣d” is not a time: write " + FORMS),
    ],
)
def test_bad_moments_say_what_is_right(text: str, message: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_moment(text, now=NOW, tz=UTC)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "zone", "message"),
    [
        (
            "2024-03-31T02:30",
            "Europe/Berlin",
            "“2024-03-31T02:30” does not exist in this time zone: the clocks go forward at that time",
        ),
        (
            "2011-12-30",
            "Pacific/Apia",
            "“2011-12-30” does not exist in this time zone: the calendar skips it",
        ),
    ],
)
def test_times_the_zone_skips_are_refused(text: str, zone: str, message: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_moment(text, now=NOW, tz=ZoneInfo(zone))
    assert str(caught.value) == message


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        parse_moment("today", now=datetime(2024, 12, 20), tz=UTC)  # noqa: DTZ001


@given(day=st.dates(date(1971, 1, 1), date(2037, 12, 30)), tz=st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_or_overlap(day: date, tz: tzinfo) -> None:
    first, last = parse_moment(day.isoformat(), now=NOW, tz=tz)
    following, _ = parse_moment((day + timedelta(days=1)).isoformat(), now=NOW, tz=tz)
    assert last + timedelta(seconds=1) == following
    assert first.astimezone(tz).date() == last.astimezone(tz).date() == day
    assert (first - timedelta(seconds=1)).astimezone(tz).date() < day


@given(
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.sampled_from(ZONES)),  # noqa: DTZ001
    offset=st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_written_with_its_offset_is_read_exactly(moment: datetime, offset: int) -> None:
    shifted = moment.astimezone(timezone(timedelta(minutes=offset))).replace(microsecond=0)
    instant = shifted.astimezone(UTC)
    assert parse_moment(shifted.isoformat(), now=NOW, tz=BERLIN) == (instant, instant)


@given(text=st.text(max_size=30) | st.from_regex(r"[0-9]{1,6}([-:tTzZ+.0-9]|mo|[dwmyhs])*", fullmatch=True))
def test_any_text_gives_a_window_or_one_clear_line(text: str) -> None:
    try:
        first, last = parse_moment(text, now=NOW, tz=BERLIN)
    except TimeframeError as error:
        message = str(error)
    else:
        message = ""
        assert first <= last
        assert first.microsecond == last.microsecond == 0
    assert message.isprintable()


@pytest.mark.parametrize(
    "text", ["yesterday", "wednesday", "2024-12-20T14:30:15+02:00", "2024-12-20 14:30z", "120mo"]
)
def test_every_beginning_of_a_moment_is_unfinished_or_a_moment(text: str) -> None:
    for length in range(len(text)):
        beginning = text[:length]
        try:
            parse_moment(beginning, now=NOW, tz=UTC)
        except TimeframeError:
            assert is_unfinished_moment(beginning), beginning


@pytest.mark.parametrize("text", ["2024-02-30", "yesturday", "7x", "20/12"])
def test_what_no_typing_can_mend_is_not_unfinished(text: str) -> None:
    assert not is_unfinished_moment(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("45m", 2700),
        ("2h", 7200),
        ("90d", 7_776_000),
        ("2W", 1_209_600),
        ("0h", 0),
        (" 1d ", 86400),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("90", "“90” needs a unit: s, m, h, d or w, as in 90h"),
        ("3mo", "“3mo”: months and years differ in length, write days, as in 90d"),
        ("3M", "“3M” could be minutes or months: write 3m or 3mo"),
        ("-2h", "“-2h” is not a length of time: write a whole number and a unit: 30s, 45m, 2h, 90d or 2w"),
        ("1.5h", "“1.5h” is not a length of time: write a whole number and a unit: 30s, 45m, 2h, 90d or 2w"),
        ("", "“” is not a length of time: write a whole number and a unit: 30s, 45m, 2h, 90d or 2w"),
        ("9999999999w", "“9999999999w” is too long"),
    ],
)
def test_bad_durations_say_what_is_right(text: str, message: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_duration(text)
    assert str(caught.value) == message


@given(seconds=st.integers(0, 10**9))
def test_a_duration_survives_being_spelt(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(duration_text(duration)) == duration


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7d", "7 days"),
        ("01mo", "1 month"),
        ("0s", "0 seconds"),
        ("24h", "24 hours"),
        ("today", None),
        ("2024", None),
    ],
)
def test_lengths_in_words(text: str, words: str | None) -> None:
    assert ago_in_words(text) == words


@pytest.mark.skipif(sys.platform == "win32", reason="the zone of a process is set by TZ on POSIX only")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_without_a_zone_the_machines_own_is_used(zone: str) -> None:
    script = (
        "from datetime import datetime, UTC\n"
        "from tui.timeframe import parse_moment\n"
        "now = datetime(2024, 12, 20, 15, tzinfo=UTC)\n"
        "for text in ('today', '2024-03-31', '2024-10-27', '2024-03', '1mo'):\n"
        "    print(*(t.isoformat() for t in parse_moment(text, now=now, tz=None)))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TZ": zone},
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    now = datetime(2024, 12, 20, 15, tzinfo=UTC)
    texts = ("today", "2024-03-31", "2024-10-27", "2024-03", "1mo")
    expected = [parse_moment(text, now=now, tz=ZoneInfo(zone)) for text in texts]
    assert answer.stdout.splitlines() == [f"{a.isoformat()} {b.isoformat()}" for a, b in expected]
