"""Running one sync and waiting for it, for every command that needs that."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode, reason_code
from tui.cli.options import Invocation
from tui.cli.progress import SyncNarrator
from tui.freshness import Coverage, SyncState
from tui.sync.events import SyncEvent, SyncFailed, SyncFinished, SyncSummary
from tui.text import counted

if TYPE_CHECKING:
    from tui.sync.jobs import SyncJob
    from tui.workspace import Workspace

POLL = 0.5
"""Seconds between two looks at a job, so that Ctrl-C is noticed on every platform."""


@dataclass(frozen=True, slots=True)
class AppResult:
    """What became of a sync."""

    summary: SyncSummary
    code: ExitCode
    error: str
    """One line; empty when all went well."""
    coverage: Coverage


class _Ending:
    """Keeps the last event of the run, which tells more than the job does."""

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
) -> AppResult:
    """Sync a range (None: as configured) with the progress narrated.

    Ctrl-C and SIGTERM stop the sync, close the workspace and give an outcome too.
    """
    narrator, ending = SyncNarrator(quiet=invocation.quiet), _Ending()
    unsubscribe = workspace.subscribe(narrator), workspace.subscribe(ending)
    try:
        _wait(workspace.request_sync(start, end, urgent=urgent))
        # The job is done, the run may not be: let the engine end it and close its connections. With nothing
        # left to do, this returns as soon as the engine's own thread is through.
        workspace.run_sync(cancel=threading.Event())
    except KeyboardInterrupt:
        coverage = workspace.coverage()
        workspace.close()
        return AppResult(ending.summary, ExitCode.INTERRUPTED, "interrupted", coverage)
    finally:
        for stop in unsubscribe:
            stop()
        narrator.close()
    if (failure := ending.failure) is not None:
        code = reason_code(failure.reason.value)
        return AppResult(ending.summary, code, failure.message, workspace.coverage())
    return judge(ending.summary, workspace.coverage())


def _wait(job: SyncJob) -> None:
    """Wait until the job is done, one way or the other; the last event says which."""
    from tui.sync.jobs import SyncError

    while not job.done:
        with contextlib.suppress(TimeoutError, SyncError):
            job.wait(POLL)


def judge(summary: SyncSummary, coverage: Coverage) -> AppResult:
    """The exit code of a run that came to its end: a partly failed one is not a success."""
    if summary.outcome == "complete":
        return AppResult(summary, ExitCode.OK, "", coverage)
    missed = summary.failed_threads
    words = f"{counted(missed, 'conversation')} could not be fetched" if missed else ""
    error = summary.error or words or "the sync is incomplete"
    return AppResult(summary, ExitCode.ERROR, error, coverage)


def fill_demo(invocation: Invocation, workspace: Workspace) -> None:
    """With `--demo` the mirror is new: sync it first, so that there is something to read."""
    if invocation.demo and workspace.verdict().state is SyncState.STALE:
        invocation.tell("Syncing the demo workspace…")
        outcome = sync_and_wait(invocation, workspace)
        if outcome.code is not ExitCode.OK:
            raise CommandError(outcome.error, outcome.code)
