"""Messages of the sync history and the log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from tui.domain import RunRecord


@dataclass
class RunsFetched(Message):
    """The newest syncs, newest first."""

    runs: tuple[RunRecord, ...]


@dataclass
class LogFetched(Message):
    """The end of the log file, safe to show; `problem` says why there is none."""

    path: Path
    lines: tuple[str, ...]
    problem: str = ""
