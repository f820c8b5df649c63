"""`fastintercom whoami`: the workspace, the teammate, and what the token may do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode, explain
from tui.cli.mirror_file import existing_mirror
from tui.cli.options import Invocation, command, no_access
from tui.cli.output import flush, in_one_line, json_answer, print_message, write

if TYPE_CHECKING:
    from tui.account import Account, Refusal
    from tui.cli.json_shapes import TokenStateName, WhoamiJson
    from tui.settings import Secret, Settings
    from tui.store.database import Database

STATES: dict[TokenStateName, str] = {
    "accepted": "accepted by Intercom",
    "refused": "refused",
    "unchecked": "not checked",
    "unusable": "cannot be used",
    "missing": "none",
}
"""State of the token → in words."""


@dataclass(slots=True)
class _Found:
    """What is known of the token."""

    source: str | None = None
    """Where it comes from, in words."""
    state: TokenStateName = "missing"
    account: Account | None = None
    is_from_mirror: bool = False
    """Whether the account is what a sync found last."""
    refusals: list[Refusal] = field(default_factory=list)
    error: str | None = None
    code: ExitCode = ExitCode.OK


@command("whoami")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def whoami_command(invocation: Invocation, as_json: bool) -> int:
    """Show where the token comes from, its workspace, region and teammate, and what Intercom refused.

    The token is checked with Intercom and never shown. Without an answer the command shows what the last sync
    found. Exit codes: 0 accepted, 2 of another workspace than the mirror, 4 none or refused, 75 not checked.
    """
    if invocation.demo:
        raise CommandError("the demo has no token of yours; leave out --demo", ExitCode.USAGE)
    settings = invocation.settings()
    with existing_mirror(settings.database, quiet=invocation.quiet) as database:
        found = _find(invocation, settings, database)
    if as_json:
        write(json_answer(_json(settings, found)))
    else:
        for name, value in _readable(settings, found):
            write(f"{name + ':':<12}{in_one_line(value)}")
    flush()
    if found.error is not None:
        print_message(f"fastintercom: {in_one_line(invocation.redact(found.error))}")
    return found.code


def _find(invocation: Invocation, settings: Settings, database: Database | None) -> _Found:
    from tui.account import read_account, read_refusals
    from tui.clock import system_clock, to_epoch
    from tui.settings import TokenError, find_token

    found = _Found()
    try:
        resolved = find_token(settings)
    except TokenError as error:
        resolved, found.error, found.code = None, str(error), ExitCode.NOT_AUTHORISED
        found.state = "unusable"
    else:
        if resolved is None:
            found.error, found.code = no_access(settings), ExitCode.NOT_AUTHORISED
    if resolved is not None:
        secret, found.source = resolved
        invocation.secrets.append(secret)
        _ask(settings, secret, database, found)
    if database is not None:
        mirrored = read_account(database)
        if found.account is None:
            found.account, found.is_from_mirror = mirrored, True
        if found.account and mirrored and found.account.workspace_id == mirrored.workspace_id:
            now = to_epoch(system_clock())
            found.refusals = read_refusals(database, found.account.teammate_id, now)
    return found


def _ask(settings: Settings, secret: Secret, database: Database | None, found: _Found) -> None:
    """Ask Intercom whose token it is."""
    from tui.account import account_of
    from tui.credentials import ask_whose
    from tui.intercom.errors import Forbidden, IntercomError, Unauthorized, WrongRegion
    from tui.sync.jobs import SyncError
    from tui.sync.runner import refuse_other_workspace

    try:
        me = asyncio.run(ask_whose(settings.base_url, secret))
        found.state, found.account = "accepted", account_of(me)
        if database is not None:
            refuse_other_workspace(database, me)
    except (IntercomError, SyncError) as error:
        found.error, found.code = explain(error) or (str(error), ExitCode.ERROR)
        if isinstance(error, IntercomError):
            is_refusal = isinstance(error, Unauthorized | Forbidden | WrongRegion)
            found.state = "refused" if is_refusal else "unchecked"


def _readable(settings: Settings, found: _Found) -> list[tuple[str, str]]:
    from tui.cli.account_words import teammate_words, workspace_words
    from tui.settings import DEFAULT_PROFILE

    profile = settings.profile or DEFAULT_PROFILE
    title = f", called “{settings.name}”" if settings.name else ""
    state = STATES[found.state]
    lines = [
        ("Profile", f"{profile}{title}"),
        ("Token", f"{state}, from {found.source}" if found.source else state),
        ("Address", settings.base_url),
    ]
    if found.account is None:
        lines.append(("Workspace", "not known"))
    else:
        when = " (as of the last sync)" if found.is_from_mirror else ""
        lines.append(("Workspace", f"{workspace_words(found.account)}{when}"))
        lines.append(("Teammate", f"{teammate_words(found.account)}{when}"))
    lines += [("Refused", _refusal_words(refusal)) for refusal in found.refusals]
    lines.append(
        ("Database", f"{settings.database}{'' if settings.database.exists() else '  (does not exist yet)'}")
    )
    return lines


def _refusal_words(refusal: Refusal) -> str:
    what = f"to {refusal.what}" if refusal.is_write else refusal.what
    return f"{what}: {refusal.reason}" if refusal.reason else what


def _json(settings: Settings, found: _Found) -> WhoamiJson:
    from tui.settings import DEFAULT_PROFILE

    account = found.account
    return {
        "profile": settings.profile or DEFAULT_PROFILE,
        "name": settings.name or None,
        "token": found.state,
        "token_source": found.source,
        "base_url": settings.base_url,
        "workspace_id": account.workspace_id if account else None,
        "workspace": account.workspace if account else None,
        "region": account.region if account else "",
        "teammate": {
            "id": account.teammate_id,
            "name": account.teammate,
            "email": account.email,
            "has_inbox_seat": account.has_inbox_seat,
        }
        if account
        else None,
        "as_of_last_sync": found.is_from_mirror and account is not None,
        "refused": [
            {"what": refusal.what, "is_change": refusal.is_write, "reason": refusal.reason}
            for refusal in found.refusals
        ],
        "database": str(settings.database),
        "error": found.error,
    }
