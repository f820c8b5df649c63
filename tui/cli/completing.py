"""What a shell may complete an argument to: names of the mirror, and words of the query language.

The functions are for click's `shell_complete`. Where there is no mirror, or it cannot be read, they offer
nothing and say nothing: whoever presses Tab has a command line under the cursor, and will run it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from tui.cli.options import Invocation

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tui.store.known_names import KnownName

OPEN = "open"
"""The type of an item that is to be continued: the shell puts no space after it."""
_OPERATOR = re.compile(r"([-(]*)([a-z]+):(.*)", re.DOTALL)
_KINDS = {"assignee": "teammate", "with": "teammate", "team": "team", "tag": "tag"}
"""Operator → the kind of name that it takes."""

Completions = list["CompletionItem[str]"]


def complete_view(context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    """Built-in and saved views."""
    from tui.views.model import QUEUES

    saved = _names(context, "view")
    arranged = {each.more for each in saved}
    names = [*(each.name for each in saved), *(q.name for q in QUEUES if q.name not in arranged)]
    return matching(text, ((name, "") for name in names))


def complete_tag(context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    return matching(text, _names(context, "tag"))


def complete_assignee(context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    """Teammates, and teams as `--to` takes them."""
    teams = ((f"team:{each.name}", "") for each in _names(context, "team"))
    words = (("me", ""), ("nobody", ""), ("team:nobody", ""))
    return matching(text, [*words, *_names(context, "teammate"), *teams])


def complete_query(context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    """The last word of a query: an operator, or what may stand behind one."""
    from click.shell_completion import CompletionItem

    from tui.query.help import OPERATORS
    from tui.query.syntax import term

    before, word = _last_word(text)
    if (found := _OPERATOR.fullmatch(word)) and (operator := OPERATORS.get(found[2])):
        sign, name, value = found.groups()
        kind = _KINDS.get(name)
        values = _names(context, kind) if kind else []
        offered = [(term(name, each.name), each.more) for each in values]
        offered += [(f"{name}:{each}", "") for each in operator.values]
        wanted = f"{name}:{value}"
        # What has a space is completed with or without the quote being typed.
        items = matching(wanted, offered) or matching(f'{name}:"{value}', offered)
        return [CompletionItem(f"{before}{sign}{item.value}", help=item.help) for item in items]
    name = word.lstrip("-(")
    sign = word.removesuffix(name)
    operators = matching(name, ((f"{each.name}:", each.summary) for each in OPERATORS.values()))
    return [CompletionItem(f"{before}{sign}{item.value}", type=OPEN, help=item.help) for item in operators]


def complete_order(_context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    """The orders of a list."""
    from tui.query import Sort

    return matching(text, ((order.value, "") for order in Sort))


def complete_column(_context: click.Context, _parameter: click.Parameter, text: str) -> Completions:
    """The columns of a view."""
    from tui.views.model import COLUMNS

    return matching(text, ((column, "") for column in COLUMNS))


def matching(text: str, offered: Iterable[tuple[str, str]]) -> Completions:
    """Those (value, description) that begin with a text; if there are none, also in other case."""
    from click.shell_completion import CompletionItem

    known = [(value, description) for value, description in offered if value.isprintable()]
    exact = [each for each in known if each[0].startswith(text)]
    folded = text.casefold()
    found = exact or [each for each in known if each[0].casefold().startswith(folded)]
    return [CompletionItem(value, help=description or None) for value, description in found]


def _last_word(text: str) -> tuple[str, str]:
    """A query up to its last word, and that; a space between quotes parts no words."""
    quoted, start = False, 0
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == " " and not quoted:
            start = index + 1
    return text[:start], text[start:]


def _names(context: click.Context, kind: str) -> list[KnownName]:
    """The names of a kind in the mirror that the command line names so far."""
    from tui.settings import SettingsError
    from tui.store.errors import StoreError
    from tui.store.known_names import read_known_names

    invocation = context.find_object(Invocation) or Invocation()
    if invocation.demo:
        return []
    try:
        return read_known_names(invocation.settings().database, kind)
    except (SettingsError, StoreError, sqlite3.Error, OSError):
        return []
