"""Statistics of the mirrored conversations; every number has the query that lists its conversations."""

from __future__ import annotations

from tui.insights.insights import Insights
from tui.insights.values import (
    Bucket,
    DayCoverage,
    DayState,
    DayVolume,
    Distribution,
    FirstResponse,
    Group,
    Number,
    OpenNow,
    Ratings,
    Report,
    Rising,
    RisingTag,
)

__all__ = [
    "Bucket",
    "DayCoverage",
    "DayState",
    "DayVolume",
    "Distribution",
    "FirstResponse",
    "Group",
    "Insights",
    "Number",
    "OpenNow",
    "Ratings",
    "Report",
    "Rising",
    "RisingTag",
]
