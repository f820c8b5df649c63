from __future__ import annotations

import pytest


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is in this process: it recovers when the test says so, not after a while."""
    monkeypatch.setattr("tui.sync.scheduler.RETRY_AFTER", 0.02)
    monkeypatch.setattr("tui.sync.scheduler.TICK", 0.01)
