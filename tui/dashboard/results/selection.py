"""Which conversations are selected, by id. No Textual in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


class Selection:
    """A set of conversation ids with the place a range starts from. Touched by the event loop only."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._anchor: int | None = None
        self._listed: tuple[Sequence[int], frozenset[int]] = ((), frozenset())
        """The list that was asked about last, also as a set."""

    @property
    def ids(self) -> frozenset[int]:
        """As they are now."""
        return frozenset(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, conversation_id: int) -> bool:
        return conversation_id in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def toggle(self, conversation_id: int) -> None:
        """Select it, or not any more; a range starts from here."""
        self._ids ^= {conversation_id}
        self._anchor = conversation_id

    def extend(self, ids: Sequence[int], line: int) -> None:
        """Select from the conversation toggled last up to `line` of the list, both included."""
        try:
            start = ids.index(self._anchor) if self._anchor is not None else line
        except ValueError:
            start = line  # it is no longer in the list
        first, last = sorted((start, line))
        self._ids.update(ids[first : last + 1])
        self._anchor = ids[line]

    def take(self, ids: Iterable[int]) -> None:
        """Select exactly these."""
        self._ids = set(ids)
        self._anchor = None

    def clear(self) -> None:
        self.take(())

    def within(self, ids: Sequence[int]) -> int:
        """How many of the selected are in this list, which must not change as long as it is the same one."""
        if self._listed[0] is not ids:
            self._listed = (ids, frozenset(ids))
        return len(self._ids & self._listed[1])
