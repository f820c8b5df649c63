"""What now is on the server's clock during a run, and what that says of earlier claims."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tui.clock import OffsetClock, Reading, judge
from tui.store.coverage import begin_doubt, narrow_doubt, trim_coverage
from tui.store.database import Database
from tui.store.settings_table import write_setting

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

CLOCK = "clock"
"""Setting: the `ClockOffset` measured last, as JSON."""

logger = logging.getLogger(__name__)


class RunClock:
    """Reads the server's time from the answers so far and the local clock, and passes it on to `clock`."""

    def __init__(self, client: IntercomClient, clock: OffsetClock, database: Database) -> None:
        self._client = client
        self._clock = clock
        self._database = database
        self._doubts = False

    def read(self) -> Reading:
        """What now is, as far as the answers say."""
        times, local = self._client.server_times(), self._clock.local().timestamp()
        if times.date is None and times.reset is None and times.unproven is not None:
            local = min(local, times.unproven)  # a single answer makes it earlier, never later
        return judge(local, times.date, times.reset)

    def now(self) -> int:
        """The earliest that now may be (epoch seconds): for claims, and for marks in the database."""
        return int(self.read().earliest)

    def latest(self) -> int:
        """The latest that a clock says (epoch seconds): up to then is listed, though not claimed."""
        return int(max(self.read().latest, self._clock.local().timestamp()))

    def settle(self) -> bool:
        """Once several answers are in: learn the offset, note a doubt, take back what a wrong clock claimed.

        Returns whether the coverage changed. Raises `StoreError`.
        """
        reading = self.read()
        if self._clock.learn(reading):
            with self._database.transaction():
                write_setting(self._database, CLOCK, self._clock.offset.to_json())
        trimmed = False
        if reading.agreed:
            trimmed = trim_coverage(self._database, int(reading.latest), resolved=reading.unanimous)
            if trimmed:
                logger.warning("a clock was wrong during an earlier sync: what it claimed is synced again")
        if not reading.unanimous:
            self._doubts = begin_doubt(self._database, int(reading.earliest))
        return trimmed

    def listed(self, newest: int) -> None:
        """At the end of a run whose listings contained a conversation that Intercom dates at `newest`, all
        older ones with it: so much of a doubt that began in this run is settled. Raises `StoreError`."""
        if self._doubts and newest:
            narrow_doubt(self._database, newest)
