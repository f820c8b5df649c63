"""The events of the sync engine. Frozen values, delivered in order on the engine's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from tui.domain import ConversationProblem
from tui.formatting import counted, counts_in_words


class Reason(Enum):
    """Why a sync stopped; the message of the event or error says what to do about it."""

    UNREACHABLE = "unreachable"
    SETTINGS = "settings"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate-limited"
    BAD_ANSWER = "bad-answer"
    LOCKED = "locked"
    BUSY = "busy"
    WRONG_WORKSPACE = "wrong-workspace"
    STORE = "store"
    INTERRUPTED = "interrupted"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class SyncStarted:
    """A run began to read the workspace."""

    started_at: datetime
    """The server's time."""


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
    """Seconds left, or None while it cannot be estimated."""
    waiting: float
    """Seconds until the rate limit opens again; 0 when not waiting."""
    requests: int


@dataclass(frozen=True, slots=True)
class ConversationsStored:
    """These conversations changed in the store (header or thread); they can be read now."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Writes on these conversations have another state."""

    conversation_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FreshnessChanged:
    """The coverage changed: verdicts should be asked for again."""

    last_sync: datetime | None


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """What a run did, in conversations and requests."""

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
    problems: tuple[ConversationProblem, ...] = ()
    """Conversations that could not be read; each leaves a one-second hole in the coverage."""
    error: str = ""
    """One line for people; empty when everything was read."""
    held: float = 0.0
    """Seconds in which the rate limit held calls back noticeably."""
    notices: tuple[str, ...] = ()
    """What people should know once, such as a list that the token may not read."""


@dataclass(frozen=True, slots=True)
class SyncFinished:
    """A run came to its end; it may still be partial."""

    summary: SyncSummary


@dataclass(frozen=True, slots=True)
class SyncFailed:
    """A run stopped. What was stored stays; the next run resumes from there."""

    reason: Reason
    message: str
    """One line for people: what is wrong and what to do."""
    summary: SyncSummary


def changes_in_words(summary: SyncSummary) -> str:
    """ "14 new, 32 updated, 1 deleted", or "nothing new"; what could not be read is added."""
    words = counts_in_words(
        ((summary.new, "new"), (summary.updated, "updated"), (summary.deleted, "deleted"))
    )
    if not summary.problems:
        return words
    failed = f"{counted(len(summary.problems), 'conversation')} could not be read"
    return failed if not (summary.new or summary.updated or summary.deleted) else f"{words}, {failed}"


SyncEvent = (
    SyncStarted
    | SyncProgress
    | ConversationsStored
    | OutboxChanged
    | FreshnessChanged
    | SyncFinished
    | SyncFailed
)
