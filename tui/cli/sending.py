"""Sending what is in the outbox, and what a command says about it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode, reason_code
from tui.cli.options import Invocation
from tui.cli.outbox_output import line_of, write_json
from tui.cli.output import flush, is_terminal, json_answer, print_message, write
from tui.cli.progress import StatusLine
from tui.formatting import counted, duration
from tui.uptime import uptime
from tui.visible import visible_line
from tui.writes import WriteState

if TYPE_CHECKING:
    from datetime import datetime

    from tui.workspace import Workspace
    from tui.writes import QueuedWrite

POLL = 0.1
"""Seconds between two looks into the outbox."""
PATIENCE = 20.0
"""Seconds without an outcome after which a command no longer waits for the network, the rate limit or another
process."""
TRY_AGAIN = 1.0
"""Seconds after which sending is tried again."""
SOON = 30.0
"""Seconds before the end of an undo window from which on the engine waits for it."""
NEXT_STEPS = "look with `fastintercom show`, then `fastintercom outbox retry`, `edit` or `drop`"

Tell = Callable[[Sequence["QueuedWrite"]], object]
"""Takes what has ended, as soon as it has."""

wait_option = click.option(
    "--wait/--no-wait",
    default=True,
    help="Wait until it is sent (default), or leave it in the outbox for the next sync.",
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why changes that are due cannot be sent now."""

    message: str
    code: ExitCode


@contextmanager
def acting_workspace(invocation: Invocation, *, sends: bool) -> Iterator[Workspace]:
    """The workspace for a command that changes something in Intercom, and sends only when it says so.

    `sends`: a token is needed. Raises as `Invocation.workspace`.
    """
    from tui.cli.syncing import sync_demo

    settings = invocation.settings()
    token = invocation.require_token(settings) if sends else None
    with invocation.workspace(token, settings=settings) as workspace:
        sync_demo(invocation, workspace)
        workspace.sends_by_itself = False
        yield workspace


def finish(
    invocation: Invocation,
    workspace: Workspace,
    ids: Sequence[int],
    *,
    wait: bool,
    as_json: bool,
    answer: Mapping[str, object],
) -> ExitCode:
    """Send these changes and print what became of them; without `wait`, only that they are in the outbox.

    `answer` has the other keys of the JSON.
    """
    directory, obstacle = workspace.directory(), None
    told: set[int] = set()

    def tell(entries: Sequence[QueuedWrite]) -> None:
        for entry in entries:
            if entry.id not in told:
                told.add(entry.id)
                if not as_json:
                    write(line_of(entry, directory, workspace.clock()))
        flush()

    if wait and ids:
        obstacle = _send(invocation, workspace, ids, tell)
    entries = workspace.outbox.read(ids)
    if as_json:
        written = [write_json(entry, directory) for entry in entries]
        error = obstacle.message if obstacle else None
        write(json_answer({**answer, "writes": written, "error": error}))
        flush()
    else:
        tell(entries)
    return _code(invocation, entries, obstacle, wait=wait)


def _code(
    invocation: Invocation, entries: Sequence[QueuedWrite], obstacle: Obstacle | None, *, wait: bool
) -> ExitCode:
    states = [entry.state for entry in entries]
    if WriteState.HELD in states or WriteState.FAILED in states:
        invocation.info(f"What is held or failed stays in the outbox: {NEXT_STEPS}.")
    if obstacle is not None:
        print_message(f"fastintercom: not sent: {invocation.redact(visible_line(obstacle.message))}")
        invocation.info("It stays in the outbox, and goes with the next sync or `fastintercom outbox send`.")
        return obstacle.code
    if not wait and any(not entry.has_ended for entry in entries):
        invocation.info("A sync, the dashboard or `fastintercom outbox send` sends it.")
    if WriteState.HELD in states:
        return ExitCode.HELD
    return ExitCode.ERROR if {WriteState.FAILED, WriteState.CANCELLED} & {*states} else ExitCode.OK


