"""Acting in Intercom: everything is put into the outbox, from where the sync engine sends it.

Nothing here talks to Intercom, and nothing waits for it. Whatever is done can be taken back for a while, and
afterwards by its opposite where there is one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import msgspec

from tui.clock import Clock, from_epoch, to_epoch
from tui.domain import Directory, MacroText, Name
from tui.formatting import counted
from tui.settings import Settings
from tui.store.database import Connection, Database
from tui.store.directory import read_directory
from tui.store.drafts import read_draft, read_saved_at, save_draft
from tui.store.macros import read_macros
from tui.store.outbox import (
    add_writes,
    change_write,
    count_going_batches,
    count_open,
    count_tags,
    newest_batch,
    pending_among,
    read_all,
    read_batch,
    read_before,
    read_of,
    read_open,
    read_seen,
    read_writes,
    reversed_of,
)
from tui.store.refused_writes import read_refused
from tui.store.settings_table import read_setting, write_setting
from tui.store.user_changes import UserChanges
from tui.writes import (
    CHECKED_BEFORE,
    IN_BULK,
    LARGEST_BULK,
    NOBODY,
    UNDECIDED,
    AddTag,
    Assign,
    BadWrite,
    ChangeableFields,
    Close,
    MarkRead,
    Note,
    Open,
    QueuedWrite,
    RemoveTag,
    Reply,
    Seen,
    SetTitle,
    Snooze,
    Write,
    WriteState,
    check_write,
    is_as_wanted,
    kind_of,
)

POLL = 0.05
"""Seconds between two looks at a write that is waited for; another process may send it."""
_CONFIRMED = "act_as_confirmed"
"""Setting: the teammate whose name a person agreed to use."""


class ActingOff(Exception):
    """Nothing may be changed in Intercom, or not this; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom, and where, something is done."""

    teammate: Name
    workspace: str
    region: str
    """"US", "EU" or "AU"; empty when that is not known."""
    is_own: bool
    """Whether it is the teammate the token belongs to."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of several conversations will do: each of their ids is in one of the lists."""

    write: Write
    change: tuple[int, ...]
    already: tuple[int, ...]
    """They are as wanted."""
    changed: tuple[int, ...]
    """Something happened to them since the user looked: left out."""
    reopened: tuple[int, ...]
    """Closed ones that an assignment would reopen: left out."""
    pending: tuple[int, ...]
    """Their messages are still being fetched, so that nobody knows what was said: left out."""
    unknown: tuple[int, ...]
    """Not in the mirror."""
    seen: Mapping[int, Seen]
    """How far those in `change` were known: what is confirmed is of this."""

    @property
    def words(self) -> str:
        """ "312 will be closed · 4 are closed already · 9 changed since you looked (left out)"."""
        will, are = _BULK_WORDS[kind_of(self.write)]
        said = [f"{len(self.change):,} will be {will}"]
        if n := len(self.already):
            said.append(f"{n:,} {'is' if n == 1 else 'are'} {are} already")
        if n := len(self.changed):
            said.append(f"{n:,} changed since you looked (left out)")
        if n := len(self.reopened):
            said.append(f"assigning reopens closed ones: {n:,} left out")
        if n := len(self.pending):
            said.append(f"{n:,} whose messages are still being fetched (left out)")
        if n := len(self.unknown):
            said.append(f"{n:,} not in the mirror")
        return " · ".join(said)


