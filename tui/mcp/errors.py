"""What a client did wrong, and how errors are told to it."""

from __future__ import annotations

from mcp.server.mcpserver.resources import ResourceSecurityError
from pydantic import ValidationError

from tui.query import QueryError
from tui.store.errors import StoreError
from tui.timeframe import TimeframeError
from tui.views import ViewError
from tui.visible import visible_line


class BadArgument(ValueError):
    """An argument that cannot be used: one line that says what would be right."""


EXPECTED = (BadArgument, QueryError, TimeframeError, ViewError, StoreError)


NO_ADDRESS = (
    "no such address; there are conversation:// with a number, view:// with the name of a view, "
    "and schema://query-language"
)


def explained(error: BaseException | None) -> str | None:
    """One line for an error that is no fault of the program; None for one that is."""
    if isinstance(error, ValidationError):
        return visible_line("; ".join(map(_explain_argument, error.errors(include_url=False))))
    if isinstance(error, ResourceSecurityError):
        return NO_ADDRESS
    return visible_line(str(error)) if isinstance(error, EXPECTED) else None


def _explain_argument(found: object) -> str:
    """ "limit: Input should be less than or equal to 200" """
    assert isinstance(found, dict)  # noqa: S101 - for mypy: it is a TypedDict of pydantic's core
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
