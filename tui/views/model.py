"""What a view is, and which names, columns and keys it may have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tui.query import Sort
from tui.text import hint, nearest, one_line

LONGEST_NAME = 40
LONGEST_KEY = 20
COLUMNS = ("state", "customer", "subject", "assignee", "team", "tags", "waiting", "created", "updated")
"""What a view can show, in the usual order."""


class ViewError(ValueError):
    """A view cannot be found, saved or read: one line that says why and what would be right."""


class UnknownView(ViewError):
    """There is no view of a name; `nearest` is the most similar one, if any is similar."""

    def __init__(self, name: str, views: Iterable[View]) -> None:
        names = [view.name for view in views]
        self.name = name
        self.nearest = nearest(name, names)
        super().__init__(f"no view is called “{shorten(name)}”; {hint(name, names)}")


class ViewExists(ViewError):
    """There is a view of the name already; when `replaceable`, saving with `replace` overwrites it."""

    def __init__(self, view: View, *, replaceable: bool) -> None:
        self.name = view.name
        self.replaceable = replaceable
        kind = "is a built-in view" if view.built_in else "exists already"
        hint = ", or replace it" if replaceable else ""
        super().__init__(f"“{view.name}” {kind}; choose another name{hint}")


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name. `columns` and `key` are for the dashboard; empty means the usual."""

    name: str
    query: str
    sort: Sort | None = None
    """None: the order that the query names, else the usual one."""
    columns: tuple[str, ...] = ()
    key: str = ""
    built_in: bool = False

    @property
    def source(self) -> str:
        """The whole query, with its order."""
        return " ".join(filter(None, (self.query, f"sort:{self.sort.value}" if self.sort else "")))


QUEUES = (
    View("Inbox", "is:open", built_in=True),
    View("Mine", "is:open assignee:me", built_in=True),
    View("Unassigned", "is:open is:unassigned", built_in=True),
    View("Waiting", "is:waiting", Sort.WAITING, built_in=True),
    View("Priority", "is:open is:priority", built_in=True),
    View("Snoozed", "is:snoozed", built_in=True),
    View("Closed today", "is:closed on:today", built_in=True),
)


def slug(name: str) -> str:
    """What all spellings of a view's name have in common: “Closed today” and “closed-today”."""
    return re.sub(r"[\s_-]+", "-", name.strip().casefold())


def find(name: str, views: Iterable[View]) -> View:
    """The view of that name, in any case and with hyphens for spaces. Raises `UnknownView`."""
    known = tuple(views)
    for view in known:
        if slug(view.name) == slug(name):
            return view
    raise UnknownView(name, known)


def check_name(name: str) -> str:
    """The name on one line. Raises `ViewError` for one that is empty or too long."""
    name = one_line(name)
    if not slug(name).strip("-"):
        raise ViewError("a view needs a name")
    if len(name) > LONGEST_NAME:
        raise ViewError(f"the name “{shorten(name)}” is longer than {LONGEST_NAME} characters")
    return name


def check_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """Raises `ViewError` for one that does not exist or is there twice."""
    found = tuple(columns)
    for index, column in enumerate(found):
        if column not in COLUMNS:
            raise ViewError(f"there is no column “{shorten(column)}”; {hint(column, COLUMNS)}")
        if column in found[:index]:
            raise ViewError(f"the column “{column}” is given twice")
    return found


def check_key(key: str) -> str:
    """Raises `ViewError` for what cannot be the name of one key."""
    if (
        len(key) > LONGEST_KEY
        or not key.isprintable()
        or re.search(r"\s", key)
        or ("," in key and key != ",")
    ):
        raise ViewError(f"“{shorten(key)}” is not a key; write one such as f2, ctrl+k or 8")
    return key


def check_sort(text: str) -> Sort | None:
    """The order of that name; None for an empty one. Raises `ViewError`."""
    if not text:
        return None
    names = [sort.value for sort in Sort]
    if text.lower() in names:
        return Sort(text.lower())
    raise ViewError(f"there is no order “{shorten(text)}”; {hint(text, names)}")


def shorten(text: str) -> str:
    """For an error line."""
    text = one_line(text)
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"
