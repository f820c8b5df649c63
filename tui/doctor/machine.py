"""What is checked on this machine: settings, database, disk, terminal, versions."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from tui.clock import from_epoch
from tui.doctor.finding import Finding, ok, problem, warning
from tui.formatting import date_time, duration, listed, size
from tui.settings import Settings
from tui.store.database import Database
from tui.store.errors import StoreError
from tui.store.settings_table import read_setting

LITTLE_SPACE = 500_000_000
"""Bytes."""
TOO_LITTLE_SPACE = 50_000_000
PACKAGES = ("fastintercom", "textual", "httpx", "peewee")
VARIABLES = ("FASTINTERCOM_CONFIG", "FASTINTERCOM_BASE_URL", "FASTINTERCOM_DATABASE", "INTERCOM_ACCESS_TOKEN")


def check_settings(settings: Settings, environ: Mapping[str, str]) -> Finding:
    """Which settings are set, and where. The file was read before without an error."""
    path = settings.config_path
    keys = list(tomllib.loads(path.read_text("utf-8"))) if path.exists() else []
    variables = [name for name in VARIABLES if environ.get(name)]
    text = f"{path} sets {listed(keys)}" if keys else f"{path} sets nothing" if path.exists() else "no file"
    if variables:
        text += f"; the environment sets {listed(variables)}"
    return ok("settings", text, path=str(path), keys=keys, variables=variables)


def check_database(path: Path, database: Database | StoreError | None) -> Finding:
    """Whether the mirror is sound; None when there is no file yet."""
    if database is None:
        return warning(
            "database", f"there is no mirror at {path} yet", "run: fastintercom sync", path=str(path)
        )
    if isinstance(database, StoreError):
        return _unusable(path, database)
    try:
        (fault,) = database.one("PRAGMA quick_check(1)")
        schema = database.schema_version
    except StoreError as error:
        return _unusable(path, error)
    length = sum(p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists())
    facts = {"path": str(path), "bytes": length, "schema": schema}
    if fault != "ok":
        cure = "move the file away and run: fastintercom sync"
        return problem("database", f"{path} is damaged ({fault})", cure, **facts)
    return ok("database", f"{path} is sound, {size(length)}, schema {schema}", **facts)


def _unusable(path: Path, error: StoreError) -> Finding:
    return problem("database", str(error), "choose another file with --database", path=str(path))


def check_search_lag(database: Database, tolerance: int) -> Finding:
    """How long after a change Intercom's search was seen to find it."""
    stored = read_setting(database, "search_lag")
    if stored is None:
        return ok("search lag", "none was seen")
    seen = json.loads(stored)
    seconds, at = int(seen["seconds"]), from_epoch(int(seen["seen_at"]))
    text = f"Intercom's search was {duration(seconds)} behind, seen {date_time(at)}"
    if seconds < tolerance:
        return ok("search lag", text, seconds=seconds, seen_at=at)
    cure = f"the newest conversations come late; wait, or raise tolerance ({tolerance} s) in the settings"
    return warning("search lag", text, cure, seconds=seconds, seen_at=at)


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
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    text = ", ".join(f"{name} {number}" for name, number in versions.items())
    facts = {name.lower(): number for name, number in versions.items()}
    return ok("versions", f"{text}, on {sys.platform}", **facts)
