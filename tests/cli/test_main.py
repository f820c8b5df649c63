"""The program as a whole: imports, global options, unknown words, faults, pipes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result
from tui.cli.main import COMMANDS
from tui.workspace import Workspace

Call = Callable[..., Result]
HEAVY = {"textual", "httpx", "peewee", "starlette", "uvicorn", "humanize", "rich", "selectolax"}
LOADED = """
import sys
from tui.cli.main import run
code = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], HEAVY | {"msgspec", "platformdirs", "tomllib"}),
        (["--help"], HEAVY | {"msgspec", "platformdirs", "tomllib"}),
        (["sync", "--help"], HEAVY | {"msgspec"}),
        (["close", "--help"], HEAVY - {"rich"}),
        (["outbox", "--help"], HEAVY - {"rich"}),
        (["outbox", "list", "--json"], {"textual", "starlette", "uvicorn", "humanize"}),
        (["paths"], HEAVY),
        (["search", "--no-sync", "hello"], {"textual", "starlette", "uvicorn"}),
        (["status", "--json"], {"textual", "starlette", "uvicorn", "humanize"}),
    ],
)
def test_commands_import_only_what_they_need(process: Call, arguments: list[str], absent: set[str]) -> None:
    result = process(*arguments, code=LOADED)
    assert result.code == 0, result.err
    assert not absent & set(result.err.splitlines()[-1].split())


