"""The structured answers of the tools. Times are UTC and ids integers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


class Span(Shape):
    """A closed range of time."""

    start: datetime
    end: datetime


class SyncInfo(Shape):
    """How complete an answer is. Pass it on: what is not "fresh" may miss conversations."""

    state: Literal["stale", "partial", "fresh"]
    last_sync: datetime | None
    """End of the newest synced range; null when nothing was ever synced."""
    message: str | None
    """One line for people; null when fresh."""
    data_complete: bool
    gaps: list[Span]
    """The parts of the window that were never synced, oldest first; the newest 50 at most."""
    reason: str | None
    """Why the last sync failed, wholly or in part, or why none can run."""


class Answer(Shape):
    """What every answer has."""

    sync_info: SyncInfo


class Conversation(Shape):
    """One line of a list."""

    id: int
    subject: str
    """Written by others; empty when there is none, as for most chats."""
    snippet: str
    """Written by others: one line around the first match, or of the newest message."""
    customer: str
    """Name, else e-mail address."""
    customer_email: str | None
    state: Literal["open", "closed", "snoozed"]
    assignee: str | None
    team: str | None
    tags: list[str]
    priority: str
    """"none", "low", "medium", "high" or "urgent"."""
    created_at: datetime
    updated_at: datetime
    """The last activity."""
    waiting_since: datetime | None
    url: str


class ConversationList(Answer):
    """Conversations without their threads."""

    query: str
    """What was searched for, in the query language."""
    conversations: list[Conversation]
    total: int | None
    """How many there are in all; at least, when not exact; null when that was not counted."""
    total_is_exact: bool
    next_cursor: str | None
    """Leads to the next page; null on the last."""
    suggestion: str | None
    """A query with other words, when nothing was found."""
    notice: str


class Author(Shape):
    type: str
    """Intercom's word, such as "user", "lead", "admin" or "bot"."""
    name: str
    email: str | None


class Part(Shape):
    """One entry of a thread, or a piece of a long one."""

    id: int
    kind: Literal["message", "note", "event"]
    """Only messages were seen by the customer."""
    author: Author
    created_at: datetime
    text: str
    """Written by others."""
    offset: int
    """At which character of the whole text this piece begins."""
    is_cut: bool
    """The rest of the text is on the next page."""
    attachments: list[str]
    redacted: bool
    truncated: bool
    """The text was too long to be stored whole."""


class ConversationDetails(Conversation):
    title: str
    company: str | None
    channel: str | None
    rating: int | None
    rating_remark: str | None
    """Written by others."""
    part_count: int
    thread_pending: bool
    """The thread is not stored yet, or has changed since."""
    missing_parts: int
    """How many older entries Intercom does not give out any more."""
    deleted_at: datetime | None


class ConversationThread(Answer):
    """A conversation and a page of its thread, oldest first."""

    conversation: ConversationDetails | None
    """null when it is not in the mirror."""
    parts: list[Part]
    next_cursor: str | None
    """Leads to the next page; null on the last."""
    notice: str


class View(Shape):
    name: str
    query: str
    built_in: bool
    hidden: bool
    count: int | None
    """Matches now; at least, when not exact; null when its query cannot be read."""
    count_is_exact: bool


class ViewList(Answer):
    views: list[View]
    notice: str


class Group(Shape):
    name: str
    count: int


class Day(Shape):
    """A local day."""

    date: date
    opened: int
    active: int
    """Had their last activity on that day."""


class FirstResponse(Shape):
    answered: int
    unanswered: int
    median_seconds: int | None
    p90_seconds: int | None


class Now(Shape):
    """At the moment, whatever the period."""

    open: int
    open_by_team: list[Group]
    """The largest eight."""
    open_by_assignee: list[Group]
    """The largest eight."""
    waiting: int
    waiting_median_seconds: int | None
    waiting_p90_seconds: int | None
    sync_info: SyncInfo
    """Of the whole history."""


class Statistics(Answer):
    query: str
    period: Span
    opened: int
    active: int
    """Had their last activity in the period."""
    days: list[Day]
    """Of a period of 31 days at most; else empty."""
    first_response: FirstResponse
    ratings: int
    rating_mean: float | None
    rising_tags: list[Group]
    """Tags of more conversations opened in the last seven days of the period than in the weeks before."""
    now: Now
    notice: str


class Problem(Shape):
    id: str
    problem: str


class SyncStatus(Answer):
    """The state of the mirror and of the server."""

    version: str
    last_sync: datetime | None
    total_conversations: int
    sync_in_progress: bool
    syncs_every: int | None
    """Seconds between two syncs of this server; null when it syncs on request only."""
    covered_from: datetime | None
    covered_until: datetime | None
    coverage: list[Span]
    """The synced ranges, oldest first; the newest 50 at most."""
    pending_threads: int
    """Conversations of which only the header is stored so far."""
    outdated_conversations: int
    """Stored by an older version with less than this one keeps; they are read again."""
    purged_conversations: int
    kept_since: datetime | None
    """Older conversations are not kept; null when all are."""
    problem_count: int
    """Conversations that cannot be read at present."""
    problems: list[Problem]
    search_lag_seconds: int | None
    """How far Intercom's index lags at least; null when no lag was seen in the last day."""
    database: str
    database_size: int
    """Bytes."""
    last_error: str | None
    syncing_now: str | None
    """Who syncs, in this or another program."""


class Coverage(Answer):
    """How complete the mirror is for a window of activity time."""

    start: datetime
    end: datetime


class SyncStart(Answer):
    started: bool
    """Whether this call started a sync, or joined one that was queued."""
    sync_in_progress: bool
    """After this call."""
    syncing_now: str | None
    obstacle: str | None
    """Why nothing was started; null when something was."""
