"""What Intercom refused to let a teammate do (403), so that it is not offered again for a while."""

from __future__ import annotations

import msgspec

from tui.store.database import Database
from tui.store.settings_table import read_setting, write_setting

REMEMBERED = 86_400
"""Seconds: after that it is offered again, since roles change."""
_SETTING = "refused_writes"


class _Refusal(msgspec.Struct, frozen=True):
    admin_id: int
    kind: str
    reason: str
    at: int


def note_refused(database: Database, admin_id: int, kind: str, reason: str, now: int) -> None:
    """Remember that a kind of write was refused. Inside a transaction."""
    others = [r for r in _read(database) if (r.admin_id, r.kind) != (admin_id, kind)]
    kept = [r for r in (*others, _Refusal(admin_id, kind, reason, now)) if now - r.at < REMEMBERED]
    write_setting(database, _SETTING, msgspec.json.encode(kept).decode())


def forget_refused(database: Database, admin_id: int, kind: str) -> None:
    """A kind of write was done: it is offered again. Inside a transaction."""
    known = _read(database)
    kept = [r for r in known if (r.admin_id, r.kind) != (admin_id, kind)]
    if len(kept) < len(known):
        write_setting(database, _SETTING, msgspec.json.encode(kept).decode())


def read_refused(database: Database, admin_id: int, kind: str, now: int) -> str | None:
    """Why Intercom lately refused a kind of write to a teammate; None when it did not."""
    return dict(read_all_refused(database, admin_id, now)).get(kind)


def read_all_refused(database: Database, admin_id: int, now: int) -> list[tuple[str, str]]:
    """The kinds of write that Intercom lately refused to a teammate, each with the reason."""
    return [
        (refusal.kind, refusal.reason)
        for refusal in _read(database)
        if refusal.admin_id == admin_id and 0 <= now - refusal.at < REMEMBERED
    ]


def _read(database: Database) -> list[_Refusal]:
    text = read_setting(database, _SETTING)
    return msgspec.json.decode(text, type=list[_Refusal]) if text else []
