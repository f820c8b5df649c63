"""`fastintercom outbox`: what is not sent yet, what is held or failed, and every change there ever was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import WholeNumber
from tui.cli.bulk import json_option
from tui.cli.exits import CommandError, ExitCode
from tui.cli.message import file_option, text_option
from tui.cli.message_text import MessageKind, filled, read_text, saved_as_draft, saved_to_file
from tui.cli.options import Invocation, command, global_options
from tui.cli.outbox_output import acting_as_json, acting_as_words, line_of, outcome, what, write_json
from tui.cli.output import flush, is_terminal, json_answer, paint, print_message, text_width, write
from tui.cli.sending import acting_workspace, finish, wait_option
from tui.cli.table import TableColumn, table
from tui.formatting import date_time
from tui.visible import visible, visible_line, visible_name
from tui.writes import Note, Reply, WriteState

if TYPE_CHECKING:
    from tui.workspace import Workspace
    from tui.writes import QueuedWrite

EVERY = 2**62
"""As many changes as there are."""

change_argument = click.argument("number", metavar="N", type=WholeNumber(1))


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def outbox_command(context: click.Context) -> int:
    """List the changes that are not sent yet, and those that are held or failed.

    Each has a number, which the commands take.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.OK
    return list_changes(context.ensure_object(Invocation), every=False, limit=None, as_json=False)


@command("list")
@click.option("--all", "every", is_flag=True, help="Every change there ever was, the newest first.")
@click.option("--limit", type=WholeNumber(1), metavar="N", help="With --all, so many at most.")
@json_option
def list_command(invocation: Invocation, every: bool, limit: int | None, as_json: bool) -> int:
    """List what is not sent yet, held or failed; with --all, all that was ever done, by whom, and when."""
    return list_changes(invocation, every=every, limit=limit, as_json=as_json)


@command("show")
@change_argument
@json_option
def show_command(invocation: Invocation, number: int, as_json: bool) -> int:
    """Print one change, with its text."""
    with invocation.workspace() as workspace:
        entry = _entry(workspace, number)
        if as_json:
            _print_json(workspace, [entry])
        else:
            for line in _details(workspace, entry):
                write(line)
        flush()
    return ExitCode.OK


