"""`sync`: its answers, its exit codes, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.conftest import TOKEN, Result, options
from tests.waiting import until
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running

Call = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 30.0
"""Seconds that a condition may take on a busy machine."""


def test_a_sync_tells_what_it_did(call: Call, connected: RunningServer) -> None:
    first = call("sync", "--json")
    assert first.code == 0, first.err
    answer = first.json
    assert list(answer) == [
        "schema_version",
        "outcome",
        "conversations",
        "requests",
        "rate_limited",
        "retries",
        "duration_seconds",
        "coverage",
        "problems",
        "notices",
        "error",
    ]
    assert (answer["schema_version"], answer["outcome"], answer["error"]) == (1, "complete", None)
    assert (answer["problems"], answer["notices"]) == ([], [])
    assert answer["conversations"]["new"] == len(connected.world.truth())
    assert answer["requests"] >= len(connected.world.truth())
    assert [set(span) for span in answer["coverage"]] == [{"start", "end"}]
    assert answer["coverage"][0]["end"].endswith("Z")
    assert "🟢 Fresh" in first.err
    second = call("sync")
    assert second.code == 0
    assert second.out == ""
    assert "Synced: nothing new in" in second.err
    quiet = call("sync", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


@pytest.fixture
def own_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """One whose answers the test may spoil."""
    assert home.exists()
    monkeypatch.setattr("tui.sync.scheduler.RETRY_AFTER", 0.02)
    with running(options(conversations=100)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        yield server


def test_conversations_that_cannot_be_read_are_named(
    call: Call, own_server: RunningServer, home: Path
) -> None:
    denied = sorted(own_server.world.truth())[-4:]
    own_server.world.wrong.miss(denied)
    result = call("sync", "-v", "--json")
    assert result.code == 1
    problems = result.json["problems"]
    assert sorted(each["id"] for each in problems) == [str(i) for i in denied]
    assert all("404" in each["problem"] for each in problems)
    assert result.error.startswith("4 conversations could not be read: ")
    assert f"{problems[0]['id']} ({problems[0]['problem']}), and 3 more" in result.error
    lines = result.err.splitlines()
    for each in problems:
        assert f"Conversation {each['id']} could not be read: {each['problem']}" in lines
    log = next(home.rglob("fastintercom.log"))
    for each in problems:
        assert log.read_text().count(f"conversation {each['id']} cannot be read: {each['problem']}") == 1

    status = call("status", "--json").json
    assert status["problem_count"] == 4
    assert sorted(each["id"] for each in status["problems"]) == [str(i) for i in denied]
    first = status["problems"][0]
    said = call("status").out
    assert f"Unreadable:    4 conversations: {first['id']} ({first['problem']}); " in said
    assert "; and 1 more\n" in said

    own_server.world.heal()
    assert call("sync", "--json").json["problems"] == []
    assert "Unreadable:    none\n" in call("status").out


def test_a_known_problem_that_is_not_due_is_reported_but_not_logged_again(
    call: Call, own_server: RunningServer, home: Path
) -> None:
    (denied,) = sorted(own_server.world.truth())[-1:]
    own_server.world.wrong.miss([denied])
    for _ in range(4):
        result = call("sync", "--json")
        assert result.json["problems"][0]["id"] == str(denied)
        assert "Conversation " not in result.err, "one by one only with -v"
    log = next(home.rglob("fastintercom.log")).read_text()
    assert log.count(f"conversation {denied} cannot be read: ") == 2, "the third try waits"


def test_a_refused_list_is_told_once(call: Call, own_server: RunningServer,
                                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("tui.sync.housekeeping.DIRECTORY_AGE", 0)
    own_server.world.faults.script(Fault.FORBIDDEN, path="/teams", times=100)
    words = "Intercom refuses the list of teams to this token or plan: their names are not shown"
    first = call("sync", "--json")
    assert (first.code, first.json["notices"]) == (0, [words])
    assert first.err.splitlines().count(f"{words}.") == 1
    second = call("sync", "--json")
    assert (second.code, second.json["notices"]) == (0, [])
    assert words not in second.err


def test_since_widens_what_is_synced(call: Call, connected: RunningServer) -> None:
    assert connected.url
    assert call("sync", "--since", "2h").code == 0
    recent = call("status", "--json").json["total_conversations"]
    assert call("sync", "--since", "40d", "--json").json["conversations"]["new"] > 0
    assert call("status", "--json").json["total_conversations"] > recent


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2024-02-30", "2024-02-30"), ("soon", "--since: "), ("2999-01-01", "is in the future")],
)
def test_impossible_dates_are_usage_errors(
    call: Call, connected: RunningServer, since: str, expected: str
) -> None:
    assert connected.url
    result = call("sync", "--since", since)
    assert result.code == 2
    assert expected in result.error


def test_without_a_token_nothing_is_tried(call: Call, home: Path) -> None:
    result = call("sync")
    assert result.code == 4
    assert "there is no access token: set INTERCOM_ACCESS_TOKEN" in result.error
    assert not list(home.rglob("*.db"))


def test_a_token_file_that_others_can_read_is_refused(call: Call, home: Path) -> None:
    path = home / "config" / "fastintercom" / "token"
    path.write_text(TOKEN)
    path.chmod(0o644)
    result = call("sync")
    assert result.code == 4
    assert result.error == f"{path} can be read by others; run: chmod 600 {path}"


def test_a_wrong_token_is_not_authorised(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong-token-text")
    result = call("sync", "--json")
    assert result.code == 4
    assert (result.json["outcome"], result.json["conversations"]["new"]) == ("failed", 0)
    assert result.json["error"] == result.error
    assert "token" in result.error
    assert "wrong-token-text" not in result.err + result.out


class Answers(BaseHTTPRequestHandler):
    """Answers everything with `status`, as HTML or as Intercom's error envelope."""

    status = 200
    body = b"<html><body>Please log in to the hotel's network</body></html>"
    kind = "text/html"

    def answer(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = answer  # noqa: N815 - names that http.server looks for
    do_POST = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class Forbids(Answers):
    status = 403
    kind = "application/json"
    body = b'{"type":"error.list","errors":[{"code":"forbidden","message":"Access forbidden"}]}'


@contextmanager
def answering(handler: type[Answers]) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("handler", "code"), [(Answers, 1), (Forbids, 4)])
def test_html_and_missing_permission_are_told(
    call: Call,
    connected: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    handler: type[Answers],
    code: int,
) -> None:
    assert connected.url
    with answering(handler) as url:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", url)
        result = call("sync")
    assert result.code == code
    assert ("a web page came back" if handler is Answers else "403") in result.error


