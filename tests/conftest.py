"""What every test folder shares: a server to sync from and a workspace to sync into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.clock import Clock, system_clock
from tui.settings import Secret, Settings
from tui.workspace import Workspace

TOKEN = "test-token"


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
