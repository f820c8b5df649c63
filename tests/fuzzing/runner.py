"""Runs a target with one input after the other. Each input follows from a seed and its number alone."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from types import FrameType
from typing import Protocol, TypeVar

SECONDS = 1.0
SECONDS_A_CHARACTER = 10e-6
"""Processor time that an input may take: `SECONDS`, and so much for each of its characters or bytes."""
PATIENCE = 120
"""Seconds after which an input is taken for one that never ends."""
MOST_FINDINGS = 20
_SHOWN = 2_000

T = TypeVar("T")


class Target(Protocol[T]):
    """What is fuzzed."""

    def make(self, random: Random) -> T:
        """An input. The same state of `random` gives the same input."""

    def size(self, value: T) -> int:
        """Characters or bytes of an input."""

    def check(self, value: T) -> None:
        """Hand over the input. Any exception is a finding."""

    def close(self) -> None:
        """Remove what the target made for its checks."""


@dataclass(frozen=True)
class Finding:
    seed: str
    number: int
    value: str
    """The beginning of the input, as Python writes it."""
    error: str
    """The traceback."""


@dataclass
class Report:
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """Processor time of the slowest input."""
    findings: list[Finding] = field(default_factory=list)


class _NeverEndsError(Exception):
    """An input took more than `PATIENCE`."""


def fuzz(
    target: Target[T], seed: str, *, first: int = 0, inputs: int | None = None, seconds: float | None = None
) -> Report:
    """Check inputs from number `first` on: so many, or until so many seconds are over.

    Ends early after `MOST_FINDINGS`.
    """
    report, began = Report(), time.monotonic()
    for number in count(first):
        report.seconds = time.monotonic() - began
        done = report.inputs == inputs or (seconds is not None and report.seconds >= seconds)
        if done or len(report.findings) == MOST_FINDINGS:
            return report
        value = target.make(Random(f"{seed}/{number}"))  # reproducible, not secret
        started = time.process_time()
        try:
            with _watched():
                target.check(value)
            taken = time.process_time() - started
            allowed = SECONDS + SECONDS_A_CHARACTER * target.size(value)
            assert taken < allowed, (
                f"took {taken:.2f} s; {target.size(value):,} characters allow {allowed:.2f}"
            )
        except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
            finding = Finding(seed, number, repr(value)[:_SHOWN], traceback.format_exc())
            report.findings.append(finding)
        report.slowest = max(report.slowest, time.process_time() - started)
        report.inputs += 1
    raise AssertionError("numbers end")


@contextmanager
def _watched() -> Iterator[None]:
    """Inside, what takes more than `PATIENCE` raises, as far as the system can do that."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise _NeverEndsError(f"took more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
