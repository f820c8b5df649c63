"""Annotations: stars, "done for today", follow-ups and private notes. Every action can be undone.

Nothing of this is ever sent to Intercom. Every call writes one short transaction and emits nothing: whoever
shows the conversations refreshes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, tzinfo

from tui.clock import Clock, to_epoch
from tui.domain import Action, AnnotationDetails, FollowUp, SharedNote
from tui.formatting import counted
from tui.store.action_log import add_action, redo_action, undo_action
from tui.store.annotations import (
    Field,
    Value,
    add_skip,
    all_above,
    are_stored,
    delete_expired,
    read_annotations,
    read_differing,
    read_shared_note,
    take_due,
    write_field,
)
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list
from tui.text import clean, one_line
from tui.timeframe import parse_moment

LONGEST_NOTE = 20_000
"""Characters."""


class Annotations:
    """The annotations of one workspace. May be used from any thread.

    Conversations that are not stored, or deleted, are left out of every action. Raises a `StoreError` when
    the database cannot be written.
    """

    def __init__(self, database: Database, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._clock = clock
        self._tz = tz

    # --- actions

    def star(self, ids: Iterable[int], on: bool = True) -> Action:
        return self._set(Field.STARRED, int(on), ids, "Starred {}" if on else "Unstarred {}")

    def done_today(self, ids: Iterable[int], on: bool = True) -> Action:
        """Set as done until the next local midnight, or no longer done."""
        words = "Marked {} done for today" if on else "Marked {} as not done"
        return self._set(Field.DONE_UNTIL, self._midnight() if on else None, ids, words)

    def follow_up(self, ids: Iterable[int], at: datetime | None) -> Action:
        """Set the time at which the user is reminded of these; None removes it.

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
        with self._database.user_transaction() as connection:
            self._expect(connection, ids)
            return self._act(connection, Field.NOTE, text, ids, f"{words} {{}}")

    def undo(self) -> Action | None:
        """Undo the newest action and return it; None when there is nothing to undo."""
        with self._database.user_transaction() as connection:
            return undo_action(connection)

    def redo(self) -> Action | None:
        """Redo what was undone last; None when there is nothing, as after any new action."""
        with self._database.user_transaction() as connection:
            return redo_action(connection)

    # --- reads

    def read(self, ids: Iterable[int]) -> Mapping[int, AnnotationDetails]:
        """The annotations of these conversations by id; those without any are left out."""
        return read_annotations(self._database, ids, to_epoch(self._clock()))

    def are_starred(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are starred."""
        return all_above(self._database, Field.STARRED, 0, ids)

    def are_done(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are done for today."""
        return all_above(self._database, Field.DONE_UNTIL, to_epoch(self._clock()), ids)

    def shared_note(self, ids: Iterable[int]) -> SharedNote:
        """The note that these have in common, and how many have one."""
        return read_shared_note(self._database, ids)

    def take_due(self, now: datetime) -> list[FollowUp]:
        """The follow-ups to announce now, oldest first: each is returned once, whatever process asks."""
        return take_due(self._database, to_epoch(now))

    # --- play mode

    def skip(self, conversation_id: int, reason: str = "") -> None:
        """Store that a conversation was passed over. Raises `LookupError` when it is not stored."""
        with self._database.user_transaction() as connection:
            self._expect(connection, (conversation_id,))
            add_skip(connection, conversation_id, one_line(reason), to_epoch(self._clock()))

    # --- inside

    def _set(self, field: Field, value: Value, ids: Iterable[int], words: str) -> Action:
        with self._database.user_transaction() as connection:
            return self._act(connection, field, value, ids, words)

    def _act(
        self, connection: Connection, field: Field, value: Value, ids: Iterable[int], words: str
    ) -> Action:
        now = to_epoch(self._clock())
        if field is Field.DONE_UNTIL:
            delete_expired(connection, now)
        chosen = as_list(ids)
        before = read_differing(connection, field, value, chosen)
        count = sum(alike.count for alike in before.values())
        if not count:
            return Action(0, "Nothing to change", 0)
        description = words.format(counted(count, "conversation"))
        write_field(connection, field, value, chosen)
        id_ = add_action(connection, field, value, before, description=description, made_at=now)
        return Action(id_, description, count)

    def _expect(self, connection: Connection, ids: Collection[int]) -> None:
        if not are_stored(connection, ids):
            lone = len(ids) == 1
            which = f"conversation {next(iter(ids))} is not" if lone else "none of the conversations is"
            raise LookupError(f"{which} in the mirror")

    def _midnight(self) -> int:
        _, end = parse_moment("today", now=self._clock(), tz=self._tz)
        return to_epoch(end) + 1
