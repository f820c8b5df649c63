"""Periods in words, as in "last 7 days", read as the query language reads times. Weeks begin on Monday."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from tui.mcp.errors import BadArgument
from tui.timeframe import FIRST_YEAR

ALLOWED = (
    "today, yesterday, this or last week, month or year, "
    "or last with a number of minutes, hours, days, weeks, months or years, as in “last 7 days”"
)
_UNITS = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "y"}
_LENGTH = re.compile(rf"(?:last|past) ([1-9][0-9]{{0,4}}) ({'|'.join(_UNITS)})s?")
_CALENDAR = re.compile(r"(this|last) (week|month|year)")


def timeframe_query(text: str, *, now: datetime, tz: tzinfo | None) -> str:
    """The query for a period: "on:today", "since:7d", "since:2025-08-11 until:2025-08-17".

    Raises `BadArgument` for a period that is not known.
    """
    words = " ".join(text.lower().replace("_", " ").split())
    if words in {"today", "yesterday"}:
        return f"on:{words}"
    if length := _LENGTH.fullmatch(words):
        return f"since:{length[1]}{_UNITS[length[2]]}"
    if calendar := _CALENDAR.fullmatch(words):
        today = now.astimezone(tz).date()
        return _calendar_query(today, calendar[2], is_last=calendar[1] == "last")
    raise BadArgument(
        f"timeframe: “{text[:40]}” is not known; allowed are {ALLOWED}; "
        "for any other period leave it out and write since:, until: or on: in the query"
    )


def _calendar_query(today: date, unit: str, *, is_last: bool) -> str:
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + (7 if is_last else 0))
        return f"since:{monday} until:{monday + timedelta(days=6)}"
    if unit == "month":
        first = today.replace(day=1)
        return f"on:{first - timedelta(days=1) if is_last else first:%Y-%m}"
    return f"on:{max(FIRST_YEAR, today.year - is_last)}"
