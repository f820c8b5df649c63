"""`fastintercom --version`: the version, and with -v all that a bug report needs."""

from __future__ import annotations

import os
import sys

from tui.cli.options import Invocation
from tui.cli.output import flush, write
from tui.versions import PROGRAM, version_of


def show_version(invocation: Invocation) -> None:
    """Print it. Settings that cannot be read are a part of the report."""
    write(f"{PROGRAM} {version_of(PROGRAM)}")
    if invocation.verbose:
        from tui.dashboard.terminal_size import SMALLEST
        from tui.doctor.bug_report import bug_report
        from tui.settings import Settings, SettingsError

        settings: Settings | SettingsError
        try:
            settings = invocation.settings()
        except SettingsError as error:
            settings = error
        for line in bug_report(settings, sys.stdout, os.environ, SMALLEST):
            write(invocation.redact(line))
    flush()