@command("send")
@wait_option
@json_option
def send_command(invocation: Invocation, wait: bool, as_json: bool) -> int:
    """Send now what is due. What is still in its undo window is not.

    Exit codes: 0 all is sent, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    with acting_workspace(invocation, sends=True) as workspace:
        _require_allowed(workspace)
        now, going = workspace.clock(), [e for e in workspace.outbox.open() if not e.has_ended]
        due = [e for e in going if e.state is WriteState.SENDING or e.due_at <= now]
        if not due and not as_json:
            later = min((e.due_at for e in going), default=None)
            more = "" if later is None else f"; the next is due {date_time(later)}"
            invocation.info(f"Nothing is due{more}.")
        return _finish(invocation, workspace, [e.id for e in due], wait=wait, as_json=as_json)


@command("retry")
@change_argument
@wait_option
@json_option
def retry_command(invocation: Invocation, number: int, wait: bool, as_json: bool) -> int:
    """Send a change that is held or failed after all.

    Look at the conversation first. What was written until now does not hold it again.
    """
    with acting_workspace(invocation, sends=True) as workspace:
        _done(partial(workspace.outbox.retry, number))
        return _finish(invocation, workspace, [number], wait=wait, as_json=as_json)


@command("edit")
@change_argument
@text_option
@file_option
@wait_option
@json_option
def edit_command(
    invocation: Invocation, number: int, text: str | None, file: Path | None, wait: bool, as_json: bool
) -> int:
    """Give a note or a reply that was not sent another text, and send it when its undo window ends."""
    given = read_text(text, file)
    with saved_to_file(given, f"change-{number}"), acting_workspace(invocation, sends=True) as workspace:
        entry = _entry(workspace, number)
        kind: MessageKind = "note" if isinstance(entry.write, Note) else "reply"
        with saved_as_draft(given, workspace, kind, entry.conversation_id):
            text = filled(workspace, given.text, entry.conversation_id)
            _done(partial(workspace.outbox.edit, number, text))
        given.is_kept = True
        return _finish(invocation, workspace, [number], wait=wait, as_json=as_json)


@command("drop")
@click.argument("numbers", metavar="N...", nargs=-1, required=True, type=WholeNumber(1))
@json_option
def drop_command(invocation: Invocation, numbers: tuple[int, ...], as_json: bool) -> int:
    """Take back changes before they are sent. They stay in the list of all."""
    with acting_workspace(invocation, sends=False) as workspace:
        for number in numbers:
            _entry(workspace, number)  # a wrong number drops nothing
        for number in numbers:
            _done(partial(workspace.outbox.drop, number))
        _print(workspace, workspace.outbox.read(numbers), as_json=as_json)
    return ExitCode.OK


@command("undo")
@change_argument
@wait_option
@json_option
def undo_command(invocation: Invocation, number: int, wait: bool, as_json: bool) -> int:
    """Undo a change, with all that were made together with it.

    What was not sent is taken back, and what was sent is reversed in Intercom where that can be done: close,
    open, snooze, assign, tag and untag. A sent note or reply cannot be taken back.
    """
    with acting_workspace(invocation, sends=True) as workspace:
        undone = workspace.outbox.undo_batch(_entry(workspace, number).batch)
        invocation.info(f"{undone.words}.")
        batch = {e.id for e in workspace.outbox.history(EVERY) if e.batch == undone.batch}
        inverse = [e.id for e in workspace.outbox.open() if e.undoes in batch]
        code = _finish(invocation, workspace, inverse, wait=wait, as_json=as_json)
        return code or (ExitCode.ERROR if undone.too_late else ExitCode.OK)


@command("act-as")
@click.argument("number", metavar="ID", type=WholeNumber(1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def act_as_command(invocation: Invocation, number: int, yes: bool, as_json: bool) -> int:
    """Agree, once, to act as the teammate that act_as in the settings names by number."""
    with acting_workspace(invocation, sends=False) as workspace:
        identity = workspace.outbox.identity()
        if identity is None:
            raise CommandError("it is not known yet who the access token belongs to: sync once first")
        if number not in {admin.id for admin in workspace.directory().admins}:
            raise CommandError(f"there is no teammate {number} in the workspace", ExitCode.USAGE)
        if identity.teammate.id != number:
            raise CommandError(f"set act_as = {number} in the settings first", ExitCode.USAGE)
        if not yes:
            if not is_terminal(sys.stdin):
                raise CommandError("nobody can be asked without a terminal: add --yes", ExitCode.USAGE)
            name = visible_name(identity.teammate.name)
            print_message(f"fastintercom will act as {acting_as_words(identity)}.")
            print_message(f"Customers and teammates will read what you write as the words of {name}.")
            if not click.confirm("Agree?", err=True):
                raise CommandError("nothing was agreed to")
        workspace.outbox.confirm_act_as(number)
        if as_json:
            _print_json(workspace, [])
        else:
            write(f"Acting as {acting_as_words(identity)}")
        flush()
    return ExitCode.OK


outbox_command.params.extend(global_options(hidden=True))
for _command in (
    list_command,
    show_command,
    send_command,
    retry_command,
    edit_command,
    drop_command,
    undo_command,
    act_as_command,
):
    outbox_command.add_command(_command)


def list_changes(invocation: Invocation, *, every: bool, limit: int | None, as_json: bool) -> ExitCode:
    """Print the list: of all changes as a record, otherwise of those that are not done with."""
    if limit is not None and not every:
        raise click.UsageError("--limit needs --all")
    with invocation.workspace() as workspace:
        outbox = workspace.outbox
        entries = outbox.history(limit or EVERY) if every else outbox.open()
        if as_json:
            _print_json(workspace, entries)
        elif entries:
            for line in _lines(workspace, entries, every=every):
                write(line)
        else:
            invocation.info("Nothing was ever changed from here." if every else "The outbox is empty.")
        flush()
        if (off := outbox.why_off()) is not None and entries and not every:
            invocation.info(f"Nothing of it is sent: {off}.")
    return ExitCode.OK


def _entry(workspace: Workspace, number: int) -> QueuedWrite:
    found = workspace.outbox.read([number])
    if not found:
        raise CommandError(f"there is no change {number} in the outbox")
    return found[0]


def _done(action: Callable[[], object]) -> None:
    try:
        action()
    except LookupError as error:
        raise CommandError(str(error.args[0]).replace("write ", "change ")) from None


def _require_allowed(workspace: Workspace) -> None:
    from tui.outbox import ActingOff

    if (refusal := workspace.outbox.refusal()) is not None:
        raise ActingOff(refusal)


def _finish(
    invocation: Invocation, workspace: Workspace, ids: Sequence[int], *, wait: bool, as_json: bool
) -> ExitCode:
    return finish(invocation, workspace, ids, wait=wait, as_json=as_json, answer=_who(workspace))


def _who(workspace: Workspace) -> dict[str, object]:
    outbox = workspace.outbox
    return {"off": outbox.why_off(), "acting_as": acting_as_json(outbox.identity())}


def _print_json(workspace: Workspace, entries: Sequence[QueuedWrite]) -> None:
    directory = workspace.directory()
    written = [write_json(entry, directory) for entry in entries]
    write(json_answer({**_who(workspace), "writes": written, "error": None}))


def _print(workspace: Workspace, entries: Sequence[QueuedWrite], *, as_json: bool) -> None:
    if as_json:
        _print_json(workspace, entries)
    else:
        directory = workspace.directory()
        for entry in entries:
            write(line_of(entry, directory, workspace.clock()))
    flush()


def _lines(workspace: Workspace, entries: Sequence[QueuedWrite], *, every: bool) -> list[str]:
    directory, now = workspace.directory(), workspace.clock()
    columns = [
        TableColumn("N", right=True),
        TableColumn("MADE"),
        TableColumn("AS", 20),
        TableColumn("CONVERSATION", right=True),
        TableColumn("CHANGE", 40 if every else 70),
        TableColumn("OUTCOME", flexible=True),
    ]
    cells = [
        [
            str(entry.id),
            date_time(entry.composed_at),
            visible_name(directory.teammate_name(entry.admin_id)),
            str(entry.conversation_id),
            what(entry.write, directory),
            outcome(entry, now),
        ]
        for entry in entries
    ]
    if every:
        columns.append(TableColumn("REQUEST"))
        cells = [[*line, visible_line(entry.request_id)] for line, entry in zip(cells, entries, strict=True)]
    head, *lines = table(columns, cells, text_width())
    return [paint(head, "1", sys.stdout), *lines]


def _details(workspace: Workspace, entry: QueuedWrite) -> list[str]:
    directory, now = workspace.directory(), workspace.clock()
    facts = [
        ("Change", f"{entry.id}  {what(entry.write, directory)}"),
        ("On", f"conversation {entry.conversation_id}"),
        ("As", visible_name(directory.teammate_name(entry.admin_id))),
        ("Outcome", outcome(entry, now)),
        ("Made", date_time(entry.composed_at)),
        ("Due", "" if entry.has_ended else date_time(entry.due_at)),
        ("Sent", date_time(entry.sending_at) if entry.sending_at else ""),
        ("Ended", date_time(entry.ended_at) if entry.ended_at else ""),
        ("Attempts", str(entry.attempts) if entry.attempts else ""),
        ("Request", visible_line(entry.request_id)),
        ("Undoes", f"change {entry.undoes}" if entry.undoes else ""),
    ]
    lines = [f"{name + ':':<10}{value}" for name, value in facts if value]
    if isinstance(entry.write, Note | Reply):
        text = visible(entry.write.text)
        lines += ["", *(f"  {line}".rstrip() for line in text.split("\n"))] if text else []
        lines += [
            f"  [{visible_line(name)}]" for name in (*(f.name for f in entry.write.files), *entry.write.urls)
        ]
    return lines
