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
    """The last lines of the log file, without control characters; `problem` says why there are none."""

    path: Path
    lines: tuple[str, ...]
    problem: str = ""
