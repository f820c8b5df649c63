"""Terminals that cannot show the dashboard, and what importing it loads."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tui.dashboard.terminal_size import SMALLEST

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_terminal_the_message_names_other_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tui.dashboard import refuse_bad_terminal as r; r()"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
    assert "search" in done.stderr


@pytest.mark.parametrize(("columns", "lines"), [(SMALLEST[0] - 1, 40), (100, SMALLEST[1] - 1)])
def test_the_message_for_a_small_terminal_names_both_sizes(columns: int, lines: int) -> None:
    main, other = pty.openpty()
    code = f"import os; os.environ.update(COLUMNS='{columns}', LINES='{lines}')\n"
    code += "from tui.dashboard import refuse_bad_terminal as r; r()"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stdin=other, stdout=other, stderr=other, check=False
        )
        shown = os.read(main, 1000).decode()
    finally:
        os.close(main)
        os.close(other)
    assert done.returncode == 1
    assert f"{columns}×{lines}" in shown
    assert f"{SMALLEST[0]}×{SMALLEST[1]}" in shown


def test_textual_is_not_imported_before_the_dashboard_opens() -> None:
    code = "import sys, tui.dashboard; sys.exit(any(m.split('.')[0] == 'textual' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
