"""`fastintercom profiles`: the workspaces that are side by side here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, in_one_line, json_answer, text_width, write
from tui.cli.table import TableColumn, table
from tui.formatting import date_time, size

if TYPE_CHECKING:
    from tui.cli.json_shapes import ProfileJson, ProfilesJson

COLUMNS = (
    TableColumn("", 1),
    TableColumn("Profile", 40),
    TableColumn("Called", 40),
    TableColumn("Workspace", 40, flexible=True),
    TableColumn("Region", 6),
    TableColumn("Size", right=True),
    TableColumn("Synced until"),
)


@dataclass(slots=True)
class _Profile:
    """A profile, as far as it can be read."""

    name: str
    title: str = ""
    workspace: str = ""
    region: str = ""
    database: str = ""
    size: int | None = None
    """Bytes; None without a file."""
    last_sync: datetime | None = None
    problem: str = ""
    """Why the rest is not known, in one line."""


@command("profiles")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def profiles_command(invocation: Invocation, as_json: bool) -> int:
    """List the profiles: name, workspace, region, size of the mirror, and until when it is synced.

    Nothing is asked of Intercom. To make one: fastintercom --profile NAME login.
    """
    from tui.settings import DEFAULT_PROFILE, profile_names

    chosen = invocation.settings()
    profiles = [_read(invocation, name) for name in (DEFAULT_PROFILE, *profile_names())]
    used = chosen.profile or (DEFAULT_PROFILE if chosen.config_path == _default_path() else "")
    if as_json:
        answer: ProfilesJson = {"profiles": [_json(each, each.name == used) for each in profiles]}
        write(json_answer(answer))
    else:
        rows = [_row(each, each.name == used) for each in profiles]
        for line in table(COLUMNS, rows, text_width()):
            write(line)
    flush()
    for each in profiles:
        if each.problem:
            invocation.info(f"fastintercom: {each.name}: {in_one_line(each.problem)}")
    return ExitCode.OK


def _default_path() -> object:
    from tui.settings.model import default_config_path

    return default_config_path()


def _read(invocation: Invocation, name: str) -> _Profile:
    from tui.settings import SettingsError, load_settings
    from tui.settings.loading import CONFIG_VARIABLE
    from tui.settings.profiles import PROFILE_VARIABLE
    from tui.store.errors import StoreError
    from tui.store.overview import read_overview

    choosing = {CONFIG_VARIABLE, PROFILE_VARIABLE}
    environ = {variable: text for variable, text in invocation.environ.items() if variable not in choosing}
    found = _Profile(name)
    try:
        settings = load_settings(environ=environ, profile=name)
        found.title, found.database = settings.name, str(settings.database)
        if settings.database.exists():
            found.size = sum(
                file.stat().st_size
                for file in (settings.database, settings.database.with_name(f"{settings.database.name}-wal"))
                if file.exists()
            )
            overview = read_overview(settings.database)
            found.workspace, found.region = overview.workspace, overview.region
            found.last_sync = overview.last_sync
    except (SettingsError, StoreError, OSError) as error:
        found.problem = str(error)
    return found


def _row(profile: _Profile, is_used: bool) -> list[str]:
    nothing = "cannot be read" if profile.problem else "not synced yet"
    return [
        "▸" if is_used else "",
        profile.name,
        profile.title,
        in_one_line(profile.workspace) or nothing,
        profile.region,
        "" if profile.size is None else size(profile.size),
        date_time(profile.last_sync) if profile.last_sync else "",
    ]


def _json(profile: _Profile, is_used: bool) -> ProfileJson:
    return {
        "profile": profile.name,
        "used": is_used,
        "name": profile.title or None,
        "workspace": profile.workspace or None,
        "region": profile.region,
        "database": profile.database or None,
        "database_size": profile.size,
        "last_sync": profile.last_sync,
        "problem": profile.problem or None,
    }
