"""What a bug report needs to know of this machine, without what is private (`fastintercom --version -v`)."""

from __future__ import annotations

import locale
import platform
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any, TextIO

import msgspec

from tui.doctor.machine import check_terminal
from tui.settings import Settings, SettingsError
from tui.text import one_line
from tui.versions import NOT_INSTALLED, PROGRAM, version_of

PLACES = ("config_path", "database", "token_path", "log_path")
SECRET = ("token", "token_command", "commands", "name")
"""Settings of which only is said that they are set: what they hold may be a secret, lead to one, or name
whose conversations these are."""
DERIVED = (
    "base_url_sources", "commands_off", "commands_cure", "overrides", "profile", "unused_variables", *PLACES
)  # fmt: skip
"""Fields that are no settings of their own, or are among the paths."""
_TERMINAL_VARIABLES = ("TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "SSH_CONNECTION", "NO_COLOR")
"""Of the last three only is said that they are set."""


def bug_report(
    settings: Settings | SettingsError, stream: TextIO, environ: Mapping[str, str], smallest: tuple[int, int]
) -> list[str]:
    """Lines, each a name and a value; none names a person or a token.

    `smallest` is the terminal (columns, lines) that the dashboard needs.
    """
    found = [*_program(), *_terminal(stream, environ, smallest)]
    if isinstance(settings, SettingsError):
        found.append(("settings", _without_home(str(settings))))
    else:
        found.extend(_settings(settings))
    return [f"{name + ':':<11}{one_line(value)}" for name, value in found]


def _program() -> Iterator[tuple[str, str]]:
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "SQLite", sqlite3.sqlite_version
    needed, optional = _packages()
    yield "packages", ", ".join(f"{name} {version_of(name)}" for name in needed)
    extras = [f"{name} {number}" for name in optional if (number := version_of(name)) != NOT_INSTALLED]
    yield "extras", ", ".join(extras) or "none"
    yield "platform", platform.platform()


def _packages() -> tuple[list[str], list[str]]:
    """The packages that are needed, and those of the extras for users."""
    needed, optional = set[str](), set[str]()
    try:
        declared = requires(PROGRAM) or []
    except PackageNotFoundError:
        return [], []
    for requirement in declared:
        name, extra = re.match(r"[\w.-]+", requirement), re.search(r"extra == ['\"]([\w-]+)", requirement)
        if name is not None and name[0] != PROGRAM and (extra is None or extra[1] != "dev"):
            (needed if extra is None else optional).add(name[0])
    return sorted(needed), sorted(optional - needed)


def _terminal(
    stream: TextIO, environ: Mapping[str, str], smallest: tuple[int, int]
) -> Iterator[tuple[str, str]]:
    program = " ".join(filter(None, (environ.get(name, "") for name in _TERMINAL_VARIABLES[:2])))
    more = [name for name in _TERMINAL_VARIABLES[2:] if environ.get(name)]
    words = check_terminal(stream, environ, smallest).text
    yield "terminal", "; ".join(filter(None, (words, program, *more)))
    language = next(
        (environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "none set"
    )
    yield (
        "locale",
        f"{language}, {locale.getpreferredencoding(do_setlocale=False)}, files {sys.getfilesystemencoding()}",
    )


def _settings(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in PLACES:
        path: Path = getattr(settings, name)
        there = "" if path.exists() else " (not there)"
        yield name.removesuffix("_path"), f"{_without_home(str(path))}{there}"
    usual = Settings()
    changed = [
        f"{name} is set" if name in SECRET else f"{name} = {_shown(getattr(settings, name))}"
        for name in Settings.__struct_fields__
        if name not in DERIVED and getattr(settings, name) != getattr(usual, name)
    ]
    yield "settings", ", ".join(changed) or "the defaults"


def _shown(value: Any) -> str:
    return _without_home(msgspec.json.encode(value).decode())


def _without_home(text: str) -> str:
    """`text` with the user's folder, which tells a name, as "~"."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text
