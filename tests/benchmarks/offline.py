"""A workspace without a network, so that only the effects of keys are measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import httpx

from tests.benchmarks.corpus import NOW
from tui.clock import from_epoch
from tui.settings import Secret, Settings
from tui.workspace import Workspace


class NoNetwork(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no network", request=request)


@contextmanager
def offline(database: Path) -> Iterator[Workspace]:
    """A workspace on this database, at the time of `corpus`."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            base_url="http://localhost", database=database, config_path=Path(folder) / "config.toml"
        )
        with Workspace(
            settings,
            clock=lambda: from_epoch(NOW),
            tz=UTC,
            transport=NoNetwork(),
            token=Secret("benchmark"),
        ) as workspace:
            yield workspace
