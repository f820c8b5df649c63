"""The words of the state line: what is missing of the answer and why, and how far the sync is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum

from tui.clock import from_epoch
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.formatting import ago, amount, clock_time, duration, listed, moment
from tui.freshness import SyncState, Verdict
from tui.freshness_words import lag_words, name_gap
from tui.sync.events import Reason, SyncFailed, SyncProgress


class Tone(Enum):
    """How a text is coloured."""

    QUIET = "quiet"
    BUSY = "busy"
    WARNING = "warning"
    ERROR = "error"


TOKEN_WORDS = {
    Reason.UNAUTHORIZED: "Token rejected",
    Reason.FORBIDDEN: "Token lacks a permission",
    Reason.WRONG_WORKSPACE: "Another workspace’s token",
}
"""Failures that another token ends."""

FAILURE_WORDS = {
    **TOKEN_WORDS,
    Reason.UNREACHABLE: "Offline",
    Reason.RATE_LIMITED: "Rate limited by Intercom",
    Reason.LOCKED: "Another fastintercom syncs",
    Reason.BUSY: "Another program holds the database",
    Reason.BAD_ANSWER: "Intercom's answer was not understood",
    Reason.SETTINGS: "Wrong setting",
    Reason.STORE: "Database problem",
    Reason.INTERRUPTED: "Sync interrupted",
    Reason.INTERNAL: "Sync failed",
}

RETRIED = frozenset({Reason.UNREACHABLE, Reason.RATE_LIMITED, Reason.BUSY, Reason.BAD_ANSWER})
"""Failures that may go by themselves: the words say that the sync is tried again."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys as the footer shows them."""

    refresh: str
    fill_gap: str
    enter_token: str


@dataclass(frozen=True, slots=True)
class LineWords:
    """The left and the middle of the state line. Of alternatives the longest comes first."""

    glyph: str
    state: str
    css: str
    """The name of the state, by which it is coloured."""
    details: tuple[str, ...]
    hint: str = ""
    """The key that helps."""
    progress: tuple[str, ...] = ()
    tone: Tone = Tone.BUSY
    """That of `progress`."""
    as_of: str = ""
    """Until when the conversations are known, where no sync can bring more."""


def line_words(
    freshness: QueryFreshness, activity: SyncActivity, now: float, keys: Keys, zone: tzinfo | None
) -> LineWords:
    """What the state line says at epoch second `now`; times of day in `zone`."""
    state, failure = freshness.state, activity.obstacle
    details: tuple[str, ...]
    if failure is not None and failure.reason in TOKEN_WORDS and not activity.running:
        return _token_words(freshness, activity, failure, now, keys, zone)
    name = state.value.capitalize()
    waiting = activity.waiting(now)
    if activity.running and waiting >= 1:
        wait = duration(waiting)
        details = (f"rate limited by Intercom, resumes in {wait}", f"rate limited, {wait}")
        return LineWords(state.glyph, name, state.value, details, "", progress_words(activity.progress))
    progress = sync_progress(activity)
    if activity.other is not None and not activity.running:
        details = (f"{activity.other.name} syncs", f"pid {activity.other.owner.pid} syncs")
        return LineWords(state.glyph, name, state.value, details, "", progress)
    if failure is not None and not activity.running:
        key = keys.refresh if state is SyncState.FRESH else keys.fill_gap
        tries = (f"{key} tries now",) if failure.reason in RETRIED | {Reason.INTERRUPTED} else ()
        tone = Tone.BUSY if progress else Tone.WARNING
        details = failure_details(failure, activity.failing_since, zone)
        return LineWords(state.glyph, name, state.value, details, "", progress or tries, tone)
    hint = ""
    if state is SyncState.FRESH:
        details = synced_words(freshness, now)
    elif state is SyncState.PARTIAL:
        details = missing_words(freshness.verdict, now, zone)
        if freshness.verdict.sync_helps or freshness.verdict.outdated is not None:
            hint = f"{keys.fill_gap} syncs it"
    elif activity.outlook().syncing:
        details = ("syncing latest conversations...", "syncing...")
    else:
        details, hint = ("nothing of this period is synced", "not synced"), f"{keys.fill_gap} syncs it"
    return LineWords(state.glyph, name, state.value, details, hint, progress)


