"""Running one sync and waiting for its result."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode, reason_code
from tui.cli.options import Invocation
from tui.cli.progress import ProgressPrinter
from tui.freshness import Coverage, SyncState
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncSummary

if TYPE_CHECKING:
    from tui.sync.jobs import SyncJob
    from tui.workspace import Workspace

POLL = 0.5
"""Seconds between two checks of a job, so that Ctrl-C is noticed on every platform."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How a sync ended."""

    summary: SyncSummary
    code: ExitCode
    error: str
    """One line; empty if there was none."""
    coverage: Coverage
    reason: str = ""
    """Why it was broken off: the value of a `tui.sync.events.Reason`; empty if it was not."""


class _LastEvent:
    """Keeps the last event of the run, which says more than the job does."""

    def __init__(self) -> None:
        self.summary = SyncSummary("failed", 0, 0, 0, 0, 0, 0, 0, 0.0)
        self.failure: SyncFailed | None = None

    def __call__(self, event: SyncEvent) -> None:
        if isinstance(event, SyncFinished | SyncFailed):
            self.summary = event.summary
            self.failure = event if isinstance(event, SyncFailed) else None


def sync_and_wait(
    invocation: Invocation,
    workspace: Workspace,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    urgent: bool = False,
    while_waiting: Callable[[], None] = lambda: None,
) -> SyncResult:
    """Sync a range (None: as configured) while the progress is shown.

    `while_waiting` is called twice a second meanwhile, on this thread. Ctrl-C and SIGTERM stop the sync and
    close the workspace; they give a result too.
    """
    printer, last = ProgressPrinter(quiet=invocation.quiet), _LastEvent()
    unsubscribe = workspace.subscribe(printer), workspace.subscribe(last)
    try:
        _wait(workspace.request_sync(start, end, urgent=urgent), while_waiting)
        # The job is done, the engine's run may not be: this waits until it has closed its connections.
        workspace.run_sync(cancel=threading.Event())
    except KeyboardInterrupt:
        coverage = workspace.coverage()
        workspace.close()
        return SyncResult(last.summary, ExitCode.INTERRUPTED, "interrupted", coverage, "interrupted")
    finally:
        for stop in unsubscribe:
            stop()
        printer.close()
        for notice in last.summary.notices:
            invocation.info(f"{notice}.")
    if (failure := last.failure) is not None:
        reason = failure.reason.value
        return SyncResult(last.summary, reason_code(reason), failure.message, workspace.coverage(), reason)
    return result_of(last.summary, workspace.coverage())


def _wait(job: SyncJob, while_waiting: Callable[[], None]) -> None:
    """Wait until the job has ended; the last event says how."""
    from tui.sync.jobs import SyncError

    while not job.done:
        while_waiting()
        with contextlib.suppress(TimeoutError, SyncError):
            job.wait(POLL)


def result_of(summary: SyncSummary, coverage: Coverage) -> SyncResult:
    """The result of a run that was not broken off: one that failed in part is an error."""
    if summary.outcome == "complete":
        return SyncResult(summary, ExitCode.OK, "", coverage)
    return SyncResult(summary, ExitCode.ERROR, summary.error or "the sync is incomplete", coverage)


def sync_demo(invocation: Invocation, workspace: Workspace) -> None:
    """Fill the new mirror of `--demo`."""
    if invocation.demo and workspace.verdict().state is SyncState.STALE:
        invocation.info("Syncing the demo workspace…")
        result = sync_and_wait(invocation, workspace)
        if result.code is not ExitCode.OK:
            raise CommandError(result.error, result.code)
