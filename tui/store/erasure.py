"""Leaving nothing of what was erased in the files of the database.

SQLite and FTS5 only mark what is deleted: its bytes stay in the segments of the search index until these are
merged, in free pages, and in the write-ahead log. `PRAGMA secure_delete` overwrites deleted rows, but copies
of them stay in pages from which they were moved. So whoever deletes what must leave no trace says so, in the
same transaction, and later contacts without a conversation are deleted, the index is merged, the file written
anew, and the log emptied. If that is interrupted, it begins again.
"""

from __future__ import annotations

from collections.abc import Callable

from peewee import fn

from tui.store.database import Connection, Database
from tui.store.errors import Superseded
from tui.store.id_lists import as_list, listed
from tui.store.models import Contact, Conversation, Setting
from tui.store.search_parts import find_erased_part, merge_step
from tui.store.settings_table import read_setting

TO_OVERWRITE = "to_overwrite"
"""Setting: there while something is to be overwritten; its number grows with each erasure."""
ATTEMPTS = 5
"""How often the rewriting of the file begins again because the user writes."""


def note_erasure(connection: Connection) -> None:
    """Something was erased, in this transaction, that is to leave no trace in the files."""
    connection.run(
        Setting.insert(key=TO_OVERWRITE, value="1").on_conflict(
            conflict_target=[Setting.key], update={Setting.value: Setting.value.cast("integer") + 1}
        )
    )


def is_overwriting_due(database: Database) -> bool:
    """Whether something was erased that may have left a trace."""
    return read_setting(database, TO_OVERWRITE) is not None


def overwrite_erased(database: Database, stop: Callable[[], bool] = lambda: False) -> None:
    """Overwrite what is left of what was erased, if anything was; outside of a transaction.

    Takes about 0.1 ms for each stored conversation (`tests/benchmarks/erasure.py`), in short transactions but
    for the last step, which gives way to writes of the user and, after some attempts, is left to the next
    call. Returns soon after `stop()` turns true. Raises `StoreError`; the next call begins again.
    """
    noted = read_setting(database, TO_OVERWRITE)
    if noted is None:
        return
    _delete_contacts(database)
    _merge_index(database, stop)
    for _ in range(ATTEMPTS):
        if stop():
            return
        try:
            database.rewrite(stop)
        except Superseded:
            continue
        with database.transaction():
            database.run(Setting.delete().where(Setting.key == TO_OVERWRITE, Setting.value == noted))
        return


def _delete_contacts(database: Database) -> None:
    """Delete the contacts that are the customer of no conversation any more."""
    theirs = Conversation.select(Conversation.id).where(Conversation.customer == Contact.id)
    is_nobody = ~fn.EXISTS(theirs)
    # They are read first, because that takes long in a large mirror: nobody else could write meanwhile.
    ids = [id_ for (id_,) in database.all(Contact.select(Contact.id).where(is_nobody))]
    if ids:
        with database.transaction() as connection:
            connection.run(Contact.delete().where(Contact.id.in_(listed(as_list(ids))), is_nobody))


def _merge_index(database: Database, stop: Callable[[], bool]) -> None:
    first = True
    while not stop():
        with database.transaction() as connection:
            part = find_erased_part(connection)
            if part is None:
                return
            first = not merge_step(connection, part, first=first)
