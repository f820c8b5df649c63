"""What an action changes: given conversations, or what a whole list holds when the action is confirmed."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from tui.store.listing_pages import Listing
from tui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ListTargets:
    """All conversations of a list but for some."""

    listing: Listing
    exceptions: frozenset[int]


Targets: TypeAlias = Collection[int] | ListTargets


def read_targets(workspace: Workspace, targets: Targets) -> Collection[int]:
    """The ids as they are now. Of a large list this takes a second: call it on the store thread."""
    if not isinstance(targets, ListTargets):
        return targets
    ids = workspace.listed_ids(targets.listing)
    return without(ids, targets.exceptions) if targets.exceptions else ids


def without(ids: array[int], exceptions: AbstractSet[int]) -> array[int]:
    """The ids that are no exceptions; other threads get their turn meanwhile."""
    kept = array("q")
    for id_ in ids:
        if id_ not in exceptions:
            kept.append(id_)
    return kept
