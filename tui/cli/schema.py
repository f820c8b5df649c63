"""`fastintercom schema`: the JSON Schemas of what the commands print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from tui.cli.completing import matching
from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, write
from tui.text import hint, one_line

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_shape(
    _context: click.Context, _parameter: click.Parameter, text: str
) -> list[CompletionItem[str]]:
    """The commands that have a schema."""
    from tui.cli.json_schemas import SHAPES

    return matching(text, ((name, "") for name in SHAPES))


@command("schema")
@click.argument("command_name", metavar="[COMMAND]", required=False, shell_complete=complete_shape)
def schema_command(_invocation: Invocation, command_name: str | None) -> int:
    """Print the JSON Schema (2020-12) of COMMAND's --json, of a line of export, or of sync's health file.

    Without COMMAND, the commands that have one are listed.
    """
    from tui.cli.json_schemas import SHAPES, command_schema

    if command_name is None:
        for name in SHAPES:
            write(name)
    elif command_name in SHAPES:
        write(json.dumps(command_schema(command_name), indent=2))
    else:
        raise CommandError(
            f"“{one_line(command_name)}” prints no JSON; {hint(command_name, SHAPES)}", ExitCode.USAGE
        )
    flush()
    return ExitCode.OK
