"""The workspace's saved replies."""

from __future__ import annotations

import msgspec

from tui.simulator.content.files import read
from tui.simulator.content.people import BILLING, SECURITY, SUCCESS, SUPPORT, TECHNICAL
from tui.simulator.model import SimulatedMacro

DAY = 86400
TEAMS = {
    "support": SUPPORT,
    "billing": BILLING,
    "technical": TECHNICAL,
    "success": SUCCESS,
    "security": SECURITY,
}


class _Macro(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    name: str
    html: str
    age: int
    changed: int
    teams: tuple[str, ...] = ()
    available_on: tuple[str, ...] = ("inbox", "messenger")


class _File(msgspec.Struct):
    macro: list[_Macro]


def macros(now: int) -> list[SimulatedMacro]:
    return [
        SimulatedMacro(
            id=item.id,
            name=item.name,
            html=item.html,
            created_at=now - item.age * DAY,
            updated_at=now - item.changed * DAY,
            teams=tuple(TEAMS[name] for name in item.teams),
            available_on=item.available_on,
        )
        for item in read("macros.toml", _File).macro
    ]
