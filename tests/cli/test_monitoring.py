"""`sync --watch --health` and `--metrics`: what a process that runs for months says of itself."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.conftest import ROOT, TOKEN, Result, options
from tests.cli.test_sync import PATIENCE
from tests.json_schemas import validator
from tests.waiting import until
from tui.cli.exits import CommandError
from tui.cli.metrics import LONGEST_SILENCE, MOST_CLIENTS, MetricsServer
from tui.cli.monitor import BEAT, REASONS, Monitor, Totals, WatchFacts, WatchState
from tui.settings import Secret
from tui.settings.http import ListenAddress
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")

Call = Callable[..., Result]
HTTP_TOKEN = "an-http-token-of-the-tests"
START = datetime(2026, 11, 30, 12, tzinfo=UTC)


@dataclass
class Daemon:
    """A watch in a session of its own, so that SIGHUP reloads its settings."""

    process: subprocess.Popen[str]
    health: Path
    said: Path

    @property
    def facts(self) -> dict[str, Any]:
        """What the health file says now; empty before there is one."""
        is_there = self.health.exists() and self.health.stat().st_size
        return read_health(self.health) if is_there else {}

    @property
    def address(self) -> tuple[str, int]:
        """Where the metrics are."""
        until(lambda: "Metrics are at " in self.said.read_text())
        found = re.search(r"http://(.+):(\d+)/metrics", self.said.read_text())
        assert found is not None
        return found[1], int(found[2])


def read_health(path: Path) -> dict[str, Any]:
    facts = json.loads(path.read_text())
    validator("health").validate(facts)
    assert isinstance(facts, dict)
    return facts


@pytest.fixture
def watch(connected: RunningServer, home: Path) -> Iterator[Callable[..., Daemon]]:
    assert connected.url
    started: list[subprocess.Popen[str]] = []

    def watch_(*arguments: str) -> Daemon:
        said = home / f"said{len(started)}.txt"
        with said.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tui", "sync", "--watch", *arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        return Daemon(process, home / "health.json", said)

    yield watch_
    for process in started:
        process.kill()
        process.wait()


def ask(
    address: tuple[str, int], path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def samples(text: str) -> dict[tuple[str, str], float]:
    """Name and label → value."""
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_process_says_how_it_fares_until_it_is_stopped(watch: Callable[..., Daemon], home: Path) -> None:
    config = home / "config" / "fastintercom"
    (home / "health.json").touch(0o644)
    daemon = watch("3600", "--health", str(home / "health.json"), "--metrics", "127.0.0.1:0")
    until(lambda: daemon.facts.get("state") == "ok")
    facts = daemon.facts
    assert facts["pid"] == daemon.process.pid
    assert (facts["failures"], facts["last_error"]) == (0, None)
    assert facts["last_success"] >= facts["started_at"]
    assert facts["covered_until"] < facts["last_success"], "the last second is never covered"
    assert facts["next_sync"] > facts["last_success"]
    assert 0 < facts["freshness_age_seconds"] < PATIENCE
    assert daemon.health.stat().st_mode & 0o777 == 0o600

    token = (config / "http_token").read_text().strip()
    bearer = {"Authorization": f"Bearer {token}"}
    status, headers, text = ask(daemon.address, "/metrics", **bearer)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    values = samples(text)
    assert values["fastintercom_state", "ok"] == 1
    assert values["fastintercom_syncs_total", "complete"] == 1
    assert values["fastintercom_requests_total", ""] > values["fastintercom_conversations", ""] > 0
    assert values["fastintercom_pending_threads", ""] == 0
    age = values["fastintercom_freshness_age_seconds", ""]
    assert age >= facts["freshness_age_seconds"]
    told = values["fastintercom_last_success_timestamp_seconds", ""]
    assert datetime.fromtimestamp(told, UTC) == datetime.fromisoformat(facts["last_success"])
    assert {reason for name, reason in values if name == "fastintercom_errors_total"} == {*REASONS}
    until(lambda: samples(ask(daemon.address, "/metrics", **bearer)[2])[AGE] > age, pause=0.05)

    # A reload keeps the address, and takes what the token is now.
    address = daemon.address
    (config / "http_token").unlink()
    daemon.process.send_signal(signal.SIGHUP)
    until(lambda: ask(address, "/metrics", **bearer)[0] == 401)
    new = (config / "http_token").read_text().strip()
    assert ask(address, "/metrics", Authorization=f"Bearer {new}")[0] == 200
    until(lambda: daemon.facts["state"] == "ok" and daemon.facts["next_sync"])

    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(PATIENCE) == 130
    assert (daemon.facts["state"], daemon.facts["next_sync"]) == ("stopped", None)
    with pytest.raises(ConnectionError):
        ask(address, "/healthz")
    told_of = [daemon.said.read_text(), text, daemon.health.read_text()]
    told_of += [log.read_text() for log in home.rglob("*.log")]
    assert not any(secret in each for secret in (TOKEN, token, new) for each in told_of)
    assert "Traceback" not in daemon.said.read_text()


AGE = ("fastintercom_freshness_age_seconds", "")


def test_a_killed_process_leaves_a_whole_file_that_grows_old(
    watch: Callable[..., Daemon], home: Path
) -> None:
    daemon = watch("1", "--health", str(home / "health.json"))
    until(lambda: daemon.facts.get("state") == "ok")
    daemon.process.kill()
    daemon.process.wait()
    left = daemon.facts
    assert (left["state"], left["pid"]) == ("ok", daemon.process.pid)
    again = watch("3600", "--health", str(home / "health.json"))
    until(lambda: again.facts["pid"] == again.process.pid and again.facts["last_success"])
    assert again.facts["last_success"] >= left["last_success"], "known from the mirror before the first sync"


def test_a_failing_sync_is_told_and_so_is_its_recovery(
    watch: Callable[..., Daemon], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(options()) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        port = int(server.url.rpartition(":")[2])
        daemon = watch("1", "--health", str(home / "health.json"), "--metrics", "127.0.0.1:0")
        until(lambda: daemon.facts.get("state") == "ok")
        assert ask(daemon.address, "/healthz")[::2] == (200, "ok\n")
        server.world.faults.script(Fault.UNAVAILABLE, path="/me", times=100_000)
        until(lambda: daemon.facts["state"] == "failing")
    until(lambda: f"127.0.0.1:{port} refused the connection" in (daemon.facts["last_error"] or ""))
    failing = daemon.facts
    assert failing["failures"] > 0
    assert failing["last_success"] is not None
    assert ask(daemon.address, "/healthz")[::2] == (503, "failing\n")
    token = (home / "config" / "fastintercom" / "http_token").read_text().strip()
    values = samples(ask(daemon.address, "/metrics", Authorization=f"Bearer {token}")[2])
    assert values["fastintercom_state", "failing"] == 1
    assert values["fastintercom_errors_total", "unreachable"] > 0
    assert values["fastintercom_consecutive_failures", ""] > 0


def test_a_refused_token_is_told_after_the_end(
    call: Call, connected: RunningServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    path = home / "health.json"
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong-token-text")
    assert call("sync", "--watch", "--health", path).code == 4
    facts = read_health(path)
    assert (facts["state"], facts["failures"], facts["next_sync"]) == ("not_authorised", 1, None)
    assert "does not accept the access token" in facts["last_error"]
    assert "wrong-token-text" not in path.read_text()
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    assert call("sync", "--watch", "--health", path).code == 4
    facts = read_health(path)
    assert facts["state"] == "not_authorised"
    assert facts["last_error"].startswith("there is no access token: ")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("config/fastintercom/config.toml", None, "is no health file, and would be replaced; name another"),
        ("other.json", '{"state": "ok"}', "is no health file, and would be replaced; name another file"),
        ("big", "x" * 200_000, "is no health file, and would be replaced; name another file"),
        ("absent/../other.txt", "precious", "is no health file, and would be replaced; name another file"),
        ("other.txt/health.json", "precious", "there is no folder "),
        ("nowhere/health.json", None, "there is no folder "),
    ],
)
def test_a_file_that_is_something_else_stays(
    call: Call, connected: RunningServer, home: Path, name: str, content: str | None, words: str
) -> None:
    assert connected.url
    path = home / name
    if content is not None:
        (home / "other.txt").write_text(content)
        if "/" not in name:
            path.write_text(content)
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    result = call("sync", "--watch", "--health", path)
    assert result.code == 2
    assert words in result.error
    assert result.err.count("\n") == 1
    assert {file: file.read_bytes() for file in before} == before


def test_a_link_is_followed_before_it_is_looked_at(call: Call, connected: RunningServer, home: Path) -> None:
    assert connected.url
    (home / "precious").write_text("precious")
    (home / "link").symlink_to("precious")
    assert call("sync", "--watch", "--health", home / "link").code == 2
    assert (home / "precious").read_text() == "precious"


def test_a_file_that_can_no_longer_be_written_is_told_once_and_the_syncs_go_on(
    watch: Callable[..., Daemon], home: Path
) -> None:
    folder = home / "run"
    folder.mkdir()
    daemon = watch("1", "--health", str(folder / "health.json"))
    daemon.health = folder / "health.json"
    until(lambda: daemon.facts.get("state") == "ok")
    daemon.health.unlink()
    folder.rmdir()
    folder.write_text("a file where the folder was")
    until(lambda: "the syncs go on" in daemon.said.read_text())
    until(lambda: daemon.said.read_text().partition("the syncs go on")[2].count("Synced: ") > 2)
    assert daemon.said.read_text().count("the health file ") == 1
    folder.unlink()
    until(daemon.health.exists)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--health", "x.json"], "--health is of a sync that is repeated: add --watch (see"),
        (["--metrics", "127.0.0.1:9464"], "--metrics is of a sync that is repeated: add --watch (see"),
        (["--watch", "--metrics", "0.0.0.0:9464"], "'--metrics': '0.0.0.0:9464' must be a host of this mach"),
        (["--watch", "--metrics", "9464"], "'--metrics': '9464' must be a host of this machine and a port,"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    call: Call, connected: RunningServer, home: Path, arguments: list[str], words: str
) -> None:
    assert connected.url
    result = call("sync", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.error
    assert not list(home.rglob("*.db"))


def test_a_token_of_another_workspace_ends_the_watch(call: Call, connected: RunningServer) -> None:
    assert call("sync").code == 0
    options = connected.world.options
    connected.world.options = replace(options, workspace="Another")
    try:
        result = call("sync", "--watch")
    finally:
        connected.world.options = options
    assert result.code == 2
    assert "belongs to" in result.err


def test_an_address_in_use_is_one_line(call: Call, connected: RunningServer) -> None:
    assert connected.url
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = call("sync", "--watch", "--metrics", address)
    assert result.code == 2
    assert result.error == (
        f"--metrics: cannot listen on {address} (address already in use); choose another port"
    )


WITHOUT_PACKAGE = """
import sys
sys.modules["prometheus_client"] = None
from tui.cli.main import main
main()
"""


def test_a_missing_package_is_one_line(process: Call, connected: RunningServer) -> None:
    assert connected.url
    result = process("sync", "--watch", "--metrics", "127.0.0.1:0", code=WITHOUT_PACKAGE)
    assert result.code == 2
    assert result.error == "--metrics needs one more package: pip install 'fastintercom[metrics]'"


@pytest.fixture
def metrics() -> Iterator[MetricsServer]:
    with MetricsServer(ListenAddress("127.0.0.1", 0), Secret(HTTP_TOKEN)) as server:
        yield server


def facts(state: WatchState, **changes: Any) -> WatchFacts:
    return WatchFacts(state, started_at=START, at=START, beat=time.monotonic(), **changes)


def where(server: MetricsServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").removesuffix("/metrics").split(":")
    return host, int(port)


@pytest.mark.parametrize(
    ("state", "silent", "status"),
    [
        (WatchState.STARTING, 0.0, 200),
        (WatchState.OK, 0.0, 200),
        (WatchState.OK, LONGEST_SILENCE + 1, 503),
        (WatchState.FAILING, 0.0, 503),
        (WatchState.NOT_AUTHORISED, 0.0, 503),
        (WatchState.STOPPED, 0.0, 503),
    ],
)
def test_health_is_told_without_details_and_without_a_token(
    metrics: MetricsServer, state: WatchState, silent: float, status: int
) -> None:
    assert ask(where(metrics), "/healthz")[0] == 503, "nothing is known yet"
    made = facts(state, last_error="a detail")
    metrics.publish(WatchFacts(state, started_at=START, at=START, beat=made.beat - silent))
    assert ask(where(metrics), "/healthz")[::2] == (status, "ok\n" if status == 200 else "failing\n")


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/metrics", "GET", {}, 401),
        ("/metrics", "GET", {"Authorization": "Bearer wrong"}, 401),
        (f"/metrics?token={HTTP_TOKEN}", "GET", {}, 401),
        ("/metrics", "GET", {"Authorization": f"Bearer {HTTP_TOKEN}", "Host": "evil.example"}, 403),
        ("/healthz", "GET", {"Host": "evil.example:9464"}, 403),
        ("/healthz", "GET", {"Host": "[broken"}, 403),
        ("/healthz", "GET", {"Host": "localhost:1"}, 200),
        ("/healthz", "GET", {"Host": "[::1]:1"}, 200),
        ("/metrics", "POST", {"Authorization": f"Bearer {HTTP_TOKEN}"}, 405),
        ("/metrics", "HEAD", {"Authorization": f"Bearer {HTTP_TOKEN}"}, 405),
        ("/metrics", "<b>", {"Authorization": f"Bearer {HTTP_TOKEN}"}, 501),
        ("/", "GET", {"Authorization": f"Bearer {HTTP_TOKEN}"}, 404),
        ("//evil.example/metrics", "GET", {"Authorization": f"Bearer {HTTP_TOKEN}"}, 404),
    ],
)
def test_nobody_else_learns_anything(
    metrics: MetricsServer, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    metrics.publish(facts(WatchState.OK))
    answered, told, body = ask(where(metrics), path, method, **headers)
    assert answered == status
    assert "fastintercom_" not in body
    assert "Python" not in told["Server"] + body
    assert HTTP_TOKEN not in body


def test_many_silent_clients_take_no_more_than_their_places(metrics: MetricsServer) -> None:
    metrics.publish(facts(WatchState.OK))

    def answers() -> bool:
        try:
            return ask(where(metrics), "/healthz")[0] == 200
        except (ConnectionError, http.client.HTTPException):
            return False

    with ExitStack() as silent:
        for _ in range(MOST_CLIENTS):
            silent.enter_context(socket.create_connection(where(metrics)))
        assert not answers()
    until(answers)


def test_counters_go_on_and_requests_of_the_running_sync_count(metrics: MetricsServer) -> None:
    metrics.publish(facts(WatchState.OK, totals=Totals(7, 2, 1, 3.5), reasons={"busy": 2}))
    values = samples(ask(where(metrics), "/metrics", Authorization=f"Bearer {HTTP_TOKEN}")[2])
    names = ("requests", "retries", "rate_limited", "rate_limit_wait_seconds")
    assert [values[f"fastintercom_{name}_total", ""] for name in names] == [7, 2, 1, 3.5]
    assert values["fastintercom_errors_total", "busy"] == 2
    assert ("fastintercom_next_sync_timestamp_seconds", "") not in values, "not known: no sample"


def test_facts_are_told_twice_a_minute_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[WatchFacts] = []
    now = 1000.0
    monkeypatch.setattr("tui.cli.monitor.time.monotonic", lambda: now)
    with Monitor([told.append], str, lambda: START + timedelta(seconds=now)) as monitor:
        for _ in range(61):
            monitor.tick()
            now += 1
    assert [each.beat for each in told] == [1000.0, 1000.0 + BEAT, 1000.0 + 2 * BEAT, 1061.0]
    assert [each.state for each in told] == [WatchState.STARTING] * 3 + [WatchState.STOPPED]


def test_an_error_that_ends_the_watch_is_told_without_secrets() -> None:
    told: list[WatchFacts] = []
    secret = Secret(HTTP_TOKEN)
    with pytest.raises(CommandError), Monitor([told.append], secret.hide_in):
        raise CommandError(f"it broke at\n{HTTP_TOKEN}")
    assert (told[-1].state, told[-1].last_error) == (WatchState.STOPPED, "it broke at •••")
