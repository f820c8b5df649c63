"""The types of arguments: whole numbers, addresses, and text in any locale."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tui.cli.completing import complete_query

if TYPE_CHECKING:
    from tui.settings.http import ListenAddress


class WholeNumber(click.IntRange):
    """An integer in a range, with an error message in plain words."""

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


class ConversationNumber(click.types.IntParamType):
    """A conversation: its number, also with “#”, or a link to it in Intercom."""

    name = "conversation"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from tui.query import conversation_number

        number = conversation_number(str(value).strip())
        if number is None:
            self.fail(f"{value!r} is no number (1330 or #1330) and no link of a conversation", param, ctx)
        return number


def listen_at(port: int) -> Callable[[str], ListenAddress]:
    """The type of an option: a host of this machine and a port, to listen on. A message shows `port` as an
    example."""

    def address(value: str) -> ListenAddress:
        from tui.settings.http import parse_listen_address

        try:
            return parse_listen_address(value, port)
        except ValueError as error:
            raise click.BadParameter(f"{value!r} {error}") from None

    return address


class Utf8Text(click.types.StringParamType):
    """Text; bytes that the locale cannot decode are decoded as UTF-8."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return os.fsencode(value).decode("utf-8") if has_stray_bytes(value) else str(value)
        except UnicodeDecodeError:
            self.fail("it is not UTF-8 text", param, ctx)


def has_stray_bytes(value: str) -> bool:
    """Whether the interpreter put surrogates in the place of bytes that it could not decode."""
    return any("\udc80" <= character <= "\udcff" for character in value)


TEXT = Utf8Text()
query_argument = click.argument("query", nargs=-1, type=TEXT, shell_complete=complete_query)
