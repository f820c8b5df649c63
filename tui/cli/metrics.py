"""The metrics of `sync --watch --metrics`, served over HTTP in Prometheus' text format.

`/metrics` asks for the bearer token, `/healthz` says in one word whether all is well. A request never touches
the database: what is served are the newest `WatchFacts`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tui.cli.exits import CommandError, ExitCode
from tui.cli.monitor import WatchFacts, WatchState
from tui.settings import Secret, is_loopback
from tui.settings.http import ListenAddress, is_authorised
from tui.versions import PROGRAM, version_of

try:
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
    from prometheus_client.registry import Collector
except ImportError:
    raise CommandError(
        "--metrics needs one more package: pip install 'fastintercom[metrics]'", ExitCode.USAGE
    ) from None

if TYPE_CHECKING:
    from prometheus_client import Metric

PATIENCE = 5.0
"""Seconds that a client may take for each line of its request."""
MOST_CLIENTS = 16
"""At once; others are turned away, so that nobody takes the files that a sync needs."""
LONGEST_SILENCE = 180.0
"""Seconds without new facts after which the watch does not work any more."""
WELL = {WatchState.STARTING, WatchState.OK}

logger = logging.getLogger(__name__)


class MetricsServer:
    """Serves from a thread of its own, from when it is made until the end of its block.

    `token` may be replaced at any time. Raises `CommandError` for an address that is in use.
    """

    def __init__(self, address: ListenAddress, token: Secret) -> None:
        self.token = token
        self._facts: WatchFacts | None = None
        self._registry = CollectorRegistry()
        self._registry.register(_Facts(self))
        ProcessCollector(registry=self._registry)
        try:
            self._server = (_ServerV6 if ":" in address.host else _Server)(address, self)
        except OSError as error:
            words = (error.strerror or str(error)).lower()
            raise CommandError(
                f"--metrics: cannot listen on {address} ({words}); choose another port", ExitCode.USAGE
            ) from None
        self.url = f"http://{ListenAddress(address.host, self._server.server_address[1])}/metrics"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="fastintercom-metrics", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, facts: WatchFacts) -> None:
        """Serve these from now on."""
        self._facts = facts

    @property
    def facts(self) -> WatchFacts | None:
        """None before the first were published."""
        return self._facts

    @property
    def is_well(self) -> bool:
        """Whether the last sync, if any, worked, and the watch still does."""
        facts = self._facts
        return facts is not None and facts.state in WELL and time.monotonic() - facts.beat < LONGEST_SILENCE

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Facts(Collector):
    """The newest facts of a server, as metrics."""

    def __init__(self, server: MetricsServer) -> None:
        self._server = server

    def describe(self) -> Iterator[Metric]:
        """Nothing: the names are known once there are facts."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "fastintercom_build",
            "The version of the program.",
            {"version": version_of(PROGRAM), "python": platform.python_version()},
        )
        if (facts := self._server.facts) is None:
            return
        yield _by_label(
            "fastintercom_state",
            "Whether the repeated sync is in this state (1) or not (0).",
            "state",
            {state.value: float(state is facts.state) for state in WatchState},
        )
        yield _gauge("fastintercom_consecutive_failures", "Syncs in a row that failed.", facts.failures)
        yield _gauge(
            "fastintercom_next_sync_timestamp_seconds", "When the next sync begins.", _epoch(facts.next_sync)
        )
        yield from _counters(facts)
        yield from _mirror(facts)


def _counters(facts: WatchFacts) -> Iterator[Metric]:
    totals = facts.totals
    for name, text, value in (
        ("requests", "Requests to Intercom, those of the running sync included.", totals.requests),
        ("retries", "Requests to Intercom that were tried again.", totals.retries),
        ("rate_limited", "Answers with status 429.", totals.rate_limited),
        ("rate_limit_wait_seconds", "Seconds in which the rate limit held requests back.", totals.held),
    ):
        yield CounterMetricFamily(f"fastintercom_{name}", text, value)
    for name, text, label, values in (
        ("syncs", "Syncs that ended.", "outcome", facts.outcomes),
        ("errors", "Syncs that failed or are incomplete.", "reason", facts.reasons),
    ):
        family = CounterMetricFamily(f"fastintercom_{name}", text, labels=[label])
        for key, value in (values or {}).items():
            family.add_metric([key], value)
        yield family


def _mirror(facts: WatchFacts) -> Iterator[Metric]:
    mirror = facts.mirror
    if mirror is None:
        return
    for name, text, value in (
        (
            "last_success_timestamp_seconds",
            "When the newest sync that read everything ended, of whatever process.",
            _epoch(mirror.last_success),
        ),
        (
            "covered_until_timestamp_seconds",
            "Until when everything is mirrored, gaps further back aside.",
            _epoch(mirror.covered_until),
        ),
        ("freshness_age_seconds", "How long ago that is.", mirror.age),
        ("conversations", "Conversations in the mirror.", mirror.conversations),
        ("pending_threads", "Threads that are still to be fetched.", mirror.pending_threads),
        ("unreadable_conversations", "Conversations that cannot be read at present.", mirror.unreadable),
    ):
        yield _gauge(f"fastintercom_{name}", text, value)
    yield _by_label(
        "fastintercom_outbox_changes",
        "Changes of conversations that are not done.",
        "state",
        {
            "waiting": mirror.outbox_waiting,
            "held": mirror.outbox_held,
            "failed": mirror.outbox_failed,
        },
    )


def _gauge(name: str, text: str, value: float | None) -> Metric:
    """Without a sample while the value is not known."""
    family = GaugeMetricFamily(name, text)
    if value is not None:
        family.add_metric([], value)
    return family


def _by_label(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _epoch(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


class _Server(ThreadingTCPServer):
    """One short-lived thread a request."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs use one port

    def __init__(self, address: ListenAddress, owner: MetricsServer) -> None:
        self.owner = owner
        self._places = threading.BoundedSemaphore(MOST_CLIENTS)
        super().__init__((address.host, address.port), _Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return self._places.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing; whatever else it is, the next request may work."""
        logger.debug("a request for metrics was not answered: %r", sys.exc_info()[1])


class _ServerV6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE

    def do_GET(self) -> None:
        owner, path = self.server.owner, self.path.partition("?")[0]
        if not _is_this_machine(self.headers.get("Host", "")):
            self._answer(HTTPStatus.FORBIDDEN, "this address is for programs of this machine")
        elif path == "/healthz":
            is_well = owner.is_well
            self._answer(
                HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE, "ok" if is_well else "failing"
            )
        elif path != "/metrics":
            self._answer(HTTPStatus.NOT_FOUND, "there are /metrics and /healthz")
        elif not is_authorised(self.headers.get("Authorization", ""), owner.token):
            self._answer(HTTPStatus.UNAUTHORIZED, "send the token: Authorization: Bearer …")
        else:
            self._send(HTTPStatus.OK, owner.text(), CONTENT_TYPE_LATEST)

    def _refuse(self) -> None:
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, "only GET is answered")

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse  # noqa: N815 - http.server's names

    def _answer(self, status: HTTPStatus, words: str) -> None:
        self._send(status, f"{words}\n".encode(), "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    def version_string(self) -> str:
        """Without the version of Python, for those without the token."""
        return PROGRAM

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing: a line a scrape, and what a client sent could be anything."""


def _is_this_machine(host: str) -> bool:
    """Whether a Host header names this machine: a web page that had its name resolved to it does not."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback(name)
