"""The shapes of the Python API's answers, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypedDict

from msgspec import Meta

from tui.clock import from_epoch
from tui.domain import ConversationProblem, ConversationRow, ConversationState
from tui.freshness import Interval, SyncState, Verdict

Moment = Annotated[datetime, Meta(tz=True)]
"""A time in UTC; in JSON, text such as "2024-12-20T14:30:00Z"."""
Freshness = Annotated[str, Meta(extra_json_schema={"enum": [state.value for state in SyncState]})]
"""The value of a `SyncState`."""


class Span(TypedDict):
    """A closed range of time; both ends are UTC-aware."""

    start: Moment
    end: Moment


class SyncInfo(TypedDict):
    """How complete an answer is."""

    state: Freshness
    """"stale", "partial" or "fresh"."""
    last_sync: Moment | None
    """End of the newest synced range, UTC-aware; None when nothing was ever synced."""
    message: str | None
    """One line for people; None when fresh."""
    data_complete: bool
    gaps: list[Span]
    """The parts of the window that were never synced, oldest first."""
    reason: str | None
    """Why the last sync failed, wholly or in part, or why none can run, also where what is asked for is
    fresh all the same; None if nothing is known."""


class FoundConversation(TypedDict):
    """One result of a search; datetimes are UTC-aware."""

    id: int
    subject: str
    """Title or subject; empty when Intercom has neither, as for most chats."""
    snippet: str
    """One line of text around the first match, or of the newest message."""
    customer: str
    """Name, else e-mail address."""
    state: ConversationState
    assignee: str | None
    team: str | None
    tags: list[str]
    priority: str
    """"none", "low", "medium", "high" or "urgent"."""
    created_at: Moment
    updated_at: Moment
    """The last activity."""
    waiting_since: Moment | None
    url: str


class SearchAnswer(TypedDict):
    """What was found in the mirror, and how complete that is."""

    conversations: list[FoundConversation]
    sync_info: SyncInfo


class Bounds(TypedDict):
    """From the oldest to the newest synced time, whatever is missing between; None when nothing is synced."""

    start_date: Moment | None
    end_date: Moment | None


class ProblemInfo(TypedDict):
    """A conversation that cannot be read."""

    id: str
    """As Intercom writes it; not always a number."""
    problem: str
    """Why, in one line for people."""


class SearchLag(TypedDict):
    """That a conversation was found late, the newest time that it was seen."""

    seconds: int
    """How far Intercom's index lags at least."""
    found_after: int
    """Seconds from the conversation's change to the listing that had it."""
    seen_at: Moment


class SyncStatus(TypedDict):
    """The state of the mirror; datetimes are UTC-aware."""

    last_sync: Moment | None
    total_conversations: int
    sync_in_progress: bool
    sync_coverage: Bounds
    coverage: list[tuple[Moment, Moment]]
    """Every synced range, oldest first."""
    pending_threads: int
    """Conversations of which only the header is stored so far."""
    outdated_conversations: int
    """Conversations that an older version stored, with less than this one keeps: they are read again."""
    purged_conversations: int
    """Conversations that were deleted here on purpose, one by one: no sync stores them again."""
    kept_since: Moment | None
    """Conversations that were last active before that are not kept; None when all are."""
    problem_count: int
    """Conversations that cannot be read at present; each leaves a hole of a second in `coverage`."""
    problems: list[ProblemInfo]
    """The first 20 of them, those of the newest activity first."""
    search_lag: SearchLag | None
    """None when none was seen in the last day."""
    database: str
    database_size: int
    """Bytes, the write-ahead log included."""
    schema_version: int
    last_error: str | None
    lease_owner: str | None
    """Who is syncing now, in this or another process."""


def iso(moment: datetime) -> str:
    """ISO-8601 in UTC, whole seconds, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(answer: object, *, ascii_only: bool = False) -> str:
    """Any answer of the API as one line of JSON: datetimes become `iso` texts, dates and paths texts.

    Raises `TypeError` for a value that JSON cannot express.
    """
    return json.dumps(answer, ensure_ascii=ascii_only, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def spans(intervals: Iterable[Interval]) -> list[Span]:
    return [{"start": from_epoch(i.start), "end": from_epoch(i.end)} for i in intervals]


def problem_infos(problems: Iterable[ConversationProblem]) -> list[ProblemInfo]:
    return [{"id": each.id, "problem": each.problem} for each in problems]


def sync_info(verdict: Verdict, message: str | None, reason: str | None = None) -> SyncInfo:
    return {
        "state": verdict.state.value,
        "last_sync": None if verdict.last_sync is None else from_epoch(verdict.last_sync),
        "message": message,
        "data_complete": verdict.data_complete,
        "gaps": spans(verdict.gaps),
        "reason": reason,
    }


def found_conversation(row: ConversationRow) -> FoundConversation:
    return {
        "id": row.id,
        "subject": row.subject,
        "snippet": row.snippet.text,
        "customer": row.customer.name,
        "state": row.state,
        "assignee": row.assignee or None,
        "team": row.team or None,
        "tags": list(row.tags),
        "priority": row.priority,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "waiting_since": row.waiting_since,
        "url": row.url,
    }
