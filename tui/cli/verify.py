"""`fastintercom verify`: compare the mirror with Intercom, and repair what differs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, print_message, write
from tui.cli.period import since_moment
from tui.cli.progress import REPEAT
from tui.clock import from_epoch
from tui.formatting import counted, date_time, duration, number
from tui.timeframe import TimeframeError, parse_moment

if TYPE_CHECKING:
    from tui.cli.json_shapes import VerifyJson
    from tui.cli.syncing import SyncResult
    from tui.freshness import Interval
    from tui.sync.verify import Difference, Receipt
    from tui.workspace import Workspace

NOTHING = "nothing of this period is synced, so there is nothing to compare; run: fastintercom sync"
WORDS = {"missing": "missing here", "outdated": "outdated here", "deleted": "deleted there"}


@command("verify")
@click.option(
    "--since",
    metavar="WHEN",
    help="The start of the range, such as 90d, 2024-01-01 or monday (default: the configured history).",
)
@click.option("--until", metavar="WHEN", help="The end of the range (default: now).")
@click.option("--deep", is_flag=True, help="Compare every conversation; never be content with equal counts.")
@click.option("--repair", is_flag=True, help="Fetch again what differs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_command(
    invocation: Invocation, since: str | None, until: str | None, deep: bool, repair: bool, as_json: bool
) -> int:
    """Compare the mirror with Intercom and name each difference.

    Only what is synced is compared. Exit codes: 0 equal or repaired, 1 different, 4 not authorised, 75 try
    again later, 130 interrupted.
    """
    from tui.cli.syncing import sync_demo

    settings = invocation.settings()
    with invocation.workspace(invocation.require_token(settings), settings=settings) as workspace:
        start, end = _range(workspace, since, until)
        sync_demo(invocation, workspace)
        progress = _progress(invocation)
        receipt = asyncio.run(workspace.verify(start, end, deep=deep, on_progress=progress))
        if not receipt.compared:
            raise CommandError(NOTHING)
        result = _repair(invocation, workspace, receipt) if repair else None
        if as_json:
            write(json_answer(_json(receipt, result)))
        else:
            for line in _lines(receipt, result):
                write(line)
        flush()
        if result is None:
            return ExitCode.OK if receipt.equal else ExitCode.ERROR
        if result.sync is not None and result.sync.error:
            print_message(f"fastintercom: {result.sync.error}")
            return result.sync.code
        return ExitCode.ERROR if result.remaining else ExitCode.OK


def _progress(invocation: Invocation) -> Callable[[int, int], None]:
    """Prints a line every few seconds."""
    printed_at = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal printed_at
        if time.monotonic() - printed_at >= REPEAT:
            printed_at = time.monotonic()
            invocation.info(f"Comparing: {number(done)} of {number(total)} slices of time")

    return show


def _range(workspace: Workspace, since: str | None, until: str | None) -> tuple[datetime, datetime]:
    """Raises `CommandError`."""
    now = workspace.clock()
    end = now
    if until is not None:
        try:
            end = min(parse_moment(until, now=now, tz=workspace.tz)[1], now)
        except TimeframeError as error:
            raise CommandError(f"--until: {error}", ExitCode.USAGE) from None
    start = since_moment(workspace, since) if since is not None else workspace.history_start()
    if start > end:
        raise CommandError(
            f"--until: the range ends ({date_time(end)}) before it starts ({date_time(start)})",
            ExitCode.USAGE,
        )
    return start, end


@dataclass(frozen=True, slots=True)
class RepairResult:
    """What became of the differences."""

    sync: SyncResult | None
    """None when there was nothing to repair."""
    repaired: list[Difference]
    remaining: list[Difference]


def _repair(invocation: Invocation, workspace: Workspace, receipt: Receipt) -> RepairResult:
    """Raises `SyncError` while another process syncs, and `KeyboardInterrupt`."""
    from tui.cli.syncing import sync_and_wait

    span = workspace.prepare_repair(receipt)
    if span is None:
        return RepairResult(None, [], [])
    result = sync_and_wait(invocation, workspace, *span)
    if result.code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    remaining = workspace.still_different(receipt)
    return RepairResult(result, [d for d in receipt.differences if d not in remaining], remaining)


def _lines(receipt: Receipt, result: RepairResult | None) -> Iterable[str]:
    first, last = next(iter(receipt.compared)).start, [*receipt.compared][-1].end
    counts = [f"{counted(receipt.listed, 'conversation')} one by one"]
    if receipt.counted:
        counts.append(f"{counted(receipt.counted, 'conversation')} by count only (--deep lists them)")
    yield f"Compared {_at(first)} to {_at(last)}: {', '.join(counts)}"
    if gaps := receipt.compared.missing(receipt.window):
        yield f"Not synced, so not compared: {', '.join(map(_span, gaps))}"
    if receipt.changed:
        yield f"Changed meanwhile, which is no difference: {counted(receipt.changed, 'conversation')}"
    if receipt.overlooked:
        ids = ", ".join(map(str, receipt.overlooked))
        yield f"Equal, though Intercom's search does not list them: {ids}"
    if receipt.undecided:
        yield f"Intercom's answers contradict each other for {', '.join(map(_span, receipt.undecided))}"
    found = counted(len(receipt.differences), "difference") if receipt.differences else "No difference"
    yield f"{found}, after {counted(receipt.requests, 'request')} until {date_time(receipt.finished)}"
    repaired = {d.id for d in result.repaired} if result else set()
    for difference in receipt.differences:
        end = "; repaired" if difference.id in repaired else "; not repaired yet" if result else ""
        yield f"  {WORDS[difference.kind]:<13} {difference.id}  {_times(difference)}{end}"


def _times(difference: Difference) -> str:
    if difference.here is not None and difference.there is not None:
        return f"updated {_at(difference.here)} here, {_at(difference.there)} there"
    return f"updated {_at(max(difference.seconds))}"


def _at(second: int) -> str:
    return f"{from_epoch(second).astimezone():%Y-%m-%d %H:%M:%S}"


def _span(interval: Interval) -> str:
    if interval.start == interval.end:
        return _at(interval.start)
    return f"{_at(interval.start)} – {_at(interval.end)} ({duration(interval.end - interval.start + 1)})"


def _json(receipt: Receipt, result: RepairResult | None) -> VerifyJson:
    from tui.answers import spans

    return {
        "equal": receipt.equal,
        "range": spans([receipt.window])[0],
        "compared": spans(receipt.compared),
        "started": receipt.started,
        "finished": receipt.finished,
        "requests": receipt.requests,
        "conversations_listed": receipt.listed,
        "conversations_counted": receipt.counted,
        "counted_only": spans(receipt.counted_only),
        "changed_meanwhile": receipt.changed,
        "overlooked_by_search": list(receipt.overlooked),
        "contradictory": spans(receipt.undecided),
        "differences": [
            {
                "kind": difference.kind.value,
                "id": difference.id,
                "updated_at_here": _moment(difference.here),
                "updated_at_there": _moment(difference.there),
            }
            for difference in receipt.differences
        ],
        "repair": None
        if result is None
        else {
            "repaired": [d.id for d in result.repaired],
            "remaining": [d.id for d in result.remaining],
            "error": (result.sync.error or None) if result.sync else None,
        },
    }


def _moment(second: int | None) -> datetime | None:
    return None if second is None else from_epoch(second)
