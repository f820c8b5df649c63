"""`fastintercom backup`: a copy of the mirror, made while it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.hangup import ending_at_hangup
from tui.cli.options import Invocation, command
from tui.cli.output import in_one_line, json_answer, write
from tui.cli.progress import StatusLine
from tui.clock import from_epoch
from tui.formatting import counted, date_time, number, size

if TYPE_CHECKING:
    from tui.cli.json_shapes import BackupJson


@command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup_command(invocation: Invocation, file: Path, force: bool, as_json: bool) -> int:
    """Copy the mirror to FILE, also during a sync. The copy is one moment of the mirror, and is checked.

    To use the copy, name it with --database, or put it in the place of the database while fastintercom does
    not run.
    """
    from tui.cli.syncing import sync_demo

    line = StatusLine(quiet=invocation.quiet)

    def show(pages: int, of: int) -> None:
        line.show("Copying", f"{number(pages)} of {number(of)} pages", pages / of)

    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        with ending_at_hangup():
            try:
                made = workspace.back_up(file, show, replace=force)
            finally:
                line.erase()
    last = None if made.coverage.last is None else from_epoch(made.coverage.last)
    if as_json:
        answer: BackupJson = {
            "file": str(file.absolute()),
            "size": made.size,
            "conversations": made.conversations,
            "last_sync": last,
        }
        write(json_answer(answer))
        return ExitCode.OK
    synced = f"synced until {date_time(last)}" if last else "never synced"
    held = counted(made.conversations, "conversation")
    invocation.info(f"Copied to {in_one_line(file)}: {held}, {synced}, {size(made.size)}.")
    return ExitCode.OK
