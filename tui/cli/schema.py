"""`fastintercom schema`: the JSON Schemas of what the commands print."""

from __future__ import annotations

import json

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, write
from tui.text import hint, one_line


@command("schema")
@click.argument("command_name", metavar="[COMMAND]", required=False)
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
