"""A search index in parts, of text that is folded before it is indexed.

Only the tables change here: what is indexed is written afterwards, in batches (`tui.store.search_rebuild`).
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "DROP TABLE search_index",
    """
    CREATE TABLE search_part (
        number INTEGER NOT NULL PRIMARY KEY,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        documents INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        folding TEXT NOT NULL
    )
    """,
    "CREATE TABLE search_state (content TEXT NOT NULL PRIMARY KEY, below INTEGER)",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
