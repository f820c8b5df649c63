"""`fastintercom sync`: bring the mirror up to date, once or repeatedly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import WholeNumber, listen_at
from tui.cli.options import Invocation, command

if TYPE_CHECKING:
    from tui.settings.http import ListenAddress

DEFAULT_WATCH = 60


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
@click.option(
    "--health",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --watch, say in a JSON file how it fares: after each sync, and every half minute.",
)
@click.option(
    "--metrics",
    type=listen_at(9464),
    metavar="ADDRESS",
    help="With --watch, serve metrics for Prometheus, at an address such as 127.0.0.1:9464.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --watch, one per sync).")
def sync_command(
    invocation: Invocation,
    since: str | None,
    watch: int | None,
    health: Path | None,
    metrics: ListenAddress | None,
    as_json: bool,
) -> int:
    """Bring the local mirror up to date with Intercom.

    An interrupted sync resumes where it stopped. With --watch and no terminal, SIGHUP reloads the settings.
    Exit codes: 0 complete, 1 failed or partly failed, 4 not authorised, 75 try again later, 130 interrupted.
    """
    if watch is not None:
        from tui.cli.watch import Watch

        return Watch(invocation, since, watch, as_json).run(health, metrics)
    for option, value in (("--health", health), ("--metrics", metrics)):
        if value is not None:
            raise click.UsageError(f"{option} is of a sync that is repeated: add --watch")
    from tui.cli.sync_once import start_of, sync_once

    settings = invocation.settings()
    token = invocation.require_token(settings)
    with invocation.workspace(token, settings=settings) as workspace:
        return sync_once(invocation, workspace, start_of(invocation, workspace, since), as_json).code
