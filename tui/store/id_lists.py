"""Many ids at once, handed to SQLite and back as one JSON list.

SQLite works on such a list without Python's global lock; as rows in Python the ids would block every other
thread.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import msgspec
from peewee import Select, fn

from tui.store.database import Connection


def as_list(ids: Iterable[int] | Iterable[str]) -> str:
    """A JSON list of them."""
    return msgspec.json.encode(list(ids)).decode()


def json_each(text: str) -> Any:
    """The elements of a JSON list as a table with the columns `key` (their place) and `value`."""
    return fn.json_each(text).alias("each")


def listed(ids: str) -> Select:
    """The ids of a JSON list, as a subquery."""
    each = json_each(ids)
    return Select([each], [each.c.value])


def pack(connection: Connection, ids: str) -> bytes:
    """A JSON list of ids as their ascending differences, in JSON, deflated: about two bytes an id."""
    each = json_each(ids)
    previous = fn.lag(each.c.value, 1, 0).over(order_by=[each.c.value])
    differences = Select([each], [(each.c.value - previous).alias("id")]).order_by(each.c.value)
    return zlib.compress(_gather(connection, differences).encode(), 1)


def unpack(connection: Connection, packed: bytes) -> str:
    """The JSON list again, ascending."""
    each = json_each(zlib.decompress(packed).decode())
    ids = Select([each], [fn.sum(each.c.value).over(order_by=[each.c.key]).alias("id")])
    return _gather(connection, ids.order_by(each.c.key))


def _gather(connection: Connection, query: Select) -> str:
    """The column `id` of a query as a JSON list."""
    (gathered,) = connection.run(Select([query], [fn.json_group_array(query.c.id)])).fetchone()
    return str(gathered)
