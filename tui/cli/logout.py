"""`fastintercom logout`: forget the saved access token."""

from __future__ import annotations

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import in_one_line
from tui.formatting import listed


@command("logout")
def logout_command(invocation: Invocation) -> int:
    """Remove the saved access token of these settings: its file, and its entry in the keyring.

    The mirror and the settings stay. What fastintercom did not save, it does not remove, and says so.
    """
    if invocation.demo:
        raise CommandError("the demo has no saved token; leave out --demo", ExitCode.USAGE)
    from tui.secrecy import TOKEN_VARIABLE
    from tui.settings import forget_token

    settings = invocation.settings()
    removed = forget_token(settings)
    if removed:
        invocation.info(f"Removed the token from {listed(map(in_one_line, removed))}. The mirror stays.")
        invocation.info(
            "A dashboard or a sync that runs keeps it until it ends, and Intercom accepts it until you renew "
            "it in the Developer Hub."
        )
    else:
        invocation.info("There is no saved token.")
    if settings.token is not None:
        invocation.info(f"{TOKEN_VARIABLE} is set, and is used: unset it as well.")
    if settings.token_command:
        where = in_one_line(settings.config_path)
        invocation.info(f"token_command in {where} gives a token, and is used: remove it as well.")
    return ExitCode.OK
