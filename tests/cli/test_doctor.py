"""`fastintercom doctor`: what is wrong is found, has a cure, and ends nothing."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, TOKEN, Result, options
from tests.cli.test_sync import nobody_listens
from tests.permissions import needs_permissions, run_bound
from tui.answers import iso
from tui.clock import from_epoch
from tui.formatting import duration
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running
from tui.store.database import Database
from tui.store.ingest import tombstone
from tui.store.settings_table import write_setting
from tui.sync.index_lag import SEARCH_LAG

Call = Callable[..., Result]
PERMISSIONS = {"search", "threads", "teammates", "teams", "tags", "deletions", "contacts"}


def findings(result: Result) -> dict[str, dict[str, Any]]:
    """By name; each that is not in order has a cure, the others have none."""
    answer = result.json
    assert answer["healthy"] is (result.code == 0)
    for finding in answer["findings"]:
        assert bool(finding["cure"]) is (finding["state"] != "ok"), finding
    return {finding["name"]: finding for finding in answer["findings"]}


def states(result: Result) -> dict[str, str]:
    return {name: finding["state"] for name, finding in findings(result).items()}


def test_all_is_well(call: Call, connected: RunningServer, mirror: Path) -> None:
    result = call("doctor", "--json")
    found = findings(result)
    assert result.code == 0
    assert {finding["state"] for finding in found.values()} == {"ok"}
    assert set(found) == {
        "settings", "database", "search lag", "disk", "terminal", "versions", "network", "token", "workspace",
        "clock", "rate limit", *(f"permission: {name}" for name in PERMISSIONS),
    }  # fmt: skip
    assert found["settings"]["facts"]["keys"] == ["settle", "history", "tolerance"]
    assert found["settings"]["facts"]["variables"] == ["FASTINTERCOM_BASE_URL", "INTERCOM_ACCESS_TOKEN"]
    assert found["database"]["facts"]["path"] == str(mirror)
    assert found["token"]["facts"]["source"] == "INTERCOM_ACCESS_TOKEN"
    assert found["workspace"]["facts"] | {"workspace": ""} == {
        "region": "US", "base_url": connected.url, "workspace": "",
    }  # fmt: skip
    assert found["rate limit"]["facts"]["limit"] == connected.options.rate_limit
    assert abs(found["clock"]["facts"]["offset_seconds"]) <= 1


def test_people_get_a_line_each_and_the_token_is_never_shown(call: Call, connected: RunningServer) -> None:
    result = call("doctor")
    assert result.code == 0, result.out
    assert "ok       token: from INTERCOM_ACCESS_TOKEN, accepted: " in result.out
    assert "warning  database: there is no mirror at " in result.out
    assert "         → run: fastintercom sync\n" in result.out
    assert TOKEN not in result.out + result.err + call("doctor", "--json").out


def test_without_anything_each_lack_is_a_finding(call: Call, home: Path) -> None:
    result = call("doctor", "--json")
    found = states(result)
    assert result.code == 1
    assert (found["network"], found["token"], found["database"]) == ("problem", "problem", "warning")
    assert found["versions"] == "ok"
    assert not any(home.rglob("*.db")), "a check makes no database"


def test_settings_that_cannot_be_read_are_a_finding(call: Call, home: Path) -> None:
    (home / "config" / "fastintercom" / "config.toml").write_text("tolerence = 3\n")
    result = call("doctor", "--json")
    found = findings(result)
    assert result.code == 1
    assert "tolerence" in found["settings"]["text"]
    assert set(found) == {"settings", "terminal", "versions"}


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_own_commands_that_cannot_be_run_are_a_finding(
    call: Call, connected: RunningServer, home: Path
) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    lines = config.read_text()
    config.write_text(f'{lines}[[commands]]\nname = "List"\nrun = ["ls"]\nkey = "d"\n')
    config.chmod(0o600)
    assert findings(call("doctor", "--json"))["own commands"]["text"] == "List"
    conflict = "d is set for both “Done” (done) and “List” (own command 1); “Done” (done) gets it"
    assert conflict in call("paths").err
    config.write_text(f'{lines}[[commands]]\nname = "Ticket"\nrun = ["no-such-program"]\n')
    found = findings(call("doctor", "--json"))["own commands"]
    assert found["text"] == "“Ticket” runs no-such-program, which is not there"
    config.chmod(0o620)
    found = findings(call("doctor", "--json"))["own commands"]
    assert found["text"] == f"your own commands are off: others can write to {config}"
    assert found["cure"] == f"run: chmod go-w {config}"
    assert f"fastintercom: your own commands are off: others can write to {config}" in call("paths").err


def test_a_refused_token(call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connected.url
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong-token-text")
    result = call("doctor", "--json")
    found = findings(result)
    assert found["token"]["state"] == "problem"
    assert "401" in found["token"]["text"]
    assert found["network"]["state"] == "ok"
    assert "wrong-token-text" not in result.out


def test_a_token_file_that_others_can_read(call: Call, connected: RunningServer, home: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    assert connected.url
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    path = home / "config" / "fastintercom" / "token"
    path.write_text(TOKEN)
    path.chmod(0o644)
    assert "chmod 600" in findings(call("doctor", "--json"))["token"]["text"]
    path.chmod(0o600)
    assert "is for Intercom, so it is not sent to" in findings(call("doctor", "--json"))["token"]["text"]
    path.write_text(f"{TOKEN}\nfor {connected.url}\n")
    assert findings(call("doctor", "--json"))["token"]["facts"]["source"] == str(path)


@pytest.mark.parametrize(
    ("path", "name", "state"),
    [
        ("/teams", "teams", "warning"),
        ("/tags", "tags", "warning"),
        ("/admins", "teammates", "warning"),
        ("/conversations/deleted", "deletions", "warning"),
        ("/contacts/search", "contacts", "warning"),
        ("/conversations/2", "threads", "problem"),
        ("/conversations/search", "search", "problem"),
    ],
)
def test_a_permission_that_lacks_says_what_is_lost(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch, path: str, name: str, state: str
) -> None:
    assert home.exists()
    with running(options(conversations=5)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        server.world.faults.script(Fault.FORBIDDEN, path=path, times=100)
        result = call("doctor", "--json")
    found = findings(result)
    assert found[f"permission: {name}"]["state"] == state
    assert "without it" in found[f"permission: {name}"]["text"]
    assert found[f"permission: {name}"]["facts"] == {"allowed": False}
    assert result.code == (1 if state == "problem" else 0)


def test_a_clock_that_is_wrong(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    with running(options(conversations=5), lambda: time.time() + 600) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        clock = findings(call("doctor", "--json"))["clock"]
    assert clock["state"] == "warning"
    assert "behind" in clock["text"]
    assert abs(clock["facts"]["offset_seconds"] - 600) <= 2


def test_a_damaged_database(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    data = bytearray(mirror.read_bytes())
    data[4096 * 5 : 4096 * 60] = bytes(4096 * 55)
    mirror.write_bytes(data)
    result = call("doctor", "--json")
    assert result.code == 1
    assert findings(result)["database"]["state"] == "problem"


def test_a_file_that_is_no_database(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    mirror.write_bytes(b"a letter to the editor" * 1000)
    assert states(call("doctor", "--json"))["database"] == "problem"


def test_a_file_of_another_program(call: Call, connected: RunningServer, home: Path) -> None:
    assert connected.url
    path = home / "recipes.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    database = findings(call("--database", path, "doctor", "--json"))["database"]
    assert database["state"] == "problem"
    assert "it belongs to another program" in database["text"]


def test_what_was_deleted_and_not_overwritten_yet(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    with closing(Database(mirror)) as database, database.transaction() as connection:
        ((known,),) = connection.execute("SELECT min(id) FROM conversation")
        tombstone(connection, [known], 0)
    found = findings(call("doctor", "--json"))["database"]
    assert (found["state"], found["cure"]) == ("warning", "run: fastintercom sync")
    assert "deleted" in found["text"]


@needs_permissions
def test_a_database_that_can_only_be_read(connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    for file in mirror.parent.iterdir():
        file.chmod(0o400)
    done = run_bound("doctor", "--json")
    database = findings(Result(done.returncode, done.stdout, done.stderr))["database"]
    assert done.returncode == 0
    assert (database["state"], database["facts"]["read_only"]) == ("warning", True)
    assert "can only be read" in database["text"]


def test_the_lag_of_the_search_is_told(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    at = int(time.time()) - 60
    for seconds, state in ((20, "ok"), (900, "warning")):
        database = Database(mirror)
        with database.user_transaction():
            seen = {"seconds": seconds, "found_after": seconds + 30, "seen_at": at}
            write_setting(database, SEARCH_LAG, json.dumps(seen))
        database.close()
        lag = findings(call("doctor", "--json"))["search lag"]
        assert lag["state"] == state
        assert lag["facts"] == {**seen, "seen_at": iso(from_epoch(at))}
        assert lag["text"].startswith(f"Intercom's index lags {duration(seconds)}, seen ")


def test_a_mirror_of_another_workspace(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    database = Database(mirror)
    with database.user_transaction():
        write_setting(database, "app", "another")
    database.close()
    assert states(call("doctor", "--json"))["workspace"] == "problem"


def test_a_proxy_in_effect_is_named_without_its_password(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.exists()
    with nobody_listens() as port:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", "https://intercom.invalid")
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        result = call("doctor", "--json")
    network = findings(result)["network"]
    assert network["state"] == "problem"
    assert network["facts"]["through_proxy"] is True
    assert "HTTPS_PROXY" in network["facts"]["variables"]
    assert network["text"].startswith("the proxy in HTTPS_PROXY refused the connection; in effect: ")
    assert network["facts"]["host"] == "127.0.0.1"
    assert "hunter2" not in result.out


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("HTTPS_PROXY", "http://:0", "HTTPS_PROXY is not the address of a proxy"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "SSL_CERT_FILE names /nowhere/ca.pem, which does not exist"),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_finding(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    assert home.exists()
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", "https://intercom.invalid")
    monkeypatch.setenv(variable, value)
    result = call("doctor", "--json")
    network = findings(result)["network"]
    assert result.code == 1
    assert (network["state"], network["text"]) == ("problem", expected)
    assert "unset" in network["cure"]


def test_an_exception_of_the_proxy_that_cannot_be_read_is_a_finding(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.exists()
    for name in ("https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with nobody_listens() as port:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", "https://intercom.invalid")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "fe80::/999")
        found = findings(call("doctor", "--json"))
    assert found["proxy exception"]["state"] == "warning"
    assert found["proxy exception"]["text"] == "NO_PROXY: “fe80::/999” is skipped"


def test_no_proxy_is_used_for_this_machine(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    for name in ("http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with nobody_listens() as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        network = findings(call("doctor", "--json"))["network"]
    assert network["state"] == "ok"
    assert network["facts"]["through_proxy"] is False


def test_the_demo_needs_none(call: Call, home: Path) -> None:
    assert home.exists()
    result = call("--demo", "doctor")
    assert (result.code, result.error) == (2, "the demo needs no doctor; leave out --demo")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_terminal_is_described(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl
    import struct
    import termios

    assert home.exists()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("PYTHONUTF8", "1")
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 50, 0, 0))
    child = subprocess.Popen([sys.executable, "-m", "tui", "doctor"], cwd=ROOT, stdout=inner, stderr=inner)
    os.close(inner)
    said = b""
    try:
        while chunk := os.read(outer, 4096):
            said += chunk
    except OSError:  # the end of a pseudo-terminal
        pass
    assert child.wait(30) == 1
    assert "terminal: 50×10, TERM=xterm-256color, 256 colours, utf8" in said.decode()
    assert "enlarge it to 60×15" in said.decode()
    os.close(outer)
