"""Plants faults in a copy of the code, one at a time, and reports those that no test notices.

    python -m tests.seeded_faults [NAME…]

Without names, all of `tests.fault_table` are planted. The exit code is 1 when one of them was not noticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fault_table import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("tui", "tests", "pyproject.toml", "README.md")
LONGEST = 300.0
"""Seconds after which the tests for one fault are ended: they do not notice it."""
PASSED, FAILED = 0, 1
"""Exit codes of pytest; all others say that the tests did not run."""


class CannotRun(Exception):
    """The faults cannot be tried out: the message says why."""


def planted(fault: Fault, source: str) -> str:
    """The text of `fault.file` with the fault in it. Raises `CannotRun` when its place is not found once."""
    found = source.count(fault.old)
    if found != 1:
        raise CannotRun(f"{fault.name}: {fault.file} contains {fault.old!r} {found} times instead of once")
    return source.replace(fault.old, fault.new)


def run_tests(copy: Path, tests: Sequence[str]) -> int | None:
    """The exit code of pytest in the copy; None when it did not end in time."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [*command, "--hypothesis-seed=0", *tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (PASSED, FAILED):
        raise CannotRun(f"the tests {' '.join(tests)} did not run:\n{done.stdout}")
    return done.returncode


def check_copy(copy: Path, faults: Sequence[Fault]) -> None:
    """Raises `CannotRun` unless the tests use the copy, and pass in it."""
    where = subprocess.run(
        [sys.executable, "-c", "import tui; print(tui.__file__)"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=True,
    )
    if not Path(where.stdout.strip()).is_relative_to(copy):
        raise CannotRun(f"the tests would use {where.stdout.strip()}, not the copy in {copy}")
    if run_tests(copy, sorted({test for fault in faults for test in fault.tests})) != PASSED:
        raise CannotRun("a test fails without any fault; run the tests first")


def notices(copy: Path, fault: Fault) -> bool:
    """Whether a test fails because of the fault."""
    file = copy / fault.file
    source = file.read_text(encoding="utf-8")
    file.write_text(planted(fault, source), encoding="utf-8")
    try:
        return run_tests(copy, fault.tests) == FAILED
    finally:
        file.write_text(source, encoding="utf-8")


def chosen(names: Sequence[str]) -> list[Fault]:
    """The faults of these names, or all. Raises `CannotRun` for a name that there is not."""
    known = {fault.name: fault for fault in FAULTS}
    if unknown := [name for name in names if name not in known]:
        raise CannotRun(f"there is no fault named {', '.join(unknown)}; the names: {', '.join(known)}")
    return [known[name] for name in names] or list(FAULTS)


def try_out(faults: Sequence[Fault]) -> list[Fault]:
    """Plant the faults one by one. Returns those that no test noticed."""
    for fault in faults:  # before the first of many minutes
        planted(fault, (ROOT / fault.file).read_text(encoding="utf-8"))
    unnoticed = []
    with TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, copy / name)
        check_copy(copy, faults)
        for fault in faults:
            began = time.monotonic()
            noticed = notices(copy, fault)
            word = "noticed" if noticed else "NOT NOTICED"
            print(f"{word:12} {fault.name} ({time.monotonic() - began:.1f} s)", flush=True)
            if not noticed:
                unnoticed.append(fault)
    return unnoticed


def main(names: Sequence[str]) -> int:
    try:
        faults = chosen(names)
        unnoticed = try_out(faults)
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(faults) - len(unnoticed)} of {len(faults)} faults were noticed")
    for fault in unnoticed:
        print(f"{fault.name}: {fault.why} ({fault.file}: {fault.new})")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
