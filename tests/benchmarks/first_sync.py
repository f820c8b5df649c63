"""A workspace before its first sync with a simulator, with the command line options of the benchmarks."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.server import TOKEN, simulator
from tui.settings import Secret, Settings
from tui.workspace import Workspace


def arguments(description: str | None, *, conversations: int) -> argparse.ArgumentParser:
    """The options of `unsynced`; a benchmark may add others."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--conversations", type=int, default=conversations)
    parser.add_argument("--rate-limit", type=int, default=1667, help="requests per 10 seconds")
    parser.add_argument("--latency-ms", type=int, default=20)
    parser.add_argument("--corpus", type=Path)
    return parser


@contextmanager
def unsynced(chosen: argparse.Namespace) -> Iterator[Workspace]:
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator(
            conversations=chosen.conversations,
            rate_limit=chosen.rate_limit,
            latency_ms=chosen.latency_ms,
            corpus=chosen.corpus,
        ) as url,
    ):
        settings = Settings(
            base_url=url,
            database=Path(folder) / "mirror.db",
            config_path=Path(folder) / "config.toml",
            settle=2,
            history="400d",
        )
        with Workspace(settings, token=Secret(TOKEN)) as workspace:
            yield workspace
