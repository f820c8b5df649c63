"""The file of `sync --watch --health`: JSON that says how the repeated sync fares."""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime
from errno import EFBIG
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode
from tui.cli.monitor import WatchFacts
from tui.cli.options import Invocation
from tui.cli.output import in_one_line, json_answer, print_message
from tui.files import atomic_writer, read_ordinary_file
from tui.versions import PROGRAM, version_of

if TYPE_CHECKING:
    from tui.cli.json_shapes import HealthJson

LARGEST = 100_000
"""Bytes of a health file; a larger one is something else."""

logger = logging.getLogger(__name__)


class HealthFile:
    """Replaced as a whole each time, and private. `write` is an outlet of the `Monitor`.

    The first time, a file that cannot be written raises `CommandError`; later that is said once, and the
    syncs go on.
    """

    def __init__(self, path: Path, invocation: Invocation) -> None:
        self._path = path.resolve()  # what is looked at is what would be replaced
        self._invocation = invocation
        self._version = version_of(PROGRAM)
        self._is_new = True
        self._is_failing = False

    def write(self, facts: WatchFacts) -> None:
        try:
            if self._is_new:
                self._refuse_other_file()
            with atomic_writer(self._path, private=True) as file:
                file.write(json_answer(_json(facts, self._version)) + "\n")
        except OSError as error:
            words = (error.strerror or str(error)).removeprefix("cannot be written: ")
            said = f"{in_one_line(self._path)} cannot be written ({words})"
            if self._is_new:
                raise CommandError(f"--health: {said}; name another file", ExitCode.USAGE) from None
            if not self._is_failing:
                logger.warning("the health file was not written: %s", error)
                print_message(f"fastintercom: the health file {said}; the syncs go on")
            self._is_failing = True
        else:
            self._is_new = self._is_failing = False

    def _refuse_other_file(self) -> None:
        """Raises `CommandError` rather than replacing a file that is none of ours, such as the settings."""
        if not self._path.parent.is_dir():
            folder = in_one_line(self._path.parent)
            raise CommandError(f"--health: there is no folder {folder}; make it first", ExitCode.USAGE)
        try:
            content, _ = read_ordinary_file(self._path, LARGEST)
            known = json.loads(content or b"{}")
        except FileNotFoundError:
            return
        except ValueError:
            known = None
        except OSError as error:
            if error.errno != EFBIG:
                raise
            known = None
        is_ours = isinstance(known, dict) and (
            not known or known.keys() >= {"schema_version", "state", "pid"}
        )
        if not is_ours:
            raise CommandError(
                f"--health: {in_one_line(self._path)} is no health file, and would be replaced; "
                "name another file",
                ExitCode.USAGE,
            )


def _json(facts: WatchFacts, version: str) -> HealthJson:
    mirror = facts.mirror
    age = None if mirror is None else mirror.age
    return {
        "state": facts.state.value,
        "written_at": _seconds(facts.at),
        "started_at": _seconds(facts.started_at),
        "last_success": None if mirror is None else mirror.last_success,
        "covered_until": None if mirror is None else mirror.covered_until,
        "freshness_age_seconds": None if age is None else int(age),
        "next_sync": None if facts.next_sync is None else _seconds(facts.next_sync),
        "failures": facts.failures,
        "last_error": facts.last_error,
        "pid": os.getpid(),
        "version": version,
    }


def _seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
