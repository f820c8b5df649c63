"""The views of a workspace: get, count, save, rename, reorder, delete, export and import."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from functools import cache, partial

from tui.clock import Clock
from tui.domain import Count
from tui.query import Query, QueryError, Sort, parse
from tui.query.combine import combine
from tui.store.database import Database
from tui.store.directory import read_directory
from tui.store.names import resolve
from tui.store.saved_views import SavedRow, read_saved, write_saved
from tui.store.search import Search
from tui.store.user_changes import UserChanges
from tui.text import one_line
from tui.views.exchange import dump, load
from tui.views.model import (
    QUEUES,
    View,
    ViewError,
    ViewExists,
    arranged,
    check_columns,
    check_key,
    check_name,
    find,
    slug,
)


class Views:
    """The built-in queues and the saved views. May be used from any thread.

    A name is found in any case, and with hyphens for spaces. Raises a `StoreError` when the database cannot
    be written.
    """

    def __init__(
        self,
        database: Database,
        search: Search,
        changes: UserChanges,
        clock: Clock,
        tz: tzinfo | None,
    ) -> None:
        self._database = database
        self._search = search
        self._changes = changes
        self._clock = clock
        self._tz = tz

    # --- reads

    def all(self) -> tuple[View, ...]:
        """The queues and the saved views in the user's order, hidden ones too."""
        return arranged(filter(None, map(_view, read_saved(self._database))))

    def saved(self) -> tuple[View, ...]:
        return tuple(view for view in self.all() if not view.built_in)

    def get(self, name: str) -> View:
        """Raises `UnknownView`."""
        return find(name, self.all())

    def query(self, name: str, narrowed: str = "") -> Query:
        """The query of a view, narrowed down by another one (whose order wins, if it names one).

        Raises `UnknownView`, and `QueryError` for a bad query, the view's own included: it may name a
        teammate, team or tag that is no longer there.
        """
        query = self._parse(self.get(name).source)
        return self._parse(combine(query, self._parse(narrowed))) if narrowed.strip() else query

    def counts(self, names: Iterable[str] | None = None) -> dict[str, Count | None]:
        """The number of matches of these views (None: all), exact up to 1,000, by the view's name.

        None for a view whose query has become unreadable; `query()` says why. Takes a few milliseconds a
        view and is not aborted by `Workspace.interrupt()`. Raises `UnknownView`.
        """
        known = self.all()
        directory, now = cache(partial(read_directory, self._database)), self._clock()
        counts: dict[str, Count | None] = {}
        for view in known if names is None else [find(name, known) for name in names]:
            try:
                query = parse(view.source, now=now, tz=self._tz)
                ids = resolve(query, directory)
            except QueryError:
                counts[view.name] = None
            else:
                counts[view.name] = self._search.count(query, ids, now, interruptible=False)
        return counts

    def count_due(self) -> Count:
        """How many follow-ups are due, which are the first of the queue of follow-ups."""
        return self._search.count(self._parse("is:due"), {}, self._clock(), interruptible=False)

    # --- changes

    def save(
        self,
        name: str,
        query: str,
        *,
        sort: Sort | None = None,
        columns: Sequence[str] = (),
        key: str = "",
        hidden: bool = False,
        replace: bool = False,
    ) -> View:
        """Save a query as a view, at the end; `replace` overwrites the saved view of that name in its place.

        Raises `ViewExists` when the name is taken, `ViewError` for a name, column or key that is not allowed,
        `QueryError` for a bad query.
        """
        view = self._checked(View(name, query, sort, tuple(columns), key, hidden=hidden))
        with self._changed() as views:
            return _put(views, view, replace)

    def rename(self, name: str, new_name: str) -> View:
        """Raises `UnknownView`, `ViewExists` when another view has the new name, or `ViewError`.

        A queue is still found by its usual name, as long as no other view has it.
        """
        new_name = check_name(new_name)
        with self._changed() as views:
            index = _index(views, name)
            _check_free((*views[:index], *views[index + 1 :]), new_name)
            views[index] = dataclasses.replace(views[index], name=new_name)
            return views[index]

    def move(self, name: str, position: int) -> None:
        """Put a view at a position among all of them; 0 is the first, the last is the limit."""
        with self._changed() as views:
            view = views.pop(_index(views, name))
            views.insert(max(0, min(position, len(views))), view)

    def hide(self, name: str, hidden: bool = True) -> View:
        """Give a view no tab, or one again. Raises `UnknownView`."""
        with self._changed() as views:
            index = _index(views, name)
            views[index] = dataclasses.replace(views[index], hidden=hidden)
            return views[index]

    def delete(self, name: str) -> View:
        """Returns what was deleted, so that it can be saved again. Raises `ViewError` for a queue."""
        with self._changed() as views:
            index = _index(views, name)
            if views[index].built_in:
                raise ViewError(f"“{views[index].name}” is built in and cannot be deleted; hide it instead")
            return views.pop(index)

    def restore_queues(self) -> None:
        """Give the built-in queues their usual names, order and tabs, before the saved views.

        Raises `ViewError` when a saved view has the name of a queue.
        """
        with self._changed() as views:
            saved = [view for view in views if not view.built_in]
            for view in saved:
                if any(slug(view.name) == slug(queue.name) for queue in QUEUES):
                    raise ViewError(f"the saved view “{view.name}” has the name of a queue; rename it first")
            views[:] = [*QUEUES, *saved]

    # --- TOML

    def export_toml(self) -> str:
        """The saved views as a TOML document that `import_toml` reads; how the built-in queues are arranged
        is not in it."""
        return dump(self.saved())

    def import_toml(self, text: str, *, replace: bool = False) -> tuple[View, ...]:
        """Save the views of a TOML document, all or none; `replace` overwrites those of the same name.

        Raises `ViewError` that names the line and the key.
        """
        read: list[View] = []
        with self._changed() as saved:
            for entry in load(text):
                try:
                    view = self._checked(entry.view)
                    _refuse_twice(view, read)
                    _put(saved, view, replace)
                except QueryError as error:
                    raise ViewError(f"{entry.place('query')}: query: {error}") from error
                except ViewError as error:
                    raise ViewError(f"{entry.place('name')}: {error}") from error
                read.append(view)
        return tuple(read)

    # --- inside

    def _parse(self, source: str) -> Query:
        query = parse(source, now=self._clock(), tz=self._tz)
        resolve(query, partial(read_directory, self._database))
        return query

    def _checked(self, view: View) -> View:
        checked = View(
            check_name(view.name),
            one_line(view.query),
            view.sort,
            check_columns(view.columns),
            check_key(view.key),
            hidden=view.hidden,
        )
        self._parse(checked.source)
        return checked

    @contextmanager
    def _changed(self) -> Iterator[list[View]]:
        """All views to change; they are written when the block ends well.

        Queues that are as usual are not written, so that they follow what a later version has.
        """
        with self._changes.transaction():
            views = list(self.all())
            yield views
            usual = tuple(views[: len(QUEUES)]) == QUEUES
            write_saved(self._database, [_row(view) for view in (views[len(QUEUES) :] if usual else views)])


