"""`fastintercom simulate`: a simulated Intercom over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.arguments import WholeNumber
from tui.cli.demo_workspace import simulator_module
from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command


@command("simulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=WholeNumber(0, 65535), default=8040, show_default=True, help="0: any free port.")
@click.option("--conversations", type=WholeNumber(0), default=2000, show_default=True, help="How many.")
@click.option("--days", type=WholeNumber(1), default=90, show_default=True, help="Age of the oldest.")
@click.option("--seed", type=int, default=7, show_default=True, help="Same seed, same workspace.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.jsonl[.xz]",
    help="Serve these conversations instead of invented ones.",
)
@click.option("--activity", type=click.FloatRange(0), default=2, show_default=True, help="Changes a minute.")
@click.option("--rate-limit", type=WholeNumber(1), default=1667, show_default=True, help="Requests in 10 s.")
@click.option(
    "--latency-ms", type=click.FloatRange(0), default=20, show_default=True, help="Delay of an answer."
)
@click.option("--faults", type=click.FloatRange(0, 1), default=0, show_default=True, help="Share that fails.")
@click.option(
    "--search-lag",
    type=click.FloatRange(0),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="Delay until a change appears in search results.",
)
@click.option("--token", help="The access token to accept (default: the simulator's own).")
def simulate_command(
    invocation: Invocation, host: str, port: int, token: str | None, **options: object
) -> int:
    """Serve a simulated Intercom workspace until stopped.

    \b
    In another terminal:
      export FASTINTERCOM_BASE_URL=http://127.0.0.1:8040 INTERCOM_ACCESS_TOKEN=<token>
      fastintercom --database trial.db
    """
    server = simulator_module("tui.simulator.server")
    simulator = simulator_module("tui.simulator")
    if token is not None:
        options["token"] = token
    corpus = simulator_module("tui.simulator.corpus")
    try:
        server.serve(simulator.SimulatorOptions(**options), host, port)
    except corpus.CorpusError as error:
        raise CommandError(str(error), ExitCode.USAGE) from None
    return ExitCode.OK
