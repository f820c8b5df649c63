"""What the names in a query stand for: `assignee:ada`, `team:billing`, `tag:"late refund"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tui.domain import Directory, Name
from tui.folding import fold, separate, variants, variants_of_term, words
from tui.query import And, Node, Not, Or, Query, QueryError, Who
from tui.query.syntax import shown, term, visible
from tui.store.search_query import Ids
from tui.text import nearest

_CHOICES = 5
"""How many names an error offers."""
_KINDS = {"assignee": "teammate", "with": "teammate", "team": "team", "tag": "tag"}


def resolve(query: Query, read: Callable[[], Directory]) -> Ids:
    """Ids for every name in the query (0 stands for "none").

    A name stands for all that `fits`, but the same name in other case and accents wins alone, then the same
    words with other punctuation. While a directory is still empty (nothing synced yet) a name stands for
    nobody. Raises `QueryError` at the place of a name that fits nothing. The directory is read only for a
    query that names somebody.
    """
    names = list(_names(query.expression))
    if not names:
        return {}
    directory = read()
    return {who: _ids(who, query.source, directory) for who in names}


def fits(name: Name, wanted: str) -> bool:
    """Whether `wanted` is the beginning of the name's words from any of them on, or of its address.

    Both are folded as text is: "zoe" fits "Zoë Ångström", "gold" and "vip-g" fit "VIP [gold]", "obrien" fits
    "Conor O'Brien". What has no words at all ("€") fits the names that contain it.
    """
    asked, known = _forms(wanted), [words(name.name), *([v] for v in variants(separate(fold(name.name))))]
    if not any(asked):
        return wanted.strip().casefold() in name.name.casefold()
    return fold(name.email).startswith(fold(wanted).strip()) or any(
        _begins(some[start:], form) for form in asked for some in known for start in range(len(some))
    )


def _forms(wanted: str) -> list[list[str]]:
    """The words of a text, and other words that stand for all of them."""
    others, alone = variants_of_term(fold(wanted))
    return [*([] if alone else [words(wanted)]), *([other] for other in others)]


def _begins(known: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether `known` begins with the words `asked`, the last of which may be longer."""
    *whole, last = asked
    return (
        list(known[: len(whole)]) == whole and len(known) >= len(asked) and known[len(whole)].startswith(last)
    )


def _names(node: Node | None) -> Iterator[Who]:
    match node:
        case Who():
            yield node
        case Not(operand):
            yield from _names(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _names(operand)


def _ids(who: Who, source: str, directory: Directory) -> tuple[int, ...]:
    known = {
        "assignee": directory.admins,
        "with": directory.admins,
        "team": directory.teams,
        "tag": directory.tags,
    }[who.field]
    lowered = who.value.lower()
    if lowered == "none" and who.field != "with":
        return (0,)
    if lowered == "me" and who.field in {"assignee", "with"}:
        return (directory.me.id,) if directory.me else ()
    if not known:
        return ()
    if found := _find(known, who.value):
        return tuple(name.id for name in found)
    spellings = {fold(word): word for name in known for word in (name.name, *name.name.split())}
    close = nearest(fold(who.value), spellings)
    hint = f"did you mean {shown(spellings[close])}?" if close else f"known: {_some(known)}"
    message = visible(f"no {_KINDS[who.field]} is called “{shown(who.value)}”; {hint}")
    raise QueryError(message, *who.span, source, term(who.field, spellings[close]) if close else None)


def _find(known: tuple[Name, ...], wanted: str) -> list[Name]:
    folded, asked = fold(wanted).strip(), [form for form in _forms(wanted) if form]
    same = [n for n in known if folded and folded in {fold(n.name).strip(), fold(n.email)}]
    same_words = [n for n in known if any(form in asked for form in _forms(n.name))]
    return same or same_words or [n for n in known if fits(n, wanted)]


def _some(names: tuple[Name, ...]) -> str:
    listed = ", ".join(shown(n.name) for n in names[:_CHOICES])
    return f"{listed}, …" if len(names) > _CHOICES else listed
