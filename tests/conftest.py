"""What every test folder shares: a server to sync from and a workspace to sync into."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tui.clock import Clock, system_clock
from tui.settings import Secret, Settings
from tui.workspace import Workspace

TOKEN = "test-token"


settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a quarter of the time is spent waiting for servers and processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through thousands of tests and modules again and again.

    It took a fifth of the time of the dashboard's tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def _without_the_terminals_size() -> Iterator[None]:
    """Without the size of the terminal, which readline puts into the environment of the workers."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("COLUMNS", "LINES"):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture
def open_workspace(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Opens workspaces on a server's address; all are closed at the end."""
    opened: list[Workspace] = []

    def open_(
        url: str,
        *,
        database: Path | None = None,
        token: str = TOKEN,
        clock: Clock = system_clock,
        **changes: Any,
    ) -> Workspace:
        values: dict[str, Any] = {"settle": 2, "overlap": 30, "history": "120d"} | changes
        settings = Settings(
            base_url=url,
            database=database or tmp_path / "mirror.db",
            config_path=tmp_path / "config.toml",
            log_path=tmp_path / "fastintercom.log",
            **values,
        )
        workspace = Workspace(settings, clock=clock, token=Secret(token))
        opened.append(workspace)
        return workspace

    yield open_
    for workspace in opened:
        workspace.close()
