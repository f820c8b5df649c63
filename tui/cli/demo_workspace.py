"""The embedded workspace of `--demo` and `demo`: the simulator inside this process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tui.cli.exits import CommandError
from tui.settings import Secret, Settings
from tui.workspace import Workspace

SETTLE = 2
"""Seconds. The embedded server's search lags less than a real one's, so the demo can be fresh sooner."""
SEARCH_LAG = 1.0
TOKEN = "demo"  # noqa: S105 - not a secret: the server is inside this process
EXTRA = {"starlette", "uvicorn", "anyio"}


def simulator_module(name: str) -> Any:
    """Import a module of the simulator. Raises `CommandError` when its packages are not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        hint = "pip install 'fastintercom[demo]'"
        raise CommandError(f"the demo needs packages that are not installed: {hint}") from None


@contextmanager
def demo_workspace(settings: Settings, *, lifelike: bool) -> Iterator[Workspace]:
    """A workspace on an invented, living Intercom, in a database that goes away at the end.

    The world is made anew by every process, so a database that outlived it would be about another one; the
    same conversations have the same ids each time. Where it is not `lifelike`, the server answers at once
    and without a rate limit, so that a command has something to read soon.
    """
    simulator = simulator_module("tui.simulator")
    options = simulator.SimulatorOptions(token=TOKEN, search_lag=SEARCH_LAG)
    if not lifelike:
        options = replace(options, latency_ms=0, rate_limit=1_000_000)
    app = simulator.create_app(options)
    with tempfile.TemporaryDirectory(prefix="fastintercom-demo-", ignore_cleanup_errors=True) as folder:
        demo = msgspec.structs.replace(
            settings,
            base_url="http://localhost",
            database=Path(folder) / "demo.db",
            settle=min(SETTLE, settings.tolerance - 1),
            token=Secret(TOKEN),
        )
        with Workspace(demo, transport=httpx.ASGITransport(app=app), token=demo.token) as workspace:
            yield workspace
