"""Asks Intercom in other words about a range that was listed, before its completeness is claimed.

A search that wrongly finds nothing, or less than there is, looks like a quiet time. A count of the whole
range must agree with its parts, and a workspace that says it is empty is asked another way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.freshness import Interval
from tui.intercom.errors import BadAnswer, Forbidden, NotFound
from tui.sync.slice_lister import SliceLister

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

logger = logging.getLogger(__name__)

LISTED_OTHERWISE = 20
"""Conversations asked for in another way. The newest come first, as far as was seen."""


class RangeCheck:
    """The checks of one run. They may raise the client's `IntercomError`s."""

    def __init__(self, client: IntercomClient, lister: SliceLister) -> None:
        self._client = client
        self._lister = lister
        self._newest: asyncio.Task[list[int] | None] | None = None

    async def parts_agree(self, parts: Sequence[Interval], settled: Interval) -> bool:
        """Whether the server counts no more in a range than in its `parts` together, as far as it has
        `settled`.

        The settled past can only lose conversations, so the parts, counted first, cannot hold fewer.
        """
        counted, past = 0, [inside for part in parts if (inside := part.intersect(settled)) is not None]
        if len(past) < 2:
            return True
        for part in past:
            counted += await self._lister.count(part)
        whole = Interval(past[-1].start, past[0].end)
        if not counted and await self._is_listed_otherwise(whole):
            return False
        return await self._lister.count(whole) <= counted

    async def listed_all(self, window: Interval, listed: int, answers: int) -> bool:
        """Whether nothing speaks against `listed` conversations, from so many answers, being all."""
        if not listed:
            # The other list reaches only so far back: another search has to find nothing too.
            return not (await self._is_listed_otherwise(window) or await self._lister.count(window))
        if answers == 1:
            return True  # one answer that counts as many as it lists
        return await self._lister.count(window) <= listed

    async def _is_listed_otherwise(self, window: Interval) -> bool:
        """Whether a list that is no search, and is asked for once, has a conversation of this time, as far as
        is known."""
        if self._newest is None:
            self._newest = asyncio.create_task(self._read_newest())
        newest = await asyncio.shield(self._newest)
        return newest is None or any(window.start <= second <= window.end for second in newest)

    async def _read_newest(self) -> list[int] | None:
        """Activity times; None while there is no usable answer."""
        try:
            page = await self._client.newest_conversations(LISTED_OTHERWISE)
        except (Forbidden, NotFound):
            return []  # it cannot be asked that way: no evidence
        except BadAnswer as error:
            logger.warning("that nothing changed cannot be confirmed: %s", error)
            return None
        return [conversation.updated_at for conversation in page.conversations]
