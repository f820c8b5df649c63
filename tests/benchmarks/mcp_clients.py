"""How long clients of the MCP server wait for a search while a dashboard is open and a first sync runs.

Run `python -m tests.benchmarks.mcp_clients [--corpus FILE] [--conversations N] [--clients N]`.
The requests are made without the SDK's client, whose checks of each answer take longer than the search.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pty
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests.benchmarks.corpus import invented_briefly, real, replicated, stamp
from tests.benchmarks.large_store import write_store
from tests.benchmarks.measures import p95
from tests.benchmarks.offline import offline
from tests.benchmarks.server import ROOT, TOKEN, simulator
from tests.benchmarks.store_reads import make_queries
from tests.mcp.test_clients import PLAIN_HTTP
from tui.store.database import Database
from tui.store.models import Setting

WANTED = 0.050
"""Seconds that the p95 of a search should be within."""
LIMIT = 20
SYNCED_BESIDE = 50_000
"""Conversations of the sync that runs: more than it can fetch while it is measured."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--conversations", type=int, default=65_540)
    arguments.add_argument("--clients", type=int, default=20)
    arguments.add_argument("--pause", type=float, default=1.0, help="seconds a client thinks, on average")
    arguments.add_argument("--seconds", type=float, default=20.0)
    arguments.add_argument(
        "--database", type=Path, help="keep the mirror here and use a copy of it if it exists"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = chosen.database or folder / "kept.db"
        if not kept.exists():
            records = real(chosen.corpus) if chosen.corpus else invented_briefly()
            write_store(kept, replicated(records, chosen.conversations))
        shutil.copyfile(kept, folder / "mirror.db")
        _forget_workspace(folder / "mirror.db")
        with offline(folder / "mirror.db") as workspace:
            made = make_queries(workspace)
            queries = [made.word() for _ in range(2_000)]
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"{chosen.conversations:,} conversations, searches for one word, newest {LIMIT}")
        with simulator(conversations=SYNCED_BESIDE, rate_limit=1667, latency_ms=20) as url:
            environment = _environment(folder, url)
            with _server(environment) as server:
                _measure("one client, nothing beside", server, queries, 1, 0, chosen.seconds)
                with ExitStack() as beside:
                    beside.enter_context(_dashboard(environment))
                    syncing = beside.enter_context(_sync(environment))
                    for clients, pause in ((1, 0.0), (chosen.clients, chosen.pause), (chosen.clients, 0.0)):
                        words = f"{clients} clients beside both, pause {pause:g} s"
                        _measure(words, server, queries, clients, pause, chosen.seconds)
                    print(f"the sync {'still runs' if syncing.poll() is None else 'has ended'}")
        log = folder / "fastintercom.log"
        locked = log.read_text().count("locked") if log.exists() else 0
        print(f"lines of the log about locks: {locked}; load {os.getloadavg()[0]:.1f}")


def _forget_workspace(path: Path) -> None:
    """Let the workspace of the simulator be synced into a mirror that was written without one."""
    with closing(Database(path)) as database, database.transaction():
        database.run(Setting.delete().where(Setting.key == "app"))


def _environment(folder: Path, url: str) -> dict[str, str]:
    (folder / "config.toml").write_text(
        f'history = "400d"\nsettle = 2\nlog_path = "{folder}/fastintercom.log"\n'
    )
    return {
        **os.environ,
        "FASTINTERCOM_CONFIG": str(folder / "config.toml"),
        "FASTINTERCOM_DATABASE": str(folder / "mirror.db"),
        "FASTINTERCOM_BASE_URL": url,
        "INTERCOM_ACCESS_TOKEN": TOKEN,
    }


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    token: str
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time that it has taken."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[Server]:
    command = [sys.executable, "-m", "tui", "mcp", "--http", "127.0.0.1:0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    with process, _ended(process):
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"Serving at (\S+); the token is in (\S+)\.", line)
        if found is None:
            raise RuntimeError(f"the server did not start: {line}")
        yield Server(found[1], Path(found[2]).read_text().strip(), process.pid)


@contextmanager
def _sync(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tui", "sync", "--watch", "-q"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, text=True)
    with _ended(process):
        yield process


@contextmanager
def _dashboard(environment: dict[str, str]) -> Iterator[None]:
    """A dashboard in a terminal of its own, which shows the newest conversations as they come in."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tui"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, text=True
    )
    os.close(theirs)

    def read() -> None:
        try:
            while os.read(ours, 65_536):
                pass
        except OSError:  # the program has ended
            return

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    with _ended(process):
        yield
    reading.join(5)
    os.close(ours)


def _measure(
    words: str, server: Server, queries: list[str], clients: int, pause: float, seconds: float
) -> None:
    worked = server.cpu()
    times, errors = asyncio.run(_ask(server, queries, clients, pause, seconds))
    worked = (server.cpu() - worked) / len(times)
    figures = "".join(map(stamp, (statistics.median(times), p95(times), max(times))))
    verdict = "within" if p95(times) <= WANTED else "◀ over"
    rate = f"{len(times):,} searches, {len(times) / seconds:.0f}/s, {worked * 1000:.1f} ms CPU each"
    print(
        f"{words:40}{figures}   p95 {verdict} {WANTED * 1000:.0f} ms; {rate}, {errors} errors",
        flush=True,
    )


async def _ask(
    server: Server, queries: list[str], clients: int, pause: float, seconds: float
) -> tuple[list[float], int]:
    """The seconds of each search, and how many were no answer."""
    times = list[float]()
    errors = 0
    until = time.monotonic() + seconds

    async def client(number: int) -> None:
        nonlocal errors
        drawn = random.Random(number)
        headers = {
            "Authorization": f"Bearer {server.token}",
            "Accept": "application/json, text/event-stream",
        }
        async with httpx.AsyncClient(headers=headers, verify=PLAIN_HTTP, timeout=60) as http:
            await asyncio.sleep(drawn.random() * pause)
            while time.monotonic() < until:
                began = time.perf_counter()
                is_answer = await _search(http, server.address, drawn.choice(queries))
                times.append(time.perf_counter() - began)
                errors += not is_answer
                await asyncio.sleep(drawn.random() * 2 * pause)

    await asyncio.gather(*(client(number) for number in range(clients)))
    return times, errors


async def _search(http: httpx.AsyncClient, address: str, query: str) -> bool:
    arguments = {"query": query, "limit": LIMIT}
    call = {"name": "search_conversations", "arguments": arguments}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    answer = await http.post(address, json=request)
    for line in answer.text.splitlines():
        if line.startswith("data: {"):
            return not json.loads(line.removeprefix("data: "))["result"]["isError"]
    return False


if __name__ == "__main__":
    main()
