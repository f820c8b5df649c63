"""`fastintercom purge`: delete conversations from the mirror on purpose."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from tui.cli.arguments import TEXT, ConversationNumber
from tui.cli.exits import CommandError, ExitCode, explain
from tui.cli.options import Invocation, command
from tui.cli.output import is_terminal, json_answer, print_message, write
from tui.cli.progress import StatusLine
from tui.clock import to_epoch
from tui.formatting import counted, date_time, listed, number
from tui.freshness_words import not_kept_words
from tui.text import one_line

if TYPE_CHECKING:
    from tui.cli.json_shapes import PurgeJson
    from tui.domain import PurgedMark
    from tui.sync.purge import PurgePlan, PurgeRequest
    from tui.workspace import Workspace

MOST_IDS = 20
"""Conversations that are named by number; with --json all are."""
NOT_TOUCHED = "Intercom itself, and backups and exports made earlier, are not touched."


class Length(click.types.StringParamType):
    """A length of time from a day on."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from tui.settings import check_retention
        from tui.timeframe import TimeframeError, parse_duration

        try:
            return parse_duration(check_retention(str(value)))
        except TimeframeError as error:
            self.fail(str(error), param, ctx)


@command("purge")
@click.option(
    "--conversation",
    "conversations",
    multiple=True,
    type=ConversationNumber(),
    metavar="NUMBER",
    help="A conversation: its number, or a link to it in Intercom; repeatable.",
)
@click.option(
    "--contact",
    "contacts",
    multiple=True,
    type=TEXT,
    metavar="ID",
    help="Every conversation that a contact took part in, whole: its id or e-mail address; repeatable.",
)
@click.option(
    "--older-than",
    type=Length(),
    metavar="LENGTH",
    help="Every conversation without activity for so long, such as 365d.",
)
@click.option("--restore", is_flag=True, help="Let syncs store these --conversation again.")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def purge_command(
    invocation: Invocation,
    conversations: tuple[int, ...],
    contacts: tuple[str, ...],
    older_than: timedelta | None,
    restore: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Delete conversations from the mirror for good, with your annotations on them. Intercom keeps them.

    No sync stores them again. A conversation counts as a contact's if they are its customer, wrote in it, or
    a mail of it went to them; a new one of theirs is stored. After --older-than syncs go back no further,
    until `sync --since` asks for it. Does not use the network, and waits for no sync.

    Exit codes: 0 done, 1 an id is unknown (then nothing is deleted) or nothing was confirmed, 75 a sync runs.
    """
    from tui.cli.syncing import sync_demo
    from tui.sync.purge import UnknownToMirror

    if sum((bool(conversations), bool(contacts), older_than is not None)) != 1:
        raise click.UsageError("name one of --conversation, --contact and --older-than")
    if restore and not conversations:
        raise click.UsageError("--restore takes --conversation: the others come back with `sync --since`")
    if restore and dry_run:
        raise click.UsageError("--restore deletes nothing: leave --dry-run out")
    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        try:
            if restore:
                return _restore(invocation, workspace, conversations, as_json=as_json)
            request = _request(workspace, conversations, contacts, older_than)
            return _purge(invocation, workspace, request, dry_run=dry_run, yes=yes, as_json=as_json)
        except UnknownToMirror as error:
            raise CommandError(one_line(str(error))) from None


def _request(
    workspace: Workspace,
    conversations: tuple[int, ...],
    contacts: tuple[str, ...],
    older_than: timedelta | None,
) -> PurgeRequest:
    from tui.sync.purge import PurgeRequest

    before = None if older_than is None else (workspace.clock() - older_than).replace(microsecond=0)
    return PurgeRequest(tuple(dict.fromkeys(conversations)), tuple(dict.fromkeys(contacts)), before)


def _purge(
    invocation: Invocation,
    workspace: Workspace,
    request: PurgeRequest,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> ExitCode:
    plan = workspace.plan_purge(request)
    if dry_run:
        _print(plan, as_json=as_json, dry_run=True)
        return ExitCode.OK
    if not yes:
        _confirm(plan)
    line = StatusLine(quiet=invocation.quiet)
    line.wait()

    def show(removed: int, total: int) -> None:
        line.show("Purging", f"{number(removed)} of {number(total)} conversations", removed / total)

    try:
        done = workspace.purge(request, show)
    finally:
        line.erase()
    _print(done, as_json=as_json, dry_run=False)
    if request.before is not None:
        since = date_time(request.before)
        invocation.info(f"Syncs go back to {since} only, until fastintercom sync --since asks for more.")
    invocation.info(NOT_TOUCHED)
    if not done.is_overwritten:
        why = f" ({done.failure})" if done.failure else ""
        explained = explain(done.failure) if done.failure else None
        raise CommandError(
            f"it is deleted, but not yet overwritten in the file{why}; the next sync tries again",
            explained[1] if explained else ExitCode.TRY_LATER,
        )
    return ExitCode.OK


def _confirm(plan: PurgePlan) -> None:
    """Raises `CommandError` unless somebody at a terminal says yes."""
    if not is_terminal(sys.stdin):
        raise CommandError(
            "nobody can be asked without a terminal: add --yes to delete, or --dry-run to see what would be",
            ExitCode.USAGE,
        )
    print_message("This is deleted from the mirror, for good:")
    for text in _words(plan):
        print_message(f"  {text}")
    print_message(NOT_TOUCHED)
    if not click.confirm("Delete it?", err=True):
        raise CommandError("nothing was purged")


def _words(plan: PurgePlan) -> list[str]:
    """What a plan deletes, a line each."""
    extent, before = plan.extent, plan.request.before
    whose = f" of {listed(one_line(each.words) for each in plan.participants)}" if plan.participants else ""
    if before is not None:
        whose = f" last active before {date_time(before)}"
    lines = [f"{counted(extent.conversations, 'conversation')}{whose}{_numbers(plan)}"]
    if extent.parts:
        parts = counted(extent.parts, "message, note or event", "messages, notes and events")
        lines.append(f"{parts} in {'it' if extent.conversations == 1 else 'them'}")
    if extent.annotated:
        notes = f", {counted(extent.notes, 'private note')} among them" if extent.notes else ""
        lines.append(f"your annotations on {counted(extent.annotated, 'conversation')}{notes}")
    return [*lines, *map(_purged_already, plan.already)]


def _purged_already(mark: PurgedMark) -> str:
    return f"{mark.id} was purged already, {date_time(mark.purged_at)}"


def _numbers(plan: PurgePlan) -> str:
    if not plan.ids:
        return ""
    more = len(plan.ids) - MOST_IDS
    named = ", ".join(map(str, plan.ids[:MOST_IDS]))
    return f": {named}" + (f" and {number(more)} more" if more > 0 else "")


def _print(plan: PurgePlan, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        write(json_answer(_json(plan, dry_run=dry_run)))
    elif dry_run:
        for text in _words(plan):
            write(text)
    else:
        purged = counted(plan.extent.conversations, "conversation")
        # Without names: what is printed may end in a log.
        write(f"Purged {purged}{_numbers(plan)}")
        for mark in plan.already:
            write(_purged_already(mark))


def _json(
    plan: PurgePlan | None = None, *, dry_run: bool = False, restored: list[int] | None = None
) -> PurgeJson:
    """Without a plan nothing was deleted."""
    extent = plan.extent if plan else None
    return {
        "dry_run": dry_run,
        "conversations": extent.conversations if extent else 0,
        "ids": list(plan.ids) if plan else [],
        "parts": extent.parts if extent else 0,
        "annotated": extent.annotated if extent else 0,
        "private_notes": extent.notes if extent else 0,
        "contacts": sorted({id_ for each in plan.participants for id_ in each.ids}) if plan else [],
        "before": plan.request.before if plan else None,
        "purged_already": [mark.id for mark in plan.already] if plan else [],
        "restored": restored or [],
        "overwritten": plan is not None and plan.is_overwritten,
    }


def _restore(
    invocation: Invocation, workspace: Workspace, conversations: tuple[int, ...], *, as_json: bool
) -> ExitCode:
    times = workspace.restore_purged(conversations)
    if as_json:
        write(json_answer(_json(restored=list(dict.fromkeys(conversations)))))
    else:
        them = "it" if len(times) == 1 else "them"
        write(f"Restored {counted(len(times), 'conversation')}: the next sync stores {them} again")
    oldest, kept_since = min(times), workspace.kept_since()
    if kept_since is not None and kept_since.retention and to_epoch(oldest) < kept_since.second:
        invocation.info(f"But conversations {not_kept_words(kept_since, workspace.tz)}.")
    elif oldest < workspace.history_start():
        since = f"{oldest.astimezone(workspace.tz):%Y-%m-%d}"
        invocation.info(f"No sync goes back so far by itself. Run: fastintercom sync --since {since}")
    return ExitCode.OK
