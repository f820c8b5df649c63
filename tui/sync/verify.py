"""Compares the covered part of a range with Intercom, without changing anything.

Slices that are small here are listed there: every id and `updated_at` is compared. Large ones, of a day at
most, are counted on both sides, and halved where the counts differ until what is left can be listed. So the
requests grow with the days and, for each difference, with the logarithm of a day. Equal counts are no proof
(one missing conversation and one too many cancel out), so the receipt says what was only counted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from tui.freshness import Coverage, Interval
from tui.intercom.errors import BadAnswer, Forbidden, NotFound
from tui.intercom.searches import MAX_PER_PAGE
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.verification import StoredTimes, read_stored, take_back
from tui.sync.lease import Lease
from tui.sync.plan import DAY
from tui.sync.runner import refuse_other_workspace
from tui.sync.slice_lister import SliceLister

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

LONGEST_SLICE = 30 * DAY
IN_FLIGHT = 8
"""Slices, or conversations, that are asked for at once."""
_T = TypeVar("_T")


class Kind(StrEnum):
    """How a conversation differs."""

    MISSING = "missing"
    """It is not stored here."""
    OUTDATED = "outdated"
    """It is stored with another `updated_at`."""
    DELETED = "deleted"
    """It is stored, but Intercom neither lists it nor gives it out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One conversation that differs; times are its `updated_at` (epoch seconds) here and at Intercom."""

    kind: Kind
    id: int
    here: int | None
    there: int | None

    @property
    def seconds(self) -> set[int]:
        """The seconds of activity time that this proves to be incomplete here."""
        return {second for second in (self.here, self.there) if second is not None}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was compared, and how it compares."""

    window: Interval
    """The range that was asked about."""
    compared: Coverage
    """The covered part of it: only there does the mirror claim to be complete."""
    started: datetime
    finished: datetime
    """By Intercom's clock (UTC)."""
    requests: int
    listed: int
    """Conversations, here or at Intercom, that were compared one by one."""
    counted: int
    """Conversations of which only the number was compared."""
    counted_only: Coverage
    """Where they are."""
    differences: tuple[Difference, ...]
    """By time, the newest first."""
    undecided: Coverage
    """Seconds of which Intercom's answers contradict each other."""
    changed: int
    """Conversations that changed during the comparison, so that they are no difference."""
    overlooked: tuple[int, ...]
    """Conversations that are equal here and at Intercom, although its search does not list them."""

    @property
    def equal(self) -> bool:
        """Whether no difference was found."""
        return not self.differences and not self.undecided


