"""The token: never shown or stored, and sent to no other host than the one it was given for."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.cli.conftest import PROCESS_TIMEOUT, ROOT, Result
from tui.settings import Secret, load_settings, save_token

Call = Callable[..., Result]
SECRET = "dG9rOjk4NzY1X3ZlcnktcHJpdmF0ZS1pbmRlZWQ="


class Echo(BaseHTTPRequestHandler):
    """Answers every request with the headers it came with."""

    status: ClassVar[int] = 401
    received: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).received.append(self.headers.get("Authorization", ""))
        said = f"{self.headers['Authorization']} is wrong; {self.headers['Authorization'][:25]}..."
        body = json.dumps({"type": "error.list", "errors": [{"code": "unauthorized", "message": said}]})
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", f"http://127.0.0.1/{said.replace(' ', '')}")
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815 - the names in http.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def echo(home: Path) -> Iterator[str]:
    """The address of a server that repeats what it is sent."""
    assert home.exists()
    Echo.status, Echo.received = 401, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422, 500])
def test_what_a_server_repeats_is_neither_shown_nor_stored(
    call: Call, echo: str, home: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    Echo.status = status
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", echo)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", SECRET)
    synced = call("sync", "-v")
    assert synced.code != 0
    said = [synced.out + synced.err]
    # A server that fails is asked again for many seconds, and its answers pass through the same places.
    others = (["sync", "--json"], ["doctor"], ["doctor", "--json"]) if status < 500 else ()
    for arguments in (*others, ["status"]):
        result = call(*arguments)
        said.append(result.out + result.err)
    assert f"Bearer {SECRET}" in Echo.received
    kept = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert any(file.suffix == ".log" for file in kept)
    for text in ["".join(said).encode(), *kept.values()]:
        for start in range(len(SECRET) - 8):
            assert SECRET[start : start + 8].encode() not in text


# --- whom it is sent to -----------------------------------------------------------------------------------


def settings_file(home: Path) -> Path:
    return home / "config" / "fastintercom" / "config.toml"


def test_a_saved_token_is_not_sent_to_a_host_it_was_not_entered_for(
    call: Call, echo: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings_file(home)
    save_token(Secret(SECRET), settings=load_settings(config=config))
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", echo)
    for command in ("sync", "verify"):
        refused = call(command)
        assert refused.code == 4
        assert refused.error == (
            f"the token in {config.with_name('token')} is for Intercom, so it is not sent to {echo}, which "
            "FASTINTERCOM_BASE_URL names as base_url; correct that, or start `fastintercom` in a terminal "
            f"and enter a token for {echo}"
        )
    assert "is not sent to" in call("doctor").out
    monkeypatch.delenv("FASTINTERCOM_BASE_URL")
    config.write_text(f'base_url = "{echo}"\n')
    assert f"{config} names as base_url" in call("sync").error
    assert call("search", "refund", "--no-sync").code == 0, "what needs no token works"
    assert Echo.received == []
    save_token(Secret(SECRET), settings=load_settings(config=config))
    assert "does not accept the access token (401)" in call("sync").error
    assert set(Echo.received) == {f"Bearer {SECRET}"}


def test_a_token_of_the_environment_goes_where_the_environment_says(
    call: Call, echo: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", SECRET)
    monkeypatch.delenv("FASTINTERCOM_BASE_URL")
    settings_file(home).write_text(f'base_url = "{echo}"\n')
    refused = call("sync")
    assert refused.code == 4
    assert refused.error == (
        f"INTERCOM_ACCESS_TOKEN is for Intercom, so it is not sent to {echo}, which {settings_file(home)} "
        "names as base_url; correct that, or set FASTINTERCOM_BASE_URL to it as well"
    )
    assert Echo.received == []
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", echo)
    assert "does not accept the access token (401)" in call("sync").error
    assert Echo.received


def test_the_token_of_a_command_goes_where_its_file_says(
    call: Call, echo: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = f"token_command = \"{sys.executable} -c 'print(1234567890)'\"\n"
    settings_file(home).write_text(command)
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", echo)
    refused = call("sync")
    assert refused.code == 4
    assert f"token_command is for Intercom, so its token is not sent to {echo}" in refused.error
    assert Echo.received == []
    settings_file(home).write_text(f'base_url = "{echo}"\n{command}')
    assert "does not accept the access token (401)" in call("sync").error
    assert Echo.received


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_everything_that_is_written_is_private_whatever_the_umask(
    connected: object, home: Path, tmp_path: Path
) -> None:
    assert connected
    folder = tmp_path / "made"
    code = (
        "import os, sys; os.umask(0); from tui.cli.main import run; "
        "sys.exit(max(run(line.split()) for line in sys.argv[1:]))"
    )
    here = f"--config {settings_file(home)} --database {folder}/deep/mirror.db"
    commands = [
        f"{here} sync -v",
        f"{here} export -o {folder}/all.csv",
        f"{here} views export -o {folder}/views.toml",
        f"{here} backup {folder}/copy.db",
    ]
    subprocess.run(
        [sys.executable, "-c", code, *commands],
        cwd=ROOT,
        timeout=PROCESS_TIMEOUT,
        check=True,
        capture_output=True,
    )
    made = set(folder.rglob("*")) | {folder} | set((home / "state").rglob("*"))
    assert {file.name for file in made} >= {
        "made",
        "deep",
        "mirror.db",
        "all.csv",
        "copy.db",
        "fastintercom.log",
    }
    assert {
        str(file): oct(file.stat().st_mode) for file in made if stat.S_IMODE(file.stat().st_mode) & 0o077
    } == {}
