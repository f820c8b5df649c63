"""What became different in the store since the last look: only what was active since then is looked at."""

from __future__ import annotations

from tui.domain import Changes
from tui.store.database import Database
from tui.store.ingest import DOCID_SHIFT

OVERLAP = 900
"""Seconds of activity time before the newest known that are looked at again: some come in out of turn."""
MOST_WAITING = 1000
LAST = 2**63 - 1
SCHEMA = (
    "CREATE TABLE temp.seen (id INTEGER PRIMARY KEY, docid INTEGER, closed INTEGER)",
    "CREATE TABLE temp.moved (id INTEGER PRIMARY KEY, docid INTEGER, closed INTEGER, was_closed INTEGER)",
)
FILL = (
    "INSERT OR IGNORE INTO temp.seen SELECT id, docid, state = 'closed' FROM conversation"
    " WHERE coalesce(docid, 0) <= ?"
)
MOVED = (
    "INSERT INTO temp.moved SELECT c.id, c.docid, c.state = 'closed', s.closed"
    " FROM conversation c LEFT JOIN temp.seen s ON s.id = c.id WHERE c.docid > ? AND s.docid IS NOT c.docid"
)
WAITING = (
    "SELECT count(*) FROM (SELECT 1 FROM conversation"
    " WHERE waiting_since < ? AND state <> 'closed' AND docid IS NOT NULL LIMIT ?)"
)


class ChangeWatch:
    """Remembers, in tables that no other connection sees, how each conversation stood at the last look.

    The looks of one thread are compared with each other; the first one of a thread finds nothing changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._edge = 0
        """Newer than this in the order of the search index is looked at."""

    def look(self, now: int, waited: int) -> Changes:
        """What came in since the last look, and who has been waiting for more than `waited` seconds."""
        new, reopened = self._moved() if self._has_begun() else self._begin()
        (waiting,) = self._database.one(WAITING, (now - waited, MOST_WAITING + 1))
        return Changes(new, reopened, min(waiting, MOST_WAITING), waited)

    def _has_begun(self) -> bool:
        return bool(self._database.all("SELECT 1 FROM temp.sqlite_master WHERE name = 'moved'"))

    def _begin(self) -> tuple[int, int]:
        for statement in SCHEMA:
            self._database.all(statement)
        self._database.all(FILL, (LAST,))
        self._move_edge("seen")
        return 0, 0

    def _moved(self) -> tuple[int, int]:
        """How many are new, and how many were reopened. One statement reads them all: nothing is missed."""
        known = self._known()
        self._database.all("DELETE FROM temp.moved")
        self._database.all(MOVED, (self._edge,))
        new, reopened = self._database.one(
            "SELECT count(*) FILTER (WHERE was_closed IS NULL),"
            " count(*) FILTER (WHERE was_closed AND NOT closed) FROM temp.moved"
        )
        self._database.all("INSERT OR REPLACE INTO temp.seen SELECT id, docid, closed FROM temp.moved")
        if self._known() != self._database.one("SELECT count(*) FROM conversation")[0]:
            self._database.all(FILL, (self._edge,))  # older ones, that were fetched later
        self._move_edge("moved")
        return (new, reopened) if known else (0, 0)  # that an empty mirror was filled is no news

    def _known(self) -> int:
        return int(self._database.one("SELECT count(*) FROM temp.seen")[0])

    def _move_edge(self, table: str) -> None:
        (newest,) = self._database.one(f"SELECT max(docid) FROM temp.{table}")
        if newest is not None:
            self._edge = max(self._edge, ((newest >> DOCID_SHIFT) - OVERLAP) << DOCID_SHIFT)
