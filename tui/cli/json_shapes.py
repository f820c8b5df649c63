"""The shapes of the JSON that the commands print. `json_schemas` publishes them, with what is written here.

Every key is always there, but those of a `NotRequired` type. An answer has `schema_version` too.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from tui.answers import Bounds, FoundConversation, Moment, ProblemInfo, SearchLag, Span, SyncInfo
from tui.cli.monitor import WatchState
from tui.doctor.finding import State
from tui.insights import DayState
from tui.settings.model import WRITE_KINDS
from tui.sync.verify import Kind
from tui.timeframe import WEEKDAYS
from tui.writes import HeldReason, WriteState

DayStateName = Annotated[str, Meta(extra_json_schema={"enum": [state.value for state in DayState]})]
FindingState = Annotated[str, Meta(extra_json_schema={"enum": [state.value for state in State]})]
DifferenceKind = Annotated[str, Meta(extra_json_schema={"enum": [kind.value for kind in Kind]})]
ChangeKind = Annotated[str, Meta(extra_json_schema={"enum": [*WRITE_KINDS]})]
ChangeState = Annotated[str, Meta(extra_json_schema={"enum": [state.value for state in WriteState]})]
HeldReasonName = Annotated[str, Meta(extra_json_schema={"enum": [reason.value for reason in HeldReason]})]
TokenStateName = Literal["accepted", "refused", "unchecked", "unusable", "missing"]
WatchName = Annotated[str, Meta(extra_json_schema={"enum": [state.value for state in WatchState]})]
Weekday = Annotated[str, Meta(extra_json_schema={"enum": [*WEEKDAYS]})]
Hour = Annotated[int, Meta(ge=0, le=23)]
Share = Annotated[float, Meta(ge=0, le=1)]


class SearchJson(TypedDict):
    """The conversations that match a query, and how complete they are."""

    query: str
    """The query as it was understood."""
    total: int
    """How many match, also beyond the limit."""
    total_is_exact: bool
    """False: at least `total` match."""
    conversations: list[FoundConversation]
    sync_info: SyncInfo


class ViewJson(TypedDict):
    """A built-in or saved view."""

    name: str
    query: str
    sort: str | None
    columns: list[str]
    """Empty: the usual ones."""
    key: str | None
    built_in: bool
    hidden: bool
    """It has no tab in the dashboard."""
    total: int | None
    """None when the query cannot be understood any more."""
    total_is_exact: bool | None
    problem: str | None
    """Why the query cannot be understood."""


class ViewsJson(TypedDict):
    """The views, and how complete their totals are."""

    views: list[ViewJson]
    sync_info: SyncInfo


class StatusJson(TypedDict):
    """How fresh and how large the mirror is."""

    last_sync: Moment | None
    total_conversations: int
    sync_in_progress: bool
    sync_coverage: Bounds
    coverage: list[Span]
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
    database_schema_version: int
    last_error: str | None
    lease_owner: str | None
    """Who is syncing now, in this or another process."""


class CoveredDayJson(TypedDict):
    """One local day of the coverage."""

    date: date
    start: Moment
    end: Moment
    state: DayStateName
    share: Share
    """How much is synced of what could be; 1 only when all is."""
    conversations: int
    """Last active on that day, as far as is known."""
    pending_threads: int
    query: str
    """Lists the conversations."""


class DayCountsJson(TypedDict):
    """How many days are in each state."""

    synced: int
    partial: int
    """Some of their hours were never synced."""
    pending: int
    """Conversations are listed; threads are still to be fetched."""
    never: int
    not_kept: int
    """Their conversations are deleted here and not synced again."""


class CoverageJson(TypedDict):
    """Which days are in the mirror."""

    days: list[CoveredDayJson]
    counts: DayCountsJson
    conversations: int
    pending_threads: int
    sync_info: SyncInfo


class NumberJson(TypedDict):
    """A number of conversations, and the query that lists them."""

    value: int
    query: str
    query_is_exact: bool
    """False: the query lists these among others."""


class DayVolumeJson(TypedDict):
    """One local day of the period."""

    date: date
    start: Moment
    end: Moment
    whole: bool
    """False: only a part of the day is in the period."""
    created: NumberJson
    active: NumberJson


class BucketJson(NumberJson):
    """Durations from `from_seconds` up to, not including, `to_seconds`."""

    from_seconds: int
    to_seconds: int | None
    """None: no upper limit."""
    label: str


class DistributionJson(NumberJson):
    """A distribution of durations."""

    median_seconds: int | None
    p90_seconds: int | None
    buckets: list[BucketJson]


class FirstResponseJson(DistributionJson):
    """From the opening message to a teammate's first message, of the conversations opened in the period."""

    unanswered: NumberJson


class BusyHourJson(NumberJson):
    """Conversations opened in one hour of the local week."""

    weekday: Weekday
    hour: Hour


class RisingTagJson(NumberJson):
    """A tag of more conversations opened in the last week than in the weeks before."""

    id: int
    name: str
    weekly_mean: float
    """Of the weeks before."""


