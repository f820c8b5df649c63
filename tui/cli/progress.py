"""Progress on stderr: a bar on a terminal, otherwise a line every few seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.cells import cell_width, fit
from tui.cli.output import is_terminal, print_message, terminal_width
from tui.formatting import duration, number
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncProgress, SyncStarted

REDRAW = 0.1
"""Seconds between two drawings of the bar."""
REPEAT = 5.0
"""Seconds between two lines without a terminal."""
BAR = 24
"""Cells, where there is room for them."""
ERASE = "\r\x1b[2K"


class StatusLine:
    """One line on stderr that is drawn again and again; without a terminal, a line every few seconds."""

    def __init__(self, *, quiet: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self.redraws = is_terminal(sys.stderr)
        self._now = monotonic
        self._last = float("-inf")
        self._drawn = False

    def wait(self) -> None:
        """Show nothing until it is time for the next line."""
        self._last = self._now()

    def show(self, title: str, text: str, share: float | None = None) -> None:
        """Show both, on a terminal with a bar between them, unless the last was shown a moment ago."""
        now = self._now()
        if self._quiet or now - self._last < (REDRAW if self.redraws else REPEAT):
            return
        self._last = now
        if not self.redraws:
            print_message(f"{title} {text}")
            return
        space = terminal_width() - 1
        drawn = "" if share is None else bar(share, space - cell_width(f"{title} {text}"))
        sys.stderr.write(ERASE + fit(f"{title} {drawn}{text}", space))
        sys.stderr.flush()
        self._drawn = True

    def erase(self) -> None:
        if self._drawn:
            sys.stderr.write(ERASE)
            sys.stderr.flush()
            self._drawn = False


@contextmanager
def rebuild_line(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Shows how far the search index is made anew, when a newer version needs that."""
    line = StatusLine(quiet=quiet)

    def show(done: int, total: int) -> None:
        share = done / total if total else None
        line.show("Rebuilding the search index", f"{number(done)} of {number(total)} conversations", share)

    try:
        yield show
    finally:
        line.erase()


class ProgressPrinter:
    """Prints the progress of a sync; takes its events on any thread."""

    def __init__(self, *, quiet: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._line = StatusLine(quiet=quiet, monotonic=monotonic)
        self._lock = threading.Lock()

    def __call__(self, event: SyncEvent) -> None:
        with self._lock:
            if isinstance(event, SyncProgress):
                self._show(event)
            elif isinstance(event, SyncStarted) and not self._line.redraws:
                self._line.wait()
            elif isinstance(event, SyncFinished | SyncFailed):
                self._line.erase()

    def close(self) -> None:
        """Erase the bar."""
        with self._lock:
            self._line.erase()

    def _show(self, progress: SyncProgress) -> None:
        if not self._line.redraws:
            self._line.show("Syncing:", describe(progress))
            return
        share = progress.done / progress.total if progress.total and progress.listing_done else None
        self._line.show("Syncing", describe(progress), share)


def bar(share: float, space: int) -> str:
    """A bar and the percentage, in `space` cells as far as the percentage allows."""
    share = min(1.0, share)
    percentage = f" {share:4.0%} · "
    cells = max(0, min(BAR, space - len(percentage)))
    full = int(share * cells)
    return f"{'━' * full}{'─' * (cells - full)}{percentage if cells else percentage.lstrip()}"


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
