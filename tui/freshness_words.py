"""The words that tell people how complete an answer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from tui.clock import from_epoch
from tui.formatting import Total, amount, counted, date_time, duration
from tui.freshness import Interval, KeptSince, SyncState, Verdict

DAY = 86_400


@dataclass(frozen=True, slots=True)
class SyncOutlook:
    """Whether a sync will bring what is missing."""

    syncing: bool = False
    """Whether one runs or is starting."""
    reason: str | None = None
    """Why the last one failed, or why none can run; None if nothing is known to be wrong."""
    shortfall: str | None = None
    """What the last one could not read, although it came to its end; None if it read everything."""

    @property
    def why_stale(self) -> str:
        """What to say of a stale window while no sync runs."""
        return self.reason or "nothing of this period is synced"


def lag_words(seconds: int) -> str:
    """ "Intercom's index lags 7 min" """
    return f"Intercom's index lags {duration(seconds)}"


def freshness_message(verdict: Verdict, outlook: SyncOutlook, tz: tzinfo | None = None) -> str | None:
    """One line for people, times in `tz` (None: the machine's zone). None if the answer is complete.

    What is not kept is named after what is not synced, and what an older version stored is named last.
    """
    words = [] if (gaps := _gap_words(verdict, outlook, tz)) is None else [gaps]
    if verdict.kept_since is not None:
        words.append(f"{'conversations' if gaps else 'those'} {not_kept_words(verdict.kept_since, tz)}")
    if verdict.outdated is not None:
        words.append(_outdated_words(verdict.outdated))
    if not words:
        return None
    return ("" if gaps else "Analysis may be missing conversations: ") + "; ".join(words)


def not_kept_words(kept_since: KeptSince, tz: tzinfo | None = None) -> str:
    """ "before 30 Nov 2025 are not kept (retention = 365d)" """
    since = from_epoch(kept_since.second).astimezone(tz)
    at = f"{since.day} {since:%b %Y}" + (f" {since:%H:%M}" if since.hour or since.minute else "")
    why = f"retention = {kept_since.retention}" if kept_since.retention else "purged"
    return f"before {at} are not kept ({why})"


def _outdated_words(outdated: Total) -> str:
    were = "was" if outdated.total == 1 else "were"
    return (
        f"{amount(outdated)} of this period {were} stored by an older version, without all that the query"
        " asks for; each sync reads more of them again"
    )


def _gap_words(verdict: Verdict, outlook: SyncOutlook, tz: tzinfo | None) -> str | None:
    """What is missing of the period; None if nothing is.

    A stale window announces its sync only while one runs or is starting, and otherwise says why none does.
    A missing recent end is told apart from a gap further back; of the gaps, the newest is named. Where the
    recent end is missing because Intercom's index lags, that is said.
    """
    if not verdict.unsynced:
        return None
    lag = None if verdict.index_lag is None else lag_words(verdict.index_lag)
    if verdict.listed_until is not None:
        why = lag or "the period is newer than Intercom's index can prove"
        listed = date_time(from_epoch(verdict.listed_until).astimezone(tz), tz)
        return (
            f"Analysis includes conversations listed up to {listed} - may be missing recent conversations: "
            f"{why}"
        )
    if verdict.state is SyncState.STALE or verdict.covered_until is None:
        return (
            f"Data is stale - {'syncing latest conversations...' if outlook.syncing else outlook.why_stale}"
        )
    until = from_epoch(verdict.covered_until).astimezone(tz)
    words = f"Analysis includes conversations up to {date_time(until, tz)}"
    if verdict.recent_end_missing:
        words += " - may be missing recent conversations" + (f": {lag}" if lag else "")
    if older := verdict.unsynced[:-1] if verdict.recent_end_missing else verdict.unsynced:
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
