"""The global options, accepted before and after the command, and what a command gets from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from tui.cli.exits import CommandError, ExitCode
from tui.cli.output import narrate

if TYPE_CHECKING:
    from tui.settings import Secret, Settings
    from tui.workspace import Workspace


@dataclass
class Invocation:
    """One call of the program: the global options, and the way from them to a workspace."""

    database: Path | None = None
    config: Path | None = None
    demo: bool = False
    verbose: bool = False
    quiet: bool = False
    secrets: list[Secret] = field(default_factory=list)
    """The tokens in use, so that they can be kept out of what is logged."""

    def redact(self, text: str) -> str:
        for secret in self.secrets:
            text = secret.hide_in(text)
        return text

    def tell(self, text: str) -> None:
        """Narrate, unless `--quiet`."""
        if not self.quiet:
            narrate(text)

    def settings(self) -> Settings:
        """Raises `SettingsError`."""
        import os

        from tui.settings import load_settings

        settings = load_settings(flags={"database": self.database}, environ=os.environ, config=self.config)
        if settings.token is not None:
            self.secrets.append(settings.token)
        return settings

    def token(self) -> Secret | None:
        """Look the access token up, which may start a program or open the keyring. Raises `SettingsError`."""
        if self.demo:
            return None
        from tui.settings import resolve_token

        found = resolve_token(self.settings())
        if found is not None:
            self.secrets.append(found)
        return found

    def require_token(self) -> Secret | None:
        """The same; None only for the demo, which has its own. Raises `CommandError` when there is none."""
        found = self.token()
        if found is None and not self.demo:
            raise CommandError(NO_ACCESS, ExitCode.NOT_AUTHORISED)
        return found

    @contextmanager
    def workspace(self, token: Secret | None = None, *, lifelike: bool = False) -> Iterator[Workspace]:
        """The workspace that the options name, with its log file open; closed at the end.

        `lifelike`: a demo takes the time that a real workspace would.
        Raises `SettingsError`, `StoreError` and `CommandError`.
        """
        from tui.cli.logs import logging_to

        if self.demo and self.database is not None:
            raise CommandError(
                "--demo keeps its own temporary database: leave out --database", ExitCode.USAGE
            )
        settings = self.settings()
        level = "debug" if self.verbose else settings.log_level
        with logging_to(settings.log_path, level, self.secrets):
            if self.demo:
                from tui.cli.embedded import demo_workspace

                with demo_workspace(settings, lifelike=lifelike) as workspace:
                    yield workspace
                return
            from tui.workspace import Workspace

            with Workspace(settings, token=token) as workspace:
                yield workspace


NO_ACCESS = (
    "there is no access token: set INTERCOM_ACCESS_TOKEN (you find it in Intercom's Developer Hub, "
    "under your app's Authentication), or try it out with --demo"
)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    name = parameter.name or ""
    if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        setattr(context.ensure_object(Invocation), name, value)


def _show_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("fastintercom")
    except PackageNotFoundError:
        number = "(run from a folder, not installed)"
    click.echo(f"fastintercom {number}")
    context.exit()


def global_options(*, hidden: bool) -> list[click.Parameter]:
    """Fresh options; those of a command are hidden in its help, but for -q and -v."""
    path = click.Path(path_type=Path, dir_okay=False)
    return [
        click.Option(
            ["--database"], type=path, metavar="FILE", callback=_remember, expose_value=False, hidden=hidden,
            help="The local mirror (default: see `fastintercom paths`).",
        ),
        click.Option(
            ["--config"], type=path, metavar="FILE", callback=_remember, expose_value=False, hidden=hidden,
            help="The settings file (default: see `fastintercom paths`).",
        ),
        click.Option(
            ["--demo"], is_flag=True, callback=_remember, expose_value=False, hidden=hidden,
            help="Use an embedded workspace of invented conversations, kept until the command ends.",
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, callback=_remember, expose_value=False,
            help="Do not narrate; errors are still told.",
        ),
        click.Option(
            ["-v", "--verbose"], is_flag=True, callback=_remember, expose_value=False,
            help="Log more, and show where an unexpected error came from.",
        ),
    ]  # fmt: skip


def version_option() -> click.Option:
    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Show the version.",
    )


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to a file, which appears only when it is complete (default: stdout).",
)


def command(name: str) -> Callable[[Callable[..., int]], click.Command]:
    """A command whose function takes an `Invocation` first and returns the exit code."""

    def register(function: Callable[..., int]) -> click.Command:
        made = click.command(name)(click.make_pass_decorator(Invocation, ensure=True)(function))
        made.params.extend(global_options(hidden=True))
        return made

    return register
