"""Changing one or many conversations: which, what that will do, and the question before it is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from tui.cli.arguments import TEXT, ConversationNumber, WholeNumber
from tui.cli.completing import complete_query
from tui.cli.exits import CommandError, ExitCode, reason_code
from tui.cli.options import Invocation
from tui.cli.outbox_output import acting_as_words, what
from tui.cli.output import flush, is_terminal, json_answer, print_message, write
from tui.cli.sending import TRY_AGAIN, acting_workspace, finish, is_worth_waiting, wait_option
from tui.clock import to_epoch
from tui.formatting import counted, number
from tui.uptime import uptime
from tui.writes import Assign, Seen, Write, kind_of

if TYPE_CHECKING:
    from tui.domain import ConversationRow
    from tui.outbox import Preview
    from tui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which conversations a command is to change, and how."""

    ids: tuple[int, ...]
    query: str | None
    dry_run: bool
    yes: int | None
    wait: bool
    as_json: bool


def in_bulk(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the arguments and options that choose conversations, and pass them on as a `Chosen`."""

    @wraps(function)
    def packed(
        invocation: Invocation,
        ids: tuple[int, ...],
        query: str | None,
        dry_run: bool,
        yes: int | None,
        wait: bool,
        as_json: bool,
        **own: Any,
    ) -> int:
        if bool(ids) == (query is not None):
            raise click.UsageError("name conversations, or --query")
        chosen = Chosen(tuple(dict.fromkeys(ids)), query, dry_run, yes, wait, as_json)
        return function(invocation, chosen, **own)

    for option in reversed(
        (
            click.argument("ids", nargs=-1, metavar="[CONVERSATION]...", type=ConversationNumber()),
            click.option(
                "--query",
                type=TEXT,
                metavar="QUERY",
                shell_complete=complete_query,
                help="All conversations that match.",
            ),
            dry_run_option,
            click.option(
                "--yes",
                type=WholeNumber(0),
                metavar="N",
                help="Do not ask: exactly N conversations will be changed.",
            ),
            wait_option,
            json_option,
        )
    ):
        packed = option(packed)
    return packed


dry_run_option = click.option("--dry-run", is_flag=True, help="Only show what would be done.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def act_on(invocation: Invocation, chosen: Chosen, make: Callable[[Workspace], Write]) -> ExitCode:
    """Change what was chosen in the way that `make` reads from the command line.

    Raises as the outbox, and `CommandError` for an unknown conversation, a wrong number or a no.
    """
    with acting_workspace(invocation, sends=not chosen.dry_run) as workspace:
        change = make(workspace)
        refusal = workspace.outbox.refusal(kind_of(change))
        if chosen.dry_run and refusal is not None:
            invocation.info(f"It would not be done now: {refusal}.")
        elif refusal is not None:
            from tui.outbox import ActingOff

            raise ActingOff(refusal)
        ids = _ids(invocation, workspace, chosen)
        rows = known_rows(workspace, ids)
        preview = workspace.outbox.preview(change, ids)
        if chosen.dry_run:
            return _show_plan(workspace, preview, chosen)
        rows = with_threads(invocation, workspace, [row for row in rows if row.id in {*preview.change}])
        looked_at = {row.id: to_epoch(row.updated_at) for row in rows}
        preview = workspace.outbox.preview(change, ids)
        _confirm(workspace, preview, chosen)
        preview = workspace.outbox.preview(change, ids, looked_at)
        _say(invocation, workspace, preview, ids)
        batch = tuple[int, ...]()
        if preview.change:
            batch = acted(workspace, change, preview.change, preview.seen)
        code = finish(
            invocation,
            workspace,
            batch,
            wait=chosen.wait,
            as_json=chosen.as_json,
            answer=plan_json(preview, dry_run=False),
        )
        is_left_out = bool(ids) and not preview.change and not preview.already
        return code or (ExitCode.ERROR if is_left_out else ExitCode.OK)


def acted(
    workspace: Workspace, change: Write, ids: Sequence[int], seen: Mapping[int, Seen] | None = None
) -> tuple[int, ...]:
    """Put a change into the outbox; the numbers of its rows. Raises as the outbox, and `CommandError`."""
    try:
        return workspace.act(change, ids, seen).ids
    except LookupError as error:
        raise CommandError(f"{error.args[0]}: nothing was done") from None


def known_rows(workspace: Workspace, ids: Sequence[int]) -> list[ConversationRow]:
    """Raises `CommandError` when one of these conversations is not in the mirror, or was deleted."""
    from tui.cli.show import why_unknown
    from tui.formatting import date_time

    rows = workspace.rows(ids)
    found = {row.id for row in rows}
    for id_ in ids:
        thread = None if id_ in found else workspace.thread(id_)
        if id_ not in found and thread is None:
            raise CommandError(f"{why_unknown(workspace, id_)}: nothing was done")
        if thread is not None and thread.deleted_at is not None:
            when = date_time(thread.deleted_at)
            raise CommandError(f"conversation {id_} was deleted in Intercom, {when}: nothing was done")
    return rows


def with_threads(
    invocation: Invocation, workspace: Workspace, rows: Sequence[ConversationRow]
) -> list[ConversationRow]:
    """The rows, after the threads that are missing or have changed were fetched. Raises `CommandError`."""
    pending = [row.id for row in rows if row.thread_pending]
    if not pending:
        return [*rows]
    one = len(pending) == 1
    began = uptime()
    which = f"The thread of conversation {pending[0]} is" if one else f"{number(len(pending))} threads are"
    invocation.info(
        f"{which} still to be fetched, or changed since: fetching {'it' if one else 'them'} first."
    )
    while True:
        failure = workspace.fetch_threads(pending)
        again = workspace.rows([row.id for row in rows])
        if not (still := [row.id for row in again if row.thread_pending]):
            return again
        why = str(failure) if failure else "run fastintercom sync"
        code = reason_code(failure.reason.value) if failure else ExitCode.TRY_LATER
        if failure is None or not is_worth_waiting(code, since=began):
            raise CommandError(f"the thread of conversation {still[0]} could not be fetched: {why}", code)
        time.sleep(TRY_AGAIN)


def plan_json(preview: Preview, *, dry_run: bool) -> dict[str, object]:
    """The keys of the JSON that say what is, or would be, done to which conversation."""
    return {
        "kind": kind_of(preview.write),
        "dry_run": dry_run,
        "change": [*preview.change],
        "already": [*preview.already],
        "changed": [*preview.changed],
        "reopened": [*preview.reopened],
    }


def _ids(invocation: Invocation, workspace: Workspace, chosen: Chosen) -> tuple[int, ...]:
    from tui.cli.period import print_freshness

    if chosen.query is None:
        return chosen.ids
    query = workspace.parse(chosen.query)
    print_freshness(invocation, workspace, workspace.verdict(query))
    return tuple(workspace.search_ids(query))


def _show_plan(workspace: Workspace, preview: Preview, chosen: Chosen) -> ExitCode:
    if chosen.as_json:
        write(json_answer({**plan_json(preview, dry_run=True), "writes": [], "error": None}))
    else:
        write(preview.words)
        done = what(preview.write, workspace.directory())
        for id_ in preview.change:
            write(f"conversation {id_} · {done}")
    flush()
    return ExitCode.OK


def _confirm(workspace: Workspace, preview: Preview, chosen: Chosen) -> None:
    """Raises `CommandError` unless the number of conversations is agreed to, which one alone needs not be."""
    count = len(preview.change)
    if chosen.yes is not None:
        if chosen.yes != count:
            raise CommandError(f"--yes {chosen.yes}, but {preview.words}: nothing was done", ExitCode.USAGE)
        return
    if count <= 1:
        return
    if not is_terminal(sys.stdin):
        raise CommandError(
            f"{preview.words}: without a terminal add --yes {count} to do it, or --dry-run to see which",
            ExitCode.USAGE,
        )
    identity = workspace.outbox.identity()
    who = f" as {acting_as_words(identity)}" if identity else ""
    print_message(f"{what(preview.write, workspace.directory())}{who}: {preview.words}")
    if not click.confirm(f"Do this to {counted(count, 'conversation')}?", err=True):
        raise CommandError("nothing was done")


def _say(invocation: Invocation, workspace: Workspace, preview: Preview, ids: Sequence[int]) -> None:
    """What was left out, or why nothing is done."""
    if not ids:
        invocation.info("No matching conversations in the mirror: nothing to do.")
    elif len(preview.change) == len(ids):
        return
    elif len(ids) != 1:
        invocation.info(preview.words)
    elif preview.already:
        done = what(preview.write, workspace.directory())
        invocation.info(f"Nothing to do for conversation {ids[0]}: it is so already ({done}).")
    elif preview.reopened and isinstance(preview.write, Assign):
        print_message(
            f"fastintercom: conversation {ids[0]} is closed, and to assign it would open it again; "
            "open it first if that is meant"
        )
    else:
        print_message(f"fastintercom: conversation {ids[0]} changed meanwhile: nothing was done")
