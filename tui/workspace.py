"""The API to a mirrored workspace, for the dashboard, the command line and scripts.

Reads are local, take milliseconds and may come from any thread. The sync engine has a thread of its own;
neither waits for the other.
"""

from __future__ import annotations

import contextlib
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self

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
from tui.domain import ConversationProblem, ConversationRow, Count, Directory, RunRecord, Thread
from tui.freshness import Coverage, Interval, SyncState, Verdict, assess
from tui.freshness_words import SyncOutlook, freshness_message
from tui.history import SearchHistory
from tui.insights import Insights
from tui.intercom.errors import Unauthorized
from tui.lookup import Lookup, check_limit
from tui.query import Query, Sort, parse
from tui.settings import Secret, Settings, has_token_source, resolve_token
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
from tui.store.read_only import ReadOnlyDatabase, bind_models
from tui.store.rows import Rows
from tui.store.runs import read_runs
from tui.store.search import Search
from tui.store.search_query import Ids
from tui.store.search_rebuild import OnRebuild
from tui.store.settings_table import StoredUiState, read_setting
from tui.store.stats import count_conversations
from tui.store.threads import read_thread
from tui.sync.engine import SyncEngine
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncStarted, SyncSummary
from tui.sync.failures import LASTING, explain_failure
from tui.sync.index_lag import read_lag
from tui.sync.jobs import SyncError, SyncJob
from tui.sync.lease import LeaseHeld, read_owner
from tui.sync.run_clock import CLOCK
from tui.sync.scheduler import Limits
from tui.views import Views

if TYPE_CHECKING:
    import httpx

    from tui.intercom.client import IntercomClient
    from tui.sync.verify import Difference, Receipt

IDS_AT_ONCE = 100_000
"""Ids of a whole list that are read at once."""
NAMED_PROBLEMS = 20
"""Conversations that cannot be read, of which `get_sync_status` says so by name."""
NO_ACCESS = (
    "there is no access token: set INTERCOM_ACCESS_TOKEN, or start `fastintercom` in a terminal to paste one"
)


class Workspace:
    """A mirror of one Intercom workspace in one database file.

    `clock` says what now is, `tz` what a local day is (None: the system's zone), `transport` replaces the
    network, `token` the configured one. A database of an older version is brought up to date; when that
    means a new search index, `on_rebuild` is given how many conversations it holds, and how many there are,
    and may raise something to stop: it goes on from there the next time.

    Raises a `StoreError` (`DatabaseTooNew`, `DatabaseCorrupt`, `DatabaseUnwritable`) when the file cannot be
    used. Close it, or use it as a context manager.
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
        self.annotations = Annotations(self._database, self.clock, tz)
        self.views = Views(self._database, self._search, self.clock, tz)
        self.lookup = Lookup(self._database, self._search, self.clock, tz)
        self.changes = ChangeWatch(self._database)
        self.history = SearchHistory(self._database)
        self.ui_state = StoredUiState(self._database)
        self.insights = Insights(self._database, settings, self.clock, tz)
        limits = Limits(settings.settle, settings.overlap, settings.history_seconds)
        self._engine = SyncEngine(self._database, limits, self.clock, self._make_client)
        self._is_running = False
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

    @property
    def read_only(self) -> bool:
        """Whether the database can only be read: nothing is remembered or synced."""
        return self._database.read_only

    # --- the Python API ------------------------------------------------------------------------------

    def get_sync_status(self) -> SyncStatus:
        """What is mirrored, which times are synced, and whether a sync runs."""
        coverage, owner = self.coverage(), read_owner(self._database)
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
        """Start a sync and return at once with the job, or with the running or queued one that does it."""
        return self.request_sync(start, end)

    def search_conversations(self, query: str, limit: int = 50) -> SearchAnswer:
        """Search the mirror. When nothing of the period is synced, a sync starts by itself.

        The answer is what is stored now; `sync_info` says how complete that is.
        Raises `QueryError`, and `ValueError` for a limit below 1.
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
        """Where the configured history begins."""
        return self.clock() - timedelta(seconds=self.settings.history_seconds)

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

    def rows(self, ids: Sequence[int], query: Query | None = None) -> list[ConversationRow]:
        """Rows in the order of `ids`, without those that are gone; snippets show the query's matches."""
        return self._rows().read(ids, query.terms if query else ())

    def thread(self, conversation_id: int) -> Thread | None:
        """A conversation with all that is stored of its thread; None when it is unknown."""
        return read_thread(self._database, self._rows(), conversation_id)

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
        """The window that is judged: it ends now at the latest, and starts by default with the history."""
        now = to_epoch(self.clock())
        end = now if end is None else min(end, now)
        start = now - self.settings.history_seconds if start is None else start
        return Interval(min(start, end), end)

    def _assess(self, window: Interval, needs: int = 0) -> Verdict:
        """`needs`: the decoder version from which on a stored conversation has all that is asked for."""
        now = to_epoch(self.clock())
        listing, lag = read_listing(self._database, now), read_lag(self._database, now)
        seconds = None if lag is None else lag.seconds
        outdated = count_outdated(self._database, window, needs)
        return assess(self.coverage(), window, self.settings.tolerance, listing, seconds, outdated)

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
        return None if self._token is not None or has_token_source(self.settings) else NO_ACCESS

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

    def _rows(self) -> Rows:
        app, region = (read_setting(self._database, key) or "" for key in ("app", "region"))
        return Rows(self._database, app, region, to_epoch(self.clock()))

    def _make_client(self) -> IntercomClient:
        from tui.intercom.client import IntercomClient  # here, because only a sync needs the network stack

        token = self._token or resolve_token(self.settings)
        if token is None:
            raise Unauthorized(NO_ACCESS)
        return IntercomClient(self.settings.base_url, token, transport=self._transport)


def _interval(start: datetime, end: datetime) -> Interval:
    window = Interval(to_epoch(start), to_epoch(end))
    if window.start > window.end:
        raise ValueError(f"the range ends ({end}) before it starts ({start})")
    return window


def _size(database: Path) -> int:
    files = (database, database.with_name(database.name + "-wal"))
    return sum(f.stat().st_size for f in files if f.exists())
