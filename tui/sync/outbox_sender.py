"""Sends the outbox: each write at most once by itself, and never over a message that was seen to be newer.

Intercom has no key that makes a request safe to repeat. So a write is marked as being sent before its request
leaves, and when nobody knows what became of that request, the conversation is read: what is found there was
sent. A message that is not found may still arrive, since a lagging replica shows nothing: a person decides.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui.clock import from_epoch
from tui.domain import CUSTOMER_KINDS
from tui.formatting import clock_time
from tui.intercom.errors import (
    BadAnswer,
    Forbidden,
    IntercomError,
    NotFound,
    RateLimited,
    Unauthorized,
    UnknownOutcome,
    Unreachable,
    WrongRegion,
)
from tui.intercom.html import html_to_text
from tui.message_html import message_html
from tui.records import ConversationRecord, PartRecord
from tui.store.database import Connection, Database
from tui.store.errors import StoreError
from tui.store.ingest import store_tag
from tui.store.outbox import (
    change_write,
    due_writes,
    hold_later,
    made_parts,
    next_due,
    read_writes,
    without_data,
)
from tui.store.refused_writes import forget_refused, note_refused
from tui.store.search_index import NOTE_TYPES
from tui.store.user_changes import note_user_change
from tui.sync.coverage_tracker import CoverageTracker, FetchedBatch
from tui.sync.events import ConversationsStored, OutboxChanged, SyncEvent
from tui.sync.jobs import SyncError
from tui.sync.run_clock import RunClock
from tui.uptime import uptime
from tui.writes import (
    CHECKED_BEFORE,
    GOING,
    AddTag,
    ChangeableFields,
    HeldReason,
    Note,
    QueuedWrite,
    RemoveTag,
    Reply,
    Write,
    WriteState,
    is_as_wanted,
)

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient
    from tui.intercom.writes import WriteAnswer

AT_ONCE = 4
"""Conversations that are written to at once."""
LOOK_AGAIN = (0.0, 1.0, 3.0)
"""Seconds before each look for what became of a request: a replica may lag behind."""
MAX_ATTEMPTS = 5
"""Requests for one change of state; after that a person decides."""
REPEAT_AFTER = 2
"""Seconds before a change of state is requested again that did not take effect."""
READ_AGAIN_AFTER = 30
"""Seconds before a conversation is read again that Intercom did not give out."""
CLOCK_SLACK = 60
"""Seconds by which the time of a message may be before that of its request."""
POLL = 0.2
"""Seconds between two looks into the outbox during a run."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
"""Seconds without sending after a failure of the network or the rate limit, doubled with each."""

logger = logging.getLogger(__name__)


class OutboxSchedule:
    """When the outbox needs the engine. `may_send` says whether anything may be changed in Intercom."""

    def __init__(self, database: Database, may_send: Callable[[], bool]) -> None:
        self._database = database
        self.may_send = may_send
        self._failures = 0
        self._not_before = 0.0
        self.failure: SyncError | None = None
        """What was in the way of sending at all, the last time; None when nothing was."""

    def is_due(self, now: float) -> bool:
        """Whether something can be sent, or looked after, at `now` (epoch seconds)."""
        if uptime() < self._not_before:
            return False
        due = next_due(self._database)
        return due is not None and due <= now and self.may_send()

    def is_expected(self, now: float, within: float) -> bool:
        """Whether something will be due soon, while nothing is known to be in the way."""
        if self._failures:
            return False
        due = next_due(self._database)
        return due is not None and due <= now + within and self.may_send()

    def failed(self, failure: SyncError | None = None) -> None:
        """Nothing could be sent now: the next try comes later. Without a `failure` the writes say why."""
        self.failure = failure
        pause = min(FIRST_PAUSE * 2.0 ** min(self._failures, 20), LONGEST_PAUSE)
        self._not_before = uptime() + pause
        self._failures += 1

    def worked(self) -> None:
        """Intercom answers again."""
        self._failures, self._not_before, self.failure = 0, 0.0, None


