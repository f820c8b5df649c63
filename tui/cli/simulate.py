"""`fastintercom simulate`: a simulated Intercom over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.cli.arguments import WholeNumber
from tui.cli.demo_workspace import simulator_module
from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def share(name: str, text: str, default: float = 0) -> Callable[[Decorated], Decorated]:
    """An option that takes a share, 0 to 1."""
    return click.option(
        name, type=click.FloatRange(0, 1), default=default, show_default=True, metavar="SHARE", help=text
    )


def offset(name: str, text: str) -> Callable[[Decorated], Decorated]:
    """An option that takes seconds, also negative ones."""
    return click.option(name, type=float, default=0, show_default=True, metavar="SECONDS", help=text)


@command("simulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=WholeNumber(0, 65535), default=8040, show_default=True, help="0: any free port.")
@click.option("--conversations", type=WholeNumber(0), default=2000, show_default=True, help="How many.")
@click.option("--days", type=WholeNumber(1), default=90, show_default=True, help="Age of the oldest.")
@click.option("--seed", type=int, default=7, show_default=True, help="Same seed, same workspace.")
@click.option(
    "--workspace",
    default="Harbourly",
    show_default=True,
    metavar="NAME",
    help="Its name; another name is another workspace.",
)
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
@share("--faults", "Share of the requests that fail.")
@click.option(
    "--search-lag",
    type=click.FloatRange(0),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="Delay until a change appears in search results.",
)
@click.option(
    "--replica-lag",
    type=click.FloatRange(0, 3600),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="How old a conversation is that a lagging replica answers with.",
)
@share("--replica-share", "Share of these answers that a lagging replica gives.", default=1)
@share("--ambiguous-writes", "Share of the writes that end without saying whether they were applied.")
@share("--refused-writes", "Share of the writes that are refused: 429, 403 or 404.")
@share("--interrupt-share", "Share of the conversations asked for whose customer has just written.")
@click.option("--inbox-seat/--no-inbox-seat", default=True, help="Whether the teammate may write.")
@click.option("--comment-reopens", is_flag=True, help="Comments of teammates open closed conversations.")
@click.option(
    "--rewritten-bodies", is_flag=True, help="Messages are stored with other HTML than they came with."
)
@share("--missing-share", "Share of the conversations asked for that are wrongly not found (404).")
@share("--threadless-share", "Share of the conversations asked for that lack messages.")
@share("--zero-share", "Share of the searches that wrongly find nothing.")
@share("--omitted-share", "Share of the matches that each search leaves out.")
@share("--silent-share", "Share of the changes that leave updated_at alone.")
@click.option("--silent-redactions", is_flag=True, help="Redactions leave updated_at alone.")
@click.option("--deletions/--no-deletions", default=True, help="Whether conversations are deleted too.")
@click.option("--unlisted-deletions", is_flag=True, help="The list of deleted conversations is empty.")
@click.option(
    "--cursor",
    type=click.Choice(["keyset", "offset"]),
    default="keyset",
    show_default=True,
    help="Pages continue after the last conversation, or after so many.",
)
@click.option(
    "--id-order",
    type=click.Choice(["number", "text"]),
    default="number",
    show_default=True,
    help="How search sorts ids.",
)
@click.option(
    "--odd", type=WholeNumber(0), default=0, show_default=True, help="Conversations with broken JSON."
)
@click.option(
    "--refuse",
    "refused",
    multiple=True,
    metavar="PATH",
    help="Refuse a path such as /tags with 403. Repeatable.",
)
@click.option("--retry-after", metavar="TEXT", help="Send this Retry-After with 429 and 503.")
@offset("--stamp-offset", "How far the clock that stamps changes is ahead.")
@offset("--date-offset", "How far the Date of answers is ahead.")
@offset("--reset-offset", "How far the clock of the rate limit is ahead.")
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
        chosen = simulator.SimulatorOptions(**options)
    except ValueError as error:
        raise CommandError(str(error), ExitCode.USAGE) from None
    try:
        server.serve(chosen, host, port)
    except corpus.CorpusError as error:
        raise CommandError(str(error), ExitCode.USAGE) from None
    return ExitCode.OK
