"""`fastintercom status`: how fresh and how large the mirror is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.freshness_line import freshness_line
from tui.cli.options import Invocation, command
from tui.cli.output import json_answer, write
from tui.formatting import counted, date_time, number, size
from tui.freshness_words import lag_words, not_kept_words
from tui.text import one_line

if TYPE_CHECKING:
    from tui.answers import SyncStatus
    from tui.cli.json_shapes import StatusJson
    from tui.workspace import Workspace


SHOWN_PROBLEMS = 3


@command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status_command(invocation: Invocation, as_json: bool) -> int:
    """Show how fresh and how large the mirror is. Does not use the network."""
    from tui.cli.syncing import sync_demo

    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        status = workspace.get_sync_status()
        if as_json:
            write(json_answer(_json(status)))
        else:
            for name, value in _readable(workspace, status):
                write(f"{name + ':':<15}{value}")
    return ExitCode.OK


def _json(status: SyncStatus) -> StatusJson:
    """In every command `schema_version` is that of the answer."""
    return {
        "last_sync": status["last_sync"],
        "total_conversations": status["total_conversations"],
        "sync_in_progress": status["sync_in_progress"],
        "sync_coverage": status["sync_coverage"],
        "coverage": [{"start": start, "end": end} for start, end in status["coverage"]],
        "pending_threads": status["pending_threads"],
        "outdated_conversations": status["outdated_conversations"],
        "purged_conversations": status["purged_conversations"],
        "kept_since": status["kept_since"],
        "problem_count": status["problem_count"],
        "problems": status["problems"],
        "search_lag": status["search_lag"],
        "database": status["database"],
        "database_size": status["database_size"],
        "database_schema_version": status["schema_version"],
        "last_error": status["last_error"],
        "lease_owner": status["lease_owner"],
    }


def _problems(status: SyncStatus) -> str:
    """How many conversations cannot be read, and the first of them."""
    named = [f"{each['id']} ({each['problem']})" for each in status["problems"][:SHOWN_PROBLEMS]]
    if not named:
        return "none"
    more = status["problem_count"] - len(named)
    words = f"{counted(status['problem_count'], 'conversation')}: {'; '.join(named)}"
    return f"{words}; and {number(more)} more" if more else words


def _outdated(status: SyncStatus) -> str:
    outdated = status["outdated_conversations"]
    return f"{counted(outdated, 'conversation')}, stored by an older version" if outdated else "none"


def _kept(workspace: Workspace) -> str:
    """Which conversations are kept at all."""
    kept_since = workspace.kept_since()
    return "all" if kept_since is None else f"those {not_kept_words(kept_since, workspace.tz)}"


def _purged(status: SyncStatus) -> str:
    purged = status["purged_conversations"]
    return f"{counted(purged, 'conversation')}, which no sync stores again" if purged else "none"


def _readable(workspace: Workspace, status: SyncStatus) -> list[tuple[str, str]]:
    spans = [f"{date_time(start)} – {date_time(end)}" for start, end in status["coverage"]]
    owner, lag = status["lease_owner"], status["search_lag"]
    seen = f"{lag_words(lag['seconds'])}, seen {date_time(lag['seen_at'])}" if lag else "none seen"
    return [
        ("Freshness", freshness_line(workspace, workspace.verdict())),
        ("Last sync", date_time(status["last_sync"]) if status["last_sync"] else "never"),
        ("Covered", "; ".join(spans) or "nothing"),
        ("Conversations", number(status["total_conversations"])),
        ("Kept", _kept(workspace)),
        ("Purged", _purged(status)),
        ("Pending", f"{counted(status['pending_threads'], 'thread')} still to be fetched"),
        ("To read again", _outdated(status)),
        ("Unreadable", _problems(status)),
        ("Index lag", seen),
        ("Syncing now", one_line(str(owner)) if owner else "no"),
        ("Last error", one_line(str(status["last_error"])) if status["last_error"] else "none"),
        ("Database", one_line(str(status["database"]))),
        ("Size", size(status["database_size"])),
    ]
