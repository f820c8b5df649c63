"""The progress of a sync on stderr: a bar on a terminal, otherwise a line every few seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from tui.cells import fit
from tui.cli.output import is_terminal, print_message, terminal_width
from tui.formatting import duration, number
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncProgress, SyncStarted

REDRAW = 0.1
"""Seconds between two drawings of the bar."""
REPEAT = 5.0
"""Seconds between two lines without a terminal."""
BAR = 24
"""Cells."""
ERASE = "\r\x1b[2K"


class ProgressPrinter:
    """Prints the progress of a sync; takes its events on any thread."""

    def __init__(self, *, quiet: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._terminal = is_terminal(sys.stderr)
        self._now = monotonic
        self._last = float("-inf")
        self._drawn = False
        self._lock = threading.Lock()

    def __call__(self, event: SyncEvent) -> None:
        if self._quiet:
            return
        with self._lock:
            if isinstance(event, SyncProgress):
                self._show(event)
            elif isinstance(event, SyncStarted) and not self._terminal:
                self._last = self._now()
            elif isinstance(event, SyncFinished | SyncFailed):
                self._erase()

    def close(self) -> None:
        """Erase the bar."""
        with self._lock:
            self._erase()

    def _show(self, progress: SyncProgress) -> None:
        now = self._now()
        if now - self._last < (REDRAW if self._terminal else REPEAT):
            return
        self._last = now
        if not self._terminal:
            print_message(f"Syncing: {describe(progress)}")
            return
        bar = _bar(progress) if progress.total and progress.listing_done else ""
        sys.stderr.write(ERASE + fit(f"Syncing {bar}{describe(progress)}", terminal_width() - 1))
        sys.stderr.flush()
        self._drawn = True

    def _erase(self) -> None:
        if self._drawn:
            sys.stderr.write(ERASE)
            sys.stderr.flush()
            self._drawn = False


def _bar(progress: SyncProgress) -> str:
    share = min(1.0, progress.done / progress.total)
    full = int(share * BAR)
    return f"{'━' * full}{'─' * (BAR - full)} {share:4.0%} · "


def describe(progress: SyncProgress) -> str:
    """ "1,234 of 2,000 threads · 166/s · 1 min 12 s left", "listing, 300 threads so far", …"""
    parts = []
    if progress.phase == "connecting":
        parts.append("connecting")
    elif progress.total == 0:
        parts.append(progress.phase)
    elif progress.listing_done:
        parts.append(f"{number(progress.done)} of {number(progress.total)} threads")
    else:
        parts.append(f"{number(progress.done)} of {number(progress.total)} threads, still listing")
    if progress.rate > 0:
        parts.append(f"{progress.rate:,.0f}/s" if progress.rate >= 10 else f"{progress.rate:.1f}/s")
    if progress.eta is not None and progress.listing_done and progress.total > progress.done:
        parts.append(f"{duration(progress.eta)} left")
    if progress.waiting > 0:
        parts.append(f"waiting for the rate limit, {duration(progress.waiting)}")
    return " · ".join(parts)
