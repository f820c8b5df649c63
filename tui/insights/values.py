"""What the numbers are. No behaviour, no I/O. Times are whole seconds, days those of the local calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from tui.freshness import Interval, Verdict
from tui.query import Query


@dataclass(frozen=True, slots=True)
class Number:
    """A number of conversations, and the query that lists them.

    `exact`: at the moment of the report the query lists precisely these. Otherwise the query language has
    no words for them, and the query lists these among others.
    """

    value: int
    query: str
    exact: bool = True


class DayState(Enum):
    """How much of a day is in the mirror."""

    SYNCED = "synced"
    PARTIAL = "partial"
    """Some of its hours were never synced."""
    PENDING = "pending"
    """Conversations are listed; threads are still to be fetched."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """One local day of the coverage calendar. What has not happened yet is not missing."""

    date: date
    span: Interval
    """The whole day, 23 to 25 hours of it; today's end lies in the future."""
    state: DayState
    share: float
    """Of the part of the day that could be synced, how much is: 0.0 to 1.0, and 1.0 only when synced."""
    conversations: Number
    """Last active on that day, as far as they are known."""
    pending_threads: int


@dataclass(frozen=True, slots=True)
class DayVolume:
    """One local day, or what of it lies in the period (`whole` is False for a part)."""

    date: date
    span: Interval
    whole: bool
    created: Number
    """Began on that day."""
    active: Number
    """Had their last activity on that day."""


@dataclass(frozen=True, slots=True)
class Group:
    """The share of one team or teammate; `id` is None for "none"."""

    id: int | None
    name: str
    number: Number


@dataclass(frozen=True, slots=True)
class OpenNow:
    """The open conversations of this moment, whatever the period. Largest group first."""

    total: Number
    by_team: tuple[Group, ...]
    by_assignee: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Lengths from `low` up to, not including, `high` seconds (None: without end)."""

    label: str
    low: int
    high: int | None
    number: Number


@dataclass(frozen=True, slots=True)
class Distribution:
    """How lengths of time are distributed.

    `median` and `p90` are the shortest length that half, or nine in ten, do not exceed; None without any.
    """

    number: Number
    """How many lengths there are."""
    median: int | None
    p90: int | None
    buckets: tuple[Bucket, ...]
    """Every length falls into one of them."""


@dataclass(frozen=True, slots=True)
class FirstResponse:
    """Of the conversations that customers opened in the period: the time from the opening message to a
    teammate's first message. Notes and bots are not replies."""

    times: Distribution
    unanswered: Number
    """Those without a reply so far. Threads that are still to be fetched are not among them."""


@dataclass(frozen=True, slots=True)
class RisingTag:
    """A tag that more of the last week's new conversations carry than of the weeks before."""

    id: int
    name: str
    number: Number
    """Conversations that began in the last seven days of the period and carry it."""
    mean: float
    """The mean of the weeks before."""


@dataclass(frozen=True, slots=True)
class Rising:
    """Steepest first."""

    tags: tuple[RisingTag, ...]
    weeks: int
    """How many whole weeks before the last one (at most four) are synced and so compared with; without
    any there is nothing to compare with and no tag is called rising."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Of the conversations last active in the period."""

    number: Number
    mean: float | None
    """None without any rating."""
    stars: tuple[tuple[int, Number], ...]
    """(rating, conversations) for 1 to 5."""


@dataclass(frozen=True, slots=True)
class Report:
    """All numbers about one period.

    `verdict` and `message` speak of the period, and of the time since: what began in the period may have
    gone on after it. `verdict_now` and `message_now` speak of the whole history, which `open` and `waiting`
    are about.
    """

    query: Query
    """What was asked, its period filled in where it was left open."""
    window: Interval
    """The period, up to now at most."""
    now: int
    """Epoch seconds."""
    verdict: Verdict
    message: str | None
    created: Number
    active: Number
    days: tuple[DayVolume, ...]
    """Every day of the period, oldest first."""
    first_response: FirstResponse
    busiest: tuple[tuple[Number, ...], ...]
    """Conversations that began in the period: 7 weekdays from Monday on × 24 hours of the local clock."""
    rising: Rising
    ratings: Ratings
    verdict_now: Verdict
    message_now: str | None
    open: OpenNow
    waiting: Distribution
    """How long the customers who wait now have been waiting."""
