"""The global options, accepted before and after the command, and the object that passes them to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from tui.cli.exits import CommandError, ExitCode
from tui.cli.output import print_message
from tui.formatting import listed

if TYPE_CHECKING:
    from tui.settings import Secret, Settings
    from tui.workspace import Workspace


@dataclass
class Invocation:
    """One call of the program: its global options, and the workspace that they lead to."""

    database: Path | None = None
    config: Path | None = None
    profile: str | None = None
    demo: bool = False
    read_only: bool = False
    verbose: bool = False
    quiet: bool = False
    secrets: list[Secret] = field(default_factory=list)
    """The tokens in use, to be removed from messages and logs."""
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    """The environment at the start: the dashboard takes the token out of that of the process."""
    _told: set[str] = field(default_factory=set)
    """What was said once."""

    def redact(self, text: str) -> str:
        """`text` without the tokens."""
        for secret in self.secrets:
            text = secret.hide_in(text)
        return text

    def info(self, text: str) -> None:
        """Print a message on stderr, unless `--quiet`."""
        if not self.quiet:
            print_message(text)

    def info_once(self, text: str) -> None:
        """The same, but not twice."""
        if text not in self._told:
            self._told.add(text)
            self.info(text)

    def settings(self, *, may_be_new: bool = False) -> Settings:
        """Raises `SettingsError`: `UnknownProfile` for a profile that does not exist, unless it `may_be_new`;
        and `CommandError`."""
        from tui.settings import load_settings
        from tui.settings.profiles import PROFILE_VARIABLE

        environ = self.environ
        if self.demo:
            if self.profile is not None:
                raise CommandError("--demo is a workspace of its own; leave out --profile", ExitCode.USAGE)
            environ = {name: text for name, text in environ.items() if name != PROFILE_VARIABLE}
        flags = {"database": self.database, "read_only": self.read_only or None}
        settings = load_settings(
            flags=flags, environ=environ, config=self.config, profile=self.profile, may_be_new=may_be_new
        )
        if settings.token is not None:
            self.secrets.append(settings.token)
        if unused := settings.unused_variables:
            verb = "is" if len(unused) == 1 else "are"
            self.info_once(
                f"{listed(unused)} {verb} for the default profile, and not used for {settings.profile}."
            )
        return settings

    def token(self, settings: Settings) -> Secret | None:
        """The access token, for which a program may be started or the keyring opened; None without one.

        It is for the host of these `settings`. Raises `SettingsError`.
        """
        if self.demo:
            return None
        from tui.settings import resolve_token

        found = resolve_token(settings)
        if found is not None:
            self.secrets.append(found)
        return found

    def require_token(self, settings: Settings) -> Secret | None:
        """Like `token`; None only for the demo, which has its own. Raises `CommandError` without a token."""
        found = self.token(settings)
        if found is None and not self.demo:
            raise CommandError(no_access(settings), ExitCode.NOT_AUTHORISED)
        return found

    @contextmanager
    def workspace(
        self, token: Secret | None = None, *, realistic: bool = False, settings: Settings | None = None
    ) -> Iterator[Workspace]:
        """The workspace that the options name, with its log file open; closed at the end.

        `realistic`: the demo workspace answers as slowly as a real one. A `token` comes with the `settings`
        whose host it is for. Raises `SettingsError`, `StoreError` and `CommandError`.
        """
        from tui.cli.logs import logging_to

        if self.demo and self.database is not None:
            raise CommandError("--demo uses its own temporary database; leave out --database", ExitCode.USAGE)
        settings = settings or self.settings()
        level = "debug" if self.verbose else settings.log_level
        with logging_to(settings.log_path, level, self.secrets):
            if self.demo:
                from tui.cli.demo_workspace import demo_workspace

                with demo_workspace(settings, realistic=realistic) as workspace:
                    yield workspace
                return
            from tui.cli.progress import rebuild_line
            from tui.workspace import Workspace

            if token is not None and ("no_proxy" in os.environ or "NO_PROXY" in os.environ):
                from tui.intercom.environment import unreadable_exceptions

                for line in unreadable_exceptions(settings.base_url):
                    self.info(f"fastintercom: {line}")
            with rebuild_line(quiet=self.quiet) as on_rebuild:
                opened = Workspace(settings, token=token, on_rebuild=on_rebuild)
            with opened as workspace:
                if workspace.read_only:
                    self.info(f"{settings.database} can only be read: nothing is remembered or synced.")
                yield workspace


def no_access(settings: Settings) -> str:
    """What is said when there is no token for these settings."""
    where = "with one from Intercom's Developer Hub, under your app's Authentication"
    if settings.profile:
        return f"there is no access token for {settings.profile}: run `{settings.program} login` {where}"
    return (
        f"there is no access token: set INTERCOM_ACCESS_TOKEN, or run `fastintercom login` {where}, or try "
        "--demo"
    )


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    name = parameter.name or ""
    if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        setattr(context.ensure_object(Invocation), name, value)


def _profiles_like(_context: click.Context, _parameter: click.Parameter, text: str) -> list[str]:
    """For the completion of a shell: the profiles whose names begin so."""
    from tui.settings.profiles import DEFAULT_PROFILE, profile_names

    try:
        names = [*profile_names(), DEFAULT_PROFILE]
    except OSError:  # nothing is offered, and nothing said: a command line is under the cursor
        return []
    return [name for name in names if name.startswith(text)]


def global_options(*, hidden: bool) -> list[click.Parameter]:
    """New options; a command hides all but -q and -v in its help."""
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
            ["--profile"], metavar="NAME", callback=_remember, expose_value=False, hidden=hidden,
            shell_complete=_profiles_like,
            help="One of several workspaces, with settings, token and mirror of its own.",
        ),
        click.Option(
            ["--demo"], is_flag=True, callback=_remember, expose_value=False, hidden=hidden,
            help="Use a temporary demo workspace with invented conversations.",
        ),
        click.Option(
            ["--read-only"], is_flag=True, callback=_remember, expose_value=False, hidden=hidden,
            help="Change nothing in Intercom, whatever the settings say.",
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, callback=_remember, expose_value=False,
            help="Show errors only.",
        ),
        click.Option(
            ["-v", "--verbose"], is_flag=True, callback=_remember, expose_value=False,
            help="Tell and log more, and show the traceback of an unexpected error.",
        ),
    ]  # fmt: skip


def version_option() -> click.Option:
    """Told to the group as `version`; shown when all options are read, because -v may come after it."""
    return click.Option(
        ["--version"], is_flag=True, help="Show the version; with -v, what a bug report needs."
    )


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to a file, which is created or replaced only when complete (default: stdout).",
)


def command(name: str) -> Callable[[Callable[..., int]], click.Command]:
    """A command whose function takes an `Invocation` first and returns the exit code."""

    def register(function: Callable[..., int]) -> click.Command:
        made = click.command(name)(click.make_pass_decorator(Invocation, ensure=True)(function))
        made.params.extend(global_options(hidden=True))
        return made

    return register
