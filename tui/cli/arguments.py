"""What can be typed behind a command: whole numbers, and text in whatever locale."""

from __future__ import annotations

import os
from typing import Any

import click


class WholeNumber(click.IntRange):
    """Like click's, with plain words for what is none."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        lowest, highest = self.min, self.max
        try:
            number = int(value)
        except ValueError:
            number = None
        if number is None or (lowest is not None and number < lowest) or (highest and number > highest):
            span = f" from {lowest} to {highest}" if highest else f", {lowest} or more"
            self.fail(f"{value!r} is not a whole number{span}", param, ctx)
        return number


class Text(click.types.StringParamType):
    """Bytes that the locale cannot read are taken as UTF-8; what is not that either is no text."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return os.fsencode(value).decode("utf-8") if has_stray_bytes(value) else str(value)
        except UnicodeDecodeError:
            self.fail("it is not UTF-8 text", param, ctx)


def has_stray_bytes(value: str) -> bool:
    """Whether the interpreter put in surrogates for bytes that it could not decode."""
    return any("\udc80" <= character <= "\udcff" for character in value)


TEXT = Text()
query_argument = click.argument("query", nargs=-1, type=TEXT)
