"""Whose access token it is, and what it may do: as Intercom says it, and as the mirror remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.store.database import Database
from tui.store.directory import read_directory
from tui.store.refused_writes import read_all_refused
from tui.store.settings_table import read_setting
from tui.sync.housekeeping import MACROS_REFUSED, REFUSED_LISTS

if TYPE_CHECKING:
    from tui.intercom.payloads import Me


@dataclass(frozen=True, slots=True)
class Account:
    """A workspace, and the teammate in it that a token belongs to."""

    workspace_id: str
    workspace: str
    region: str
    """"US", "EU" or "AU"; empty when that is not known."""
    teammate_id: int
    teammate: str
    """Empty when that is not known."""
    email: str
    has_inbox_seat: bool | None
    """Whether Intercom lets them act on conversations; None when it does not say."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Intercom refused (403)."""

    what: str
    """Such as "the list of tags" or "reply"."""
    is_write: bool
    reason: str
    """What Intercom said of a write; of what is read, what there is not without it."""


_LOST = {
    "teammates": "teammates have numbers instead of names",
    "teams": "teams have numbers instead of names",
    "tags": "tags that no conversation bears are not offered",
}


def account_of(me: Me) -> Account:
    """As Intercom says it now."""
    return Account(me.app_id, me.app_name, me.region, me.id, me.name, me.email, me.has_inbox_seat)


def read_account(database: Database) -> Account | None:
    """As a sync found it last; None before the first one that asked. Raises a `StoreError`."""
    me, workspace_id = read_setting(database, "me"), read_setting(database, "app")
    if me is None or workspace_id is None:
        return None
    known = read_directory(database).me
    return Account(
        workspace_id,
        read_setting(database, "app_name") or workspace_id,
        read_setting(database, "region") or "",
        int(me),
        known.name if known else "",
        known.email if known else "",
        {"1": True, "0": False}.get(read_setting(database, "has_inbox_seat") or ""),
    )


def read_refusals(database: Database, teammate_id: int, now: int) -> list[Refusal]:
    """What was refused when it was tried last: lists that a sync reads, and changes by this teammate lately.

    `now` in epoch seconds. Raises a `StoreError`.
    """
    lists = (read_setting(database, REFUSED_LISTS) or "").split()
    found = [Refusal(f"the list of {name}", is_write=False, reason=_LOST.get(name, "")) for name in lists]
    if read_setting(database, MACROS_REFUSED):
        found.append(Refusal("the macros", is_write=False, reason="only your own snippets are offered"))
    writes = read_all_refused(database, teammate_id, now)
    return found + [Refusal(kind, is_write=True, reason=reason) for kind, reason in writes]
