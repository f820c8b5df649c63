"""What the names in a query stand for: `assignee:ada`, `team:billing`, `tag:"late refund"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tui.domain import Directory, Name
from tui.query import And, Node, Not, Or, Query, QueryError, Who
from tui.query.syntax import term
from tui.store.search_query import Ids
from tui.text import nearest

_CHOICES = 5
"""How many names an error offers."""


def resolve(query: Query, read: Callable[[], Directory]) -> Ids:
    """Ids for every name in the query (0 stands for "none").

    A name stands for all that it is a whole word's beginning of; an exact match wins alone. While a
    directory is still empty (nothing synced yet) a name stands for nobody. Raises `QueryError` at the place
    of a name that fits nothing. The directory is read only for a query that names somebody.
    """
    names = list(_names(query.expression))
    if not names:
        return {}
    directory = read()
    return {who: _ids(who, query.source, directory) for who in names}


def _names(node: Node | None) -> Iterator[Who]:
    match node:
        case Who():
            yield node
        case Not(operand):
            yield from _names(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _names(operand)


def _ids(who: Who, source: str, directory: Directory) -> tuple[int, ...]:
    known = {"assignee": directory.admins, "team": directory.teams, "tag": directory.tags}[who.field]
    wanted = who.value.casefold().strip()
    if wanted == "none":
        return (0,)
    if wanted == "me" and who.field == "assignee":
        return (directory.me.id,) if directory.me else ()
    if not known:
        return ()
    exact = [n for n in known if wanted in {n.name.casefold(), _slug(n.name), n.email.casefold()}]
    found = exact or [n for n in known if _starts(n, wanted)]
    if found:
        return tuple(n.id for n in found)
    close = nearest(who.value, [word for n in known for word in (n.name, *n.name.split())])
    hint = f"did you mean {close}?" if close else f"known: {_some(known)}"
    kind = {"assignee": "teammate", "team": "team", "tag": "tag"}[who.field]
    message = f"no {kind} is called “{who.value}”; {hint}"
    raise QueryError(message, *who.span, source, term(who.field, close) if close else None)


def _starts(name: Name, wanted: str) -> bool:
    full = name.name.casefold()
    return (
        full.startswith(wanted)
        or _slug(name.name).startswith(wanted)
        or name.email.casefold().startswith(wanted)
        or any(word.startswith(wanted) for word in full.split())
    )


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def _some(names: tuple[Name, ...]) -> str:
    listed = ", ".join(n.name for n in names[:_CHOICES])
    return f"{listed}, …" if len(names) > _CHOICES else listed
