"""What can be chosen in a dialog: teammates, teams and tags. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tui.domain import Directory, Name
from tui.folding import fold
from tui.text import one_line
from tui.visible import visible_name
from tui.writes import NOBODY, AddTag, Assign, RemoveTag, Write

CARRIED, PARTLY, NOT_CARRIED = "✓", "◐", " "


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the dialog, and what choosing it does."""

    text: str
    hint: str
    write: Write
    folded: str
    """What is searched."""


def _choice(text: str, hint: str, write: Write, *, mark: str = "", searched: str = "") -> Choice:
    shown = visible_name(text)
    return Choice(f"{mark} {shown}" if mark else shown, hint, write, fold(searched or text))


def people(directory: Directory) -> list[Choice]:
    """Whom conversations can be assigned to: oneself first, then teammates, teams and nobody."""
    me = directory.me.id if directory.me is not None else None
    able = [admin for admin in directory.admins if admin.has_inbox_seat is not False]
    able.sort(key=lambda admin: (admin.id != me, fold(admin.name)))
    return [
        *(
            _choice(
                admin.name,
                "me" if admin.id == me else admin.email,
                Assign("teammate", admin.id),
                searched=f"{admin.name} {admin.email}{' me' if admin.id == me else ''}",
            )
            for admin in able
        ),
        *(_choice(team.name, "team", Assign("team", team.id)) for team in _by_name(directory.teams)),
        _choice("Nobody", "no teammate", Assign("teammate", NOBODY), searched="nobody no teammate"),
        _choice("No team", "takes it away from its team", Assign("team", NOBODY), searched="nobody no team"),
    ]


def tags(directory: Directory, carried: Mapping[int, int], count: int) -> list[Choice]:
    """The tags of the workspace: what all `count` conversations carry comes first, and is taken away."""
    return sorted(_tags(directory, carried, count), key=lambda choice: isinstance(choice.write, AddTag))


def _tags(directory: Directory, carried: Mapping[int, int], count: int) -> Iterator[Choice]:
    for tag in _by_name(directory.tags):
        have = carried.get(tag.id, 0)
        if have and have >= count:
            yield _choice(tag.name, "take it away", RemoveTag(tag.id), mark=CARRIED)
        elif have:
            yield _choice(tag.name, f"{have:,} of {count:,} have it", AddTag(tag.id), mark=PARTLY)
        else:
            yield _choice(tag.name, "", AddTag(tag.id), mark=NOT_CARRIED)


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Those in which every word that is typed occurs; where a name begins with all of it comes first."""
    words = fold(typed).split()
    found = [choice for choice in choices if all(word in choice.folded for word in words)]
    return sorted(found, key=lambda choice: not choice.folded.startswith(" ".join(words)))


def new_tag(choices: Sequence[Choice], typed: str) -> Choice | None:
    """The tag that would be created for this name; None for an empty name, or when there is one of it."""
    name = one_line(typed).strip()
    if not name or any(choice.folded == fold(name) for choice in choices):
        return None
    return _choice(name, "create this tag", AddTag(0, name), mark="+")


def _by_name(names: Sequence[Name]) -> list[Name]:
    return sorted(names, key=lambda name: fold(name.name))
