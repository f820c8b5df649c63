"""Search for inputs that break what reads the work of others.

`python -m tests.fuzzing [html] [payloads] [query] [settings] [--seconds N]`: so many seconds for each of the
targets, by default all of them. Each input follows from a seed and a number; a finding is printed with the
command that makes it again. Exit code 1 says that there are findings.
"""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import closing
from time import time_ns

from tests.fuzzing.runner import Finding, fuzz
from tests.fuzzing.targets import TARGETS


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("target", nargs="*", default=[], help=", ".join(TARGETS))
    arguments.add_argument("--seconds", type=float, default=60, help="for each target (default: 60)")
    arguments.add_argument("--inputs", type=int, help="end after so many, instead of after a time")
    arguments.add_argument("--seed", default=str(time_ns()), help="default: another one each time")
    arguments.add_argument("--first", type=int, default=0, help="the number of the first input")
    chosen = arguments.parse_args()
    if unknown := set(chosen.target) - set(TARGETS):
        arguments.error(f"there is no target {min(unknown)!r}; choose from {', '.join(TARGETS)}")
    logging.disable()
    found = 0
    for name in chosen.target or TARGETS:
        seconds = None if chosen.inputs else chosen.seconds
        with closing(TARGETS[name]()) as target:
            report = fuzz(target, chosen.seed, first=chosen.first, inputs=chosen.inputs, seconds=seconds)
        for finding in report.findings:
            print_finding(name, finding)
        found += len(report.findings)
        print(
            f"{name}: {report.inputs:,} inputs in {report.seconds:.0f} s, the slowest {report.slowest:.2f} s;"
            f" seed {chosen.seed}; {len(report.findings)} findings",
            flush=True,
        )
    sys.exit(1 if found else 0)


def print_finding(name: str, finding: Finding) -> None:
    again = f"python -m tests.fuzzing {name} --seed {finding.seed} --first {finding.number} --inputs 1"
    print(f"--- {again}\n{finding.value!a}\n{finding.error}", flush=True)


if __name__ == "__main__":
    main()
