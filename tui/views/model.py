"""What a view is, and which names, columns and keys it may have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tui.key_names import UnknownKey, key_name
from tui.query import Sort
from tui.text import hint, nearest, one_line

LONGEST_NAME = 40
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
    queue: str = ""
    """The usual name of a built-in queue; empty for a saved view."""
    hidden: bool = False
    """It has no tab; it is listed among the views and opened by name all the same."""

    @property
    def built_in(self) -> bool:
        return bool(self.queue)

    @property
    def source(self) -> str:
        """The whole query, with its order."""
        return " ".join(filter(None, (self.query, f"sort:{self.sort.value}" if self.sort else "")))


def _queue(name: str, query: str, sort: Sort | None = None, *, hidden: bool = False) -> View:
    return View(name, query, sort, queue=name, hidden=hidden)


FOLLOW_UPS = _queue("Follow-ups", "has:followup", Sort.DUE)
QUEUES = (
    _queue("Inbox", "is:open -is:done"),
    _queue("Mine", "is:open assignee:me -is:done"),
    _queue("Unassigned", "is:open is:unassigned -is:done"),
    _queue("Waiting", "is:open is:waiting -is:done", Sort.WAITING),
    _queue("Priority", "is:open is:priority -is:done"),
    _queue("Snoozed", "is:snoozed"),
    FOLLOW_UPS,
    _queue("Starred", "is:starred"),
    _queue("Closed today", "is:closed on:today"),
    _queue("Done today", "is:done", hidden=True),
)
"""The built-in queues, as they usually are. What is done for today leaves the first five."""


def slug(name: str) -> str:
    """What all spellings of a view's name have in common: “Closed today” and “closed-today”."""
    return re.sub(r"[\s_-]+", "-", name.strip().casefold())


def find(name: str, views: Iterable[View]) -> View:
    """The view of that name, in any case and with hyphens for spaces. Raises `UnknownView`.

    A renamed queue is found by its usual name too, unless another view has it now.
    """
    known, wanted = tuple(views), slug(name)
    for names in ((view.name for view in known), (view.queue for view in known)):
        for view, has in zip(known, names, strict=True):
            if has and slug(has) == wanted:
                return view
    raise UnknownView(name, known)


def arranged(stored: Iterable[View]) -> tuple[View, ...]:
    """All views in the user's order. A queue that was never arranged follows the one that it usually does."""
    views = list(stored)
    place = 0
    for queue in QUEUES:
        index = next((i for i, view in enumerate(views) if view.queue == queue.queue), None)
        if index is None:
            index = place
            taken = any(slug(view.name) == slug(queue.name) for view in views)
            views.insert(index, replace(queue, name=f"{queue.name} (built in)") if taken else queue)
        place = index + 1
    return tuple(views)


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
    """The name of a key, or an empty text. Raises `ViewError`."""
    try:
        return key_name(key) if key.strip() else ""
    except UnknownKey as error:
        raise ViewError(str(error)) from None


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