def _token_words(
    freshness: QueryFreshness,
    activity: SyncActivity,
    failure: SyncFailed,
    now: float,
    keys: Keys,
    zone: tzinfo | None,
) -> LineWords:
    last = freshness.verdict.last_sync
    as_of = "" if last is None else f"as of {moment(from_epoch(last), from_epoch(int(now)), zone)}"
    return LineWords(
        SyncState.STALE.glyph,
        TOKEN_WORDS[failure.reason],
        SyncState.STALE.value,
        (f"{keys.enter_token} enter a new one",),
        progress=sync_progress(activity),
        as_of=as_of,
    )


def synced_words(freshness: QueryFreshness, now: float) -> tuple[str, ...]:
    """ "synced 12 s ago": since the newest sync came to its end."""
    last = freshness.synced_at if freshness.synced_at is not None else freshness.verdict.last_sync
    return ("never synced",) if last is None else (f"synced {ago(now - last)}", ago(now - last))


def missing_words(verdict: Verdict, now: float, zone: tzinfo | None) -> tuple[str, ...]:
    """What is missing of a partial answer, the most important in a few words: "30 Aug–13 Nov missing"."""
    if verdict.index_lag is not None:
        return (lag_words(verdict.index_lag),)
    if verdict.listed_until is not None:
        return ("newer than Intercom's index can prove", "too new to be proven")
    gaps = verdict.unsynced
    if not gaps and verdict.kept_since is not None:
        since = from_epoch(verdict.kept_since.second).astimezone(zone)
        return (f"before {since.day} {since:%b %Y} not kept",)
    if not gaps:
        return ("" if verdict.outdated is None else f"{amount(verdict.outdated)} stored by an older version",)
    until = from_epoch(verdict.window.end if verdict.covered_until is None else verdict.covered_until)
    recent = [f"all since {moment(until, from_epoch(int(now)), zone)}"] if verdict.recent_end_missing else []
    older = gaps[:-1] if recent else gaps
    named = [name_gap(older[-1], until.astimezone(zone), zone)] if older else []
    more = [f"{len(older) - 1} more"] if len(older) > 1 else []
    parts = [*named, *more, *recent]
    return (f"{listed(parts)} missing", f"{parts[0]}{' …' if parts[1:] else ''} missing")


def failure_details(failure: SyncFailed, since: float, zone: tzinfo | None) -> tuple[str, ...]:
    """Why the sync does not work, and whether it is tried again."""
    words = FAILURE_WORDS[failure.reason]
    if failure.reason is Reason.UNREACHABLE:
        words += f" since {clock_time(from_epoch(int(since)), zone)}"
    words = words[:1].lower() + words[1:] if not words.startswith("Intercom") else words
    if failure.reason in RETRIED:
        return (f"{words}, retrying", words)
    if failure.reason is Reason.INTERRUPTED or not failure.message:
        return (words,)
    return (f"{words}: {failure.message}", words)


def sync_progress(activity: SyncActivity) -> tuple[str, ...]:
    """How far the sync is that runs here or elsewhere; empty when none does."""
    if activity.running:
        return progress_words(activity.progress)
    if activity.other is not None:
        return progress_words(activity.other.progress)
    return ("↻ connecting", "↻") if activity.is_requested else ()


def progress_words(progress: SyncProgress | None) -> tuple[str, ...]:
    """ "↻ 34 % · 12 s": the share of the threads that are stored, and the time left."""
    if progress is None or progress.phase == "connecting":
        return ("↻ connecting", "↻")
    if progress.phase == "finishing":
        return ("↻ finishing", "↻")
    if not progress.total:
        return ("↻ looking for changes", "↻")
    share = f"↻ {100 * progress.done // progress.total} %"
    if progress.eta is None or progress.eta < 1 or not progress.listing_done:
        return (share,)
    return (f"{share} · {duration(progress.eta)}", share)


def sync_words(activity: SyncActivity, now: float, zone: tzinfo | None) -> tuple[str, Tone]:
    """The state of the sync in one text, which may be empty, and its tone."""
    waiting = activity.waiting(now)
    if activity.running and waiting >= 1:
        return f"rate limited by Intercom, resumes in {duration(waiting)}", Tone.WARNING
    progress = " ".join(sync_progress(activity)[:1])
    if activity.other is not None and not activity.running:
        return f"{activity.other.name} syncs  {progress}".rstrip(), Tone.QUIET
    if progress:
        return progress, Tone.BUSY
    if (failure := activity.obstacle) is not None:
        words, *_ = failure_details(failure, activity.failing_since, zone)
        return words, Tone.WARNING if failure.reason in RETRIED else Tone.ERROR
    return "", Tone.QUIET
