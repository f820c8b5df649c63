"""The selected conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


class Selection:
    """A set of conversation ids, and the conversation from which the next range starts."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._anchor: int | None = None
        self._listed: tuple[Sequence[int], frozenset[int]] = ((), frozenset())
        """The last argument of `count_in`, and the same ids as a set."""

    @property
    def ids(self) -> frozenset[int]:
        """A copy of the selected ids."""
        return frozenset(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, conversation_id: int) -> bool:
        return conversation_id in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def toggle(self, conversation_id: int) -> None:
        """Select or unselect this one; the next range starts from it."""
        self._ids ^= {conversation_id}
        self._anchor = conversation_id

    def extend(self, ids: Sequence[int], line: int) -> None:
        """Select from the conversation toggled last to `line` of the list, both included."""
        try:
            start = ids.index(self._anchor) if self._anchor is not None else line
        except ValueError:
            start = line  # the conversation is no longer in the list
        first, last = sorted((start, line))
        self._ids.update(ids[first : last + 1])
        self._anchor = ids[line]

    def replace(self, ids: Iterable[int]) -> None:
        """Select exactly these."""
        self._ids = set(ids)
        self._anchor = None

    def clear(self) -> None:
        self.replace(())

    def count_in(self, ids: Sequence[int]) -> int:
        """How many of the selected ids are in this list. The result for a list is cached by its identity."""
        if self._listed[0] is not ids:
            self._listed = (ids, frozenset(ids))
        return len(self._ids & self._listed[1])
