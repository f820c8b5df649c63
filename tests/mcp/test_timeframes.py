"""Periods in words are read exactly, and one that is not known is an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tui.mcp.errors import BadArgument
from tui.mcp.timeframes import ALLOWED, timeframe_query
from tui.query import parse

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
"""A Wednesday, 1 April, 0:30 in Berlin."""


def read(text: str) -> tuple[datetime | None, datetime | None]:
    query = parse(timeframe_query(text, now=NOW, tz=BERLIN), now=NOW, tz=BERLIN)
    return query.start, query.end


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]  # year, month, day


def until(*parts: int) -> datetime:
    """The last second before a local midnight."""
    return local(*parts).astimezone(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", local(2026, 4, 1), until(2026, 4, 2)),
        ("Yesterday", local(2026, 3, 31), until(2026, 4, 1)),
        ("this week", local(2026, 3, 30), until(2026, 4, 6)),
        ("last  week", local(2026, 3, 23), until(2026, 3, 30)),
        ("this_month", local(2026, 4, 1), until(2026, 5, 1)),
        ("last month", local(2026, 3, 1), until(2026, 4, 1)),
        ("this year", local(2026, 1, 1), until(2027, 1, 1)),
        ("last year", local(2025, 1, 1), until(2026, 1, 1)),
        ("last 24 hours", NOW - timedelta(hours=24), None),
        ("last 1 hour", NOW - timedelta(hours=1), None),
        ("last 7 days", NOW - timedelta(days=7), None),
        ("past 2 weeks", NOW - timedelta(days=14), None),
        ("last 90 minutes", NOW - timedelta(minutes=90), None),
        ("last 1 month", local(2026, 3, 1, 0, 30), None),
    ],
)
def test_a_period_is_read_exactly(text: str, start: datetime, end: datetime | None) -> None:
    assert read(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last",
        "7 days",
        "last days",
        "last 0 days",
        "last -1 days",
        "next week",
        "last 7 days!",
        "last 7 days or so",
        "last 100000 days",
        "fortnight",
        "tomorrow",
        "since:7d",
    ],
)
def test_an_unknown_period_is_an_error_that_lists_what_is_allowed(text: str) -> None:
    with pytest.raises(BadArgument) as raised:
        timeframe_query(text, now=NOW, tz=BERLIN)
    assert ALLOWED in str(raised.value)
    assert "\n" not in str(raised.value)
