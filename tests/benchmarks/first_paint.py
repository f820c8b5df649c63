"""Time from the start of the process until the dashboard shows conversations, in a real terminal.

Run `python -m tests.benchmarks.first_paint --database FILE [--times N]`; without a database one is generated.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from tests.benchmarks.corpus import invent_database

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 30.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", type=Path)
    arguments.add_argument("--invented", type=int, default=20_000)
    arguments.add_argument("--times", type=int, default=7)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "bench.db"
        invent_database(path, chosen.invented)
        measure(path, chosen.times)


def measure(database: Path, repeats: int) -> None:
    """Start the dashboard so many times, and print how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        found = [_once(database, Path(folder)) for _ in range(repeats)]
    for name, times in (
        ("first frame", [a for a, _ in found]),
        ("conversations on screen", [b for _, b in found]),
    ):
        print(f"{name:26} median {statistics.median(times):.2f} s   slowest {max(times):.2f} s")
    imports = [_import_time() for _ in range(repeats)]
    print(f"{'of which imports':26} median {statistics.median(imports):.2f} s")


def _once(database: Path, folder: Path) -> tuple[float, float]:
    """Seconds to the first frame, and to the first results in it."""
    environment = dict(
        os.environ,
        TERM="xterm-256color",
        COLUMNS="120",
        LINES="36",
        INTERCOM_ACCESS_TOKEN="benchmark",
        FASTINTERCOM_BASE_URL="http://127.0.0.1:9",
        XDG_CONFIG_HOME=str(folder),
    )
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "--database", str(database)],
        cwd=ROOT,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    output, frame = b"", 0.0
    try:
        while time.perf_counter() - started < TIMEOUT:
            if select.select([master], [], [], 0.05)[0]:
                output += os.read(master, 1 << 16)
            if not frame and b"is:open" in output:  # the hint in the empty search
                frame = time.perf_counter() - started
            if re.search(rb"\d ms", output):
                return frame, time.perf_counter() - started
        raise TimeoutError(output[-2000:].decode(errors="replace"))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)


def _import_time() -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import gc; gc.disable(); import tui.dashboard.app"], cwd=ROOT, check=True
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
