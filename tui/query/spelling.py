"""Whether a word before a colon is a misspelt operator, or copied text such as `TypeError:`."""

from __future__ import annotations

from collections.abc import Iterable

_LONG = 7
"""Names of so many letters are recognised with two mistakes, shorter ones with one."""
_SHORTEST_BEGINNING = 3


def likely_name(written: str, names: Iterable[str]) -> str | None:
    """The name that `written` is probably meant to be; None if it is like none of them.

    A mistake is a wrong, a missing or an additional letter, or two that are swapped. The first three letters
    of a name, or more of them, stand for it too.
    """
    word = written.lower()
    found = [(_mistakes(word, name), name) for name in names if abs(len(name) - len(word)) <= 2]
    mistakes, nearest = min(found, key=lambda pair: pair[0], default=(3, ""))
    if mistakes <= (2 if len(nearest) >= _LONG else 1):
        return nearest
    beginning = len(word) >= _SHORTEST_BEGINNING
    return next((name for name in names if beginning and name.startswith(word)), None)


def _mistakes(one: str, other: str) -> int:
    """The edit distance: how many letters to insert, delete or replace, or neighbours to swap."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
