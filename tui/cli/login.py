"""`fastintercom login`: take an access token, check it with Intercom, and keep it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.mirror_file import existing_mirror
from tui.cli.options import Invocation, command
from tui.cli.output import in_one_line, is_terminal

if TYPE_CHECKING:
    from tui.intercom.payloads import Me
    from tui.settings import Secret, Settings

LONGEST_INPUT = 4096
"""Bytes that are read from stdin. A token has less than a hundred."""


@command("login")
@click.argument("given", nargs=-1, metavar="")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the token from stdin, as from a pipe.")
@click.option("--keyring", is_flag=True, help="Keep it in the system's keyring instead of a private file.")
def login_command(invocation: Invocation, given: tuple[str, ...], from_stdin: bool, keyring: bool) -> int:
    """Take an access token, check it with Intercom, and keep it for these settings.

    On a terminal it is asked for and not shown; in a pipe it is read from stdin. It is never an argument,
    which others can read. With --profile a new profile is made. The mirror of another workspace is refused.
    Exit codes: 0 kept, 2 wrong usage or another workspace, 4 not accepted, 75 Intercom cannot be reached.
    """
    if given:
        raise CommandError(
            "an access token is never an argument, where others can read it with `ps`: leave it out, and it "
            "is asked for; renew in Intercom one that was written there",
            ExitCode.USAGE,
        )
    if invocation.demo:
        raise CommandError("the demo needs no token; leave out --demo", ExitCode.USAGE)
    from tui.settings.token import require_keyring

    if keyring:
        require_keyring()
    settings = invocation.settings(may_be_new=True)
    secret = _entered(settings, from_stdin=from_stdin or not is_terminal(sys.stdin))
    invocation.secrets.append(secret)
    me, base_url = _checked(invocation, settings, secret)
    _keep(invocation, settings, secret, base_url, keyring=keyring)
    _report(invocation, settings, me)
    return ExitCode.OK


def _entered(settings: Settings, *, from_stdin: bool) -> Secret:
    """The token that the user enters, or pipes."""
    from tui.credentials import WHERE
    from tui.settings import Secret, is_intercom, origin

    if from_stdin:
        content = sys.stdin.buffer.read(LONGEST_INPUT + 1)
        if len(content) > LONGEST_INPUT:
            raise CommandError(
                f"more than {LONGEST_INPUT:,} bytes on stdin are no access token", ExitCode.USAGE
            )
        text = content.decode("utf-8", "replace")
    else:
        receiver = "Intercom" if is_intercom(settings.base_url) else origin(settings.base_url)
        click.echo(f"{WHERE}\nIt is sent to {receiver} only.", err=True)
        text = click.prompt("Access token", hide_input=True, err=True, default="", show_default=False)
    try:
        return Secret(text)
    except ValueError as error:
        where = " (read from stdin)" if from_stdin else ""
        raise CommandError(f"{error}{where}; nothing was changed", ExitCode.USAGE) from None


def _checked(invocation: Invocation, settings: Settings, secret: Secret) -> tuple[Me, str]:
    """What Intercom says of the token, and the address of its region. Raises what refuses it."""
    from tui.credentials import find_workspace
    from tui.intercom.errors import Unauthorized
    from tui.sync.runner import refuse_other_workspace

    with existing_mirror(settings.database, quiet=invocation.quiet) as database:
        try:
            me, base_url = asyncio.run(find_workspace(settings, secret))
        except Unauthorized as error:
            raise CommandError(error.problem, ExitCode.NOT_AUTHORISED) from None
        if database is not None:
            refuse_other_workspace(database, me)
    return me, base_url


def _keep(
    invocation: Invocation, settings: Settings, secret: Secret, base_url: str, *, keyring: bool
) -> None:
    from tui.credentials import save_token_and_region

    saved = save_token_and_region(secret, base_url, "keyring" if keyring else "file", settings)
    place = (
        "the system's keyring" if keyring else f"{in_one_line(settings.token_path)}, which only you can read"
    )
    invocation.info(f"The token is accepted, and kept in {place}.")
    if saved.base_url != settings.base_url:
        invocation.info(f"base_url is {saved.base_url} now, in {in_one_line(settings.config_path)}.")


def _report(invocation: Invocation, settings: Settings, me: Me) -> None:
    """Say whose token it is, and what comes next."""
    from tui.account import account_of
    from tui.cli.account_words import teammate_words, workspace_words
    from tui.credentials import used_instead

    account = account_of(me)
    invocation.info(f"Workspace: {workspace_words(account)}")
    invocation.info(f"Teammate:  {teammate_words(account)}")
    if sentence := used_instead(settings):
        invocation.info(sentence)
    invocation.info(f"Next: {settings.program} sync")
