"""Checks of what the commands print against the schemas that the program publishes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]  # it has no types
    Draft202012Validator,
    FormatChecker,
)

from tui.cli.json_schemas import SHAPES, command_schema


@cache
def validator(command: str) -> Any:
    """A validator that checks the format of times and dates too."""
    schema = command_schema(command)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker(["date-time", "date"]))


def check_output(arguments: Sequence[str], out: str) -> None:
    """Raises `ValidationError` if a command line printed JSON that its schema does not describe."""
    command = next((argument for argument in arguments if argument in SHAPES), None)
    if command and "--json" in arguments:
        for line in out.splitlines():
            validator(command).validate(json.loads(line))
