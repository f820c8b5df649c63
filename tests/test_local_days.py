"""Local days where the clocks change at midnight, in an explicit zone and in the machine's own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.store.records import conversation
from tui.annotations import Annotations
from tui.clock import to_epoch
from tui.settings import Settings
from tui.store.database import Database
from tui.store.ingest import store_headers
from tui.store.user_changes import UserChanges
from tui.timeframe import TimeframeError, parse_moment
from tui.workspace import Workspace

NOW = datetime(2026, 10, 26, 12, tzinfo=UTC)
YEARS = 5
FIRST_YEARS = {
    "Africa/Cairo": 2022,
    "Africa/Casablanca": 2008,
    "America/Asuncion": 2020,
    "America/Campo_Grande": 2014,
    "America/Havana": 2022,
    "America/Santiago": 2022,
    "America/Sao_Paulo": 2014,
    "America/Scoresbysund": 2019,
    "America/St_Johns": 2006,  # back from 00:01 to 23:01
    "Antarctica/Palmer": 2012,
    "Asia/Amman": 2018,
    "Asia/Beirut": 2022,
    "Asia/Damascus": 2018,
    "Asia/Gaza": 2008,
    "Asia/Tehran": 2018,
    "Atlantic/Azores": 2022,
    "Australia/Lord_Howe": 2022,  # by half an hour
    "Pacific/Apia": 2009,  # without 30 December 2011
}
SPRINGS = {
    "Africa/Cairo": date(2024, 4, 26),
    "Africa/Casablanca": date(2011, 4, 3),
    "America/Asuncion": date(2023, 10, 1),
    "America/Havana": date(2024, 3, 10),
    "America/Santiago": date(2024, 9, 8),
    "America/Sao_Paulo": date(2018, 11, 4),
    "Asia/Beirut": date(2024, 3, 31),
    "Asia/Tehran": date(2022, 3, 22),
}
"""Days that begin at 01:00."""

needs_tzset = pytest.mark.skipif(sys.platform == "win32", reason="TZ sets the machine's zone on POSIX only")


@pytest.fixture(params=["explicit", pytest.param("the machine's", marks=needs_tzset)])
def is_explicit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    yield request.param == "explicit"
    monkeypatch.undo()
    if sys.platform != "win32":
        time.tzset()


def zone_of(name: str, is_explicit: bool, monkeypatch: pytest.MonkeyPatch) -> tzinfo | None:
    """The zone, or None after the machine's own has become this one."""
    if is_explicit:
        return ZoneInfo(name)
    assert sys.platform != "win32"
    monkeypatch.setitem(os.environ, "TZ", name)
    time.tzset()
    return None


def first_second(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins, found by halving the time between the noons around its midnight."""
    low = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC) - timedelta(hours=26)
    high = low + timedelta(hours=26)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (low, middle) if middle.astimezone(zone).date() >= day else (middle, high)
    return high


@pytest.mark.parametrize("name", FIRST_YEARS)
def test_days_begin_and_end_as_the_zone_says(
    name: str, is_explicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, tz = ZoneInfo(name), zone_of(name, is_explicit, monkeypatch)
    day, end = date(FIRST_YEARS[name], 1, 1), date(FIRST_YEARS[name] + YEARS, 1, 1)
    skipped = []
    while day < end:
        following = day + timedelta(days=1)
        try:
            first, last = parse_moment(day.isoformat(), now=NOW, tz=tz)
        except TimeframeError:
            skipped.append(day)
        else:
            late = datetime(day.year, day.month, day.day, 23, 30, tzinfo=zone)
            assert first <= late.astimezone(UTC) <= late.replace(fold=1).astimezone(UTC) <= last, day
            if name != "America/St_Johns":  # there, halving may find either midnight
                assert first == first_second(day, zone)
                assert last == first_second(following, zone) - timedelta(seconds=1)
        day = following
    assert skipped == ([date(2011, 12, 30)] if name == "Pacific/Apia" else [])


@pytest.mark.parametrize("name", SPRINGS)
def test_a_conversation_of_half_past_eleven_is_filed_under_its_day(
    name: str, tmp_path: Path, is_explicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring, zone = SPRINGS[name], ZoneInfo(name)
    tz = zone_of(name, is_explicit, monkeypatch)
    before = spring - timedelta(days=1)
    late = datetime(before.year, before.month, before.day, 23, 30, tzinfo=zone)
    early = datetime(spring.year, spring.month, spring.day, 1, 0, tzinfo=zone)
    assert (early - late.astimezone(UTC)) == timedelta(minutes=30), "the clocks go forward at midnight"
    settings = Settings(database=tmp_path / "mirror.db", config_path=tmp_path / "config.toml")
    now = early.astimezone(UTC) + timedelta(hours=40)
    with Workspace(settings, clock=lambda: now, tz=tz) as workspace:
        database = Database(settings.database)
        with database.transaction() as connection:
            store_headers(
                connection,
                [conversation(1, updated_at=to_epoch(late)), conversation(2, updated_at=to_epoch(early))],
            )
        database.close()
        found = [list(workspace.search_ids(workspace.parse(f"on:{day}"))) for day in (before, spring)]
        days = workspace.insights.days(before, spring)
    assert found == [[1], [2]]
    assert [(day.date, day.conversations.value) for day in days] == [(before, 1), (spring, 1)]


@pytest.mark.parametrize("name", SPRINGS)
def test_done_for_today_lasts_until_the_day_ends(
    name: str, tmp_path: Path, is_explicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring, zone = SPRINGS[name], ZoneInfo(name)
    tz = zone_of(name, is_explicit, monkeypatch)
    before = spring - timedelta(days=1)
    evening = datetime(before.year, before.month, before.day, 22, tzinfo=zone).astimezone(UTC)
    midnight = evening + timedelta(hours=2)
    database = Database(tmp_path / "mirror.db")
    with database.transaction() as connection:
        store_headers(connection, [conversation(1)])
    annotations = Annotations(database, UserChanges(database), lambda: evening, tz)
    annotations.done_today([1])
    assert annotations.read([1])[1].done_until == midnight
    database.close()


@needs_tzset
def test_a_month_ago_in_the_hour_that_the_machines_clocks_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "Africa/Cairo"
    now = datetime(2024, 5, 26, 0, 30, tzinfo=ZoneInfo(name))
    expected = parse_moment("1mo", now=now, tz=ZoneInfo(name))
    monkeypatch.setitem(os.environ, "TZ", name)
    time.tzset()
    try:
        assert parse_moment("1mo", now=now, tz=None) == expected
        with pytest.raises(TimeframeError, match="does not exist in this time zone"):
            parse_moment("2024-04-26T00:30", now=now, tz=None)
    finally:
        monkeypatch.undo()
        time.tzset()