class RisingTagsJson(TypedDict):
    """Steepest first."""

    weeks_compared: int
    tags: list[RisingTagJson]


class StarsJson(NumberJson):
    """The conversations of one rating."""

    rating: Annotated[int, Meta(ge=1, le=5)]


class RatingsJson(NumberJson):
    """Ratings of the conversations last active in the period."""

    mean: float | None
    stars: list[StarsJson]


class GroupJson(NumberJson):
    """The share of one team or teammate; `id` is None for nobody."""

    id: int | None
    name: str


class OpenJson(NumberJson):
    """The open conversations of this moment, the largest groups first."""

    by_team: list[GroupJson]
    by_assignee: list[GroupJson]


class NowJson(TypedDict):
    """What holds now, whatever the period."""

    at: Moment
    open: OpenJson
    waiting: DistributionJson
    """How long the customers that wait now have been waiting."""
    sync_info: SyncInfo


class StatsJson(TypedDict):
    """Statistics of a period."""

    query: str
    """The query with its period."""
    period: Span
    created: NumberJson
    active: NumberJson
    days: list[DayVolumeJson]
    """Every day of the period, oldest first."""
    first_response: FirstResponseJson
    busiest_hours: list[BusyHourJson]
    """Every hour of the week."""
    rising_tags: RisingTagsJson
    ratings: RatingsJson
    sync_info: SyncInfo
    """How complete the numbers of the period are."""
    now: NowJson


class BackupJson(TypedDict):
    """A copy that was made."""

    file: str
    size: int
    """Bytes."""
    conversations: int
    last_sync: Moment | None


class DifferenceJson(TypedDict):
    """One conversation that differs from Intercom's."""

    kind: DifferenceKind
    id: int
    updated_at_here: Moment | None
    updated_at_there: Moment | None


class RepairJson(TypedDict):
    """What `--repair` did."""

    repaired: list[int]
    """Ids of conversations."""
    remaining: list[int]
    error: str | None


class PurgeJson(TypedDict):
    """What was deleted from the mirror on purpose, or would be."""

    dry_run: bool
    """True: nothing was changed."""
    conversations: int
    """How many were deleted."""
    ids: list[int]
    """Of the conversations; empty with --older-than."""
    parts: int
    """Messages, notes of teammates and events in them."""
    annotated: int
    """Those of the conversations that had annotations of yours."""
    private_notes: int
    """Those of them with a private note."""
    contacts: list[str]
    """The ids of the contacts that --contact named."""
    before: Moment | None
    """With --older-than: all that was last active before that was deleted."""
    purged_already: list[int]
    """Conversations that --conversation named and that were purged before."""
    restored: list[int]
    """With --restore: the conversations that syncs may store again."""
    overwritten: bool
    """Whether nothing is left of what was deleted, not even in unused parts of the file."""


class VerifyJson(TypedDict):
    """How the mirror compares with Intercom."""

    equal: bool
    range: Span
    """What was asked about."""
    compared: list[Span]
    """The covered part of it."""
    started: Moment
    finished: Moment
    requests: int
    conversations_listed: int
    """Compared one by one."""
    conversations_counted: int
    """Only their number was compared."""
    counted_only: list[Span]
    changed_meanwhile: int
    overlooked_by_search: list[int]
    """Ids of conversations that are equal, although Intercom's search does not list them."""
    contradictory: list[Span]
    """Seconds of which Intercom's answers contradict each other."""
    differences: list[DifferenceJson]
    """The newest first."""
    repair: RepairJson | None
    """None without `--repair`, or without a difference."""


class FindingJson(TypedDict):
    """What one check found."""

    name: str
    state: FindingState
    text: str
    cure: str | None
    """What to do; None when all is well."""
    facts: dict[str, Any]
    """The same for programs; each check has its own."""


class DoctorJson(TypedDict):
    """What was checked."""

    healthy: bool
    findings: list[FindingJson]


class ChangedJson(TypedDict):
    """Numbers of conversations."""

    new: int
    updated: int
    unchanged: int
    deleted: int


class SyncJson(TypedDict):
    """How one sync went."""

    outcome: Literal["complete", "partial", "failed"]
    conversations: ChangedJson
    requests: int
    rate_limited: int
    retries: int
    duration_seconds: float
    coverage: list[Span]
    """Every synced range, oldest first."""
    problems: list[ProblemInfo]
    notices: list[str]
    error: str | None


class HealthJson(TypedDict):
    """How a repeated sync fares: the file of `sync --watch --health`."""

    state: WatchName
    """"starting": no sync has ended yet; "ok": the last one read everything; "failing": it did not, and is
    tried again; "not_authorised": there is no token, or Intercom refuses it, and the program ends; "stopped":
    it has ended."""
    written_at: Moment
    """At most half a minute ago while the program works."""
    started_at: Moment
    last_success: Moment | None
    """When the newest sync that read everything ended, of whatever process."""
    covered_until: Moment | None
    """Until when everything is mirrored, gaps further back aside."""
    freshness_age_seconds: int | None
    """How long before `written_at` that was."""
    next_sync: Moment | None
    """null while a sync runs, and after the end."""
    failures: int
    """Syncs in a row that did not read everything."""
    last_error: str | None
    """null if the last sync read everything."""
    pid: int
    version: str