@contextmanager
def nobody_listens() -> Iterator[int]:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def test_a_network_that_is_away_means_later(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    with nobody_listens() as port:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", f"http://127.0.0.1:{port}")
        refused = call("sync")
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", "https://intercom.invalid")
    unknown = call("sync")
    assert (refused.code, unknown.code) == (75, 75)
    assert "intercom.invalid" in unknown.error
    assert refused.error != unknown.error


def test_a_server_without_tls_means_later(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", connected.url.replace("http:", "https:"))
    result = call("sync")
    assert result.code == 75
    assert "TLS" in result.error


class Requests(deque[tuple[str, str, int]]):
    """What a server was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.thread_asked_for = threading.Event()

    def append(self, request: tuple[str, str, int]) -> None:
        super().append(request)
        if request[1].startswith("/conversations/2"):
            self.thread_asked_for.set()


@pytest.fixture
def slow(connected: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Requests]:
    """A server on which a sync takes so long that one can come in between, and what it is asked for."""
    assert connected.url
    with running(options(conversations=400, rate_limit=100, latency_ms=20)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        server.world.requests = requests = Requests()
        yield requests


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_sync_says_so_and_keeps_what_it_has(
    start: Start, call: Call, slow: Requests, number: int
) -> None:
    child = start("sync", "--json")
    assert slow.thread_asked_for.wait(PATIENCE), list(slow)[-5:]
    child.send_signal(number)
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130, err
    assert json.loads(out)["error"] == "interrupted"
    assert "Traceback" not in err
    assert err.count("fastintercom: ") == 1
    status = call("status", "--json").json
    assert status["lease_owner"] is None
    assert status["total_conversations"] > 0


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
def test_a_second_sync_says_who_is_first(start: Start, call: Call, slow: Requests) -> None:
    child = start("sync", "--quiet")
    assert slow.thread_asked_for.wait(PATIENCE), list(slow)[-5:]
    result = call("sync")
    assert result.code == 75
    assert "another fastintercom is syncing" in result.error
    assert f"process {child.pid} on " in result.error
    status = call("status", "--json").json
    assert status["sync_in_progress"] is True
    assert str(child.pid) in status["lease_owner"]
    assert f"process {child.pid}" in call("status").out
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE) == 130


def read_until(stream: IO[str], word: str) -> str:
    """The lines up to the one that holds `word`."""
    lines = ""
    for line in stream:
        lines += line
        if word in line:
            return lines
    raise AssertionError(f"{word!r} never came; there was {lines!r}")


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
def test_watching_goes_on_through_a_lost_network_until_stopped(
    start: Start, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    with running(options()) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        child = start("sync", "--watch", "1", "--json")
        assert child.stdout is not None
        assert child.stderr is not None
        first = json.loads(child.stdout.readline())
        assert (first["outcome"], first["conversations"]["new"] > 0) == ("complete", True)
        server.world.reply(next(iter(server.world.truth())))
        outcomes: list[dict[str, Any]] = []
        while sum(run["conversations"]["updated"] for run in outcomes) == 0:
            outcomes.append(json.loads(child.stdout.readline()))
            assert len(outcomes) < 30
    read_until(child.stderr, "Trying again in 1 s.")
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[0] if out else "{}").get("outcome", "failed") == "failed"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file cannot be deleted")
@pytest.mark.parametrize("what", ["fastintercom.db", "fastintercom.db*"])
def test_watching_mirrors_anew_when_the_database_was_deleted(
    start: Start, call: Call, connected: RunningServer, home: Path, what: str
) -> None:
    child = start("sync", "--watch", "1", "--json")
    assert child.stdout is not None
    first = json.loads(child.stdout.readline())
    assert first["conversations"]["new"] == len(connected.world.truth())
    for file in (home / "data" / "fastintercom").glob(what):
        file.unlink()
    again = json.loads(child.stdout.readline())
    while again["conversations"]["new"] == 0:
        again = json.loads(child.stdout.readline())
    assert (again["outcome"], again["conversations"]["new"]) == ("complete", first["conversations"]["new"])
    assert call("status", "--json").json["total_conversations"] == first["conversations"]["new"]
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=PATIENCE)
    log = next(home.rglob("fastintercom.log")).read_text()
    assert log.count("was deleted or replaced; what is there now is used instead") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
def test_a_suspended_sync_keeps_its_lease_and_goes_on(start: Start, call: Call, slow: Requests) -> None:
    child = start("sync", "--quiet")
    assert slow.thread_asked_for.wait(PATIENCE), list(slow)[-5:]
    child.send_signal(signal.SIGSTOP)
    result = call("sync")
    assert result.code == 75
    assert f"process {child.pid} on " in result.error
    left = call("status", "--json").json["pending_threads"]
    child.send_signal(signal.SIGCONT)
    until(lambda: call("status", "--json").json["pending_threads"] < left)
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE) == 130


def test_watching_ends_when_the_token_is_refused(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong")
    assert call("sync", "--watch").code == 4


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
from tui.cli.main import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="stands in for a full disk by a limit on file sizes")
def test_a_full_disk_is_told(process: Call, connected: RunningServer) -> None:
    assert connected.url
    result = process("sync", "--json", code=LIMITED)
    assert result.code == 1
    assert "Traceback" not in result.err
    assert "cannot write to " in result.error
    assert result.json["outcome"] == "failed"
