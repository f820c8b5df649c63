"""Processes that respect the permissions of files, also when root starts them."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 60
"""Seconds."""
_PR_CAPBSET_DROP = 24
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

needs_permissions = pytest.mark.skipif(
    os.name != "posix" or (os.geteuid() == 0 and _LIBC is None), reason="permissions do not bind root here"
)


def _give_up_privileges() -> None:
    """From the next program on, root may no longer read and write what the permissions forbid."""
    if os.geteuid() == 0 and _LIBC is not None:
        for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
            _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def run_bound(*arguments: object, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program, or some Python, with the rights that the permissions give."""
    program = ["-c", code] if code else ["-m", "tui"]
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        preexec_fn=_give_up_privileges,
    )
