"""`fastintercom sync --watch`: syncing again and again, for months."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode
from tui.cli.hangup import ReloadRequest, on_hangup
from tui.cli.health import HealthFile
from tui.cli.monitor import Monitor, Outlet
from tui.cli.options import Invocation
from tui.cli.output import in_one_line, print_message
from tui.cli.sync_once import start_of, sync_once
from tui.formatting import duration
from tui.settings import Secret, Settings, SettingsError
from tui.settings.http import ListenAddress, http_token, http_token_path
from tui.store.errors import StoreError
from tui.sync.events import Reason
from tui.sync.failures import retry_delay
from tui.uptime import uptime

if TYPE_CHECKING:
    from tui.cli.metrics import MetricsServer
    from tui.workspace import Workspace

STEP = 1.0
"""Seconds between two looks at the clock while nothing is to be done."""
KEPT = "the settings were not reloaded, those of before stay"

logger = logging.getLogger(__name__)
Chosen = tuple[Settings, Secret | None]


class Watch:
    """A sync that is repeated every `seconds`, with other settings after each reload."""

    def __init__(self, invocation: Invocation, since: str | None, seconds: int, as_json: bool) -> None:
        self._invocation = invocation
        self._since = since
        self._seconds = seconds
        self._as_json = as_json
        self._metrics: MetricsServer | None = None

    def run(self, health: Path | None, metrics: ListenAddress | None) -> ExitCode:
        """Sync until interrupted, or until the token is refused."""
        settings = self._invocation.settings()
        outlets: list[Outlet] = []
        with ExitStack() as opened:
            if metrics is not None:
                outlets.append(self._serve(metrics, settings, opened))
            if health is not None:
                outlets.append(HealthFile(health, self._invocation).write)
            request = opened.enter_context(on_hangup())
            monitor = opened.enter_context(Monitor(outlets, self._invocation.redact))
            return self._repeat((settings, self._invocation.require_token(settings)), request, monitor)

    def _serve(self, address: ListenAddress, settings: Settings, opened: ExitStack) -> Outlet:
        from tui.cli.metrics import MetricsServer

        token = http_token(settings)
        self._invocation.secrets.append(token)
        self._metrics = opened.enter_context(MetricsServer(address, token))
        path = in_one_line(http_token_path(settings))
        self._invocation.info(f"Metrics are at {self._metrics.url}, with the token in {path}.")
        return self._metrics.publish

    def _repeat(self, chosen: Chosen, request: ReloadRequest, monitor: Monitor) -> ExitCode:
        fallback: Chosen | None = None
        while True:
            settings, token = chosen
            with ExitStack() as opened:
                try:
                    workspace = opened.enter_context(self._invocation.workspace(token, settings=settings))
                except StoreError as error:
                    if fallback is None:
                        raise
                    print_message(f"fastintercom: {KEPT}: {error}")
                    chosen, fallback = fallback, None
                    continue
                monitor.opened(workspace)
                opened.callback(monitor.closing)
                code = self._watch(workspace, request, monitor)
                if code is not None:
                    return code
                chosen, fallback = self._reload(chosen), chosen

    def _watch(self, workspace: Workspace, request: ReloadRequest, monitor: Monitor) -> ExitCode | None:
        """Sync until interrupted, until it cannot work (a token that is refused, or of another workspace), or
        (None) until a reload is requested."""
        start: datetime | None = start_of(self._invocation, workspace, self._since)
        failures = 0
        while not request.take():
            monitor.syncing()
            result = sync_once(self._invocation, workspace, start, self._as_json, monitor.tick)
            is_hopeless = result.reason == Reason.WRONG_WORKSPACE.value
            if is_hopeless or result.code in {ExitCode.INTERRUPTED, ExitCode.NOT_AUTHORISED}:
                monitor.synced(result, None)
                return result.code
            if result.code is ExitCode.OK:
                start, failures, delay = None, 0, float(self._seconds)  # from now on, only what is new
            else:
                delay = retry_delay(failures, self._seconds)
                failures += 1
                self._invocation.info(f"Trying again in {duration(delay)}.")
            monitor.synced(result, delay)
            pause(delay, request, monitor)
        return None

    def _reload(self, chosen: Chosen) -> Chosen:
        """The settings and the tokens as they are now; those of before, and a message, on an error."""
        try:
            settings = self._invocation.settings()
            reloaded = settings, self._invocation.require_token(settings)
            if self._metrics is not None:
                self._metrics.token = http_token(settings)
                self._invocation.secrets.append(self._metrics.token)
        except (SettingsError, CommandError) as error:
            logger.warning("%s: %s", KEPT, error)
            print_message(f"fastintercom: {KEPT}: {error}")
            return chosen
        logger.info("the settings were reloaded")
        self._invocation.info("The settings were reloaded.")
        return reloaded


def pause(seconds: float, request: ReloadRequest, monitor: Monitor) -> None:
    """Wait so long, the time that the machine is suspended included, or until a reload is requested.

    In steps: no single wait notices that the machine was suspended, or that a signal came.
    """
    due = uptime() + seconds
    while not request.made and (left := due - uptime()) > 0:
        time.sleep(min(left, STEP))
        monitor.tick()
