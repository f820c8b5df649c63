"""The views of a workspace: get, count, save, rename, reorder, delete, export and import."""

from __future__ import annotations

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
from tui.text import one_line
from tui.views.exchange import dump, load
from tui.views.model import (
    QUEUES,
    View,
    ViewError,
    ViewExists,
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

    def __init__(self, database: Database, search: Search, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._search = search
        self._clock = clock
        self._tz = tz

    # --- reads

    def all(self) -> tuple[View, ...]:
        """The queues, then the saved views in the user's order."""
        return (*QUEUES, *self.saved())

    def saved(self) -> tuple[View, ...]:
        return tuple(map(_view, read_saved(self._database)))

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

    # --- changes

    def save(
        self,
        name: str,
        query: str,
        *,
        sort: Sort | None = None,
        columns: Sequence[str] = (),
        key: str = "",
        replace: bool = False,
    ) -> View:
        """Save a query as a view, at the end; `replace` overwrites the saved view of that name in its place.

        Raises `ViewExists` when the name is taken, `ViewError` for a name, column or key that is not allowed,
        `QueryError` for a bad query.
        """
        view = self._checked(View(name, query, sort, tuple(columns), key))
        with self._changed() as saved:
            _put(saved, view, replace)
        return view

    def rename(self, name: str, new_name: str) -> View:
        """Raises `UnknownView`, `ViewExists` when another view has the new name, or `ViewError`."""
        new_name = check_name(new_name)
        with self._changed() as saved:
            index = _index(saved, name)
            old = saved.pop(index)
            _check_free(saved, new_name)
            view = View(new_name, old.query, old.sort, old.columns, old.key)
            saved.insert(index, view)
        return view

    def move(self, name: str, position: int) -> None:
        """Put a saved view at a position among the saved ones; 0 is the first, the last is the limit."""
        with self._changed() as saved:
            view = saved.pop(_index(saved, name))
            saved.insert(max(0, min(position, len(saved))), view)

    def delete(self, name: str) -> View:
        """Returns what was deleted, so that it can be saved again."""
        with self._changed() as saved:
            return saved.pop(_index(saved, name))

    # --- TOML

    def export_toml(self) -> str:
        """The saved views as a TOML document that `import_toml` reads."""
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
        )
        self._parse(checked.source)
        return checked

    @contextmanager
    def _changed(self) -> Iterator[list[View]]:
        """The saved views to change; they are written when the block ends well."""
        with self._database.user_transaction():
            saved = list(self.saved())
            yield saved
            write_saved(self._database, [_row(view) for view in saved])


def _put(saved: list[View], view: View, replace: bool) -> None:
    index = next((i for i, other in enumerate(saved) if slug(other.name) == slug(view.name)), None)
    if index is None:
        _check_free(saved, view.name)
    elif not replace:
        raise ViewExists(saved[index], replaceable=True)
    others = [other for i, other in enumerate(saved) if i != index]
    taken = next((other for other in others if view.key and other.key == view.key), None)
    if taken is not None:
        raise ViewError(f"the key {view.key} opens “{taken.name}” already; choose another key")
    if index is None:
        saved.append(view)
    else:
        saved[index] = view


def _check_free(saved: Iterable[View], name: str) -> None:
    for view in (*QUEUES, *saved):
        if slug(view.name) == slug(name):
            raise ViewExists(view, replaceable=False)


def _refuse_twice(view: View, read: Iterable[View]) -> None:
    if any(slug(view.name) == slug(other.name) for other in read):
        raise ViewError(f"the name “{view.name}” is given twice")


def _index(saved: Sequence[View], name: str) -> int:
    view = find(name, (*saved, *QUEUES))
    if view.built_in:
        raise ViewError(f"“{view.name}” is built in and cannot be changed; save a view of your own")
    return saved.index(view)


def _view(row: SavedRow) -> View:
    return View(row.name, row.query, Sort(row.sort) if row.sort else None, row.columns, row.key)


def _row(view: View) -> SavedRow:
    return SavedRow(view.name, view.query, view.sort.value if view.sort else "", view.columns, view.key)