_BULK_WORDS = {
    "close": ("closed", "closed"),
    "open": ("opened", "open"),
    "snooze": ("snoozed", "snoozed until then"),
    "assign": ("assigned", "assigned so"),
    "tag": ("tagged", "tagged so"),
    "untag": ("untagged", "without the tag"),
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo of writes did, in numbers of writes."""

    batch: int
    cancelled: int
    """They were not sent, and will not be."""
    inverse: int
    """They were sent; their opposite is in the outbox now."""
    sending: int
    """They are being sent at this moment: another undo reverses them."""
    too_late: int
    """Sent replies and notes, which cannot be taken back."""
    unsure: int
    """Of those not sent any more, how many may have arrived all the same."""
    conversation_ids: tuple[int, ...]
    refused: str = ""
    """Why sent changes were not reversed, in one line; empty if they were, or there were none."""

    @property
    def words(self) -> str:
        """One line for people."""
        said = []
        if before := self.cancelled - self.unsure:
            said.append(f"{counted(before, 'change')} taken back before sending")
        if self.unsure:
            said.append(
                f"{counted(self.unsure, 'change')} may have arrived: look in Intercom; not sent again"
            )
        if self.inverse:
            said.append(f"{counted(self.inverse, 'change')} will be reversed in Intercom")
        if self.sending:
            said.append(f"{counted(self.sending, 'change')} being sent right now: undo again in a moment")
        if self.too_late:
            one = self.too_late == 1
            what = "a sent message" if one else f"{self.too_late} sent messages"
            said.append(f"{what} cannot be taken back")
        if self.refused:
            said.append(f"what was sent stays: {self.refused}")
        return ", ".join(said) or "Nothing to take back"


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How much of the outbox has no outcome."""

    going: int = 0
    held: int = 0
    failed: int = 0
    sent: int = 0
    """Of the batches that are going, how many of their changes were sent."""
    of: int = 0
    """How many changes those batches have."""


class Batch:
    """Writes that were made together: a handle on their rows in the outbox."""

    def __init__(self, outbox: Outbox, number: int, ids: Sequence[int]) -> None:
        self._outbox = outbox
        self.number = number
        self.ids = tuple(ids)

    @property
    def writes(self) -> list[QueuedWrite]:
        """As they are now."""
        return self._outbox.read(self.ids)

    @property
    def has_ended(self) -> bool:
        """Whether each has an outcome."""
        return all(write.has_ended for write in self.writes)

    def wait(self, timeout: float | None = None) -> list[QueuedWrite]:
        """Block until each has an outcome, and return them. Raises `TimeoutError` after `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.has_ended:
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"not sent within {timeout:g} seconds")
            time.sleep(POLL)
        return self.writes

    def undo(self) -> Undone:
        """Take them back: see `Outbox.undo`."""
        return self._outbox.undo_batch(self.number)


class Outbox:
    """The writes of one workspace. May be used from any thread.

    `settings` gives the settings as they are now; `on_added` is called when something is to be sent. Raises a
    `StoreError` when the database cannot be written.
    """

    def __init__(
        self,
        database: Database,
        changes: UserChanges,
        clock: Clock,
        session: str,
        settings: Callable[[], Settings],
        on_added: Callable[[], None],
    ) -> None:
        self._database = database
        self._changes = changes
        self._clock = clock
        self._session = session
        self._settings = settings
        self._on_added = on_added
        self._steps: dict[int, int] = {}
        """Batch → its place among all that was done here."""
        self.can_undo = False
        """Whether this session had something to take back, after what it did last."""
        self._left: set[int] = set()
        """Batches of which nothing is left to take back."""

    # --- who, and whether

    def identity(self) -> Identity | None:
        """As whom changes are made; None while no sync has asked Intercom who the token belongs to."""
        return self._identity_in(read_directory(self._database))

    def _identity_in(self, directory: Directory) -> Identity | None:
        me, chosen = read_setting(self._database, "me"), self._settings().act_as
        if me is None:
            return None
        id_ = chosen or int(me)
        known = {admin.id: admin for admin in directory.admins}
        teammate = known.get(id_, Name(id_, f"teammate {id_}"))
        if id_ == int(me):
            seat = {"1": True, "0": False}.get(read_setting(self._database, "has_inbox_seat") or "")
            teammate = replace(teammate, has_inbox_seat=seat)
        workspace = read_setting(self._database, "app_name") or read_setting(self._database, "app") or ""
        return Identity(
            teammate, workspace, read_setting(self._database, "region") or "", is_own=id_ == int(me)
        )

    def why_off(self) -> str | None:
        """Why nothing may be changed in Intercom at all, in one line; None if that is allowed."""
        settings = self._settings()
        if settings.read_only:
            source = settings.overrides.get("read_only", "read_only = true in the settings")
            return f"nothing is changed in Intercom: {source}"
        if self._database.read_only:
            return "nothing is changed in Intercom: the database can only be read"
        if not settings.writes:
            return "acting in Intercom is off: set writes = true in the settings"
        return None

    def is_on(self) -> bool:
        """Whether anything may be changed in Intercom at all."""
        return self.why_off() is None

    def refusal(self, kind: str = "") -> str | None:
        """Why something of this kind (empty: anything) cannot be done now, in one line; None if it can."""
        return self.why_off() or self.obstacle(kind)

    def obstacle(self, kind: str = "") -> str | None:
        """The same, apart from what the settings and the file say."""
        directory = read_directory(self._database)
        identity = self._identity_in(directory)
        if identity is None:
            return "it is not known yet who the access token belongs to: sync once first"
        who = identity.teammate
        if not identity.is_own and who not in directory.admins:
            return f"act_as: there is no teammate {who.id} in {identity.workspace}"
        if self._is_unconfirmed(identity):
            return (
                f"act_as sends what you write in the name of {who.name}: confirm it once"
                " in the dashboard, or with `fastintercom outbox act-as`"
            )
        if who.has_inbox_seat is False:
            return f"{who.name} has no Inbox seat in Intercom, which changes need"
        return read_refused(self._database, who.id, kind, to_epoch(self._clock())) if kind else None

    def unconfirmed(self) -> Name | None:
        """The teammate that `act_as` names, as long as no person has agreed to use their name."""
        directory = read_directory(self._database)
        identity = self._identity_in(directory)
        if identity is None or identity.teammate not in directory.admins:
            return None
        return identity.teammate if self._is_unconfirmed(identity) else None

    def _is_unconfirmed(self, identity: Identity) -> bool:
        agreed = read_setting(self._database, _CONFIRMED)
        return not identity.is_own and agreed != str(identity.teammate.id)

    def confirm_act_as(self, admin_id: int) -> None:
        """A person agreed to act as this teammate."""
        with self._changes.transaction():
            write_setting(self._database, _CONFIRMED, str(admin_id))

    # --- doing something

    def act(
        self, write: Write, conversation_ids: Iterable[int], seen: Mapping[int, Seen] | None = None
    ) -> Batch:
        """Put a change of these conversations into the outbox, as one batch; it goes when its undo window
        ends.

        `seen` says how far the user knew some of them; without it, what is stored counts as known.

        Raises `ActingOff`, `BadWrite` for what Intercom would refuse, and `LookupError` for a conversation
        that is not in the mirror.
        """
        ids = list(dict.fromkeys(conversation_ids))
        kind = kind_of(write)
        if (reason := self.refusal(kind)) is not None:
            raise ActingOff(reason)
        write = self._checked(write)
        if not ids:
            raise BadWrite("no conversation was chosen")
        if len(ids) > LARGEST_BULK:
            raise BadWrite(
                f"{len(ids):,} conversations are too many for one change; {LARGEST_BULK:,} are allowed"
            )
        if len(ids) > 1 and kind not in IN_BULK:
            raise BadWrite(f"a {kind} is of one conversation, not of {len(ids):,}")
        return self._add(kind, [(id_, write) for id_ in ids], seen or {})

    def preview(
        self, write: Write, conversation_ids: Iterable[int], looked_at: Mapping[int, int] | None = None
    ) -> Preview:
        """What a change of these conversations would do; nothing is changed.

        `looked_at` has the `updated_at` (epoch seconds) that the user saw of some of them. Raises `BadWrite`.
        """
        write = self._checked(write)
        if kind_of(write) not in IN_BULK:
            raise BadWrite(f"a {kind_of(write)} is of one conversation")
        ids = list(dict.fromkeys(conversation_ids))
        before, seen, pending = self._database.snapshot(
            lambda snapshot: (
                read_before(snapshot.connection, ids, write),
                read_seen(snapshot.connection, ids),
                pending_among(snapshot.connection, ids) if kind_of(write) in CHECKED_BEFORE else frozenset(),
            ),
            interruptible=False,
        )
        sorted_: dict[str, list[int]] = {
            k: [] for k in ("change", "already", "changed", "reopened", "pending", "unknown")
        }
        for id_ in ids:
            if id_ not in before:
                sorted_["unknown"].append(id_)
            elif looked_at is not None and looked_at.get(id_, seen[id_].updated_at) != seen[id_].updated_at:
                sorted_["changed"].append(id_)
            elif is_as_wanted(write, before[id_]):
                sorted_["already"].append(id_)
            elif id_ in pending:
                sorted_["pending"].append(id_)
            elif isinstance(write, Assign) and before[id_].state == "closed":
                sorted_["reopened"].append(id_)
            else:
                sorted_["change"].append(id_)
        known = {id_: seen[id_] for id_ in sorted_["change"]}
        return Preview(write, **{name: tuple(found) for name, found in sorted_.items()}, seen=known)

    def seen(self, conversation_ids: Iterable[int]) -> dict[int, Seen]:
        """How far these conversations are stored now, for `act`: read it before what is shown of them."""
        ids = list(conversation_ids)
        return self._database.snapshot(
            lambda snapshot: read_seen(snapshot.connection, ids), interruptible=False
        )

    def undo(self) -> Undone | None:
        """Take back the newest batch of this session; None when there is none.

        What waits is cancelled. What was sent is reversed where there is an opposite; a sent message is not.
        """
        newest = newest_batch(self._database, self._session, self._left)
        if newest is None:
            return None
        undone = self.undo_batch(newest)
        if not undone.sending and not undone.refused:
            self._left.add(newest)  # a sent message stays the newest, and must not keep older ones from undo
        self.can_undo = newest_batch(self._database, self._session, self._left) is not None
        return undone

    def newest_step(self) -> int:
        """The place of what `undo` takes back among all that was done here; 0 when there is nothing."""
        newest = newest_batch(self._database, self._session, self._left)
        return 0 if newest is None else self._steps.get(newest, 0)

    def undo_batch(self, batch: int) -> Undone:
        """Take back a batch, of whatever session. Raises `ActingOff` when all that is left to do takes a
        change that may not be made."""
        now = to_epoch(self._clock())
        inverse: list[tuple[int, Write, int]] = []
        cancelled = sending = too_late = unsure = 0
        touched: list[int] = []
        with self._changes.transaction() as connection:
            reversed_ = reversed_of(connection, batch)
            for entry in read_batch(self._database, batch):
                if entry.id in reversed_:
                    continue
                stoppable = {WriteState.WAITING, *UNDECIDED}
                if change_write(
                    connection, entry.id, among=stoppable, state=WriteState.CANCELLED, ended_at=now
                ):
                    cancelled += 1
                    # What Intercom refused had no effect.
                    unsure += bool(entry.attempts) and entry.state is not WriteState.FAILED
                elif entry.state is WriteState.CANCELLED:
                    continue
                elif entry.state is WriteState.SENDING:
                    sending += 1
                elif isinstance(entry.write, Note | Reply):
                    too_late += 1
                else:
                    inverse += [(entry.conversation_id, one, entry.id) for one in inverse_of(entry, now)]
                touched.append(entry.conversation_id)
            stored = read_seen(connection, [id_ for id_, _, _ in inverse])
            inverse = [one for one in inverse if one[0] in stored]  # what was deleted since stays so
            refused = (self.refusal() or "") if inverse else ""
            if refused and not cancelled:
                raise ActingOff(refused)
            if refused:
                inverse = []
            if inverse:
                self._insert(
                    connection,
                    [(id_, write) for id_, write, _ in inverse],
                    window=0,
                    undoes=[undone for _, _, undone in inverse],
                )
        if inverse:
            self._on_added()
        count = len({undone for _, _, undone in inverse})
        ids = tuple(dict.fromkeys(touched))
        return Undone(batch, cancelled, count, sending, too_late, unsure, ids, refused)

    def retry(self, id_: int) -> QueuedWrite:
        """Send a held or failed write after all: the person has seen what is in the thread now.

        Raises `LookupError` for one that is neither, and `ActingOff`.
        """
        return self._revive(id_, None)

    def edit(self, id_: int, text: str) -> QueuedWrite:
        """Give a message that was not sent another text; it goes when its undo window ends.

        Raises as `retry`, `BadWrite`, and `LookupError` for what is no message.
        """
        return self._revive(id_, text)

    def drop(self, id_: int) -> QueuedWrite:
        """Decide that a write is not sent. Raises `LookupError` for one that was, or is being sent."""
        with self._changes.transaction() as connection:
            stoppable = {WriteState.WAITING, *UNDECIDED}
            now = to_epoch(self._clock())
            if not change_write(connection, id_, among=stoppable, state=WriteState.CANCELLED, ended_at=now):
                raise LookupError(self._why_not(id_, "dropped"))
        return self.read([id_])[0]

    # --- reads

    def read(self, ids: Iterable[int]) -> list[QueuedWrite]:
        """These writes as they are now, in the order of their ids; unknown ones are left out."""
        return read_writes(self._database, ids)

    def open(self, conversation_ids: Iterable[int] | None = None) -> list[QueuedWrite]:
        """What is going, held or failed, the oldest first; of all conversations, or of these."""
        return read_open(self._database, conversation_ids)

    def counts(self) -> OutboxCounts:
        """How much has no outcome yet, and how far the batches are that are being sent."""
        open_, (sent, of) = count_open(self._database), count_going_batches(self._database)
        going = open_.get(WriteState.WAITING, 0) + open_.get(WriteState.SENDING, 0)
        return OutboxCounts(going, open_.get(WriteState.HELD, 0), open_.get(WriteState.FAILED, 0), sent, of)

    def tags_of(self, conversation_ids: Iterable[int]) -> dict[int, int]:
        """Of how many of these conversations each tag is one."""
        return count_tags(self._database, conversation_ids)

    def history(self, limit: int = 100) -> list[QueuedWrite]:
        """Every write there ever was, the newest first."""
        return read_all(self._database, limit)

    def of(self, conversation_id: int) -> list[QueuedWrite]:
        """Every write on a conversation, the oldest first."""
        return read_of(self._database, conversation_id)

    def macros(self) -> list[MacroText]:
        """The workspace's macros, by name, as of the last sync that read them."""
        return read_macros(self._database)

    def draft(self, conversation_id: int) -> tuple[str, str] | None:
        """(kind, text) of the message that is being written to a conversation; None when there is none."""
        return read_draft(self._database, conversation_id)

    def draft_saved_at(self, conversation_id: int) -> datetime | None:
        """When the draft was saved last; None when there is none."""
        second = read_saved_at(self._database, conversation_id)
        return None if second is None else from_epoch(second)

    def save_draft(self, conversation_id: int, kind: str, text: str) -> None:
        """Keep what is being written ("reply" or "note"); an empty text discards it."""
        with self._database.user_transaction() as connection:
            save_draft(connection, conversation_id, kind, text, to_epoch(self._clock()))

    # --- inside

    def _checked(self, write: Write) -> Write:
        write = check_write(write, to_epoch(self._clock()))
        directory = read_directory(self._database)
        known: dict[str, Collection[int]] = {
            "teammate": [a.id for a in directory.admins],
            "team": [t.id for t in directory.teams],
            "tag": [t.id for t in directory.tags],
        }
        match write:
            case Assign(to=to, id=id_) if id_ != NOBODY and id_ not in known[to]:
                raise BadWrite(f"there is no {to} {id_} in this workspace")
            case AddTag(id=id_, new_name="") | RemoveTag(id=id_) if id_ not in known["tag"]:
                raise BadWrite(f"there is no tag {id_} in this workspace")
            case _:
                return write

    def _add(self, kind: str, writes: Sequence[tuple[int, Write]], seen: Mapping[int, Seen]) -> Batch:
        window = self._settings().undo_window_of(kind)
        with self._changes.transaction() as connection:
            ids = self._insert(connection, writes, seen, window=window)
        self._steps[ids[0]] = self._changes.next_step()
        self.can_undo = True
        self._on_added()
        return Batch(self, ids[0], ids)

    def _insert(
        self,
        connection: Connection,
        writes: Sequence[tuple[int, Write]],
        known: Mapping[int, Seen] = MappingProxyType({}),
        *,
        window: int,
        undoes: Sequence[int | None] | None = None,
    ) -> list[int]:
        identity = self.identity()
        assert identity is not None  # noqa: S101 - `refusal` has looked
        conversations = list(dict.fromkeys(id_ for id_, _ in writes))
        seen = read_seen(connection, conversations)
        before = read_before(connection, conversations, writes[0][1])
        if missing := [id_ for id_ in conversations if id_ not in seen]:
            raise LookupError(f"conversation {missing[0]} is not in the mirror")
        now = to_epoch(self._clock())
        return add_writes(
            connection,
            [(id_, write, known.get(id_, seen[id_]), before[id_]) for id_, write in writes],
            session=self._session,
            admin_id=identity.teammate.id,
            now=now,
            due_at=now + window,
            undoes=undoes,
        )

    def _revive(self, id_: int, text: str | None) -> QueuedWrite:
        with self._changes.transaction() as connection:
            found = self.read([id_])
            if not found or found[0].state not in {
                *UNDECIDED,
                *([WriteState.WAITING] if text is not None else []),
            }:
                raise LookupError(self._why_not(id_, "sent again" if text is None else "edited"))
            entry = found[0]
            # What Intercom refused lately may be tried again: a person asks for just this.
            if (reason := self.refusal()) is not None:
                raise ActingOff(reason)
            write = entry.write
            now = to_epoch(self._clock())
            due = now
            if text is not None:
                if not isinstance(write, Note | Reply):
                    raise LookupError(f"change {id_} is no message")
                write = check_write(msgspec.structs.replace(write, text=text), now)
                due = now + self._settings().undo_window_of(entry.kind)
            seen = read_seen(connection, [entry.conversation_id]).get(entry.conversation_id)
            if seen is None:
                raise LookupError(f"conversation {entry.conversation_id} is not in the mirror")
            change_write(
                connection,
                id_,
                among={WriteState.WAITING, *UNDECIDED},
                state=WriteState.WAITING,
                content=write,
                reason="",
                error="",
                seen=seen,
                due_at=due,
                ended_at=None,
            )
        self._on_added()
        return self.read([id_])[0]

    def _why_not(self, id_: int, done: str) -> str:
        found = self.read([id_])
        if not found:
            return f"there is no change {id_} in the outbox"
        return f"change {id_} is {found[0].state}: it cannot be {done}"


def inverse_of(entry: QueuedWrite, now: int) -> tuple[Write, ...]:
    """What takes a sent write back; empty for messages, and where nothing was changed."""
    before = entry.before
    match entry.write:
        case Close() | Open() | Snooze():
            if is_as_wanted(entry.write, before):
                return ()
            return (_state_again(before, now),)
        case Assign(to=to):
            previous = before.team_id if to == "team" else before.assignee_id
            back = Assign(to, previous or NOBODY)
            return (back, Close()) if before.state == "closed" else (back,)
        case AddTag(id=tag):
            return () if before.has_tag else (RemoveTag(tag),)
        case RemoveTag(id=tag):
            return (AddTag(tag),) if before.has_tag else ()
        case SetTitle():
            return (SetTitle(before.title),)
        case MarkRead():
            return (MarkRead(before.read),)
        case Note() | Reply():
            return ()


def _state_again(before: ChangeableFields, now: int) -> Write:
    if before.state == "closed":
        return Close()
    if before.state == "snoozed" and before.snoozed_until is not None and before.snoozed_until > now:
        return Snooze(before.snoozed_until)
    return Open()
