"""`fastintercom completion`: the script by which a shell completes the command line."""

from __future__ import annotations

import click

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, write


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(_invocation: Invocation, shell: str) -> int:
    """Print a script with which SHELL completes commands, options, and the names in the mirror.

    \b
    bash (4.4 or newer), in ~/.bashrc:      eval "$(fastintercom completion bash)"
    zsh, in ~/.zshrc, after compinit:       eval "$(fastintercom completion zsh)"
    fish, in ~/.config/fish/config.fish:    fastintercom completion fish | source
    """
    from tui.cli.shells import SCRIPTS

    write(SCRIPTS[shell].removesuffix("\n"))
    flush()
    return ExitCode.OK