def _send(invocation: Invocation, workspace: Workspace, ids: Sequence[int], tell: Tell) -> Obstacle | None:
    """Send these, and wait until each has an outcome. Returns why that cannot be now.

    Ctrl-C in a terminal takes back what is not sent; without one it stays in the outbox.
    """
    line = StatusLine(quiet=invocation.quiet)
    line.wait()
    try:
        return _wait(workspace, ids, tell, line)
    except KeyboardInterrupt:
        line.erase()
        _interrupted(workspace, ids)
        raise
    finally:
        line.erase()


def _wait(workspace: Workspace, ids: Sequence[int], tell: Tell, line: StatusLine) -> Obstacle | None:
    left, is_first, progress_at, progress = list(ids), True, uptime(), 0
    while True:
        began = time.monotonic()
        entries = workspace.outbox.read(left)
        if done := [entry for entry in entries if entry.has_ended]:
            line.erase()
            tell(done)
        going = [entry for entry in entries if not entry.has_ended]
        if not going:
            return None
        left, now = [entry.id for entry in going], workspace.clock()
        _show(line, len(ids), going, now)
        due = min((entry.due_at - now).total_seconds() for entry in going)
        is_in_undo_window = any(entry.due_at > now and not entry.error for entry in going)
        before, progress = progress, len(ids) - len(going) + sum(entry.attempts for entry in entries)
        if is_in_undo_window or progress != before:
            progress_at = uptime()
        if due > 0 and _are_put_off(going) and not is_worth_waiting(ExitCode.TRY_LATER, since=progress_at):
            return Obstacle(going[0].error, ExitCode.TRY_LATER)
        if not workspace.is_sending and due < SOON:
            if due <= 0 and not is_first and (obstacle := _obstacle(workspace, going)) is not None:
                if not is_worth_waiting(obstacle.code, since=progress_at):
                    return obstacle
                time.sleep(TRY_AGAIN)
            workspace.send_outbox()
            is_first = False
        time.sleep(max(POLL, time.monotonic() - began))


def _are_put_off(going: Sequence[QueuedWrite]) -> bool:
    """Whether each waits because its conversation could not be read."""
    return all(entry.state is WriteState.WAITING and entry.error for entry in going)


def is_worth_waiting(code: ExitCode, *, since: float) -> bool:
    """Whether what failed with this exit code may work in a moment. `since` is when it last worked."""
    return code is ExitCode.TRY_LATER and uptime() - since < PATIENCE


def _obstacle(workspace: Workspace, going: Sequence[QueuedWrite]) -> Obstacle | None:
    """What is in the way, as far as known."""
    if (off := workspace.outbox.why_off()) is not None:
        return Obstacle(off, ExitCode.NOT_AUTHORISED)
    if (failure := workspace.sending_failure) is not None:
        return Obstacle(str(failure), reason_code(failure.reason.value))
    error = next((entry.error for entry in going if entry.error), None)
    return None if error is None else Obstacle(error, ExitCode.TRY_LATER)


def _show(line: StatusLine, total: int, going: Sequence[QueuedWrite], now: datetime) -> None:
    left = min((entry.due_at - now).total_seconds() for entry in going)
    back = "; Ctrl-C takes it back" if is_terminal(sys.stdin) else ""
    if left > 0:
        line.show("Not sent:", f"{counted(len(going), 'change')}, sends in {duration(left)}{back}")
    else:
        done = total - len(going)
        line.show("Sending", f"{done} of {counted(total, 'change')}", done / total)


def _interrupted(workspace: Workspace, ids: Sequence[int]) -> None:
    going = [entry for entry in workspace.outbox.read(ids) if not entry.has_ended]
    if not going:
        return
    if not is_terminal(sys.stdin):
        stay = "stays" if len(going) == 1 else "stay"
        print_message(f"{counted(len(going), 'change')} {stay} in the outbox, for the next sync.")
        return
    back = 0
    for entry in going:
        try:
            workspace.outbox.drop(entry.id)
            back += 1
        except LookupError:
            print_message(f"Change {entry.id} is being sent: see `fastintercom outbox`.")
    print_message(f"{counted(back, 'change')} taken back before sending.")
