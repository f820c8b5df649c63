"""The ways in which answers come as they should and are not true."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tui.simulator import odd, render
from tui.simulator.filters import Range
from tui.simulator.model import Json, SimulatedConversation
from tui.simulator.options import THREADLESS_SHAPES, SimulatorOptions, ThreadlessShape

Answer = Literal["header", "full"]
"""What is patched: a conversation as search and list give it, or with its thread."""


@dataclass(slots=True)
class Zero:
    times: int | None
    moment: int | None

    def holds(self, bounds: Range) -> bool:
        at = self.moment
        return at is None or (
            (bounds.low is None or bounds.low <= at) and (bounds.high is None or at <= bounds.high)
        )


class WrongAnswers:
    """Decides for each answer. All fields can be set at any time; thread-safe."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.missing_share = options.missing_share
        """Share of GET /conversations/{id} that answer 404; 1: every one."""
        self.threadless_share = options.threadless_share
        self.zero_share = options.zero_share
        self.omitted_share = options.omitted_share
        self.extra_next = False
        """Whether the last page of a search and of the list names a next one."""
        self.odd_next: dict[str, object] = {}
        """What `pages.next` is instead, by path ("/conversations/deleted")."""
        self._random = Random(f"wrong answers/{options.seed}")
        self._missing: dict[int, int | None] = {}
        self._threadless: dict[int, tuple[ThreadlessShape, int | None]] = {}
        self._zeros: list[Zero] = []
        self._left_out: set[int] = set()
        self._unlisted: set[int] = set()
        self._patches: dict[tuple[Answer, int], odd.Patch] = {}
        self._lock = threading.RLock()

    def miss(self, ids: Iterable[int], *, times: int | None = None) -> None:
        """GET of each of these conversations answers 404, so many times (None: until `clear`)."""
        with self._lock:
            self._missing.update(dict.fromkeys(ids, times))

    def strip(self, ids: Iterable[int], shape: ThreadlessShape = "null", *, times: int | None = None) -> None:
        """GET of each of these conversations lacks its parts, so many times (None: until `clear`)."""
        with self._lock:
            self._threadless.update(dict.fromkeys(ids, (shape, times)))

    def zero(self, *, times: int | None = None, moment: int | None = None) -> None:
        """Searches find nothing: the next `times` (None: all until `clear`), of those whose range of
        `updated_at` contains `moment` (epoch seconds; None: of all)."""
        with self._lock:
            self._zeros.append(Zero(times, moment))

    def omit(self, ids: Iterable[int], *, counted: bool = False) -> None:
        """Searches leave these conversations out of the list; also out of `total_count` unless `counted`."""
        with self._lock:
            (self._unlisted if counted else self._left_out).update(ids)

    def patch(
        self, conversation_id: int, patch: odd.Patch, answers: Sequence[Answer] = ("header", "full")
    ) -> None:
        """Answers give this conversation as `patch` makes it; search still finds it by what it really is."""
        with self._lock:
            for answer in answers:
                self._patches[answer, conversation_id] = patch

    @property
    def patched(self) -> frozenset[int]:
        """Ids of the conversations that have a patch."""
        with self._lock:
            return frozenset(conversation_id for _, conversation_id in self._patches)

    def clear(self) -> None:
        """Ends everything that this class does."""
        with self._lock:
            self.missing_share = self.threadless_share = self.zero_share = self.omitted_share = 0.0
            self.extra_next = False
            for kept in (self.odd_next, self._missing, self._threadless, self._zeros, self._left_out):
                kept.clear()
            self._unlisted.clear()
            self._patches.clear()

    def misses(self, conversation_id: int) -> bool:
        """Whether this GET answers 404."""
        with self._lock:
            if conversation_id in self._missing:
                times = self._missing[conversation_id]
                if times is not None and times <= 1:
                    del self._missing[conversation_id]
                elif times is not None:
                    self._missing[conversation_id] = times - 1
                return True
            return self._happens(self.missing_share)

    def lacks(self, conversation_id: int) -> ThreadlessShape | None:
        """How this GET lacks parts; None: it does not."""
        with self._lock:
            if conversation_id in self._threadless:
                shape, times = self._threadless[conversation_id]
                if times is not None and times <= 1:
                    del self._threadless[conversation_id]
                elif times is not None:
                    self._threadless[conversation_id] = (shape, times - 1)
                return shape
            return self._random.choice(THREADLESS_SHAPES) if self._happens(self.threadless_share) else None

    def found(self, bounds: Range, keys: Sequence[tuple[int, int]]) -> tuple[Sequence[tuple[int, int]], int]:
        """What a search finds of the matches `keys` (whose last item is the id), and how many it counts."""
        with self._lock:
            if self._says_zero(bounds):
                return (), 0
            if self._left_out:
                keys = [key for key in keys if key[1] not in self._left_out]
            if self.omitted_share:
                keys = [key for key in keys if self._random.random() >= self.omitted_share]
            total = len(keys)
            if self._unlisted:
                keys = [key for key in keys if key[1] not in self._unlisted]
            return keys, total

    def pages(self, path: str, pages: Json) -> Json:
        """The `pages` of an answer to a request of this path."""
        return {**pages, "next": self.odd_next[path]} if path in self.odd_next else pages

    def header(self, conversation: SimulatedConversation, directory: render.NameTables) -> bytes:
        """The conversation as search and list give it."""
        body = render.header(conversation, directory)
        patch = self._patches.get(("header", conversation.id))
        return body if patch is None else odd.apply(patch, body)

    def full(self, conversation_id: int, body: bytes) -> bytes:
        """The conversation with its thread."""
        patch = self._patches.get(("full", conversation_id))
        return body if patch is None else odd.apply(patch, body)

    def _says_zero(self, bounds: Range) -> bool:
        for zero in self._zeros:
            if zero.holds(bounds):
                if zero.times is not None:
                    zero.times -= 1
                    if zero.times <= 0:
                        self._zeros.remove(zero)
                return True
        return self._happens(self.zero_share)

    def _happens(self, share: float) -> bool:
        return bool(share) and self._random.random() < share
