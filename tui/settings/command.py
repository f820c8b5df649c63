"""Running `token_command`, within limits of time and of what it may print."""

from __future__ import annotations

import shlex

from tui.programs import Limits, ProgramNotStarted, run_program
from tui.settings.model import Secret, TokenError

COMMAND_TIMEOUT = 30.0
"""Seconds that `token_command` may take."""
LONGEST_OUTPUT = 4096
"""Bytes of it. A token has less than a hundred."""


def run_token_command(command: str) -> Secret:
    """The token that a command line prints, run without a shell.

    Raises `TokenError`, whose text has nothing of what was printed: that may be the token, or a part of it.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise TokenError(f"token_command cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise TokenError("token_command is empty; give a command that prints the token")
    name = f"token_command ({words[0]})"
    try:
        finished = run_program(words, Limits(COMMAND_TIMEOUT, LONGEST_OUTPUT))
    except ProgramNotStarted as error:
        raise TokenError(f"{name} could not be started: {error}") from None
    if finished.is_cut:
        raise TokenError(
            f"{name} printed more than {LONGEST_OUTPUT:,} bytes; it must print the token, and nothing else"
        )
    if finished.code is None:
        raise TokenError(f"{name} took longer than {COMMAND_TIMEOUT:g} s")
    if finished.code != 0:
        raise TokenError(f"{name} failed with exit code {finished.code}; run it by hand to see why")
    try:
        return Secret(finished.output.decode("utf-8", "replace"))
    except ValueError as error:
        raise TokenError(f"{name}: {error}") from None
