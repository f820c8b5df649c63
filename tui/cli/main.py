"""`fastintercom`: the entry point, the list of commands, and how errors are reported."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.exits import ExitCode, StdoutClosed, explain
from tui.cli.options import Invocation, global_options, version_option
from tui.cli.output import flush, prepare_streams, print_message, silence_stdout, write

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

ASKED_BY_SHELL = "_FASTINTERCOM_COMPLETE"
"""Set by the scripts of `tui.cli.shells`."""
COMMANDS = {
    "sync": "Bring the local mirror up to date with Intercom.",
    "search": "Search the mirror and report how complete the answer is.",
    "show": "Print one conversation with its whole thread.",
    "note": "Add a note for the team to a conversation.",
    "reply": "Write to the customer of a conversation.",
    "close": "Close conversations.",
    "open": "Open conversations.",
    "snooze": "Snooze conversations until a time.",
    "assign": "Assign conversations to a teammate, a team or nobody.",
    "tag": "Tag conversations.",
    "untag": "Take a tag from conversations.",
    "outbox": "Show, retry, edit and drop what is not sent yet; the record of all.",
    "views": "List, save and share views, which are queries with a name.",
    "export": "Write conversations as JSON Lines, CSV or Markdown.",
    "status": "Show how fresh and how large the mirror is.",
    "coverage": "Show which days are in the mirror.",
    "stats": "Show statistics of a period.",
    "backup": "Copy the mirror to a file, also during a sync.",
    "purge": "Delete conversations from the mirror on purpose.",
    "verify": "Compare the mirror with Intercom, and repair what differs.",
    "login": "Take an access token, check it and keep it.",
    "logout": "Forget the saved access token; the mirror stays.",
    "whoami": "Show the workspace, the teammate and what the token may do.",
    "profiles": "List the workspaces that are side by side here.",
    "doctor": "Check everything that a sync needs, and say what to do.",
    "mcp": "Serve the mirror to assistants (MCP), over stdio or HTTP.",
    "schema": "Print the JSON Schema of what a command prints.",
    "completion": "Print the script by which a shell completes the command line.",
    "demo": "Open the dashboard with a demo workspace.",
    "simulate": "Serve a simulated workspace over HTTP, for trying things out.",
    "paths": "Show where settings, data and logs are.",
}
"""Name → what `--help` says. The module `tui.cli.<name>` holds the command as `<name>_command`."""


class LazyGroup(click.Group):
    """Imports the module of a command only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"tui.cli.{cmd_name}"), f"{cmd_name}_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        is_known = not args or args[0] in COMMANDS or args[0].startswith("-")
        if not is_known and not ctx.resilient_parsing:  # a shell that completes wants no error
            from tui.text import hint, one_line

            raise click.UsageError(f"no such command “{one_line(args[0])}”; {hint(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The commands, without importing them, or the options."""
        from tui.cli.completing import matching

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return matching(incomplete, COMMANDS.items())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.pass_context
def cli(context: click.Context, version: bool) -> int:
    """A local, searchable mirror of an Intercom workspace that always says how fresh it is.

    Without a command, the dashboard opens.
    """
    if version:
        from tui.cli.version import show_version

        show_version(context.ensure_object(Invocation))
        context.exit()
    if context.invoked_subcommand is not None:
        return ExitCode.OK
    from tui.cli.dashboard import open_dashboard

    return open_dashboard(context.ensure_object(Invocation))


cli.params.extend([*global_options(hidden=False), version_option()])


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors are printed to stderr."""
    prepare_streams()
    invocation = Invocation()
    before = _stop_on_sigterm()
    try:
        if ASKED_BY_SHELL in os.environ:
            from tui.cli.shells import complete

            for line in complete(cli, invocation, os.environ):
                write(line)
            flush()
            return ExitCode.OK
        code = cli.main(list(arguments), prog_name="fastintercom", standalone_mode=False, obj=invocation)
        flush()
        return int(code or ExitCode.OK)
    except StdoutClosed:
        silence_stdout()
        return ExitCode.OK
    except KeyboardInterrupt:
        print_message("fastintercom: interrupted")
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost frame, where every error is reported
        return _report(error, invocation)
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _report(error: Exception, invocation: Invocation) -> ExitCode:
    from tui.query import QueryError
    from tui.text import clean, one_line

    explained = explain(error)
    if explained is None:
        return _report_bug(error, invocation)
    message, code = explained
    # Only a bad query has more lines; another one would come from a file's name, and could say anything.
    safe = clean(message) if isinstance(error, QueryError) else one_line(message)
    context = error.ctx if isinstance(error, click.UsageError) else None
    more = f" (see {context.command_path} --help)" if context else ""
    if context and _is_excluded_word(error):
        more = f"; to exclude a word, quote the query: {context.command_path} 'refund -spam'"
    print_message(f"fastintercom: {safe}{more}")
    return code


def _is_excluded_word(error: Exception) -> bool:
    """`search refund -spam`: the option parser reads -spam as the option -s with a value."""
    return (
        isinstance(error, click.NoSuchOption)
        and not error.option_name.startswith("--")
        and error.ctx is not None
        and any(parameter.name == "query" for parameter in error.ctx.command.params)
    )


def _report_bug(error: Exception, invocation: Invocation) -> ExitCode:
    """Print one line about a bug of the program; the traceback (without local variables) goes to the log."""
    import logging

    from tui.cli.logs import logging_to
    from tui.settings import SettingsError
    from tui.settings.model import default_log_path
    from tui.text import one_line

    try:
        path = invocation.settings().log_path
    except SettingsError:
        path = default_log_path()
    with logging_to(path, "error", invocation.secrets) as logged:
        logging.getLogger("tui.cli").error("unexpected error", exc_info=error)
    words = one_line(f"{type(error).__name__}: {error}")
    where = f"the traceback is in {path}" if logged else f"{path} cannot be written"
    more = "" if invocation.verbose else "; -v shows it here"
    print_message(f"fastintercom: unexpected error: {invocation.redact(words)} ({where}{more})")
    if invocation.verbose:
        import traceback

        print_message(invocation.redact("".join(traceback.format_exception(error))))
    return ExitCode.ERROR


def _stop_on_sigterm() -> Any:
    """Make SIGTERM unwind the program like Ctrl-C does; returns the handler to put back."""
    if threading.current_thread() is not threading.main_thread():
        return None

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    return signal.signal(signal.SIGTERM, stop)


def main() -> NoReturn:
    sys.exit(run(sys.argv[1:]))
