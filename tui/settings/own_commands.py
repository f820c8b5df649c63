"""The user's own commands: programs that the dashboard runs on conversations. How the settings name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from tui.settings.values import WrongValueError, read_key, seconds, short, shown
from tui.text import hint, one_line

Input = Literal["json", "none"]
Output = Literal["toast", "window", "none"]
LONGEST_NAME = 60
LONGEST_TIME = 3_600
"""Seconds that a command may be given."""
PLACEHOLDERS = ("id", "url")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}|\{(\w+)\}")


class OwnCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A program, without a shell, and what it gets and gives."""

    name: str
    run: tuple[str, ...]
    """The program and its arguments; `{id}` and `{url}` stand for those of a conversation."""
    key: str = ""
    input: Input = "json"
    """What it reads: the conversations as JSON, one a line, or nothing."""
    output: Output = "toast"
    """Where what it prints is shown."""
    timeout: int = 30
    """Seconds."""

    @property
    def runs_for_each(self) -> bool:
        """Whether it runs once for each conversation, because an argument stands for one."""
        return any(found[2] for word in self.run for found in _PLACEHOLDER.finditer(word))

    def words(self, conversation_id: int, url: str) -> list[str]:
        """The program and its arguments for a conversation. Each stays one argument."""
        values = {"id": str(conversation_id), "url": url}

        def value(found: re.Match[str]) -> str:
            return values[found[2]] if found[2] else f"{{{found[1]}}}"

        return [_PLACEHOLDER.sub(value, word) for word in self.run]


def read_commands(value: object, folder: Path) -> tuple[OwnCommand, ...]:
    """The tables `[[commands]]`; the path of a program is taken from `folder`. Raises `WrongValueError`."""
    allowed = 'must be tables: [[commands]] and lines like name = "Open ticket"'
    if not isinstance(value, list):
        raise WrongValueError(f"{allowed}; not {shown(value)}")
    commands: list[OwnCommand] = []
    for number, table in enumerate(value):
        if not isinstance(table, dict):
            raise WrongValueError(f"{allowed}; not {shown(table)}", number=number)
        try:
            command = _read_command(table, folder)
            _check_differs(command, commands)
        except WrongValueError as error:
            raise WrongValueError(str(error), error.key, number) from None
        commands.append(command)
    return tuple(commands)


def _check_differs(command: OwnCommand, others: Iterable[OwnCommand]) -> None:
    for other in others:
        if other.name.casefold() == command.name.casefold():
            raise WrongValueError(f"{shown(command.name)} is the name of two commands", "name")
        if command.key and other.key == command.key:
            raise WrongValueError(f"{shown(command.key)} is the key of {shown(other.name)} already", "key")


def _read_command(table: Mapping[str, Any], folder: Path) -> OwnCommand:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _CHECKS:
            raise WrongValueError(f"is not known; {hint(key, _CHECKS)}", key)
        try:
            values[key] = _CHECKS[key](value, folder)
        except WrongValueError as error:
            raise WrongValueError(str(error), key) from None
    for key, example in (("name", '"Open ticket"'), ("run", '["ticket", "{id}"]')):
        if key not in table:
            raise WrongValueError(f"have one without {key}; write {key} = {example}")
    return OwnCommand(**values)


def _name(value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        raise WrongValueError(f"must be a text of up to {LONGEST_NAME} characters, not {shown(value)}")
    if one_line(value) != value.strip():
        raise WrongValueError(f"must be on one line, without special characters, not {shown(value)}")
    return value.strip()


def _run(value: object, folder: Path) -> tuple[str, ...]:
    allowed = 'must be a list of texts such as ["ticket", "{id}"]: the program and its arguments'
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    program = value[0].strip()
    if not program or any("\0" in word for word in value):
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    for word in value:
        for found in _PLACEHOLDER.finditer(word):
            if found[2] and found[2] not in PLACEHOLDERS:
                raise WrongValueError(
                    f"has the placeholder {{{short(found[2])}}}; there are {{id}} and {{url}}, and "
                    f"{{{{{short(found[2])}}}}} stands for the text itself"
                )
    if any(found[2] for found in _PLACEHOLDER.finditer(program)):
        raise WrongValueError("must begin with a program, which is no placeholder")
    return (_program(program, folder), *value[1:])


def _program(text: str, folder: Path) -> str:
    """The path of a program, or its name when the system is to look for it."""
    if "/" not in text and not text.startswith("~"):
        return text
    try:
        return str((folder / Path(text).expanduser()).absolute())
    except RuntimeError:
        raise WrongValueError(f"names a program in a home folder that there is not: {shown(text)}") from None


def _key(value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError(f'must be a key such as "f9" or "ctrl+g", not {shown(value)}')
    return read_key(value)


def _one_of(values: tuple[str, ...]) -> Callable[[object, Path], str]:
    def check(value: object, _folder: Path) -> str:
        if value not in values:
            raise WrongValueError(f"must be one of {', '.join(values)}, not {shown(value)}")
        return str(value)

    return check


_CHECKS: Mapping[str, Callable[[object, Path], Any]] = {
    "name": _name,
    "key": _key,
    "run": _run,
    "input": _one_of(get_args(Input)),
    "output": _one_of(get_args(Output)),
    "timeout": seconds(1, LONGEST_TIME),
}
"""Every key of a command, in the order in which messages list them."""
