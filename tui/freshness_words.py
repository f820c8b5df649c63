"""The words that tell people how complete an answer is."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tui.clock import from_epoch
from tui.formatting import counted, date_time
from tui.freshness import Interval, SyncState, Verdict

STALE = "Data is stale - syncing latest conversations..."
DAY = 86_400


def freshness_message(verdict: Verdict, tz: tzinfo | None = None) -> str | None:
    """One line for people, times in `tz` (None: the machine's zone). None if the answer is complete.

    A missing recent end is told apart from a gap further back; of the gaps, the newest is named.
    """
    if verdict.state is SyncState.FRESH:
        return None
    if verdict.state is SyncState.STALE or verdict.covered_until is None:
        return STALE
    until = from_epoch(verdict.covered_until).astimezone(tz)
    words = f"Analysis includes conversations up to {date_time(until, tz)}"
    if verdict.recent_end_missing:
        words += " - may be missing recent conversations"
    if older := verdict.gaps[:-1] if verdict.recent_end_missing else verdict.gaps:
        words += f"; not synced: {name_gap(older[-1], until, tz)}"
    if len(older) > 1:
        words += f" and {counted(len(older) - 1, 'other period')}"
    return words


def name_gap(gap: Interval, near: datetime, tz: tzinfo | None = None) -> str:
    """A gap in a few words: "12–14 Aug", "30 Aug–2 Sep", "12 Aug 14:00–16:30".

    The year is written if it is another than that of `near`.
    """
    start, end = from_epoch(gap.start).astimezone(tz), from_epoch(gap.end).astimezone(tz)
    year = "" if start.year == end.year == near.year else f" {end.year}"
    if start.date() == end.date():
        if gap.end - gap.start >= DAY - 60:
            return f"{start.day} {start:%b}{year}"
        return f"{start.day} {start:%b}{year} {start:%H:%M}–{end:%H:%M}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b}{year}"
    first_year = f" {start.year}" if start.year != end.year else ""
    return f"{start.day} {start:%b}{first_year}–{end.day} {end:%b}{year}"
