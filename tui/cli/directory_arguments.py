"""Teammates, teams and tags as they are named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode
from tui.text import nearest, one_line
from tui.visible import visible_name
from tui.writes import NOBODY, AddTag, Assign, RemoveTag

if TYPE_CHECKING:
    from tui.domain import Name
    from tui.workspace import Workspace

TEAM = "team:"
MOST = 5
"""Names that an error offers."""


def assignment(workspace: Workspace, wanted: str) -> Assign:
    """What `--to` means: a teammate (name, address, number or "me"), `team:NAME`, or "nobody".

    Raises `CommandError`.
    """
    directory = workspace.directory()
    folded = wanted.strip().casefold()
    if folded == "nobody":
        return Assign("teammate", NOBODY)
    if folded.startswith(TEAM):
        name = wanted.strip()[len(TEAM) :]
        if name.strip().casefold() == "nobody":
            return Assign("team", NOBODY)
        return Assign("team", _one("team", directory.teams, name).id)
    if folded == "me" and directory.me is not None:
        return Assign("teammate", directory.me.id)
    return Assign("teammate", _one("teammate", directory.admins, wanted).id)


def tag_to_add(workspace: Workspace, wanted: str, *, create: bool) -> AddTag:
    """The tag of this name or number; with `create` also a new one. Raises `CommandError`."""
    tags = workspace.directory().tags
    if create and not _same(tags, wanted):
        return AddTag(0, wanted)
    return AddTag(_one("tag", tags, wanted, more="; --create makes it").id)


def tag_to_remove(workspace: Workspace, wanted: str) -> RemoveTag:
    """The tag of this name or number. Raises `CommandError`."""
    return RemoveTag(_one("tag", workspace.directory().tags, wanted).id)


def _one(kind: str, known: Sequence[Name], wanted: str, more: str = "") -> Name:
    """The only one that is meant. A part of its name is enough for a teammate or a team, not for a tag."""
    from tui.store.names import fits

    found = _same(known, wanted)
    if not found and kind != "tag" and wanted.strip():
        found = [each for each in known if fits(each, wanted)]
    if len(found) == 1:
        return found[0]
    shown = one_line(wanted)
    if found:
        some = ", ".join(f"{visible_name(each.name)} ({each.id})" for each in found[:MOST])
        dots = ", …" if len(found) > MOST else ""
        raise CommandError(f"“{shown}” could be {some}{dots}: name one by its number", ExitCode.USAGE)
    close = nearest(wanted, [each.name for each in known])
    hint = f"; did you mean “{visible_name(close)}”?" if close else ""
    raise CommandError(f"there is no {kind} “{shown}” in the workspace{hint}{more}", ExitCode.USAGE)


def _same(known: Sequence[Name], wanted: str) -> list[Name]:
    """Those with this name or address, in any case; else the one with this number."""
    from tui.folding import fold

    asked = fold(wanted).strip()
    named = [each for each in known if asked and asked in {fold(each.name).strip(), fold(each.email).strip()}]
    return named or [each for each in known if str(each.id) == wanted.strip()]
