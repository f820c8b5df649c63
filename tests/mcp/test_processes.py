"""The program as its users start it: what it prints, how it ends, and whom it lets in."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import PROCESS_TIMEOUT, ROOT, TOKEN, Result
from tests.mcp.conftest import HttpServer
from tui.mcp.http import LARGEST_REQUEST

StartHttp = Callable[..., HttpServer]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
SEARCH = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "search_conversations", "arguments": {"limit": 1}},
}
ACCEPTED = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture
def piped(mirror: Path) -> Iterator[subprocess.Popen[str]]:
    """The program over pipes, after it has answered once."""
    assert mirror.exists()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "mcp"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(HELLO) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "fastintercom"
    with process:
        yield process
        if process.poll() is None:
            process.kill()


def test_stdout_holds_the_protocol_alone_and_the_end_of_stdin_ends_it(piped: subprocess.Popen[str]) -> None:
    assert piped.stdin is not None
    assert piped.stdout is not None
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    piped.stdin.write(f"{json.dumps(ready)}\nthis is no JSON\n{json.dumps(SEARCH)}\n")
    piped.stdin.flush()
    answers = list[dict[str, Any]]()
    while not any(answer.get("id") == SEARCH["id"] for answer in answers):
        answers.append(json.loads(piped.stdout.readline()))
    assert answers[-1]["result"]["structuredContent"]["sync_info"]["state"] == "fresh"
    out, err = piped.communicate(timeout=PROCESS_TIMEOUT)
    assert (out, err) == ("", "")
    assert piped.returncode == 0


def test_a_request_that_is_larger_than_a_pipe_arrives_whole(piped: subprocess.Popen[str]) -> None:
    assert piped.stdin is not None
    assert piped.stdout is not None
    large = {**SEARCH, "params": {"name": "search_conversations", "arguments": {"query": "x" * 300_000}}}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    piped.stdin.write(f"{json.dumps(ready)}\n{json.dumps(large)}\n")
    piped.stdin.flush()
    answer = json.loads(piped.stdout.readline())
    assert answer["result"]["isError"]
    assert "2000 characters" in answer["result"]["content"][0]["text"].replace(",", "")


def test_a_client_that_goes_away_before_its_answer_is_no_error(piped: subprocess.Popen[str]) -> None:
    assert piped.stdin is not None
    assert piped.stdout is not None
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    piped.stdout.close()
    piped.stdin.write(f"{json.dumps(ready)}\n{json.dumps(SEARCH)}\n")
    piped.stdin.close()
    assert piped.wait(PROCESS_TIMEOUT) == 0
    assert piped.stderr is not None
    assert "fastintercom" not in piped.stderr.read()  # newer Pythons name the stream they cannot flush


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_while_stdin_stays_open(
    piped: subprocess.Popen[str], number: signal.Signals
) -> None:
    piped.send_signal(number)
    assert piped.wait(PROCESS_TIMEOUT) == 130
    assert piped.stderr is not None
    assert piped.stderr.read().strip() == "fastintercom: interrupted"


def test_only_the_owner_of_the_token_is_answered(mirror: Path, start_http: StartHttp, home: Path) -> None:
    assert mirror.exists()
    server = start_http()
    own = {**ACCEPTED, "Authorization": f"Bearer {server.token}"}

    def status(path: str = "/mcp", **headers: str) -> int:
        return httpx.post(server.base + path, json=SEARCH, headers={**own, **headers}).status_code

    assert status() == 200
    for refused in ("", "Bearer", f"Bearer {server.token}x", f"Basic {server.token}", server.token):
        assert status(Authorization=refused) == 401
    assert status("/nothing", Authorization="") == 401
    assert status("/nothing") == 404
    for host in ("evil.example", "127.0.0.1:1", "127.0.0.1"):
        assert status(Host=host) == status("/healthz", Host=host) == 421
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        assert status(Origin=origin) == 403
    assert status(Origin=server.base) == 200
    large = json.dumps(SEARCH) + " " * LARGEST_REQUEST
    assert httpx.post(server.url, content=large, headers=own).status_code == 413

    health = httpx.get(f"{server.base}/healthz")
    assert (health.status_code, health.text) == (200, "ok\n")
    assert "server" not in health.headers

    token_file = home / "config" / "fastintercom" / "http_token"
    assert token_file.stat().st_mode & 0o777 == 0o600
    server.process.send_signal(signal.SIGINT)
    out, err = server.process.communicate(timeout=PROCESS_TIMEOUT)
    assert server.process.returncode == 130
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file() and path != token_file]
    assert not any(server.token.encode() in content for content in (*written, out.encode(), err.encode()))


def test_a_signal_ends_it_beside_open_streams(
    home: Path, start_http: StartHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is idle, over one somebody waits for a sync with an Intercom that never answers, and over one half
    of a request has come."""
    assert home.exists()
    waiting = {"name": "sync", "arguments": {"wait": True, "timeout": 600}, "_meta": {"progressToken": 1}}
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as streams:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        server = start_http()
        headers = {"Authorization": f"Bearer {server.token}", **ACCEPTED}
        idle = streams.enter_context(httpx.stream("GET", server.url, headers=headers))
        assert idle.status_code == 200
        call = {**SEARCH, "params": waiting}
        busy = streams.enter_context(httpx.stream("POST", server.url, headers=headers, json=call))
        assert "the sync starts" in next(line for line in busy.iter_lines() if line.startswith("data: {"))
        host, port = server.base.removeprefix("http://").split(":")
        half = streams.enter_context(socket.create_connection((host, int(port))))
        lines = {**headers, "Host": f"{host}:{port}", "Content-Length": "1000", "Expect": "100-continue"}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        half.sendall(f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode())
        assert half.recv(1000).startswith(b"HTTP/1.1 100")  # the server reads the body now
        server.process.send_signal(signal.SIGTERM)
        out, err = server.process.communicate(timeout=PROCESS_TIMEOUT)
    assert server.process.returncode == 130
    assert out == ""
    assert err.strip() == "fastintercom: interrupted"


@pytest.mark.usefixtures("home")
def test_a_port_that_is_taken_is_one_line(call: Callable[..., Result]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = call("mcp", "--http", address)
    assert done.code == 2
    reason = os.strerror(errno.EADDRINUSE)
    assert done.error == f"--http: cannot listen on {address}: {reason}; choose another port"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--http", "0.0.0.0:8765"), "must be a host of this machine"),
        (("--http", "8765"), "such as 127.0.0.1:8765"),
        (("--sync", "0"), "--sync"),
    ],
)
def test_a_bad_option_is_one_line(
    call: Callable[..., Result], arguments: tuple[str, ...], words: str
) -> None:
    done = call("mcp", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert words in done.error


def test_a_missing_package_is_one_line_with_what_installs_it(
    call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in sys.modules if name.partition(".")[0] == "mcp" or name.startswith("tui.mcp")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    done = call("mcp")
    assert done.code == 1
    assert done.error == (
        "the MCP server needs packages that are not installed: pip install 'fastintercom[mcp]'"
    )
