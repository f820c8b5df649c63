"""What is checked on this machine: settings, database, disk, terminal, versions."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from tui.clock import from_epoch, system_clock, to_epoch
from tui.doctor.finding import Finding, ok, problem, warning
from tui.formatting import date_time, listed, size
from tui.freshness_words import lag_words
from tui.settings import DEFAULT_PROFILE, Settings
from tui.settings.loading import read_source
from tui.store.database import Database
from tui.store.erasure import is_overwriting_due
from tui.store.errors import StoreError
from tui.sync.index_lag import read_lag
from tui.versions import version_of

LITTLE_SPACE = 500_000_000
"""Bytes."""
TOO_LITTLE_SPACE = 50_000_000
PACKAGES = ("fastintercom", "textual", "httpx", "peewee")
VARIABLES = (
    "FASTINTERCOM_CONFIG",
    "FASTINTERCOM_PROFILE",
    "FASTINTERCOM_BASE_URL",
    "FASTINTERCOM_DATABASE",
    "INTERCOM_ACCESS_TOKEN",
)


def check_settings(settings: Settings, environ: Mapping[str, str]) -> Finding:
    """Which settings are set, and where. The file was read before without an error."""
    path = settings.config_path
    keys = list(tomllib.loads(read_source(path, required=False)))
    unused = list(settings.unused_variables)
    variables = [name for name in VARIABLES if environ.get(name) and name not in unused]
    text = f"{path} sets {listed(keys)}" if keys else f"{path} sets nothing" if path.exists() else "no file"
    if variables:
        text += f"; the environment sets {listed(variables)}"
    if unused:
        text += f"; {listed(unused)} not used: for the default profile only"
    profile = settings.profile or DEFAULT_PROFILE
    facts: dict[str, object] = {"profile": profile, "unused_variables": unused}
    text = f"profile {profile}: {text}" if settings.profile else text
    return ok("settings", text, path=str(path), keys=keys, variables=variables, **facts)


def check_commands(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """Whether the user's own commands can be run; nothing when there are none."""
    if settings.commands_off:
        command = settings.commands_cure
        cure = f"run: {command}" if command else "make it your own, so that nobody else can write to it"
        return [warning("own commands", settings.commands_off, cure)]
    lost = [c for c in settings.commands if shutil.which(c.run[0], path=environ.get("PATH")) is None]
    facts = {"names": [command.name for command in settings.commands]}
    if lost:
        text = listed([f"“{command.name}” runs {command.run[0]}" for command in lost])
        cure = f"install what is missing, or correct [[commands]] in {settings.config_path}"
        return [warning("own commands", f"{text}, which is not there", cure, **facts)]
    if settings.commands:
        return [ok("own commands", listed(facts["names"]), **facts)]
    return []


def check_database(path: Path, database: Database | StoreError | None) -> Finding:
    """Whether the mirror is sound; None when there is no file yet."""
    if database is None:
        return warning(
            "database", f"there is no mirror at {path} yet", "run: fastintercom sync", path=str(path)
        )
    if isinstance(database, StoreError):
        return _unusable(path, database)
    try:
        fault = database.check_health()
        schema = database.schema_version
        is_due = is_overwriting_due(database)
    except StoreError as error:
        return _unusable(path, error)
    length = sum(p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists())
    facts = {"path": str(path), "bytes": length, "schema": schema}
    if fault is not None:
        cure = "move the file away and run: fastintercom sync"
        return problem("database", f"{path} is damaged ({fault})", cure, **facts)
    facts["read_only"] = database.read_only
    text = f"{path} is sound, {size(length)}, schema {schema}"
    if database.read_only:
        cure = "make the file and its folder writable, or sync as the user who owns them"
        return warning("database", f"{text}, and can only be read: nothing is synced", cure, **facts)
    if is_due:
        cure = "run: fastintercom sync"
        return warning("database", f"{text}; what was deleted may still be in its free space", cure, **facts)
    return ok("database", text, **facts)


def _unusable(path: Path, error: StoreError) -> Finding:
    return problem("database", str(error), "choose another file with --database", path=str(path))


def check_search_lag(database: Database, tolerance: int) -> Finding:
    """How far Intercom's index was seen to lag behind changes."""
    try:
        lag = read_lag(database, to_epoch(system_clock()))
    except StoreError as error:
        return _unusable(database.path, error)
    if lag is None:
        return ok("search lag", "none was seen in the last day")
    at = from_epoch(lag.seen_at)
    facts = {"seconds": lag.seconds, "found_after": lag.found_after, "seen_at": at}
    text = f"{lag_words(lag.seconds)}, seen {date_time(at)}"
    if lag.seconds <= tolerance:
        return ok("search lag", text, **facts)
    cure = f"the newest conversations come late; wait, or raise tolerance ({tolerance} s) in the settings"
    return warning("search lag", text, cure, **facts)


def check_disk(path: Path) -> Finding:
    """The space that is left for the database."""
    folder = next(p for p in path.absolute().parents if p.exists())
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return problem("disk", f"{folder}: {error.strerror}", "choose another file with --database")
    text = f"{size(free)} free in {folder}"
    cure = "free some space, or choose another file with --database"
    if free < TOO_LITTLE_SPACE:
        return problem("disk", text, cure, bytes_free=free)
    return (
        warning("disk", text, cure, bytes_free=free)
        if free < LITTLE_SPACE
        else ok("disk", text, bytes_free=free)
    )


def check_terminal(stream: TextIO, environ: Mapping[str, str], smallest: tuple[int, int]) -> Finding:
    """Whether the dashboard can be shown on `stream`, which needs at least `smallest` (columns, lines)."""
    encoding = (stream.encoding or "").lower().replace("-", "")
    if not stream.isatty():
        return ok(
            "terminal", "stdout is none; the dashboard needs one, the commands do not", is_terminal=False
        )
    term, (columns, lines) = environ.get("TERM", ""), os.get_terminal_size(stream.fileno())
    colours = _colours(term, environ)
    facts = {
        "is_terminal": True,
        "columns": columns,
        "lines": lines,
        "term": term,
        "colours": colours,
        "encoding": encoding,
    }
    text = f"{columns}×{lines}, TERM={term or '(not set)'}, {colours}, {encoding or 'no encoding'}"
    if columns < smallest[0] or lines < smallest[1]:
        cure = f"enlarge it to {smallest[0]}×{smallest[1]} for the dashboard"
        return warning("terminal", text, cure, **facts)
    if encoding != "utf8":
        return warning("terminal", text, "choose a UTF-8 locale, for example LANG=C.UTF-8", **facts)
    if term in {"", "dumb"}:
        return warning("terminal", text, "set TERM to what your terminal is, such as xterm-256color", **facts)
    return ok("terminal", text, **facts)


def _colours(term: str, environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return "16 million colours"
    if "256" in term:
        return "256 colours"
    return "no colours" if term in {"", "dumb"} else "16 colours"


def check_versions() -> Finding:
    """The program, Python, SQLite and the libraries."""
    versions = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    versions |= {name: version_of(name) for name in PACKAGES}
    text = ", ".join(f"{name} {number}" for name, number in versions.items())
    facts = {name.lower(): number for name, number in versions.items()}
    return ok("versions", f"{text}, on {sys.platform}", **facts)
