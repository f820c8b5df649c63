"""Annotations: stars, "done for today", follow-ups and private notes. Every action can be undone.

Nothing of this is ever sent to Intercom. Every call writes one short transaction and emits nothing: whoever
shows the conversations refreshes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from tui.clock import Clock, to_epoch
from tui.domain import Action, AnnotationDetails, FollowUp, SharedNote
from tui.formatting import counted
from tui.store.action_log import (
    add_action,
    newest_action,
    read_changed,
    read_reversible,
    redo_action,
    undo_action,
)
from tui.store.annotations import (
    Change,
    Field,
    Value,
    add_skip,
    all_have,
    any_is_due,
    are_stored,
    count_distinct,
    delete_expired,
    next_due,
    read_annotations,
    read_changes,
    read_due,
    read_shared_note,
    take_due,
    write_field,
)
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list
from tui.store.user_changes import UserChanges
from tui.text import clean, one_line
from tui.timeframe import parse_moment

LONGEST_NOTE = 20_000
"""Characters."""


class Annotations:
    """The annotations of one workspace. May be used from any thread.

    Conversations that are not stored, or deleted, are left out of every action. Raises a `StoreError` when
    the database cannot be written.
    """

    def __init__(self, database: Database, changes: UserChanges, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._changes = changes
        self._clock = clock
        self._tz = tz
        self.session = secrets.token_hex(8)
        """Names this object in the log of actions: undo is of one's own."""
        self._steps: dict[int, int] = {}
        """Action → its place among all that was done here."""
        self.can_undo = self.can_redo = False
        """Whether this session had something to undo, and to redo, after its last action, undo or redo."""

    # --- actions

    def star(self, ids: Iterable[int], on: bool = True) -> Action:
        return self._set(Field.STARRED, int(on), ids, "Starred {}" if on else "Unstarred {}")

    def done_today(self, ids: Iterable[int], on: bool = True) -> Action:
        """Set as done until the next local midnight or until the customer writes again, whichever is first;
        or as no longer done.

        That also deals with follow-ups that are due: they are cleared, in the same action.
        """
        if not on:
            return self._set(Field.DONE_UNTIL, None, ids, "Marked {} as not done")
        with self._changes.transaction() as connection:
            now, chosen = to_epoch(self._clock()), as_list(ids)
            done = read_changes(connection, Field.DONE_UNTIL, self._midnight(), chosen, now)
            due = read_due(connection, chosen, now)
            count = count_distinct(connection, [change.ids for change in (*done, *due)])
            words = f"Marked {counted(count, 'conversation')} done for today"
            if due:
                cleared = sum(change.count for change in due)
                words += f", with {counted(cleared, 'due follow-up')} cleared"
            return self._act(connection, (*done, *due), count, words, now)

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
        with self._changes.transaction() as connection:
            self._expect(connection, ids)
            now = to_epoch(self._clock())
            changes = read_changes(connection, Field.NOTE, text, as_list(ids), now)
            return self._act_on_field(connection, changes, f"{words} {{}}", now)

    def undo(self, *, anyone: bool = False) -> Action | None:
        """Undo the newest action of this session, or with `anyone` of all, also of other windows and of
        earlier sessions. Returns it; None when there is nothing to undo.

        Only what still is as the action set it is restored; `Action.left` counts the others, `Action.words`
        says all.
        """
        with self._changes.transaction() as connection:
            undone = undo_action(connection, to_epoch(self._clock()), self.session, anyone=anyone)
            self.can_undo, self.can_redo = read_reversible(connection, self.session)
            return undone

    def newest_step(self) -> int:
        """The place of what `undo` takes back among all that was done here; 0 when there is nothing."""
        newest = newest_action(self._database, self.session)
        return 0 if newest is None else self._steps.get(newest, 0)

    def redo(self, *, anyone: bool = False) -> Action | None:
        """Redo what this session (`anyone`: whoever) undid last; None when there is nothing, as after any
        new action. What was changed since is left alone, as by `undo`."""
        with self._changes.transaction() as connection:
            redone = redo_action(connection, to_epoch(self._clock()), self.session, anyone=anyone)
            self.can_undo, self.can_redo = read_reversible(connection, self.session)
            return redone

    # --- reads

    def read(self, ids: Iterable[int]) -> Mapping[int, AnnotationDetails]:
        """The annotations of these conversations by id; those without any are left out."""
        return read_annotations(self._database, ids, to_epoch(self._clock()))

    def are_starred(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are starred."""
        return all_have(self._database, Field.STARRED, ids, to_epoch(self._clock()))

    def are_done(self, ids: Iterable[int]) -> bool:
        """Whether all of these that are stored are done for today."""
        return all_have(self._database, Field.DONE_UNTIL, ids, to_epoch(self._clock()))

    def are_dealt_with(self, ids: Iterable[int]) -> bool:
        """Whether `done_today` has nothing to do: all are done for today, and no follow-up is due."""
        chosen, now = list(ids), to_epoch(self._clock())
        return self.are_done(chosen) and not any_is_due(self._database, chosen, now)

    def shared_note(self, ids: Iterable[int]) -> SharedNote:
        """The note that these have in common, and how many have one."""
        return read_shared_note(self._database, ids)

    def changed_by(self, action_id: int) -> list[int]:
        """The conversations that an action changed, in no order; none of one that is no longer known."""
        return read_changed(self._database, action_id)

    def take_due(self, now: datetime) -> list[FollowUp]:
        """The follow-ups to announce now, oldest first: each is returned once, whatever process asks."""
        return take_due(self._database, to_epoch(now))

    def next_due(self) -> datetime | None:
        """When `take_due` has something to return again, as far as follow-ups are set now."""
        return next_due(self._database)

    # --- play mode

    def skip(self, conversation_id: int, reason: str = "") -> None:
        """Store that a conversation was passed over. Raises `LookupError` when it is not stored."""
        with self._changes.transaction() as connection:
            self._expect(connection, (conversation_id,))
            add_skip(connection, conversation_id, one_line(reason), to_epoch(self._clock()))

    # --- inside

    def _set(self, field: Field, value: Value, ids: Iterable[int], words: str) -> Action:
        with self._changes.transaction() as connection:
            now = to_epoch(self._clock())
            changes = read_changes(connection, field, value, as_list(ids), now)
            return self._act_on_field(connection, changes, words, now)

    def _act_on_field(
        self, connection: Connection, changes: Sequence[Change], words: str, now: int
    ) -> Action:
        """Make changes of one field; `words` has a place for how many conversations."""
        count = sum(change.count for change in changes)
        return self._act(connection, changes, count, words.format(counted(count, "conversation")), now)

    def _act(
        self, connection: Connection, changes: Sequence[Change], count: int, description: str, now: int
    ) -> Action:
        """Make changes of `count` conversations, and log them as one action."""
        delete_expired(connection, now)
        if not changes:
            return Action(0, "Nothing to change", 0)
        for change in changes:
            write_field(connection, change.field, change.after, change.ids)
        id_ = add_action(
            connection,
            changes,
            description=description,
            count=count,
            made_at=now,
            session=self.session,
        )
        self._steps[id_] = self._changes.next_step()
        self.can_undo, self.can_redo = read_reversible(connection, self.session)
        return Action(id_, description, count)

    def _expect(self, connection: Connection, ids: Collection[int]) -> None:
        if not are_stored(connection, ids):
            lone = len(ids) == 1
            which = f"conversation {next(iter(ids))} is not" if lone else "none of the conversations is"
            raise LookupError(f"{which} in the mirror")

    def _midnight(self) -> int:
        _, end = parse_moment("today", now=self._clock(), tz=self._tz)
        return to_epoch(end) + 1
