"""`fastintercom doctor`: check everything that is needed, and say what to do."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command, no_access
from tui.cli.output import flush, in_one_line, json_answer, paint, write
from tui.dashboard.terminal_size import SMALLEST

if TYPE_CHECKING:
    from tui.cli.json_shapes import DoctorJson, FindingJson
    from tui.doctor.finding import Finding
    from tui.settings import Settings
    from tui.store.database import Database
    from tui.store.errors import StoreError

COLOURS = {"ok": "32", "warning": "33", "problem": "31"}


@command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor_command(invocation: Invocation, as_json: bool) -> int:
    """Check settings, token, permissions, clock, network, database and terminal.

    Changes nothing, and never shows the token. Exit codes: 0 when there is no problem, 1 otherwise.
    """
    if invocation.demo:
        raise CommandError("the demo needs no doctor; leave out --demo", ExitCode.USAGE)
    findings = examine(invocation)
    if as_json:
        answer: DoctorJson = {
            "healthy": not _problems(findings),
            "findings": [_json(f, invocation.redact) for f in findings],
        }
        write(json_answer(answer))
    else:
        for finding in findings:
            state = paint(f"{finding.state.value:<8}", COLOURS[finding.state.value], sys.stdout)
            write(f"{state} {finding.name}: {in_one_line(invocation.redact(finding.text))}")
            if finding.cure:
                write(f"         → {in_one_line(finding.cure)}")
    flush()
    return ExitCode.ERROR if _problems(findings) else ExitCode.OK


def examine(invocation: Invocation) -> list[Finding]:
    """All findings; what cannot be checked because of another finding is left out."""
    from tui.doctor.finding import problem
    from tui.doctor.machine import check_commands, check_disk, check_settings, check_terminal, check_versions
    from tui.settings import SettingsError, UnknownProfile

    here = [check_terminal(sys.stdout, os.environ, SMALLEST), check_versions()]
    try:
        settings = invocation.settings()
    except UnknownProfile:
        raise
    except SettingsError as error:
        return [problem("settings", str(error), "correct it; the other checks need the settings"), *here]
    with _opened(settings.database) as database:
        return [
            check_settings(settings, invocation.environ),
            *check_commands(settings, os.environ),
            *_check_database(settings, database),
            check_disk(settings.database),
            *here,
            *_check_network(invocation, settings, database),
        ]


@contextmanager
def _opened(path: Path) -> Iterator[Database | StoreError | None]:
    """The database, why it cannot be used, or None: a file that is not there is not made."""
    from tui.store.database import Database
    from tui.store.errors import StoreError

    if not path.exists():
        yield None
        return
    try:
        database = Database(path)
    except StoreError as error:
        yield error
        return
    try:
        yield database
    finally:
        database.close()


def _check_database(settings: Settings, database: Database | StoreError | None) -> list[Finding]:
    from tui.doctor.machine import check_database, check_search_lag
    from tui.store.errors import StoreError

    findings = [check_database(settings.database, database)]
    if database is not None and not isinstance(database, StoreError):
        findings.append(check_search_lag(database, settings.tolerance))
    return findings


def _check_network(
    invocation: Invocation, settings: Settings, database: Database | StoreError | None
) -> list[Finding]:
    from tui.doctor.finding import State, problem, warning
    from tui.doctor.intercom import check_intercom
    from tui.doctor.network import check_network
    from tui.settings import TokenError, find_token
    from tui.store.errors import StoreError

    network = asyncio.run(check_network(settings.base_url, os.environ))
    reachable = network[0].state is State.OK
    try:
        found = find_token(settings)
    except TokenError as error:
        return [*network, problem("token", str(error), f"correct it, or run: {settings.program} login")]
    if found is None:
        return [*network, problem("token", "there is none", no_access(settings).partition(": ")[2])]
    token, source = found
    invocation.secrets.append(token)
    if not reachable:
        text = f"from {source}; not checked, because Intercom cannot be reached"
        return [*network, warning("token", text, "see network", source=source)]
    mirror = None if isinstance(database, StoreError) else database
    return [*network, *asyncio.run(check_intercom(settings, token, source, mirror))]


def _problems(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state.value == "problem"]


def _json(finding: Finding, redact: Callable[[str], str]) -> FindingJson:
    return {
        "name": finding.name,
        "state": finding.state.value,
        "text": redact(finding.text),
        "cure": finding.cure or None,
        "facts": finding.facts,
    }
