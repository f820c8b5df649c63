"""The examples of the README run as they are written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import click
import pytest

from tests.store.records import conversation, with_thread
from tui.cli.main import cli
from tui.cli.options import Invocation
from tui.query import parse
from tui.store.database import Database
from tui.store.ingest import store_threads

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMAND_LINES = re.findall(
    r"^fastintercom .+$", "".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL)), re.M
)
UNITS = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)
SERVICES = [
    *re.findall(r"\$\((fastintercom .+?)\)", README),
    *re.findall(r"^ExecStart=%h/.local/bin/(.+)$", README, re.M),
    *re.findall(r"^(?:[*/\d]+ +){5}~/.local/bin/(.+)$", README, re.M),
]
QUERY_TABLE = README.partition("| write | to find |")[2].partition("\n\n")[0]
QUERIES = [
    query for line in QUERY_TABLE.splitlines() for query in re.findall("`(.+?)`", line.split(" | ")[0])
]


def run(example: str, folder: Path) -> list[str]:
    """Its output on a mirror of three conversations, without a token."""
    database, config = folder / "mirror.db", folder / "config.toml"
    config.touch()
    with closing(Database(database)) as mirror, mirror.transaction() as connection:
        records = [
            conversation(1, subject="One"),
            conversation(2, subject="Two", tags=((7, "bug"), (8, "late"))),
        ]
        records.append(conversation(3, state="closed"))
        store_threads(connection, [with_thread(record, *["reply"] * record.id) for record in records])
    own = {"FASTINTERCOM_DATABASE": str(database), "FASTINTERCOM_CONFIG": str(config)}
    others = {
        key: value for key, value in os.environ.items() if not key.startswith(("FASTINTERCOM", "INTERCOM"))
    }
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=ROOT,
        env={**others, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_models_example_lists_the_longest_open_conversations(tmp_path: Path) -> None:
    (example,) = (example for example in EXAMPLES if "workspace.models" in example)
    assert run(example, tmp_path) == ["3 Grace Hopper Two bug, late", "2 Grace Hopper One "]


def test_the_search_example_says_how_complete_its_answer_is(tmp_path: Path) -> None:
    (example,) = (example for example in EXAMPLES if "search_when_synced" in example)
    (line,) = run(example, tmp_path)
    assert line.startswith("stale Data is stale - there is no access token: set INTERCOM_ACCESS_TOKEN")


def test_the_notebook_example_counts_by_week_and_shows_what_is_synced(tmp_path: Path) -> None:
    (example,) = (example for example in EXAMPLES if "import pandas" in example)
    lines = run(example, tmp_path)
    assert lines[0].split() == ["assignee", "nobody"]
    assert lines[2].split()[1:] == ["00:00:00+00:00", "3"]
    assert lines[3:] == ["Empty DataFrame", "Columns: [start_at, end_at]", "Index: []"]


def test_the_table_of_the_query_language_is_found() -> None:
    assert {"refund invoice", '"late fee"~5', "-spam", "attr:plan=pro", "sort:relevance"} <= set(QUERIES)


@pytest.mark.parametrize("line", [*COMMAND_LINES, *SERVICES])
def test_every_command_line_can_be_typed_as_it_is_written(line: str) -> None:
    words = takewhile(lambda word: word != "|", shlex.split(line, comments=True))
    parse_command(cli, [*words][1:], None)


def parse_command(command: click.Command, words: list[str], parent: click.Context | None) -> None:
    """Parse a command line without doing what it says. Raises `click.UsageError`."""
    own = own_options(command, words) if isinstance(command, click.Group) else words
    context = command.make_context(command.name, [*own], parent=parent, obj=Invocation())
    if isinstance(command, click.Group) and (rest := words[len(own) :]):
        inner = command.get_command(context, rest[0])
        assert inner is not None, rest[0]
        parse_command(inner, rest[1:], context)


def own_options(group: click.Group, words: list[str]) -> list[str]:
    """The options before the name of a command, with their values."""
    flags = {name for option in group.params if getattr(option, "is_flag", False) for name in option.opts}
    end = 0
    while end < len(words) and words[end].startswith("-"):
        end += 1 if words[end] in flags or "=" in words[end] else 2
    return words[:end]


def test_the_command_lines_are_found() -> None:
    assert len(COMMAND_LINES) > 25
    assert len(SERVICES) == 5


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = tmp_path / ".local" / "bin" / "fastintercom"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    names = ("fastintercom.service", "fastintercom-sync.service", "fastintercom-sync.timer")
    for name, unit in zip(names, UNITS, strict=True):
        (tmp_path / name).write_text(unit)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", *(str(tmp_path / name) for name in names)],
        env={**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_can_be_typed_as_it_is_written(query: str) -> None:
    assert parse(query, now=datetime(2026, 10, 26, 12, tzinfo=UTC)).source == query