def test_the_version_and_every_help_are_there(call: Call) -> None:
    assert call("--version").out.startswith("fastintercom ")
    overview = call("--help")
    assert overview.code == 0
    for name, words in COMMANDS.items():
        assert f"  {name} " in overview.out
        assert words in " ".join(overview.out.split())
        help_ = call(name, "--help")
        assert help_.code == 0
        assert help_.out.startswith(f"Usage: fastintercom {name}")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["serch", "x"], "no such command “serch”; did you mean “search”? (see fastintercom --help)"),
        (["zzz"], "no such command “zzz”; choose from sync, search, show, note, reply, close, "),
        (["search", "--jsn", "x"], "no such option '--jsn'. Did you mean '--json'?"),
        (["--databse", "x", "status"], "no such option '--databse'. Did you mean '--database'?"),
        (["search"], "missing argument 'QUERY...' (see fastintercom search --help)"),
        (
            ["show", "abc"],
            "invalid value for 'CONVERSATION': 'abc' is no number (1330 or #1330) and no link of a ",
        ),
        (["show", "-5"], "no such option '-5' (see fastintercom show --help)"),
        (["search", "x", "--require", "new"], "invalid value for '--require': 'new' is not one of"),
        (["search", "x", "--limit", "0"], "'--limit': '0' is not a whole number from 1 to 100000"),
        (["search", "x", "--limit", "-1"], "'--limit': '-1' is not a whole number from 1 to 100000"),
        (["sync", "--watch", "x"], "'--watch': 'x' is not a whole number from 1 to 86400 (see fastinterc"),
        (["simulate", "--days", "0"], "'--days': '0' is not a whole number, 1 or more (see fastintercom"),
        (["search", "refund", "-spam"], "no such option '-s'; to exclude a word, quote the query"),
        (["search", "\udcff"], "invalid value for '[QUERY]...': it is not UTF-8 text"),
        (["search", "--view", "\udcff"], "invalid value for '--view': it is not UTF-8 text"),
        (["--database", ".", "status"], "invalid value for '--database': File '.' is a directory (see"),
        (["--demo", "--database", "x.db", "status"], "--demo uses its own temporary database"),
        (["--config", "absent.toml", "status"], "absent.toml: there is no such settings file"),
        ([], "the dashboard needs a terminal; without one use sync, search, show, export, status"),
        (["demo"], "the dashboard needs a terminal"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_exit_code_2(
    call: Call, arguments: list[str], expected: str
) -> None:
    result = call(*arguments)
    assert result.code == 2
    assert expected in result.error
    assert result.err.count("\n") == 1
    assert result.out == ""


def test_the_name_of_a_file_adds_no_line_to_an_error(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x\nfastintercom: all is well"
    path.write_text("no database")
    result = call("--database", path, "status")
    assert result.code == 1
    assert "x fastintercom: all is well" in result.error


def test_a_hostile_command_name_cannot_steer_the_terminal(call: Call) -> None:
    assert "\x1b" not in call("\x1b[31mred").err


def test_global_options_stand_before_and_after_the_command(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    before = call("--database", path, "paths", "--json").json
    after = call("paths", "--json", "--database", path).json
    assert before == after
    assert before["database"] == str(path)


def test_settings_errors_name_file_line_and_nearest_key(call: Call, home: Path) -> None:
    path = home / "config" / "fastintercom" / "config.toml"
    path.write_text('theme = "nord"\nintervall = 3\n')
    result = call("status")
    assert result.code == 2
    assert result.error == f"{path}, line 2: unknown key “intervall”; did you mean “interval”?"
    path.write_text('theme = "nord"\ninterval = = 3\n')
    result = call("sync")
    assert result.code == 2
    assert result.error.startswith(f"{path}, line 2, column 12: not valid TOML: ")


def fail(_: object) -> None:
    private = "a value that only a local variable holds"
    raise RuntimeError(f"boom with {TOKEN}", len(private))


def test_a_fault_is_one_line_and_its_traceback_is_in_the_private_log(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    monkeypatch.setattr(Workspace, "get_sync_status", fail)
    log = home / "state" / "fastintercom" / "log" / "fastintercom.log"
    result = call("status")
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "unexpected error: RuntimeError: ('boom with •••', 40)" in result.error
    assert f"the traceback is in {log}; -v shows it here" in result.error
    text = log.read_text("utf-8")
    assert "Traceback (most recent call last)" in text
    assert "boom with •••" in text
    assert "a value that only" not in text.replace('private = "a value that only a local', "")
    assert TOKEN not in text
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    shown = call("-v", "status")
    assert shown.code == 1
    assert "Traceback (most recent call last)" in shown.err
    assert TOKEN not in shown.err


def test_a_log_that_cannot_be_written_is_told(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "state").write_text("in the way")
    monkeypatch.setattr(Workspace, "get_sync_status", fail)
    assert "fastintercom.log cannot be written" in call("status").error


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently on Windows")
def test_a_reader_that_has_enough_is_no_error(
    start: Callable[..., subprocess.Popen[str]], mirror: Path
) -> None:
    assert mirror.exists()
    child = start("export")
    assert child.stdout is not None
    assert child.stderr is not None
    first = child.stdout.readline()
    child.stdout.close()
    assert json.loads(first)["id"] > 0
    said = child.stderr.read()
    assert child.wait(60) == 0
    assert "rror" not in said
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed differently on Windows")
@pytest.mark.parametrize("closed", [1, 2])
def test_a_stream_that_was_closed_before_is_no_error(process: Call, mirror: Path, closed: int) -> None:
    assert mirror.exists()
    code = (
        f"import os, sys; os.close({closed}); "
        "os.execv(sys.executable, [sys.executable, '-m', 'tui', *sys.argv[1:]])"
    )
    for arguments in (["status"], ["search", "is:open", "--json"], ["export"], ["--help"], ["show", "1"]):
        result = process(*arguments, code=code)
        assert result.code == (1 if arguments[0] == "show" else 0), result.err
        assert "unexpected" not in result.err
        assert [result.out, result.err][closed - 1] == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_told(home: Path) -> None:
    assert home.exists()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "paths"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "fastintercom: no space left on device\n"


def test_a_missing_extra_is_named(process: Call) -> None:
    code = "import sys; sys.modules['starlette'] = None\nfrom tui.cli.main import main; main()"
    for arguments in (["--demo", "status"], ["simulate"]):
        result = process(*arguments, code=code)
        assert result.code == 1
        assert (
            result.error == "the demo needs packages that are not installed: pip install 'fastintercom[demo]'"
        )


def test_the_demo_serves_any_command_and_leaves_nothing(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(home))
    result = call("--demo", "search", "is:open", "--limit", "3", "--json")
    assert result.code == 0
    assert len(result.json["conversations"]) == 3
    assert result.json["sync_info"]["state"] == "fresh"
    assert not [path for path in home.rglob("*") if "demo" in path.name or path.suffix == ".db"]
