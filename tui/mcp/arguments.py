"""The arguments that several tools have, with what a client is told of them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Annotated

from mcp.server.mcpserver import Context
from pydantic import Field

from tui.mcp.errors import BadArgument
from tui.mcp.mirror import Report
from tui.query import conversation_number
from tui.timeframe import TimeframeError, parse_moment
from tui.visible import visible_line

LONGEST = 2_000
"""Characters of a query."""
_FRACTION = re.compile(r"(?<=:[0-9]{2})\.[0-9]{1,9}(?=$|[zZ+-])")

QueryText = Annotated[
    str | None,
    Field(
        max_length=LONGEST,
        description="In the query language, such as: refund is:open since:7d (see schema://query-language).",
    ),
]
Timeframe = Annotated[
    str | None,
    Field(
        max_length=100,
        description="A period of last activity: today, yesterday, this/last week/month/year, last 7 days …",
    ),
]
Limit = Annotated[int, Field(ge=1, le=200, description="The most conversations in one answer.")]
Cursor = Annotated[
    str | None,
    Field(max_length=1_000, description="next_cursor of the page before; all other arguments as they were."),
]
Wait = Annotated[
    bool,
    Field(
        description="Sync first if the mirror lacks something of the period. Without it a stale period is "
        "synced in the background, and the answer is what is stored now."
    ),
]
Timeout = Annotated[float, Field(ge=0, le=600, description="Seconds to wait at most, with wait.")]
ConversationId = Annotated[
    str,
    Field(
        max_length=500,
        coerce_numbers_to_str=True,
        description="The number of a conversation, as in 1330 or #1330, or a link to it in Intercom.",
    ),
]
StartTime = Annotated[
    str, Field(max_length=100, description="ISO date or time, such as 2025-08-12 or 2025-08-12T09:00:00Z.")
]
EndTime = Annotated[str, Field(max_length=100, description="The same; a date means to its end.")]


def reporter(context: Context) -> Report:
    """Tells the client that calls how far something is, if it asked for that."""
    return context.report_progress


def read_conversation_id(text: str) -> int:
    """Raises `BadArgument`."""
    number = conversation_number(text.strip())
    if number is None:
        raise BadArgument(
            f"conversation_id: “{visible_line(text[:40])}” is no number (1330 or #1330) and no link of a "
            "conversation"
        )
    return number


def period(
    start: str, end: str, names: tuple[str, str], *, now: datetime, tz: tzinfo | None
) -> tuple[datetime, datetime]:
    """The first and the last second of a period. Raises `BadArgument`."""
    first, last = (
        _moment(name, text, now=now, tz=tz) for name, text in zip(names, (start, end), strict=True)
    )
    if last[1] < first[0]:
        raise BadArgument(f"{names[1]}: {visible_line(end)} is before {names[0]}, {visible_line(start)}")
    if first[0] > now:
        raise BadArgument(f"{names[0]}: {visible_line(start)} is in the future; nothing of it can be synced")
    return first[0], last[1]


def _moment(name: str, text: str, *, now: datetime, tz: tzinfo | None) -> tuple[datetime, datetime]:
    try:
        return parse_moment(_FRACTION.sub("", text.strip()), now=now, tz=tz)
    except TimeframeError as error:
        raise BadArgument(f"{name}: {error}") from None