class WrittenFileJson(TypedDict):
    """A file that goes with a message."""

    name: str
    content_type: str
    size: int
    """Bytes."""


class WriteJson(TypedDict):
    """A change in Intercom: what, on which conversation, as whom, when, and what became of it."""

    id: int
    """The number that `fastintercom outbox` takes."""
    batch: int
    """The number of the first change that was made together with it: they are undone as one."""
    conversation_id: int
    kind: ChangeKind
    text: str | None
    """Of a note or a reply, as it was typed; empty once the conversation was deleted."""
    images: list[str]
    files: list[WrittenFileJson]
    until: Moment | None
    """Of a snooze."""
    to: Literal["teammate", "team", "nobody"] | None
    """Of an assignment."""
    to_id: int | None
    """0 for nobody."""
    to_name: str | None
    tag_id: int | None
    """None as long as the tag is to be made."""
    tag: str | None
    title: str | None
    read: bool | None
    teammate_id: int
    """As whom it is done."""
    teammate: str
    state: ChangeState
    reason: HeldReasonName | None
    """Why it is held."""
    error: str | None
    """Why it is held or failed, or still waits although it is due; for people."""
    composed_at: Moment
    due_at: Moment
    """The end of its undo window."""
    sent_at: Moment | None
    """When it was last sent, whether it arrived or not."""
    ended_at: Moment | None
    attempts: int
    """Requests that may have left."""
    part_id: int | None
    """Intercom's number of what it made in the thread, as far as known."""
    request_id: str | None
    """Intercom's, of the last answer."""
    undoes: int | None
    """The change that this one takes back."""


class ActJson(TypedDict):
    """What was done to which conversations, or would be."""

    kind: ChangeKind
    dry_run: bool
    change: list[int]
    """Ids of the conversations that are, or would be, changed."""
    already: list[int]
    """They are as wanted."""
    changed: list[int]
    """Something happened to them since they were looked at: left out."""
    reopened: list[int]
    """Closed ones that an assignment would open again: left out."""
    writes: list[WriteJson]
    """Empty after a dry run."""
    error: str | None
    """Why something that is due was not sent."""


class ActingAsJson(TypedDict):
    """As whom, and where, changes are made."""

    id: int
    name: str
    workspace: str
    region: str
    """ "US", "EU" or "AU"; empty when that is not known."""
    own: bool
    """Whether it is the teammate the token belongs to."""


class OutboxJson(TypedDict):
    """Changes in the outbox, and whether any can be made."""

    off: str | None
    """Why nothing is changed in Intercom at all; None when that is allowed."""
    acting_as: ActingAsJson | None
    """None before the first sync."""
    writes: list[WriteJson]
    error: str | None
    """Why something that is due was not sent."""


class PathsJson(TypedDict):
    """Where the files are, whether they exist or not."""

    config: str
    database: str
    token: str
    log: str
    profile: str
    """ "default" for the files that are used without a profile."""


class TeammateJson(TypedDict):
    """The teammate that a token belongs to."""

    id: int
    name: str
    """Empty when it is not known."""
    email: str
    has_inbox_seat: bool | None
    """Whether Intercom lets them act on conversations; None when it does not say."""


class RefusalJson(TypedDict):
    """What Intercom refused to the token, or to the teammate."""

    what: str
    """Such as "the list of tags", or the kind of a change."""
    is_change: bool
    reason: str


class WhoamiJson(TypedDict):
    """Whose token is used, and what it may do."""

    profile: str
    """ "default" without a profile."""
    name: str | None
    """What the settings call the workspace."""
    token: TokenStateName
    """ "unchecked": Intercom gave no answer; "unusable": `error` says why it is not even sent."""
    token_source: str | None
    """Where it comes from, in words."""
    base_url: str
    workspace_id: str | None
    workspace: str | None
    region: str
    """ "US", "EU" or "AU"; empty when that is not known."""
    teammate: TeammateJson | None
    as_of_last_sync: bool
    """The workspace and the teammate are those that the last sync found."""
    refused: list[RefusalJson]
    """What was refused when it was tried last; empty also when nothing was tried."""
    database: str
    error: str | None


class ProfileJson(TypedDict):
    """One of several workspaces."""

    profile: str
    """ "default" for what is used without a profile."""
    used: bool
    """Whether this call of the program uses it."""
    name: str | None
    """What its settings call the workspace."""
    workspace: str | None
    """None before the first sync."""
    region: str
    """Empty when it is not known."""
    database: str | None
    database_size: int | None
    """Bytes, with the write-ahead log; None when there is no file."""
    last_sync: Moment | None
    """The end of what is synced."""
    problem: str | None
    """Why it, or its mirror, cannot be read."""


class ProfilesJson(TypedDict):
    """The profiles, the default one first."""

    profiles: list[ProfileJson]