def _put(views: list[View], view: View, replace: bool) -> View:
    """Add a saved view at the end, or replace the one of its name in its place."""
    index = next((i for i, other in enumerate(views) if slug(other.name) == slug(view.name)), None)
    if index is not None and (views[index].built_in or not replace):
        raise ViewExists(views[index], replaceable=not views[index].built_in)
    others = [other for i, other in enumerate(views) if i != index]
    taken = next((other for other in others if view.key and other.key == view.key), None)
    if taken is not None:
        raise ViewError(f"the key {view.key} opens “{taken.name}” already; choose another key")
    if index is None:
        views.append(view)
    else:
        views[index] = view
    return view


def _check_free(views: Iterable[View], name: str) -> None:
    for view in views:
        if slug(view.name) == slug(name):
            raise ViewExists(view, replaceable=False)


def _refuse_twice(view: View, read: Iterable[View]) -> None:
    if any(slug(view.name) == slug(other.name) for other in read):
        raise ViewError(f"the name “{view.name}” is given twice")


def _index(views: Sequence[View], name: str) -> int:
    return views.index(find(name, views))


def _view(row: SavedRow) -> View | None:
    """None for a queue that this version does not have."""
    if row.queue:
        queue = next((queue for queue in QUEUES if queue.queue == row.queue), None)
        return queue and dataclasses.replace(queue, name=row.name, hidden=row.hidden)
    sort = Sort(row.sort) if row.sort else None
    return View(row.name, row.query, sort, row.columns, row.key, hidden=row.hidden)


def _row(view: View) -> SavedRow:
    sort = view.sort.value if view.sort and not view.built_in else ""
    query = "" if view.built_in else view.query
    return SavedRow(view.name, query, sort, view.columns, view.key, view.queue, view.hidden)