class Verifier:
    """Makes one comparison of the covered part of `window` (epoch seconds).

    With `deep`, all is listed and nothing only counted. `on_progress` is called with the number of slices
    compared so far, and of all.
    """

    def __init__(
        self,
        database: Database,
        client: IntercomClient,
        window: Interval,
        *,
        deep: bool,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._database = database
        self._client = client
        self._window = window
        self._deep = deep
        self._on_progress = on_progress
        # The coverage first: what a sync stores meanwhile is then newer than what is compared.
        self._coverage = read_coverage(database)
        self._stored = StoredTimes(database, window)
        self._lister = SliceLister(client)
        self._listed: dict[int, int] = {}
        """What Intercom listed and is different or unknown here: id → `updated_at`."""
        self._suspects: set[int] = set()
        """Conversations that seem to differ."""
        self._undecided: list[Interval] = []
        self._counted: list[Interval] = []
        self._compared = 0
        self._changed = 0
        self._overlooked: list[int] = []
        self._differences: list[Difference] = []

    async def run(self) -> Receipt:
        """Raises `IntercomError`, `StoreError`, and `SyncError` for a token of another workspace."""
        me = await self._client.me()
        self._client.check_region(me)
        refuse_other_workspace(self._database, me)
        started = self._client.server_now()
        covered = self._coverage.within(self._window)
        slices = [part for interval in covered for part in _cut(interval, self._stored)]
        done = 0

        async def compare(part: Interval) -> None:
            nonlocal done
            await self._compare(part)
            done += 1
            self._on_progress(done, len(slices))

        await _for_each(reversed(slices), compare)
        await _for_each(sorted(self._suspects), self._ask_again)
        return Receipt(
            window=self._window,
            compared=covered,
            started=started,
            finished=self._client.server_now(),
            requests=self._client.stats.requests,
            listed=self._compared,
            counted=sum(map(self._stored.count, self._counted)),
            counted_only=Coverage(self._counted),
            differences=tuple(sorted(self._differences, key=lambda d: -max(d.seconds))),
            undecided=Coverage(self._undecided),
            changed=self._changed,
            overlooked=tuple(self._overlooked),
        )

    async def _compare(self, window: Interval) -> None:
        here = self._stored.count(window)
        if self._deep or here <= MAX_PER_PAGE:
            await self._compare_lists(window)
            return
        there = await self._lister.count(window)
        if there == here:
            self._counted.append(window)
        elif there <= MAX_PER_PAGE or window.start == window.end:
            await self._compare_lists(window)
        else:
            for half in _halves(window):
                await self._compare(half)

    async def _compare_lists(self, window: Interval) -> None:
        there, complete = await self._list(window)
        unlisted = Coverage(complete.missing(window))
        self._undecided += unlisted
        here = {i: t for i, t in self._stored.by_id(window).items() if i in there or not unlisted.holds(t)}
        self._compared += len(here.keys() | there.keys())
        suspects = {i for i in here.keys() | there.keys() if here.get(i) != there.get(i)}
        suspects -= self._stored.purged
        self._suspects |= suspects
        self._listed.update((i, there[i]) for i in suspects & there.keys())

    async def _list(self, window: Interval) -> tuple[dict[int, int], Coverage]:
        """What Intercom lists, id → `updated_at`, and the seconds of which that is all there is."""
        found: dict[int, int] = {}
        complete: list[Interval] = []
        async for part in self._lister.slices(window):
            found.update((c.id, c.updated_at) for c in part.conversations)
            if part.window is not None:
                complete.append(part.window)
        return found, Coverage(complete)

    async def _ask_again(self, conversation_id: int) -> None:
        """Name a difference only after a second answer, of another kind, and a second look here."""
        listed = self._listed.get(conversation_id)
        contradictory = False
        try:
            asked = (await self._client.conversation(conversation_id)).updated_at
            there: int | None = max(asked, listed or asked)  # a replica may lag behind the listing
        except NotFound:
            there = None
            if listed is not None:
                contradictory = conversation_id in (await self._list(Interval(listed, listed)))[0]
        except (BadAnswer, Forbidden):
            there, contradictory = listed, listed is None
        stored = read_stored(self._database, [conversation_id]).get(conversation_id)
        here = stored.updated_at if stored else None
        if contradictory:
            self._undecided += [Interval(second, second) for second in (listed, here) if second is not None]
        elif there is None:
            if here is not None:
                self._name(Kind.DELETED, conversation_id, here, there)
        elif not self._coverage.holds(there):
            self._changed += 1
        elif here == there:
            if listed is None:
                self._overlooked.append(conversation_id)
        else:
            self._name(Kind.MISSING if here is None else Kind.OUTDATED, conversation_id, here, there)

    def _name(self, kind: Kind, conversation_id: int, here: int | None, there: int | None) -> None:
        self._differences.append(Difference(kind, conversation_id, here, there))


def _cut(window: Interval, stored: StoredTimes) -> list[Interval]:
    """`window` in slices that can be listed with one request, or are no longer than a day; oldest first."""
    length = window.end - window.start
    if length <= LONGEST_SLICE and (length <= DAY or stored.count(window) <= MAX_PER_PAGE):
        return [window]
    return [part for half in _halves(window) for part in _cut(half, stored)]


def _halves(window: Interval) -> tuple[Interval, Interval]:
    middle = (window.start + window.end) // 2
    return Interval(window.start, middle), Interval(middle + 1, window.end)


async def _for_each(items: Iterable[_T], act: Callable[[_T], Awaitable[None]]) -> None:
    """Call `act` for each item, some at once; the first error ends all of them."""
    waiting = deque(items)

    async def work() -> None:
        while waiting:
            await act(waiting.popleft())

    tasks = [asyncio.create_task(work()) for _ in range(IN_FLIGHT)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def prepare_repair(database: Database, receipt: Receipt, now: datetime) -> Interval | None:
    """Take back the claims that a comparison refuted, so that a sync of the returned range repairs them.

    None when there is nothing to repair. Raises `LeaseHeld` while a sync runs, and `StoreError`.
    """
    if receipt.equal:
        return None
    differences = receipt.differences
    spans = Coverage([*receipt.undecided, *((s, s) for d in differences for s in d.seconds)])
    too_new = [(d.id, d.there) for d in differences if d.here and d.there and d.here > d.there]
    with Lease(database, now), database.transaction() as connection:
        take_back(connection, spans, [d.id for d in differences], too_new)
    return Interval(min(i.start for i in spans), max(i.end for i in spans))


def still_different(database: Database, differences: Sequence[Difference]) -> list[Difference]:
    """Those of the differences that a sync has not repaired."""
    stored = read_stored(database, [d.id for d in differences])
    remaining = []
    for difference in differences:
        now = stored.get(difference.id)
        if difference.there is None:
            repaired = now is None or now.updated_at != difference.here
        else:
            repaired = now is not None and now.has_thread and now.updated_at >= difference.there
        if not repaired:
            remaining.append(difference)
    return remaining
