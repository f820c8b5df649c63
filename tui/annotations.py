"""Local triage: stars, "done for today", follow-ups and private notes, each step undoable.

Nothing of this is ever sent to Intercom. Every call writes one short transaction and emits nothing: whoever
shows the conversations refreshes them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, tzinfo

from tui.clock import Clock, from_epoch, to_epoch
from tui.domain import Action, Annotation, FollowUp, SharedNote, SkipRecord
from tui.formatting import counted
from tui.store.action_log import add_step, next_redo, next_undo, redo_step, undo_step
from tui.store.annotations import (
    Field,
    Value,
    all_beyond,
    are_stored,
    as_list,
    drop_expired,
    read_annotations,
    read_differing,
    read_due,
    read_shared_note,
    take_due,
    write_field,
)
from tui.store.database import Database
from tui.store.models import Skip
from tui.text import clean, one_line
from tui.timeframe import parse_moment

LONGEST_NOTE = 20_000
"""Characters."""


class Annotations:
    """The overlay of one workspace. May be used from any thread.

    Conversations that are not stored, or deleted, are left out of every step. Raises a `StoreError` when
    the database cannot be written.
    """

    def __init__(self, database: Database, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._clock = clock
        self._tz = tz

    # --- steps

    def star(self, ids: Iterable[int], on: bool = True) -> Action:
        return self._set(Field.STARRED, int(on), ids, "Starred {}" if on else "Unstarred {}")

    def done_today(self, ids: Iterable[int], on: bool = True) -> Action:
        """Mark as done until the next local midnight, or take that back."""
        words = "Marked {} done for today" if on else "Marked {} as not done"
        return self._set(Field.DONE_UNTIL, self._midnight() if on else None, ids, words)

    def follow_up(self, ids: Iterable[int], at: datetime | None) -> Action:
        """Have these brought up again at a time; None: no longer.

        Raises `ValueError` for a naive datetime and for one that is not in the future.
        """
        if at is None:
            return self._set(Field.FOLLOW_UP_AT, None, ids, "Cleared the follow-up of {}")
        shown = f"{at.astimezone(self._tz):%Y-%m-%d %H:%M}"
        if to_epoch(at) <= to_epoch(self._clock()):
            raise ValueError(f"a follow-up must lie in the future, {shown} does not")
        return self._set(Field.FOLLOW_UP_AT, to_epoch(at), ids, f"Set the follow-up of {{}} for {shown}")

    def write_note(self, ids: Collection[int], text: str) -> Action:
        """Replace the private notes on these by one text; an empty one removes them.

        Raises `ValueError` for one of more than 20,000 characters, `LookupError` when none of the
        conversations is stored (any more).
        """
        text = clean(text).strip()
        if len(text) > LONGEST_NOTE:
            raise ValueError(f"the note has {len(text):,} characters; {LONGEST_NOTE:,} are allowed")
        words = "Wrote a note on" if text else "Removed the note on"
        with self._database.transaction(fenced=False) as connection:
            self._expect(connection, ids)
            return self._step(connection, Field.NOTE, text, ids, f"{words} {{}}")

    def undo(self) -> Action | None:
        """Take the newest step back, on all its conversations; None when there is nothing to undo.

        The action is the one that was undone, with its own description.
        """
        with self._database.transaction(fenced=False) as connection:
            return undo_step(connection)

    def redo(self) -> Action | None:
        """Do again what was undone last; None when there is nothing, as after any new step."""
        with self._database.transaction(fenced=False) as connection:
            return redo_step(connection)

    @property
    def can_undo(self) -> str | None:
        """The description of what `undo()` would take back, such as "Starred 12 conversations"."""
        return next_undo(self._database)

    @property
    def can_redo(self) -> str | None:
        """The description of what `redo()` would do again."""
        return next_redo(self._database)

    # --- reads

    def read(self, ids: Iterable[int]) -> Mapping[int, Annotation]:
        """What is noted about these conversations; those without anything noted are left out."""
        return read_annotations(self._database, ids, to_epoch(self._clock()))

    def are_starred(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are starred."""
        return all_beyond(self._database, Field.STARRED, 0, ids)

    def are_done(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are done for today."""
        return all_beyond(self._database, Field.DONE_UNTIL, to_epoch(self._clock()), ids)

    def shared_note(self, ids: Iterable[int]) -> SharedNote:
        """The note that these have in common, and how many have one."""
        return read_shared_note(self._database, ids)

    def due_follow_ups(self, now: datetime) -> list[FollowUp]:
        """Every follow-up whose time has come and that was not cleared, oldest first."""
        return read_due(self._database, to_epoch(now))

    def take_due(self, now: datetime) -> list[FollowUp]:
        """Those of them to announce now: each is given out once, whatever process asks. Usually none."""
        return take_due(self._database, to_epoch(now))

    # --- play mode

    def skip(self, conversation_id: int, reason: str = "") -> None:
        """Remember that a conversation was passed over. Raises `LookupError` when it is not stored."""
        with self._database.transaction(fenced=False) as connection:
            self._expect(connection, (conversation_id,))
            Skip.insert(
                conversation_id=conversation_id,
                skipped_at=to_epoch(self._clock()),
                reason=one_line(reason),
            ).bind(self._database.peewee).execute()

    def skips(self, conversation_id: int) -> list[SkipRecord]:
        """When and why a conversation was passed over, newest first."""
        found = (
            Skip.select()
            .where(Skip.conversation_id == conversation_id)
            .order_by(Skip.id.desc())
            .bind(self._database.peewee)
        )
        return [SkipRecord(from_epoch(skip.skipped_at), skip.reason) for skip in found]

    # --- inside

    def _set(self, field: Field, value: Value, ids: Iterable[int], words: str) -> Action:
        with self._database.transaction(fenced=False) as connection:
            return self._step(connection, field, value, ids, words)

    def _step(
        self, connection: sqlite3.Connection, field: Field, value: Value, ids: Iterable[int], words: str
    ) -> Action:
        now = to_epoch(self._clock())
        if field is Field.DONE_UNTIL:
            drop_expired(connection, now)
        chosen = as_list(ids)
        before = read_differing(connection, field, value, chosen)
        count = sum(alike.count for alike in before.values())
        if not count:
            return Action(0, "Nothing to change", 0)
        description = words.format(counted(count, "conversation"))
        write_field(connection, field, value, chosen)
        id_ = add_step(connection, field, value, before, description=description, made_at=now)
        return Action(id_, description, count)

    def _expect(self, connection: sqlite3.Connection, ids: Collection[int]) -> None:
        if not are_stored(connection, ids):
            lone = len(ids) == 1
            which = f"conversation {next(iter(ids))} is not" if lone else "none of the conversations is"
            raise LookupError(f"{which} in the mirror")

    def _midnight(self) -> int:
        _, end = parse_moment("today", now=self._clock(), tz=self._tz)
        return to_epoch(end) + 1
