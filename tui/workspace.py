"""The API to a mirrored workspace, for the dashboard, the command line and scripts.

*From threads*: reads are local, take milliseconds and may come from any thread, also at the same time. The
sync engine has a thread of its own; neither waits for the other. What `subscribe` is given is called on
that thread. Close a workspace when no other thread uses it any more. After a fork, and in each process,
open another one: any number may use the same database, of which one syncs.

*From asyncio*: `trigger_background_sync`, `search_when_synced` and `verify` are coroutines, and a
`SyncJob` can be awaited, on any event loop. All other methods return in milliseconds and hold the loop up
for so long; a program that must not be held up calls them as `await
asyncio.to_thread(workspace.search_conversations, "refund")`. The exceptions, which wait for something, are
`SyncJob.wait`, `Batch.wait`, `run_sync`, `fetch_threads`, `back_up`, `purge` and `close`: on a loop they
belong into `asyncio.to_thread`. An event reaches a loop with `loop.call_soon_threadsafe`.
"""

from __future__ import annotations

import contextlib
import os
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from tui.annotations import Annotations
from tui.answers import (
    SearchAnswer,
    SyncInfo,
    SyncStatus,
    found_conversation,
    problem_infos,
    sync_info,
)
from tui.clock import Clock, ClockOffset, OffsetClock, from_epoch, steady_clock, system_clock, to_epoch
from tui.domain import Action, ConversationProblem, ConversationRow, Count, Directory, RunRecord, Thread
from tui.freshness import Coverage, Interval, KeptSince, SyncState, Verdict, assess
from tui.freshness_words import SyncOutlook, freshness_message
from tui.history import SearchHistory
from tui.insights import Insights
from tui.intercom.errors import Unauthorized
from tui.lookup import Lookup, check_limit
from tui.macros import known_values
from tui.outbox import Batch, Outbox, Undone
from tui.query import Query, Sort, parse
from tui.secrecy import environment_without
from tui.settings import Secret, Settings, has_token_source, resolve_token
from tui.settings.loading import CONFIG_VARIABLE
from tui.settings.profiles import PROFILE_VARIABLE
from tui.store.backup import Backup, OnProgress, back_up
from tui.store.changes import ChangeWatch
from tui.store.coverage import count_pending, read_believed_coverage
from tui.store.database import Database
from tui.store.directory import read_directory
from tui.store.highlight import Spans, find_matches
from tui.store.listing import read_listing
from tui.store.listing_pages import Listing, Page
from tui.store.names import resolve
from tui.store.outdated import count_all_outdated, count_outdated, decoder_version_needed
from tui.store.problems import count_problems, read_problems
from tui.store.purge import count_purged, history_start, keep_from, read_kept_since, read_purged
from tui.store.read_only import ReadOnlyDatabase, bind_models
from tui.store.rows import Rows
from tui.store.runs import read_finished, read_runs
from tui.store.search import Search
from tui.store.search_query import Ids
from tui.store.search_rebuild import OnRebuild
from tui.store.settings_table import StoredUiState, read_setting
from tui.store.stats import count_conversations
from tui.store.threads import read_fetched_at, read_thread
from tui.store.user_changes import UserChanges
from tui.sync.engine import SyncEngine
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncStarted, SyncSummary
from tui.sync.failures import LASTING, explain_failure
from tui.sync.index_lag import read_lag
from tui.sync.jobs import SyncError, SyncJob
from tui.sync.lease import LeaseHeld, OtherSync, read_other_sync, read_owner
from tui.sync.purge import OnRemoved, PurgePlan, PurgeRequest, carry_out, plan_purge, restore
from tui.sync.run_clock import CLOCK
from tui.sync.runner import refuse_other_workspace
from tui.sync.scheduler import Limits
from tui.views import Views
from tui.writes import Seen, Write

if TYPE_CHECKING:
    import httpx

    from tui.intercom.client import IntercomClient
    from tui.intercom.payloads import Me
    from tui.sync.verify import Difference, Receipt

IDS_AT_ONCE = 100_000
"""Ids of a whole list that are read at once."""
NAMED_PROBLEMS = 20
"""Conversations that cannot be read, of which `get_sync_status` says so by name."""


