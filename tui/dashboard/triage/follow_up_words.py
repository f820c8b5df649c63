"""Times of reminders in whole words: "Thursday 3 December 09:00 · in 3 days". Pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from tui.formatting import counted

LONGEST_IN_DAYS = 60
"""Days that are counted; what is farther away is told in months and years."""


def reminder_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time to come on the clock of `zone`, and how far away it is."""
    return f"{_day_words(at, now, zone)} {at.astimezone(zone):%H:%M} · {away_words(at, now, zone)}"


def _day_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """ "today", "tomorrow" or "Thursday 3 December", with the year if it is another one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local:%A} {local.day} {local:%B}{year}"


def away_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """ "in 1 hour and 30 minutes", "in 3 days", "in 4 months": whole days are counted by the calendar."""
    from humanize import naturaldelta, precisedelta  # here, because most commands start without it

    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days > LONGEST_IN_DAYS:
        return f"in {naturaldelta(at - now)}"
    if days > 1:
        return f"in {counted(days, 'day')}"
    seconds = max(0, round((at - now).total_seconds()))
    unit = "minutes" if seconds >= 60 else "seconds"
    return (
        f"in {precisedelta(timedelta(seconds=seconds), minimum_unit=unit, suppress=('days',), format='%d')}"
    )
