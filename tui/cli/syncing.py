"""Running one sync and waiting for it, for every command that needs that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.cli.exits import ExitCode, reason_code
from tui.cli.options import Invocation
from tui.cli.progress import SyncNarrator
from tui.freshness import SyncState
from tui.sync.events import SyncFailed, SyncSummary

if TYPE_CHECKING:
    from tui.sync.jobs import SyncJob
    from tui.workspace import Workspace

POLL = 0.5
"""Seconds between two looks at a job, so that Ctrl-C is noticed on every platform."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sync."""

    summary: SyncSummary
    code: ExitCode
    error: str
    """One line; empty when all went well."""


def sync_and_wait(
    invocation: Invocation,
    workspace: Workspace,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    urgent: bool = False,
) -> Outcome:
    """Sync a range (None: as configured) with the progress narrated. Raises `KeyboardInterrupt` only."""
    from tui.sync.jobs import SyncError

    narrator = SyncNarrator(quiet=invocation.quiet)
    ends: list[SyncFailed] = []

    def listen(event: object) -> None:
        if isinstance(event, SyncFailed):
            ends.append(event)

    stop_narrating, stop_listening = workspace.subscribe(narrator), workspace.subscribe(listen)
    try:
        return judge(_wait(workspace.request_sync(start, end, urgent=urgent)))
    except SyncError as error:
        summary = ends[-1].summary if ends else SyncSummary("failed", 0, 0, 0, 0, 0, 0, 0, 0.0)
        return Outcome(summary, reason_code(error.reason.value), str(error))
    finally:
        stop_narrating()
        stop_listening()
        narrator.close()


def _wait(job: SyncJob) -> SyncSummary:
    while True:
        try:
            return job.wait(POLL)
        except TimeoutError:
            continue


def judge(summary: SyncSummary) -> Outcome:
    """The exit code of a run that came to its end: a partly failed one is not a success."""
    if summary.outcome == "complete":
        return Outcome(summary, ExitCode.OK, summary.error)
    missed = summary.failed_threads
    words = f"{missed:,} conversation{'' if missed == 1 else 's'} could not be fetched" if missed else ""
    error = summary.error or words or "the sync is incomplete"
    return Outcome(summary, ExitCode.ERROR, error)


def fill_demo(invocation: Invocation, workspace: Workspace) -> None:
    """With `--demo` the mirror is new: sync it first, so that there is something to read."""
    if invocation.demo and workspace.verdict().state is SyncState.STALE:
        invocation.tell("Syncing the demo workspace…")
        sync_and_wait(invocation, workspace)


def counts(summary: SyncSummary) -> str:
    """ "14 new, 32 updated, 2 deleted" or "nothing new"."""
    parts = [
        f"{number:,} {word}"
        for number, word in ((summary.new, "new"), (summary.updated, "updated"), (summary.deleted, "deleted"))
        if number
    ]
    return ", ".join(parts) or "nothing new"