class OutboxSender:
    """Sends what is due, for the holder of the sync lease. Belongs to one event loop."""

    def __init__(
        self,
        database: Database,
        client: IntercomClient,
        tracker: CoverageTracker,
        clock: RunClock,
        emit: Callable[[SyncEvent], None],
        schedule: OutboxSchedule,
    ) -> None:
        self._database = database
        self._client = client
        self._tracker = tracker
        self._clock = clock
        self._emit = emit
        self._schedule = schedule

    async def serve(self, stop: asyncio.Event) -> None:
        """Send what becomes due, until `stop` is set. Raises as `send_due`."""
        while not stop.is_set():
            if self._schedule.is_due(self._clock.now()):
                await self.send_due()
            try:
                await asyncio.wait_for(stop.wait(), POLL)
            except TimeoutError:
                continue

    async def send_due(self) -> None:
        """Send what is due now; what cannot be sent now waits.

        Raises `Unauthorized`, `WrongRegion` and `StoreError`.
        """
        seen: set[int] = set()
        while True:
            due = [entry for entry in due_writes(self._database, self._clock.now()) if entry.id not in seen]
            if not due:
                self._schedule.worked()
                return
            seen.update(entry.id for entry in due)
            slots = asyncio.Semaphore(AT_ONCE)
            # One that fails stops no other: a request that is given up leaves its outcome unknown.
            outcomes = await asyncio.gather(
                *(self._see_to(entry, slots) for entry in due), return_exceptions=True
            )
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            if not all(outcomes):
                self._schedule.failed()
                return

    async def _see_to(self, entry: QueuedWrite, slots: asyncio.Semaphore) -> bool:
        """Send one write, or find out what became of it. Returns whether Intercom can be reached."""
        async with slots:
            try:
                if entry.state is WriteState.SENDING:
                    await self._resolve(entry, "fastintercom was stopped while it was sent")
                elif self._schedule.may_send():
                    await self._send(entry)
            except (Unreachable, RateLimited) as error:
                self._change(entry, GOING, error=error.message)
                return False
            except (Unauthorized, WrongRegion, StoreError):
                raise
            except IntercomError as error:  # this conversation cannot be read before it is written to
                due = self._clock.now() + READ_AGAIN_AFTER
                self._change(entry, GOING, error=error.message, due_at=due)
            except Exception:  # one bad write costs itself
                logger.exception("change %d of the outbox failed", entry.id)
                self._hold(entry, HeldReason.UNKNOWN_OUTCOME, "it could not be sent; the log has the details")
        return True

    # --- sending

    async def _send(self, entry: QueuedWrite) -> None:
        is_message = isinstance(entry.write, Note | Reply)
        if entry.kind in CHECKED_BEFORE or entry.attempts:
            current = await self._fetch_current(entry)
            if current is None:
                return
            if entry.attempts and (part := self._find(entry, current)) is not None:
                if fingerprint_of_write(entry.write, entry.admin_id) == entry.fingerprint:
                    self._end_sent(entry, part.part_id)
                else:
                    when = clock_time(from_epoch(part.created_at), None)
                    words = f"with the text it had before it was edited, it did arrive at {when}"
                    self._hold(entry, HeldReason.NEWER_MESSAGE, words)
                return
            if entry.kind in CHECKED_BEFORE and (newer := self._newer(entry, current)):
                self._hold(entry, HeldReason.NEWER_MESSAGE, _newer_words(newer))
                return
            if not is_message and has_effect(entry.write, current):
                self._end_sent(entry)
                return
        if isinstance(entry.write, AddTag) and not entry.write.id:
            try:
                tag = await self._client.create_tag(entry.write.new_name)
            except (Forbidden, NotFound, BadAnswer) as error:
                self._end(entry, WriteState.FAILED, error.message)
                return
            write = AddTag(tag.id, entry.write.new_name)
            self._change(entry, {WriteState.WAITING}, content=write)
            entry = replace(entry, write=write)
        marked = replace(
            entry,
            attempts=entry.attempts + 1,
            fingerprint=fingerprint_of_write(entry.write, entry.admin_id),
            sending_at=from_epoch(self._clock.now()),
        )
        if self._mark(entry, marked):
            await self._request(marked)

    def _mark(self, entry: QueuedWrite, marked: QueuedWrite) -> bool:
        """Mark a write as being sent. Returns whether it may be: not when it was taken back or edited, or
        acting switched off, since it was read."""
        with self._database.transaction() as connection:
            if not self._schedule.may_send() or read_writes(self._database, [entry.id]) != [entry]:
                return False
            change_write(
                connection,
                entry.id,
                among={WriteState.WAITING},
                state=WriteState.SENDING,
                fingerprint=marked.fingerprint,
                attempts=marked.attempts,
                sending_at=self._clock.now(),
                error="",
                reason="",
            )
            note_user_change(self._database)
        self._emit(OutboxChanged((entry.conversation_id,)))
        return True

    async def _request(self, entry: QueuedWrite) -> None:
        """Send the request of a write that is marked as being sent."""
        try:
            answer = await self._client.write(entry.write, entry.conversation_id, entry.admin_id)
        except (Unreachable, RateLimited, Unauthorized, WrongRegion):
            # Nothing was changed: it may go later.
            self._change(entry, {WriteState.SENDING}, state=WriteState.WAITING, attempts=entry.attempts - 1)
            raise
        except UnknownOutcome as error:
            await self._resolve(entry, error.message)
        except (Forbidden, NotFound, BadAnswer) as error:
            await self._refused(entry, error)
        else:
            self._end_answered(entry, answer)
            await self._refresh(entry.conversation_id)

    async def _refused(self, entry: QueuedWrite, error: IntercomError) -> None:
        if not isinstance(entry.write, Note | Reply) and not isinstance(error, Forbidden):
            # Such as a tag to remove that is gone: what was wanted is so.
            current = await self._fetch_current(entry)
            if current is None:
                return
            if has_effect(entry.write, current):
                self._end_sent(entry)
                return
        if isinstance(error, Forbidden):
            with self._database.transaction():
                note_refused(self._database, entry.admin_id, entry.kind, error.message, self._clock.now())
        self._end(entry, WriteState.FAILED, error.message)

    async def _resolve(self, entry: QueuedWrite, what_happened: str) -> None:
        """Find out what became of a request nobody knows the outcome of."""
        may_come_late = isinstance(entry.write, Note | Reply)
        for pause in LOOK_AGAIN:
            await asyncio.sleep(pause)
            current = await self._fetch_current(entry, may_lag=True)
            if current is None:
                return
            if may_come_late:
                if (part := self._find(entry, current)) is not None:
                    self._end_sent(entry, part.part_id)
                    return
            elif has_effect(entry.write, current):
                self._end_sent(entry)
                return
        if may_come_late:
            self._hold(
                entry,
                HeldReason.UNKNOWN_OUTCOME,
                f"{what_happened}. It is not in the thread, but may still arrive: look there in Intercom"
                " before you send it again",
            )
        elif entry.attempts < MAX_ATTEMPTS:
            due = self._clock.now() + REPEAT_AFTER
            self._change(
                entry, {WriteState.SENDING}, state=WriteState.WAITING, due_at=due, error=what_happened
            )
        else:
            words = f"{what_happened}. {entry.attempts} requests had no effect"
            self._hold(entry, HeldReason.UNKNOWN_OUTCOME, words)

    # --- what the conversation says

    async def _fetch_current(self, entry: QueuedWrite, *, may_lag: bool = False) -> ConversationRecord | None:
        """The conversation as it is now, which is stored too.

        When it cannot be judged, the write is ended and None returned: the conversation is gone, or Intercom
        still answers with an older state than the write was composed on.
        """
        for pause in LOOK_AGAIN:
            await asyncio.sleep(pause)
            try:
                record = await self._fetch(entry.conversation_id)
            except NotFound as error:
                if pause != LOOK_AGAIN[-1]:
                    continue  # one 404 proves nothing
                self._end(entry, WriteState.FAILED, error.message)
                return None
            if may_lag or record.updated_at >= entry.seen.updated_at:
                return record
        words = "Intercom answers with an older state of the conversation than is known here"
        self._hold(entry, HeldReason.OLDER_ANSWER, words)
        return None

    async def _fetch(self, conversation_id: int) -> ConversationRecord:
        record = await self._client.conversation(conversation_id, asked_at=self._clock.now(), urgent=True)
        batch = FetchedBatch([record], [], {}, [record.updated_at])
        changed = self._tracker.store_fetched(batch, self._clock.now()).stored.changed
        if changed:
            self._emit(ConversationsStored(tuple(changed)))
        return record

    async def _refresh(self, conversation_id: int) -> None:
        """Read the conversation after a write; if that fails, the next sync does it."""
        try:
            await self._fetch(conversation_id)
        except IntercomError as error:
            logger.info("conversation %d could not be read after a write: %s", conversation_id, error)

    def _find(self, entry: QueuedWrite, current: ConversationRecord) -> PartRecord | None:
        """Our message in a thread: same author, same text, written since the request left, and of no other
        write."""
        if not entry.fingerprint or entry.sending_at is None:
            return None
        earliest = max(int(entry.sending_at.timestamp()) - CLOCK_SLACK, entry.seen.at)
        taken = made_parts(self._database, entry.conversation_id) | set(entry.seen.ids)
        return next(
            (
                part
                for part in current.parts or ()
                if part.created_at >= earliest
                and part.part_id not in taken
                and fingerprint_of_part(part) == entry.fingerprint
            ),
            None,
        )

    def _newer(self, entry: QueuedWrite, current: ConversationRecord) -> list[PartRecord]:
        """What people wrote after the write was composed, but for what the outbox sent itself."""
        seen, own = entry.seen, made_parts(self._database, entry.conversation_id)
        return [
            part
            for part in current.parts or ()
            if (part.created_at > seen.at or (part.created_at == seen.at and part.part_id not in seen.ids))
            and part.part_id not in own
            and part.author_kind in {*CUSTOMER_KINDS, "admin"}
            and (part.text or part.attachments or part.type in {"comment", *NOTE_TYPES})
        ]

    def _new_part(self, entry: QueuedWrite, answered: ConversationRecord) -> int | None:
        """The part that the answer to a write shows as new."""
        known = {*entry.seen.ids, *made_parts(self._database, entry.conversation_id)}
        new = [p for p in answered.parts or () if p.part_id not in known and p.created_at >= entry.seen.at]
        mine = [p for p in new if fingerprint_of_part(p) == entry.fingerprint]
        if isinstance(entry.write, Note | Reply):
            return mine[-1].part_id if mine else None
        return new[-1].part_id if len(new) == 1 else None

    # --- outcomes

    def _end_answered(self, entry: QueuedWrite, answer: WriteAnswer) -> None:
        """Store what Intercom answered together with the outcome."""
        record, write = answer.record, entry.write
        part = None if record is None else self._new_part(entry, record)
        with self._database.transaction() as connection:
            if record is not None:
                self._tracker.store_written(connection, record)
            elif isinstance(write, AddTag | RemoveTag):
                name = write.new_name if isinstance(write, AddTag) else ""
                is_added = isinstance(write, AddTag)
                store_tag(connection, entry.conversation_id, (write.id, name), present=is_added)
            self._record_sent(connection, entry, part, answer.request_id)
        self._emit(ConversationsStored((entry.conversation_id,)))
        self._emit(OutboxChanged((entry.conversation_id,)))

    def _end_sent(self, entry: QueuedWrite, part_id: int | None = None) -> None:
        """It was found in the conversation, or there was nothing to do."""
        with self._database.transaction() as connection:
            self._record_sent(connection, entry, part_id)
        self._emit(OutboxChanged((entry.conversation_id,)))

    def _record_sent(
        self, connection: Connection, entry: QueuedWrite, part_id: int | None, request_id: str = ""
    ) -> None:
        # As it is stored: its text is erased when the conversation is deleted meanwhile.
        (stored,) = read_writes(self._database, [entry.id])
        content = without_data(stored.write)
        change_write(
            connection,
            entry.id,
            among=GOING,
            **({} if content is stored.write else {"content": content}),
            state=WriteState.SENT,
            part_id=part_id,
            request_id=request_id,
            error="",
            reason="",
            ended_at=self._clock.now(),
        )
        forget_refused(self._database, entry.admin_id, entry.kind)
        note_user_change(self._database)

    def _hold(self, entry: QueuedWrite, reason: HeldReason, words: str) -> None:
        self._end(entry, WriteState.HELD, words, reason)

    def _end(self, entry: QueuedWrite, state: WriteState, error: str, reason: str = "") -> None:
        """End a write that was not sent, as held or failed, and hold those that were to follow it."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            ended = change_write(
                connection,
                entry.id,
                among=GOING,
                state=state,
                error=error,
                reason=reason,
                ended_at=now,
            )
            if ended:
                words = f"change {entry.id}, which was to go before it, was not sent"
                hold_later(connection, entry, now, words)
            note_user_change(self._database)
        logger.warning("change %d of the outbox is %s: %s", entry.id, state, error)
        self._emit(OutboxChanged((entry.conversation_id,)))

    def _change(self, entry: QueuedWrite, among: Collection[WriteState], **columns: Any) -> bool:
        with self._database.transaction() as connection:
            changed = change_write(connection, entry.id, among=among, **columns)
            note_user_change(self._database)
        if changed:
            self._emit(OutboxChanged((entry.conversation_id,)))
        return changed


def has_effect(write: Write, current: ConversationRecord) -> bool:
    """Whether a conversation is as a write wants it; never for messages."""
    tag = write.id if isinstance(write, AddTag | RemoveTag) else None
    now = ChangeableFields(
        state=current.state,
        snoozed_until=current.snoozed_until,
        assignee_id=current.assignee_id,
        team_id=current.team_id,
        title=current.title,
        read=current.read,
        has_tag=any(id_ == tag for id_, _ in current.tags),
    )
    return is_as_wanted(write, now)


def fingerprint_of_write(write: Write, admin_id: int) -> str:
    """What a message is recognised by in a thread; empty for what is not a message."""
    if not isinstance(write, Note | Reply):
        return ""
    kind = "note" if isinstance(write, Note) else "reply"
    return _fingerprint(admin_id, kind, html_to_text(message_html(write.text)))


def fingerprint_of_part(part: PartRecord) -> str:
    """The same of a part of a thread."""
    kind = "note" if part.type in NOTE_TYPES else "reply"
    return _fingerprint(part.author_id if part.author_kind == "admin" else "", kind, part.text)


def _fingerprint(author: object, kind: str, text: str) -> str:
    # Intercom may arrange blanks otherwise.
    words = " ".join(text.split())
    return hashlib.sha256(f"{author}\n{kind}\n{words}".encode()).hexdigest()[:32]


def _newer_words(newer: Iterable[PartRecord]) -> str:
    parts = list(newer)
    last = parts[-1]
    who = last.author_name or ("a teammate" if last.author_kind == "admin" else "the customer")
    more = f", and {len(parts) - 1} more" if len(parts) > 1 else ""
    return f"{who} wrote at {clock_time(from_epoch(last.created_at), None)}{more}"
