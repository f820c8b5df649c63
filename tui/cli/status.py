"""`fastintercom status`: how fresh and how large the mirror is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import json_answer, write

if TYPE_CHECKING:
    from tui.workspace import Workspace


@command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status_command(invocation: Invocation, as_json: bool) -> int:
    """Say how fresh and how large the mirror is. Never touches the network."""
    from tui.cli.syncing import fill_demo

    with invocation.workspace() as workspace:
        fill_demo(invocation, workspace)
        status: dict[str, Any] = dict(workspace.get_sync_status())
        if as_json:
            status["coverage"] = [{"start": start, "end": end} for start, end in status["coverage"]]
            # The name `schema_version` belongs to the shape of the answer, in every command.
            status["database_schema_version"] = status.pop("schema_version", None)
            write(json_answer(status))
        else:
            for name, value in _readable(workspace, status):
                write(f"{name + ':':<15}{value}")
    return ExitCode.OK


def _readable(workspace: Workspace, status: dict[str, Any]) -> list[tuple[str, str]]:
    import humanize

    from tui.cli.freshness_line import freshness_line
    from tui.cli.output import local
    from tui.text import one_line

    spans = [f"{local(start)} – {local(end)}" for start, end in status["coverage"]]
    owner = status["lease_owner"]
    return [
        ("Freshness", freshness_line(workspace, workspace.verdict())),
        ("Last sync", local(status["last_sync"]) if status["last_sync"] else "never"),
        ("Covered", "; ".join(spans) or "nothing"),
        ("Conversations", f"{status['total_conversations']:,}"),
        ("Pending", f"{status['pending_threads']:,} threads still to be fetched"),
        ("Syncing now", one_line(str(owner)) if owner else "no"),
        ("Last error", one_line(str(status["last_error"])) if status["last_error"] else "none"),
        ("Database", one_line(str(status["database"]))),
        ("Size", humanize.naturalsize(status["database_size"], binary=True)),
    ]
