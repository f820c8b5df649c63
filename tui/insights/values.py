"""The results of reports. Pure data. Times are whole seconds, days are those of the local calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from tui.freshness import Interval, Verdict
from tui.query import Query


@dataclass(frozen=True, slots=True)
class Number:
    """A number of conversations, and the query that lists them.

    `exact`: at the moment of the report, the query lists exactly these. Otherwise the query language cannot
    express them, and the query lists these among others.
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
    NOT_KEPT = "not-kept"
    """Its conversations are deleted here and not synced again."""


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """One local day of the coverage calendar. The future counts as not missing."""

    date: date
    span: Interval
    """The whole day, of 23 to 25 hours; today's end is in the future."""
    state: DayState
    share: float
    """How much is synced of what could be: 0.0 to 1.0, and 1.0 only if the state is `SYNCED`."""
    conversations: Number
    """Last active on that day, as far as is known."""
    pending_threads: int


@dataclass(frozen=True, slots=True)
class DayVolume:
    """One local day, or the part of it that is in the period (then `whole` is False)."""

    date: date
    span: Interval
    whole: bool
    created: Number
    """Opened on that day."""
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
    """Durations from `low` up to, not including, `high` seconds (None: no upper limit)."""

    label: str
    low: int
    high: int | None
    number: Number


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of durations, in seconds.

    `median` and `p90` are the 50th and the 90th percentile; None without any duration.
    """

    number: Number
    """How many durations there are."""
    median: int | None
    p90: int | None
    buckets: tuple[Bucket, ...]
    """Every duration is in exactly one of them."""


@dataclass(frozen=True, slots=True)
class FirstResponse:
    """Of the conversations that customers opened in the period: the time from the opening message to a
    teammate's first message. Notes and bots are not replies."""

    times: Distribution
    unanswered: Number
    """Not answered yet. Conversations whose threads are still to be fetched do not count."""


@dataclass(frozen=True, slots=True)
class RisingTag:
    """A tag of more conversations opened in the last week than in the weeks before."""

    id: int
    name: str
    number: Number
    """Conversations with this tag opened in the last seven days of the period."""
    mean: float
    """The mean of the weeks before."""


@dataclass(frozen=True, slots=True)
class Rising:
    """Steepest first."""

    tags: tuple[RisingTag, ...]
    weeks: int
    """How many whole weeks before the last one (at most four) are synced and compared with. With 0 there is
    nothing to compare with, and no tags."""


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

    `verdict` is about the period and the time since, because conversations opened in the period may have
    changed later. `verdict_now` is about the whole history, like `open` and `waiting`.
    """

    query: Query
    """The query, with its period filled in if that was open."""
    window: Interval
    """The period, up to now at most."""
    now: int
    """Epoch seconds."""
    verdict: Verdict
    created: Number
    active: Number
    days: tuple[DayVolume, ...]
    """Every day of the period, oldest first."""
    first_response: FirstResponse
    busiest: tuple[tuple[Number, ...], ...]
    """Conversations opened in the period: 7 weekdays from Monday × 24 hours of the local clock."""
    rising: Rising
    ratings: Ratings
    verdict_now: Verdict
    open: OpenNow
    waiting: Distribution
    """How long the customers that wait now have been waiting."""
