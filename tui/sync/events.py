"""What the sync engine tells the world. Frozen values, delivered in order on the engine's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from tui.freshness import Interval


class Reason(Enum):
    """Why a sync could not go on; what to do about it is in the message that comes along."""

    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate-limited"
    BAD_ANSWER = "bad-answer"
    LOCKED = "locked"
    WRONG_WORKSPACE = "wrong-workspace"
    STORE = "store"
    INTERRUPTED = "interrupted"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class SyncStarted:
    started_at: datetime
    ranges: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A full snapshot, so that a later one replaces an earlier one."""

    phase: Literal["connecting", "listing", "threads", "finishing"]
    done: int
    """Threads stored in this run."""
    total: int
    """Threads known to be needed in this run, done ones included; grows while the listing goes on."""
    listing_done: bool
    rate: float
    """Threads per second over the last few seconds."""
    eta: float | None
    """Seconds left, or None while it cannot be told."""
    waiting: float
    """Seconds until the rate limit opens again; 0 when not waiting."""
    requests: int


@dataclass(frozen=True, slots=True)
class ConversationsStored:
    """These conversations changed in the store (header or thread); they can be read now."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FreshnessChanged:
    """The coverage changed: verdicts should be asked for again."""

    last_sync: datetime | None


@dataclass(frozen=True, slots=True)
class SyncSummary:
    outcome: Literal["complete", "partial", "failed"]
    new: int
    updated: int
    unchanged: int
    deleted: int
    requests: int
    rate_limited: int
    retries: int
    duration: float
    """Seconds."""
    failed_threads: int = 0
    """Conversations that could not be fetched; each leaves a one-second hole in the coverage."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SyncFinished:
    summary: SyncSummary


@dataclass(frozen=True, slots=True)
class SyncFailed:
    """The run stopped. What was stored stays; the next run goes on from there."""

    reason: Reason
    message: str
    """One line for people: what is wrong and what to do."""
    summary: SyncSummary


SyncEvent = SyncStarted | SyncProgress | ConversationsStored | FreshnessChanged | SyncFinished | SyncFailed
