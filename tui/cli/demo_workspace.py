"""The workspace of `--demo` and `demo`: a simulated Intercom inside this process."""

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
"""Seconds. The simulated search lags less than Intercom's, so the demo can be fresh sooner."""
SEARCH_LAG = 1.0
"""Seconds until a change appears in the simulated search."""
TOKEN = "demo"  # noqa: S105 - not a secret: the server is inside this process
EXTRA_PACKAGES = {"starlette", "uvicorn", "anyio"}


def simulator_module(name: str) -> Any:
    """Import a module of the simulator. Raises `CommandError` if its packages are not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA_PACKAGES:
            raise
        hint = "pip install 'fastintercom[demo]'"
        raise CommandError(f"the demo needs packages that are not installed: {hint}") from None


@contextmanager
def demo_workspace(settings: Settings, *, realistic: bool) -> Iterator[Workspace]:
    """A workspace of a simulated Intercom, in a database that is deleted at the end.

    Every process creates the same conversations anew, with the same ids, and then changes them in its own
    way; a database that was kept would not match the next one. Unless it is to be `realistic`, the simulator
    answers at once and without a rate limit, so that a command has data soon.
    """
    simulator = simulator_module("tui.simulator")
    options = simulator.SimulatorOptions(token=TOKEN, search_lag=SEARCH_LAG)
    if not realistic:
        options = replace(options, latency_ms=0, rate_limit=1_000_000)
    app = simulator.create_app(options)
    with tempfile.TemporaryDirectory(prefix="fastintercom-demo-", ignore_cleanup_errors=True) as folder:
        demo = msgspec.structs.replace(
            settings,
            base_url="http://localhost",
            base_url_sources=(),
            database=Path(folder) / "demo.db",
            settle=min(SETTLE, settings.tolerance - 1),
            token=Secret(TOKEN),
            writes=True,  # nothing there is real; who agrees to it in the demo agrees to nothing else
        )
        with Workspace(demo, transport=httpx.ASGITransport(app=app), token=demo.token) as workspace:
            yield workspace
