"""What the user's own changes do to the list that is shown: those lines leave, move or come back at once.

What the sync changed waits until the user takes it. So the list is not read anew: the lines of the user's
conversations are taken out of the shown ones, and put where they are now. Run on the store thread.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tui.dashboard.results.messages import AnnotationChangesRead
from tui.dashboard.results.queries import NEWS, Stopwatch, list_read, read_again, read_around
from tui.dashboard.results.window import Place
from tui.query import Sort
from tui.store.listing_pages import Listing, Page
from tui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """Annotations of some conversations were changed, or restored."""

    action_id: int
    count: int
    """How many conversations were changed."""
    ids: Collection[int] | None = None
    """These conversations; None: those that the action log has for the action."""


@dataclass(frozen=True, slots=True)
class ShownLines:
    """The known lines of a list, and the place in it that is to stay where it is."""

    listing: Listing
    page: Page
    reaches_end: bool
    place: Place | None
    generation: int


def read_annotation_changes(
    workspace: Workspace, *, shown: ShownLines, changes: Sequence[AnnotationChange], stopwatch: Stopwatch
) -> AnnotationChangesRead:
    """The shown lines after these changes. After a change of very many, the list is read again instead."""
    start = stopwatch()
    own = frozenset[int]().union(*(_ids_of(workspace, change) for change in changes))
    is_bulk = sum(change.count for change in changes) > NEWS
    changed = own.union(shown.page.ids) if is_bulk else own
    left = changed.difference(workspace.matching(shown.listing, changed))
    page = None if is_bulk else _changed_page(workspace, shown, own, own - left)
    read = None
    if page is None:
        before = None if shown.place is None else (shown.listing, shown.place)
        around, line = read_around(workspace, shown.listing, before)
        count = workspace.count(shown.listing.query)
        read = list_read(workspace, shown.listing, around, line, count, before)
    else:
        count = workspace.count(shown.listing.query)
    return AnnotationChangesRead(
        generation=shown.generation,
        handled=len(changes),
        own=own,
        left=left,
        shown=shown.page,
        page=page,
        read=read,
        count=count,
        seconds=stopwatch() - start,
    )


def _ids_of(workspace: Workspace, change: AnnotationChange) -> Iterable[int]:
    """The conversations of a change; none of a very large one."""
    if change.count > NEWS:
        return ()
    if change.ids is not None:
        return change.ids
    return workspace.annotations.changed_by(change.action_id)


def _changed_page(
    workspace: Workspace, shown: ShownLines, own: frozenset[int], matching: frozenset[int]
) -> Page | None:
    """The lines after a change of these conversations, of which some still match the query.

    None if no line stays of a list that has others.
    """
    listing, page = shown.listing, shown.page
    are_numbers = not listing.is_by_activity
    moves = matching if listing.query.sort is Sort.DUE else matching.difference(page.ids)
    if moves:
        again, _ = read_again(workspace, listing, page, reaches_end=shown.reaches_end)
        changed = with_lines_of(page, again, own, are_numbers=are_numbers)
    else:
        changed = without_lines(page, own - matching, are_numbers=are_numbers)
    is_whole = shown.reaches_end and page.first == 0
    return changed if changed.ids or is_whole else None


def without_lines(page: Page, gone: AbstractSet[int], *, are_numbers: bool) -> Page:
    """The lines but for those that are gone. `are_numbers`: keys are numbers of lines, which get lower."""
    ids, keys = array("q"), array("q")
    lower = 0
    for id_, key in zip(page.ids, page.keys, strict=True):
        if id_ in gone:
            lower += are_numbers
        else:
            ids.append(id_)
            keys.append(key - lower)
    return Page(page.first, ids, keys)


def with_lines_of(page: Page, again: Page, own: AbstractSet[int], *, are_numbers: bool) -> Page:
    """The lines with those of `own` where they are in `again`, which was read now; the others stay."""
    ids = [id_ for id_ in page.ids if id_ not in own]
    before: int | None = None
    """The last line of `again` that is in the list."""
    known = set(ids)
    for id_ in again.ids:
        if id_ in own:
            ids.insert(0 if before is None else ids.index(before) + 1, id_)
            known.add(id_)
        if id_ in known:
            before = id_
    keys = dict(zip(page.ids, page.keys, strict=True)) | dict(zip(again.ids, again.keys, strict=True))
    if are_numbers:  # the numbers of those that are not in `again` are old
        first = again.keys[0] if again.keys else page.first
        keys = {id_: first + place for place, id_ in enumerate(ids)}
    return Page(page.first, array("q", ids), array("q", [keys[id_] for id_ in ids]))
