"""The selected conversations."""

from __future__ import annotations

from collections.abc import Iterable

from tui.dashboard.results.window import Place


class Selection:
    """Conversations that were picked, or all of the list that is shown but for some exceptions.

    Also the place from which the next range starts.
    """

    def __init__(self) -> None:
        self._ids: frozenset[int] = frozenset()
        self._all = False
        self.anchor: Place | None = None
        """The place toggled last; it may have left the list."""

    @property
    def is_all(self) -> bool:
        """Whether the whole list is selected, but for the exceptions."""
        return self._all

    @property
    def picked(self) -> frozenset[int]:
        """The conversations picked; none while all are selected."""
        return frozenset() if self._all else self._ids

    @property
    def exceptions(self) -> frozenset[int]:
        """What is not selected while all others are."""
        return self._ids if self._all else frozenset()

    def __bool__(self) -> bool:
        return self._all or bool(self._ids)

    def __contains__(self, conversation_id: int) -> bool:
        """Of a conversation of the list, whether it is selected."""
        return (conversation_id in self._ids) is not self._all

    def toggle(self, conversation_id: int, anchor: Place | None) -> None:
        """Select or unselect this one; the next range starts from the place `anchor`."""
        self._ids ^= {conversation_id}
        self.anchor = anchor

    def add(self, ids: Iterable[int], anchor: Place | None) -> None:
        """Select these; the next range starts from the place `anchor`."""
        self._ids = self._ids.difference(ids) if self._all else self._ids.union(ids)
        self.anchor = anchor

    def remove(self, ids: Iterable[int]) -> None:
        """Unselect these, which left the list because of what was done with them."""
        self._ids = self._ids.difference(ids)

    def select_all(self) -> None:
        """Select the whole list."""
        self._ids, self._all, self.anchor = frozenset(), True, None

    def copy(self) -> Selection:
        """The same selection, which stays as it is."""
        copied = Selection()
        copied.restore(self)
        return copied

    def restore(self, other: Selection) -> None:
        """Select what another selection has."""
        self._ids, self._all, self.anchor = other._ids, other._all, other.anchor

    def clear(self) -> None:
        self._ids, self._all, self.anchor = frozenset(), False, None
