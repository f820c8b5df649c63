"""A mirror that may only be read: everything that reads works, with a note; everything else says why not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result
from tests.permissions import needs_permissions, run_bound

pytestmark = needs_permissions
NOTE = "{} can only be read: nothing is remembered or synced."


@pytest.fixture(params=["folder", "file"])
def protected(mirror: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    for file in mirror.parent.iterdir():
        file.chmod(0o400)
    mirror.parent.chmod(0o500 if request.param == "folder" else 0o700)
    yield mirror
    mirror.parent.chmod(0o700)


IN_ONE_PROCESS = """
import contextlib, io, json, sys
from tui.cli.main import run

for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(arguments)
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


def run(*commands: list[str]) -> list[Result]:
    """What the command lines give, one after the other."""
    done = run_bound(json.dumps(commands), code=IN_ONE_PROCESS)
    assert (done.returncode, done.stderr) == (0, "")
    return [Result(*json.loads(line)) for line in done.stdout.splitlines()]


def test_it_is_read_with_a_note(protected: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(f"{protected.as_uri()}?immutable=1", uri=True)) as connection:
        ((some,),) = connection.execute("SELECT max(id) FROM conversation")
    names = {file.name for file in protected.parent.iterdir()}
    commands = [
        ["search", "is:closed", "--json", "--no-sync"],
        ["show", str(some)],
        ["export", "is:closed"],
        ["status"],
        ["coverage"],
        ["stats"],
        ["views"],
        ["backup", str(tmp_path / "copy.db")],
    ]
    results = run(*commands, ["search", "is:closed", "--no-sync", "--quiet"])
    assert results.pop().err == ""
    assert results[0].json["conversations"]
    for command, result in zip(commands, results, strict=True):
        assert result.code == 0, (command, result.err)
        assert NOTE.format(protected) in result.err.splitlines()
    assert {file.name for file in protected.parent.iterdir()} == names


def test_what_would_change_it_says_why_not(protected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    for result in run(["sync", "--quiet"], ["views", "save", "Mine", "is:open", "--quiet"]):
        assert (result.code, result.error) == (
            1,
            f"{protected} can only be read: nothing is remembered or synced; check its permissions",
        )


def test_an_older_mirror_is_not_misread(mirror: Path) -> None:
    with sqlite3.connect(mirror) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    for file in mirror.parent.iterdir():
        file.chmod(0o400)
    (done,) = run(["status"])
    assert done.code == 1
    assert done.error == (
        f"{mirror} can only be read, but must be brought up to date for this version: make it writable once"
    )
