"""GET /macros and /macros/{id}: saved replies."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from tui.simulator.errors import invalid, not_found
from tui.simulator.model import Json, SimulatedMacro
from tui.simulator.search import page_size

if TYPE_CHECKING:
    from tui.simulator.world import World

PER_PAGE = "50"
PLACEHOLDER = re.compile(r'\{\{\s*([\w.]+)\s*(?:\|\s*fallback:\s*"([^"]*)"\s*)?\}\}')
TAG = re.compile(r"<[^>]*>")
BREAKS = (
    ("<br>", "\n"),
    ("<li>", "- "),
    ("</li>", "\n"),
    ("</p>", "\n\n"),
    ("</ul>", "\n"),
    ("</pre>", "\n\n"),
)


def macro_json(macro: SimulatedMacro, *, with_body: bool = True) -> Json:
    return {
        "type": "macro",
        "id": str(macro.id),
        "name": macro.name,
        "body": PLACEHOLDER.sub(_attribute, macro.html) if with_body else None,
        "body_text": plain_text(macro.html) if with_body else None,
        "created_at": _iso(macro.created_at),
        "updated_at": _iso(macro.updated_at),
        "visible_to": "specific_teams" if macro.teams else "everyone",
        "visible_to_team_ids": [str(team) for team in macro.teams],
        "available_on": list(macro.available_on),
    }


def plain_text(body: str) -> str:
    """Without markup; placeholders as {{user.name|fallback:"there"}}."""
    for mark, text in BREAKS:
        body = body.replace(mark, text)
    return PLACEHOLDER.sub(_tidy, html.unescape(TAG.sub("", body))).strip()


def macros_page(world: World, given: Mapping[str, str]) -> Json:
    """A page of the macros that the token's teammate may see, the latest change first. Raises a 400."""
    per_page = page_size(given.get("per_page", PER_PAGE))
    since = given.get("updated_since", "0")
    if not since.isdecimal():
        raise invalid("Invalid updated_since timestamp", "updated_since")
    found = [
        macro
        for macro in world.macros.values()
        if is_visible(macro, world) and macro.updated_at >= int(since)
    ]
    found.sort(key=_place, reverse=True)
    if "starting_after" in given:
        after = _read_cursor(given["starting_after"])
        found = [macro for macro in found if _place(macro) < after]
    shown = found[:per_page]
    with_body = len(shown) < world.options.long_macro_list
    following = {"starting_after": _cursor(shown[-1])} if len(found) > per_page else None
    return {
        "type": "list",
        "data": [macro_json(macro, with_body=with_body) for macro in shown],
        "pages": {"type": "pages", "per_page": per_page, "next": following},
    }


def one_macro(world: World, given: str) -> Json:
    """Raises a 404, also for one that the token's teammate may not see."""
    macro = world.macros.get(int(given)) if given.isdecimal() else None
    if macro is None or not is_visible(macro, world):
        raise not_found("Macro not found")
    return macro_json(macro)


def is_visible(macro: SimulatedMacro, world: World) -> bool:
    return not macro.teams or not set(macro.teams).isdisjoint(world.admins[world.me].teams)


def _place(macro: SimulatedMacro) -> tuple[float, int]:
    return macro.updated_at, macro.id


def _cursor(macro: SimulatedMacro) -> str:
    return base64.b64encode(msgspec.json.encode([float(macro.updated_at), str(macro.id)])).decode()


def _read_cursor(text: str) -> tuple[float, int]:
    try:
        updated_at, macro_id = msgspec.json.decode(
            base64.b64decode(text, validate=True), type=tuple[float, str]
        )
        return updated_at, int(macro_id)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("starting_after is not a valid cursor", "starting_after") from None


def _attribute(found: re.Match[str]) -> str:
    key, default = found.groups()
    given = "" if default is None else f' default="{html.escape(default)}"'
    return f'<attribute key="{key}"{given}/>'


def _tidy(found: re.Match[str]) -> str:
    key, default = found.groups()
    return "{{" + key + ("" if default is None else f'|fallback:"{default}"') + "}}"


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
