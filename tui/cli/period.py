"""What commands that answer about a period of time share: syncing it first, and judging the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation
from tui.cli.output import narrate

if TYPE_CHECKING:
    from tui.freshness import Verdict
    from tui.workspace import Workspace


def sync_window(invocation: Invocation, workspace: Workspace, verdict: Verdict) -> ExitCode:
    """Sync the window of a verdict and tell what went wrong, if anything did."""
    from tui.cli.freshness_line import freshness_line
    from tui.cli.syncing import sync_and_wait
    from tui.clock import from_epoch

    invocation.tell(freshness_line(workspace, verdict, syncing=True))
    start, end = from_epoch(verdict.window.start), from_epoch(verdict.window.end)
    outcome = sync_and_wait(invocation, workspace, start, end, urgent=True)
    if outcome.code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if outcome.error:
        narrate(f"fastintercom: {outcome.error}")
    return outcome.code


def required_code(verdict: Verdict, require: str | None) -> ExitCode:
    """The exit code of an answer, by what `--require` ("fresh", "partial" or None) asks."""
    from tui.freshness import SyncState

    if require is not None and verdict.state is SyncState.STALE:
        return ExitCode.STALE
    if require == "fresh" and verdict.state is SyncState.PARTIAL:
        return ExitCode.PARTIAL
    return ExitCode.OK


def tell_freshness(invocation: Invocation, workspace: Workspace, verdict: Verdict) -> None:
    """The freshness of an answer on stderr, with the command that fills its gaps."""
    from tui.cli.freshness_line import fill_hint, freshness_line

    hint = fill_hint(verdict)
    invocation.tell(freshness_line(workspace, verdict) + (f" · fill it with: {hint}" if hint else ""))
