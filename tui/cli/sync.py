"""`fastintercom sync`: bring the mirror up to date, once or repeatedly."""

from __future__ import annotations

import contextlib
import logging
import time
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import WholeNumber
from tui.cli.exits import CommandError, ExitCode, StdoutClosed
from tui.cli.freshness_line import freshness_line
from tui.cli.hangup import ReloadRequest, on_hangup
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, print_message, write
from tui.cli.period import since_moment
from tui.clock import to_epoch
from tui.formatting import counted, date_time, duration, elapsed
from tui.uptime import uptime

if TYPE_CHECKING:
    from tui.cli.json_shapes import SyncJson
    from tui.cli.syncing import SyncResult
    from tui.settings import Secret, Settings
    from tui.workspace import Workspace

DEFAULT_WATCH = 60
STEP = 1.0
"""Seconds between two looks at the clock while nothing is to be done."""
KEPT = "the settings were not reloaded, those of before stay"

logger = logging.getLogger(__name__)


@command("sync")
@click.option(
    "--since",
    metavar="WHEN",
    help="How far back, such as 90d, 2024-01-01 or monday (default: the configured history).",
)
@click.option(
    "--watch",
    is_flag=False,
    flag_value=DEFAULT_WATCH,
    type=WholeNumber(1, 86_400),
    metavar="[SECONDS]",
    help=f"Sync every SECONDS (default {DEFAULT_WATCH}) until stopped.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --watch, one per sync).")
def sync_command(invocation: Invocation, since: str | None, watch: int | None, as_json: bool) -> int:
    """Bring the local mirror up to date with Intercom.

    An interrupted sync resumes where it stopped. With --watch and no terminal, SIGHUP reloads the settings.
    Exit codes: 0 complete, 1 failed or partly failed, 4 not authorised, 75 try again later, 130 interrupted.
    """
    if watch is not None:
        return _watch(invocation, since, watch, as_json)
    settings, token = _read_settings(invocation)
    with invocation.workspace(token, settings=settings) as workspace:
        return _once(invocation, workspace, _start(invocation, workspace, since), as_json)


def _start(invocation: Invocation, workspace: Workspace, since: str | None) -> datetime | None:
    """Where to begin; what a purge has put off limits is synced again if it is asked for."""
    from tui.freshness_words import not_kept_words

    if since is None:
        return None
    start = since_moment(workspace, since)
    if workspace.keep_from(start):
        invocation.info(f"What was purged before is kept again, from {date_time(start)} on.")
    kept_since = workspace.kept_since()
    if kept_since is not None and to_epoch(start) < kept_since.second:
        words = not_kept_words(kept_since, workspace.tz)
        invocation.info(f"Conversations {words}; those after it are synced.")
    return start


def _once(invocation: Invocation, workspace: Workspace, start: datetime | None, as_json: bool) -> ExitCode:
    from tui.cli.syncing import sync_and_wait

    result = sync_and_wait(invocation, workspace, start)
    _report(invocation, workspace, result, as_json)
    return result.code


def _watch(invocation: Invocation, since: str | None, seconds: int, as_json: bool) -> ExitCode:
    """Sync repeatedly, with other settings after each reload."""
    from tui.store.errors import StoreError

    chosen: tuple[Settings, Secret | None] = _read_settings(invocation)
    fallback: tuple[Settings, Secret | None] | None = None
    with on_hangup() as request:
        while True:
            settings, token = chosen
            with ExitStack() as opened:
                try:
                    workspace = opened.enter_context(invocation.workspace(token, settings=settings))
                except StoreError as error:
                    if fallback is None:
                        raise
                    print_message(f"fastintercom: {KEPT}: {error}")
                    chosen, fallback = fallback, None
                    continue
                start = _start(invocation, workspace, since)
                code = _watch_workspace(invocation, workspace, request, start, seconds, as_json)
                if code is not None:
                    return code
                chosen, fallback = _reload(invocation, chosen), chosen


def _watch_workspace(
    invocation: Invocation,
    workspace: Workspace,
    request: ReloadRequest,
    start: datetime | None,
    seconds: int,
    as_json: bool,
) -> ExitCode | None:
    """Sync until interrupted, until the token is refused, or (None) until a reload is requested."""
    from tui.sync.failures import retry_delay

    failures = 0
    while not request.take():
        code = _once(invocation, workspace, start, as_json)
        if code in {ExitCode.INTERRUPTED, ExitCode.NOT_AUTHORISED}:
            return code
        if code is ExitCode.OK:
            start, failures = None, 0  # from now on, only what is new
            _pause(seconds, request)
        else:
            delay = retry_delay(failures, seconds)
            failures += 1
            invocation.info(f"Trying again in {duration(delay)}.")
            _pause(delay, request)
    return None


def _pause(seconds: float, request: ReloadRequest) -> None:
    """Wait so long, the time that the machine is suspended included, or until a reload is requested.

    In steps: no single wait notices that the machine was suspended, or that a signal came.
    """
    due = uptime() + seconds
    while not request.made and (left := due - uptime()) > 0:
        time.sleep(min(left, STEP))


def _read_settings(invocation: Invocation) -> tuple[Settings, Secret | None]:
    """Raises `SettingsError` and `CommandError`."""
    settings = invocation.settings()
    return settings, invocation.require_token(settings)


def _reload(invocation: Invocation, chosen: tuple[Settings, Secret | None]) -> tuple[Settings, Secret | None]:
    """The settings and the token as they are now; those of before, and a message, if there is an error."""
    from tui.settings import SettingsError

    try:
        reloaded = _read_settings(invocation)
    except (SettingsError, CommandError) as error:
        logger.warning("%s: %s", KEPT, error)
        print_message(f"fastintercom: {KEPT}: {error}")
        return chosen
    logger.info("the settings were reloaded")
    invocation.info("The settings were reloaded.")
    return reloaded


def _report(invocation: Invocation, workspace: Workspace, result: SyncResult, as_json: bool) -> None:
    """Print how one sync went; a closed stdout does not change its exit code."""
    from tui.sync.events import changes_in_words

    summary = result.summary
    if as_json:
        with contextlib.suppress(StdoutClosed):
            write(json_answer(_json(result)))
            flush()
    if invocation.verbose:
        for name, problem in summary.problems:
            print_message(f"Conversation {name} could not be read: {problem}")
    changed = changes_in_words(summary)
    took = elapsed(summary.duration)
    if result.error:
        print_message(f"fastintercom: {result.error}")
        invocation.info(f"Stopped after {took}: {changed}.")
    else:
        invocation.info(f"Synced: {changed} in {took} with {counted(summary.requests, 'request')}.")
    if result.code is not ExitCode.INTERRUPTED:  # after which the workspace is closed
        invocation.info(freshness_line(workspace, workspace.verdict()))
        if stuck := sum(entry.has_ended for entry in workspace.outbox.open()):
            invocation.info(f"{counted(stuck, 'change')} held or failed: see fastintercom outbox")


def _json(result: SyncResult) -> SyncJson:
    from tui.answers import problem_infos, spans

    summary = result.summary
    return {
        "outcome": summary.outcome,
        "conversations": {
            "new": summary.new,
            "updated": summary.updated,
            "unchanged": summary.unchanged,
            "deleted": summary.deleted,
        },
        "requests": summary.requests,
        "rate_limited": summary.rate_limited,
        "retries": summary.retries,
        "duration_seconds": round(summary.duration, 3),
        "coverage": spans(result.coverage),
        "problems": problem_infos(summary.problems),
        "notices": list(summary.notices),
        "error": result.error or None,
    }
