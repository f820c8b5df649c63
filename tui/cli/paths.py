"""`fastintercom paths`: where settings, data and logs are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, in_one_line, json_answer, write

if TYPE_CHECKING:
    from tui.cli.json_shapes import PathsJson


@command("paths")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def paths_command(invocation: Invocation, as_json: bool) -> int:
    """Print the paths of the settings file, the database, the token file and the log, and the profile.

    Files that do not exist yet are marked: you create `config` and `token`, the others appear on first use.
    Conflicts between keys in the settings are printed to stderr.
    """
    from tui.settings import DEFAULT_PROFILE

    settings = invocation.settings()
    profile = settings.profile or DEFAULT_PROFILE
    found = {
        "config": settings.config_path,
        "database": settings.database,
        "token": settings.token_path,
        "log": settings.log_path,
    }
    if as_json:
        answer: PathsJson = {
            "config": str(settings.config_path),
            "database": str(settings.database),
            "token": str(settings.token_path),
            "log": str(settings.log_path),
            "profile": profile,
        }
        write(json_answer(answer))
    else:
        for name, path in found.items():
            write(f"{name:<9} {in_one_line(path)}{'' if path.exists() else '  (does not exist yet)'}")
        write(f"{'profile':<9} {profile}")
    flush()
    if settings.commands_notice:
        invocation.info(f"fastintercom: {settings.commands_notice}")
    if settings.keymap or settings.commands:  # only then is the dashboard imported, which knows the keys
        from tui.dashboard.keymap import check_keymap, conflicts

        check_keymap(settings)
        for conflict in conflicts(settings.keymap, settings.commands):
            invocation.info(f"fastintercom: {settings.config_path}: keys: {conflict}")
    return ExitCode.OK
