"""What the checks of the settings share: how a wrong value is told, lengths of time, and names of keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.key_names import UnknownKey, key_name
from tui.timeframe import TimeframeError, parse_duration

_LONGEST_SHOWN = 80


class WrongValueError(ValueError):
    """What is wrong with a value; the caller adds where it is.

    In a table `key` names the line at fault, if one is; `number` says which of several tables it is, from 0.
    """

    def __init__(self, reason: str, key: str = "", number: int = 0) -> None:
        super().__init__(reason)
        self.key = key
        self.number = number


def shown(value: object) -> str:
    """A value as a message repeats it: short, and on one line."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "such a number"
    return short(text)


def short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def read_key(text: str) -> str:
    """The name of a key."""
    try:
        return key_name(text)
    except UnknownKey as error:
        raise WrongValueError(f"is wrong: {error}") from None


def seconds(low: int, high: int) -> Callable[[object, Path], int]:
    """The check of a length of time within these bounds."""
    allowed = f'must be whole seconds from {low} to {high}, or a text such as "5m"'

    def check(value: object, _folder: Path) -> int:
        number: float
        if isinstance(value, str):
            try:
                number = parse_duration(value).total_seconds()
            except TimeframeError:
                raise WrongValueError(f"{allowed}, not {shown(value)}") from None
        elif isinstance(value, int) and not isinstance(value, bool):
            number = value
        else:
            raise WrongValueError(f"{allowed}, not {shown(value)}")
        if not low <= number <= high:
            raise WrongValueError(f"{allowed}, not {shown(value)}")
        return int(number)

    return check