class Workspace:
    """A mirror of one Intercom workspace in one database file.

    `clock` says what now is, `tz` what a local day is (None: the system's zone), `transport` replaces the
    network, `token` the configured one. A database of an older version is brought up to date; when that
    means a new search index, `on_rebuild` is given how many conversations it holds, and how many there are,
    and may raise something to stop: it goes on from there the next time.

    Raises a `StoreError` (`DatabaseTooNew`, `DatabaseCorrupt`, `DatabaseUnwritable`) when the file cannot be
    used. Close it, or use it as a context manager.

    >>> from tui import Workspace, load_settings
    >>> with Workspace(load_settings()) as another:
    ...     another.total()
    0
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        transport: httpx.AsyncBaseTransport | None = None,
        tz: tzinfo | None = None,
        token: Secret | None = None,
        on_rebuild: OnRebuild | None = None,
    ) -> None:
        self.settings = settings
        self.tz = tz
        self._transport = transport
        self._token = token
        self._database = Database(settings.database, on_rebuild)
        offset = ClockOffset.from_json(read_setting(self._database, CLOCK))
        self.clock = OffsetClock(clock, offset, steady=steady_clock() if clock is system_clock else None)
        """The server's time: what is "now" for queries and verdicts, whatever the local clock says."""
        self._read_only = ReadOnlyDatabase(settings.database)
        self._search = Search(self._database)
        self._user_changes = UserChanges(self._database)
        self.annotations = Annotations(self._database, self._user_changes, self.clock, tz)
        self.views = Views(self._database, self._search, self._user_changes, self.clock, tz)
        self.lookup = Lookup(self._database, self._search, self.clock, tz)
        self.changes = ChangeWatch(self._database)
        self.history = SearchHistory(self._database)
        self.ui_state = StoredUiState(self._database)
        self.insights = Insights(self._database, settings, self.clock, tz)
        limits = Limits(settings.settle, settings.overlap, settings.history_seconds, settings.retention)
        self.outbox = Outbox(
            self._database,
            self._user_changes,
            self.clock,
            self.annotations.session,
            lambda: self.settings,
            self._send_soon,
        )
        self.sends_by_itself = True
        """Whether what is put into the outbox is sent in the background; else by `send_outbox`, or by another
        process."""
        self._engine = SyncEngine(self._database, limits, self.clock, self._make_client, self.outbox.is_on)
        self._is_running = False
        self._used_token: Secret | None = None
        """The token of the newest connection, wherever it came from."""
        self._engine.subscribe(self._note_run)

    def close(self) -> None:
        """Stop the engine's own thread and close the database."""
        self._engine.stop()
        self._read_only.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def environment_for_programs(self) -> dict[str, str]:
        """The environment for a program that the user starts from here: with this profile, and without the
        access token."""
        tokens = (self.settings.token, self._token, self._used_token)
        environ = environment_without({token.reveal() for token in tokens if token is not None}, os.environ)
        environ.pop(PROFILE_VARIABLE, None)
        if self.settings.profile:  # for a fastintercom that it starts
            environ.pop(CONFIG_VARIABLE, None)
            environ[PROFILE_VARIABLE] = self.settings.profile
        return environ

    @property
    def read_only(self) -> bool:
        """Whether the database can only be read: nothing is remembered or synced."""
        return self._database.read_only

    # --- the Python API ------------------------------------------------------------------------------

    def get_sync_status(self) -> SyncStatus:
        """What is mirrored, which times are synced, and whether a sync runs.

        >>> status = workspace.get_sync_status()
        >>> status["total_conversations"], status["sync_in_progress"]
        (3, False)
        """
        coverage, owner, kept = self.coverage(), read_owner(self._database), self.kept_since()
        first, last = coverage.first, coverage.last
        lag = read_lag(self._database, to_epoch(self.clock()))
        return {
            "last_sync": None if last is None else from_epoch(last),
            "total_conversations": self.total(),
            "sync_in_progress": self.sync_in_progress or owner is not None,
            "sync_coverage": {
                "start_date": None if first is None else from_epoch(first),
                "end_date": None if last is None else from_epoch(last),
            },
            "coverage": [(from_epoch(i.start), from_epoch(i.end)) for i in coverage],
            "pending_threads": count_pending(self._database),
            "outdated_conversations": count_all_outdated(self._database),
            "purged_conversations": count_purged(self._database),
            "kept_since": None if kept is None else from_epoch(kept.second),
            "problem_count": count_problems(self._database),
            "problems": problem_infos(self.problems(NAMED_PROBLEMS)),
            "search_lag": None
            if lag is None
            else {
                "seconds": lag.seconds,
                "found_after": lag.found_after,
                "seen_at": from_epoch(lag.seen_at),
            },
            "database": str(self._database.path),
            "database_size": _size(self._database.path),
            "schema_version": self._database.schema_version,
            "last_error": next(filter(None, self._last_errors()), None),
            "lease_owner": None if owner is None else str(owner),
        }

    def check_sync_state(self, start_date: datetime, end_date: datetime) -> SyncState:
        """How complete the mirror is for a window of activity time.

        As in a search, an end in the future means now. A window that begins in the future is stale: nothing
        of it can be synced before it begins.
        Raises `ValueError` for a naive datetime or a window that ends before it starts.

        >>> from datetime import UTC, datetime
        >>> workspace.check_sync_state(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC))
        <SyncState.FRESH: 'fresh'>
        >>> workspace.check_sync_state(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC))
        <SyncState.PARTIAL: 'partial'>
        """
        start, end = to_epoch(start_date), to_epoch(end_date)
        if start > end:
            raise ValueError(f"the window ends ({end_date}) before it starts ({start_date})")
        if start > to_epoch(self.clock()):
            return SyncState.STALE
        return self._assess(self._past_window(start, end)).state

    async def trigger_background_sync(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> SyncJob:
        """Start a sync and return at once with the job, or with the running or queued one that does it.

        The job can be awaited; its end is a `SyncSummary`. Raises `ValueError` as `request_sync` does.
        """
        return self.request_sync(start, end)

    def search_conversations(self, query: str, limit: int = 50) -> SearchAnswer:
        """Search the mirror. When nothing of the period is synced, a sync starts by itself.

        The answer is what is stored now; `sync_info` says how complete that is.
        Raises `QueryError`, and `ValueError` for a limit below 1.

        >>> answer = workspace.search_conversations("refund is:open", limit=20)
        >>> [(found["id"], found["subject"]) for found in answer["conversations"]]
        [(2, 'Refund for my order')]
        >>> answer["sync_info"]["state"], answer["sync_info"]["data_complete"]
        ('fresh', True)
        >>> from tui.query import QueryError
        >>> try:
        ...     workspace.search_conversations("since:yestreday")
        ... except QueryError as error:
        ...     print(error.source[error.start : error.end], "→", error.suggestion)
        yestreday → yesterday
        """
        answer, verdict = self._answer(self.parse(query), limit, self.outlook(starting=True))
        if verdict.state is SyncState.STALE:
            self._sync_window(verdict)
        return answer

    async def search_when_synced(self, query: str, limit: int = 50) -> SearchAnswer:
        """The same, but a stale window is synced first and the search is run once more.

        When that sync fails, the answer is the stored one and `sync_info["reason"]` says why.
        """
        answer, verdict = self._answer(self.parse(query), limit, self.outlook(starting=True))
        if verdict.state is not SyncState.STALE:
            return answer
        with contextlib.suppress(SyncError):  # it is the `reason` of the answer
            await self._sync_window(verdict)
        return self._answer(self.parse(query), limit, self.outlook())[0]

    @cached_property
    def models(self) -> ModuleType:
        """The Peewee models of this workspace, such as `Conversation` and `Part`: see `tui.store.models`.

        They are for reading, from any thread, on connections of their own: a query that writes raises
        `ReadOnly`, a `StoreError`. Conversations that Intercom deleted have `deleted_at` set and no parts.
        """
        return bind_models(self._read_only)

    def undo(self) -> Action | Undone | None:
        """Take back what was done last through this object: annotations, or changes in Intercom. None when
        there is nothing.

        Raises `ActingOff` when it takes a change that may not be made.
        """
        if self.outbox.newest_step() > self.annotations.newest_step():
            return self.outbox.undo()
        return self.annotations.undo()

    # --- reads for interfaces ------------------------------------------------------------------------

    def parse(self, source: str, *, typing: bool = False) -> Query:
        """A query, its names checked against the workspace. Raises `QueryError` with the place."""
        query = parse(source, now=self.clock(), tz=self.tz, typing=typing)
        resolve(query, self.directory)
        return query

    def verdict(self, query: Query | None = None) -> Verdict:
        """How complete the answer to `query` is. An open start means the configured history."""
        start = to_epoch(query.start) if query and query.start else None
        end = to_epoch(query.end) if query and query.end else None
        needs = 0 if query is None else decoder_version_needed(query)
        return self._assess(self._past_window(start, end), needs)

    def history_start(self) -> datetime:
        """Where the configured history begins, or what is kept of it."""
        return from_epoch(self._history_start(to_epoch(self.clock())))

    def kept_since(self) -> KeptSince | None:
        """From when on conversations are kept; None when all are."""
        return read_kept_since(self._database, self.settings.retention, to_epoch(self.clock()))

    def outlook(self, *, starting: bool = False, reason: str | None = None) -> SyncOutlook:
        """Whether a sync of this process runs or is starting, and why the last one failed or none can run.

        `starting`: the caller requests a sync next, if the window is stale. `reason`: why it requests none.
        """
        obstacle = self._lasting_obstacle()
        syncing = self._is_running or (obstacle is None and (starting or self.sync_in_progress))
        failure, shortfall = self._last_errors()
        return SyncOutlook(syncing, reason or obstacle or failure, shortfall)

    def message(self, verdict: Verdict, outlook: SyncOutlook) -> str | None:
        """What to tell the user about a verdict; None when fresh."""
        return freshness_message(verdict, outlook, self.tz)

    def sync_info(self, verdict: Verdict, outlook: SyncOutlook) -> SyncInfo:
        """How complete an answer with this verdict is."""
        return sync_info(verdict, self.message(verdict, outlook), outlook.reason or outlook.shortfall)

    def search_ids(self, query: Query, *, limit: int | None = None) -> array[int]:
        """Conversation ids in the query's order. Raises `Superseded` when `interrupt()` aborted it, and
        `ValueError` for a limit below 1."""
        check_limit(limit)
        return self._search.ids(query, resolve(query, self.directory), self.clock(), limit)

    def count(self, query: Query) -> Count:
        """The number of matches, exact up to 1,000. Raises `Superseded` when `interrupt()` aborted it."""
        return self._search.count(query, resolve(query, self.directory), self.clock())

    def listing(self, query: Query, *, reverse: bool = False) -> Listing:
        """The list of what matches now. Everything that reads one raises `Superseded` when `interrupt()`
        aborted it."""
        return self._search.listing(query, reverse=reverse)

    def newest_docid(self) -> int:
        """The highest docid: another one than before, once anything is active later. Takes microseconds."""
        return self._search.newest_docid()

    def page(self, listing: Listing, *, first: int, limit: int) -> Page:
        """Lines of a list from number `first` on."""
        return self._search.page(listing, *self._meaning(listing), first=first, limit=limit)

    def page_after(self, listing: Listing, key: int, first: int, limit: int) -> Page:
        """The lines directly after the one with this key; `first` is the number of the first of them."""
        return self._search.page_after(listing, *self._meaning(listing), key, first, limit)

    def page_before(self, listing: Listing, key: int, first: int, limit: int) -> Page:
        """The lines directly before the one with this key, whose number is `first`."""
        return self._search.page_before(listing, *self._meaning(listing), key, first, limit)

    def line(self, listing: Listing, key: int) -> int:
        """How many lines of a list come before this key."""
        return self._search.line(listing, *self._meaning(listing), key)

    def newer(self, listing: Listing, limit: int) -> array[int]:
        """The matches that are newer than the list, the newest first."""
        return self._search.newer(listing, *self._meaning(listing), limit)

    def matching(self, listing: Listing, ids: Iterable[int]) -> array[int]:
        """Those of these conversations that match the query of a list now, the newest first."""
        return self._search.matching(listing, *self._meaning(listing), ids)

    def listed_ids(self, listing: Listing) -> array[int]:
        """The ids of a whole list, in any order: of a million conversations 8 MB, read in about a second.

        They are read in parts, so that other threads get their turn. What moves meanwhile may be left out.
        """
        if not listing.is_newest_first:  # only what is newer than that can move, and nothing appear twice
            listing = self.listing(replace(listing.query, sort=Sort.UPDATED))
        ids, page = array("q"), self.page(listing, first=0, limit=IDS_AT_ONCE)
        while page.ids:
            ids += page.ids
            page = self.page_after(listing, page.keys[-1], len(ids), IDS_AT_ONCE)
        return ids

    def rows(
        self, ids: Sequence[int], query: Query | None = None, *, intended: bool = False
    ) -> list[ConversationRow]:
        """Rows in the order of `ids`, without those that are gone; snippets show the query's matches.

        `intended`: as the changes that are to be sent will leave them.
        """
        return self._rows(intended=intended).read(ids, query.terms if query else ())

    def thread(self, conversation_id: int, *, intended: bool = False) -> Thread | None:
        """A conversation with all that is stored of its thread; None when it is unknown.

        `intended`: its row is as the changes that are to be sent will leave it.
        """
        return read_thread(self._database, self._rows(intended=intended), conversation_id)

    def thread_fetched_at(self, conversation_id: int) -> int:
        """When (epoch seconds, the server's time) a stored thread was asked for; 0 when that is not known."""
        return read_fetched_at(self._database, conversation_id)

    def matches(self, text: str, query: Query) -> Spans:
        """(start, end) offsets of the query's words in a text."""
        return find_matches(text, query.terms)

    def directory(self) -> Directory:
        return read_directory(self._database)

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """The newest entries of the sync history. Raises `ValueError` for a limit below 1."""
        check_limit(limit)
        return read_runs(self._database, limit)

    def problems(self, limit: int = 50) -> list[ConversationProblem]:
        """The conversations that cannot be read at present, and why; those of the newest activity first.

        Raises `ValueError` for a limit below 1.
        """
        check_limit(limit)
        return read_problems(self._database, limit)

    def total(self, listing: Listing | None = None) -> int:
        """The exact number of lines of a list; without one, how many conversations are stored, deleted ones
        not counted."""
        if listing is None:
            return count_conversations(self._database)
        return self._search.total(listing, *self._meaning(listing))

    def coverage(self) -> Coverage:
        return read_believed_coverage(self._database, to_epoch(self.clock()))

    def changed_elsewhere(self) -> bool:
        """Whether annotations or views were changed by another process, or by another workspace object of
        this one, since the last call (the first time: since this object was made).

        It takes a fraction of a millisecond. Each change is reported once; what this object changes, and what
        a sync stores, never is.
        """
        return self._user_changes.elsewhere()

    def interrupt(self) -> None:
        """Abort the searches that run on other threads: a newer one makes them pointless."""
        self._database.interrupt()

    def back_up(self, target: Path, on_progress: OnProgress, *, replace: bool = False) -> Backup:
        """Copy the mirror to a file, as it is at one moment, while anybody reads and writes it.

        The copy can be used as the database of a workspace. `on_progress` is given the number of pages copied
        and of all pages. Raises `StoreError`, also when the file exists and is not to be replaced.
        """
        return back_up(self._database, target, on_progress, replace=replace)

    # --- sync ----------------------------------------------------------------------------------------

    @property
    def sync_in_progress(self) -> bool:
        """Whether this process is syncing or about to."""
        return self._engine.in_progress

    def other_sync(self) -> OtherSync | None:
        """Who else syncs this database now, and how far that is; None when nobody does."""
        return read_other_sync(self._database)

    def synced_at(self) -> datetime | None:
        """When the newest sync that came to its end did so, of whatever process; None if none is known.

        `last_sync` is earlier: the end of what is covered, which reaches no further than Intercom's index
        could prove when that sync asked.
        """
        finished = read_finished(self._database)
        return None if finished is None else from_epoch(finished)

    def succeeded_at(self) -> datetime | None:
        """When the newest sync that read everything ended, of whatever process; None if none is known."""
        finished = read_finished(self._database, ["complete"])
        return None if finished is None else from_epoch(finished)

    def use_token(self, settings: Settings, token: Secret) -> None:
        """Sync with this token, and the address of these settings, from the next run on."""
        self.settings = settings
        self._token = token
        self._engine.reconnect()

    def adopt(self, settings: Settings, keys: Iterable[str]) -> None:
        """Use these of other settings from now on, but what a flag or a variable decides."""
        adopted = {key: getattr(settings, key) for key in keys if key not in self.settings.overrides}
        self.settings = msgspec.structs.replace(self.settings, **adopted)

    def refuse_other_workspace(self, me: Me) -> None:
        """Raises `SyncError` when another workspace than that of a token is mirrored here."""
        refuse_other_workspace(self._database, me)

    def request_sync(
        self, start: datetime | None = None, end: datetime | None = None, *, urgent: bool = False
    ) -> SyncJob:
        """Queue a sync and return at once; no bounds mean the configured history up to now.

        An equal request that is queued or running is returned instead. `urgent` is for a query that waits.
        Raises `ValueError` for naive datetimes or an end before the start.
        """
        requested = None
        if start is not None or end is not None:
            now = to_epoch(self.clock())
            high = to_epoch(end) if end else now
            low = to_epoch(start) if start else high - self.settings.history_seconds
            if low > high:
                raise ValueError(f"the range ends ({end}) before it starts ({start})")
            requested = Interval(low, high)
        job = self._engine.request(requested, urgent=urgent)
        self._engine.ensure_running()
        return job

    # --- acting in Intercom --------------------------------------------------------------------------

    def act(
        self, write: Write, conversation_ids: Iterable[int], seen: Mapping[int, Seen] | None = None
    ) -> Batch:
        """Change conversations in Intercom: put a write (`tui.writes`) on each into the outbox and return at
        once with a handle on them; it is sent in the background when its undo window ends. `seen`
        (`Outbox.seen`) says how far the user knew them; without it, what is stored counts as known.

        Raises `ActingOff` unless writes are on, `BadWrite` for what Intercom would refuse, `LookupError` for
        a conversation that is not in the mirror.
        """
        return self.outbox.act(write, conversation_ids, seen)

    def placeholder_values(self, thread: Thread | None) -> dict[str, str]:
        """What is known to put in the place of the placeholders (`tui.macros`) of a message to this
        conversation."""
        if thread is None:
            return {}
        identity = self.outbox.identity()
        contact = self.lookup.contact(thread.conversation.customer.id)
        return known_values(thread, contact, identity.teammate.name if identity else "")

    def send_outbox(self) -> None:
        """Send what is due in the outbox, and what will be soon, in the background; returns at once."""
        self._engine.send_soon()
        self._engine.ensure_running()

    @property
    def is_sending(self) -> bool:
        """Whether the engine of this process runs, which sends what becomes due."""
        return self._engine.is_running

    @property
    def sending_failure(self) -> SyncError | None:
        """Why the outbox could not be sent the last time; None when that worked, or when the writes say why
        not (`QueuedWrite.error`)."""
        return self._engine.sending_failure

    def fetch_threads(self, conversation_ids: Iterable[int]) -> SyncError | None:
        """Fetch the threads of these conversations now, on the calling thread. Returns why that failed."""
        return self._engine.fetch_threads(conversation_ids)

    def _send_soon(self) -> None:
        if self.sends_by_itself:
            self.send_outbox()

    def plan_purge(self, request: PurgeRequest) -> PurgePlan:
        """What a request deletes from the mirror; nothing is changed.

        Raises `UnknownToMirror` when it names something that is not there.
        """
        return plan_purge(self._database, request)

    def purge(self, request: PurgeRequest, on_removed: OnRemoved = lambda removed, total: None) -> PurgePlan:
        """Delete for good what a request names, with all that belongs to it; no sync stores it again.

        Returns what that was. Intercom's data, backups and exports stay as they are. Raises
        `UnknownToMirror`, `SyncError` while a sync runs, and `StoreError`.
        """
        try:
            return carry_out(self._database, request, self.clock(), on_removed)
        except LeaseHeld as error:
            raise explain_failure(error) from error

    def restore_purged(self, conversation_ids: Iterable[int]) -> list[datetime]:
        """Let syncs store purged conversations again; returns when they were last active.

        Raises `UnknownToMirror`, `SyncError` while a sync runs, and `StoreError`.
        """
        try:
            seconds = restore(self._database, conversation_ids, self.clock())
        except LeaseHeld as error:
            raise explain_failure(error) from error
        return [from_epoch(second) for second in seconds]

    def purged_at(self, conversation_id: int) -> datetime | None:
        """When a conversation was purged here; None if it was not."""
        return next((mark.purged_at for mark in read_purged(self._database, [conversation_id])), None)

    def keep_from(self, start: datetime) -> bool:
        """Let syncs store what is older than a purge kept, from `start` on. Returns whether that is more."""
        with self._database.user_transaction():
            return keep_from(self._database, to_epoch(start))

    def prioritise(self, conversation_id: int) -> None:
        """Fetch this conversation's thread before all others, if a sync is running or waiting to."""
        self._engine.prioritise(conversation_id)

    def pause_sync(self, seconds: float) -> None:
        """Pause a running sync for so long, half a second at most, because a key was pressed."""
        self._engine.pause_sync(seconds)

    def request_contact(self, contact_id: str, on_done: Callable[[SyncError | None], object]) -> None:
        """Have Intercom asked about a customer, within the engine's budget, if a sync runs; returns at once.

        `on_done` is called on another thread, with None when `lookup.contact` has the answer, or with what is
        in the way.
        """
        self._engine.request_contact(contact_id, on_done)

    def run_sync(self, *, cancel: threading.Event, interval: float | None = None) -> SyncSummary | None:
        """Run the engine on the calling thread: until nothing is left to do, or every `interval` seconds.

        Ends soon after `cancel` is set and returns the last run's summary. Failures are emitted as events.
        """
        return self._engine.run(cancel=cancel, interval=interval)

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]:
        """Have sync events delivered to `callback` on the engine's thread. Returns what ends that."""
        return self._engine.subscribe(callback)

    async def verify(
        self,
        start: datetime,
        end: datetime,
        *,
        deep: bool = False,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Receipt:
        """Compare what is covered of a range with Intercom; nothing is changed.

        With `deep`, every conversation is compared, however many there are; without it, days with many are
        counted first. `on_progress` is called with the slices compared, and all. Raises `ValueError` for
        naive datetimes or an end before the start, `IntercomError`, `StoreError`, and `SyncError` for a token
        of another workspace.
        """
        from tui.sync.verify import Verifier  # here, like the network stack

        window = _interval(start, end)
        async with self._make_client() as client:
            verifier = Verifier(self._database, client, window, deep=deep, on_progress=on_progress)
            return await verifier.run()

    def prepare_repair(self, receipt: Receipt) -> tuple[datetime, datetime] | None:
        """Claim no longer what a comparison refuted. Returns the range whose sync repairs it, if any.

        Raises `SyncError` while a sync runs, and `StoreError`.
        """
        from tui.sync.verify import prepare_repair

        try:
            span = prepare_repair(self._database, receipt, self.clock())
        except LeaseHeld as error:
            raise explain_failure(error) from error
        return None if span is None else (from_epoch(span.start), from_epoch(span.end))

    def still_different(self, receipt: Receipt) -> list[Difference]:
        """Those of the differences that no sync has repaired since. Raises `StoreError`."""
        from tui.sync.verify import still_different

        return still_different(self._database, receipt.differences)

    # --- inside --------------------------------------------------------------------------------------

    def _past_window(self, start: int | None, end: int | None) -> Interval:
        """The window that is judged: it ends now at the latest, and starts by default with the history, or,
        if it ends before that, so much earlier."""
        now = to_epoch(self.clock())
        end = now if end is None else min(end, now)
        if start is None:
            start = self._history_start(now)
            if start >= end:
                start = end - self.settings.history_seconds
        return Interval(min(start, end), end)

    def _history_start(self, now: int) -> int:
        kept_since = read_kept_since(self._database, self.settings.retention, now)
        return history_start(self.settings.history_seconds, kept_since, now)

    def _assess(self, window: Interval, needs: int = 0) -> Verdict:
        """`needs`: the decoder version from which on a stored conversation has all that is asked for."""
        now = to_epoch(self.clock())
        listing, lag = read_listing(self._database, now), read_lag(self._database, now)
        seconds = None if lag is None else lag.seconds
        outdated = count_outdated(self._database, window, needs)
        tolerance, kept = self.settings.tolerance, self.kept_since()
        return assess(self.coverage(), window, tolerance, listing, seconds, outdated, kept)

    def _answer(self, query: Query, limit: int, outlook: SyncOutlook) -> tuple[SearchAnswer, Verdict]:
        verdict = self.verdict(query)
        ids = self.search_ids(query, limit=limit)
        return {
            "conversations": [found_conversation(row) for row in self.rows(ids, query)],
            "sync_info": self.sync_info(verdict, outlook),
        }, verdict

    def _note_run(self, event: SyncEvent) -> None:
        """Called on the engine's thread. A run that has started was let in by Intercom."""
        if isinstance(event, SyncStarted | SyncFinished | SyncFailed):
            self._is_running = isinstance(event, SyncStarted)

    def _lasting_obstacle(self) -> str | None:
        """Why no sync can run until somebody changes something; None if nothing is known to be in the way."""
        failure = self._engine.failure
        if failure is not None:
            return str(failure) if failure.reason in LASTING else None
        return (
            None if self._token is not None or has_token_source(self.settings) else no_access(self.settings)
        )

    def _last_errors(self) -> tuple[str | None, str | None]:
        """Why the last sync stopped (of this process, or else of any), or what it could not read; at most one
        of the two."""
        if (failure := self._engine.failure) is not None:
            return str(failure), None
        for run in self.runs(1):
            stopped = run.outcome in {"failed", "interrupted"}
            return (run.error or None, None) if stopped else (None, run.error or None)
        return None, None

    def _sync_window(self, verdict: Verdict) -> SyncJob:
        window = verdict.window
        return self.request_sync(from_epoch(window.start), from_epoch(window.end), urgent=True)

    def _meaning(self, listing: Listing) -> tuple[Ids, datetime]:
        """The ids of the names in the query of a list, and now."""
        return resolve(listing.query, self.directory), self.clock()

    def _rows(self, *, intended: bool = False) -> Rows:
        app, region = (read_setting(self._database, key) or "" for key in ("app", "region"))
        return Rows(self._database, app, region, to_epoch(self.clock()), intended=intended)

    def _make_client(self) -> IntercomClient:
        from tui.intercom.client import IntercomClient  # here, because only a sync needs the network stack

        token = self._token or resolve_token(self.settings)
        if token is None:
            raise Unauthorized(no_access(self.settings))
        self._used_token = token
        return IntercomClient(self.settings.base_url, token, transport=self._transport)


def no_access(settings: Settings) -> str:
    """What is said when there is no token for these settings."""
    if settings.profile:
        return f"there is no access token for {settings.profile}: run `{settings.program} login`"
    ways = "set INTERCOM_ACCESS_TOKEN, or start `fastintercom` in a terminal to paste one"
    return f"there is no access token: {ways}"


def _interval(start: datetime, end: datetime) -> Interval:
    window = Interval(to_epoch(start), to_epoch(end))
    if window.start > window.end:
        raise ValueError(f"the range ends ({end}) before it starts ({start})")
    return window


def _size(database: Path) -> int:
    files = (database, database.with_name(database.name + "-wal"))
    return sum(f.stat().st_size for f in files if f.exists())
