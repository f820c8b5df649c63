"""A simulator in its own process, so that its work is not measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "benchmark"
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def simulator(
    *,
    conversations: int,
    rate_limit: int,
    latency_ms: int,
    corpus: Path | None = None,
    activity: float = 0,
    deletions: bool = True,
) -> Iterator[str]:
    """The address of a running `fastintercom simulate`."""
    command = [sys.executable, "-m", "tui", "simulate", "--port", "0", "--token", TOKEN]
    command += ["--conversations", str(conversations), "--rate-limit", str(rate_limit)]
    command += ["--latency-ms", str(latency_ms), "--activity", str(activity), "--search-lag", "1"]
    command.append("--deletions" if deletions else "--no-deletions")
    if corpus is not None:
        command += ["--corpus", str(corpus)]
    process = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            words = [w.rstrip(".,") for w in line.split() if w.startswith("http://")]
            if words:
                yield words[0]
                return
        raise RuntimeError("the simulator did not start")
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()
