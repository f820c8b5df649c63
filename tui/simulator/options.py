"""What a simulated workspace looks like and how badly its API behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Literal, get_args

DEMO_BEARER = "simulator"
"""The bearer that the stand-in accepts unless told otherwise; it opens nothing real."""

ThreadlessShape = Literal["null", "absent", "null list", "empty list", "nothing counted", "half"]
"""How a full answer lacks its parts. "null": `conversation_parts` is null; "absent": there is none;
"null list" and "empty list": only its list is null or empty, `total_count` still counts; "nothing counted":
an empty list with a `total_count` of 0; "half": the older half is left out and still counted."""
THREADLESS_SHAPES: tuple[ThreadlessShape, ...] = get_args(ThreadlessShape)
Cursor = Literal["keyset", "offset"]
IdOrder = Literal["number", "text"]
LONGEST_REPLICA_LAG = 3600.0
"""Seconds. Older states of a conversation are not kept."""
CENTURY = 100 * 365.25 * 86400
BOUNDS = {
    "conversations": (0, inf),
    "days": (1, inf),
    "activity": (0, inf),
    "rate_limit": (1, inf),
    "latency_ms": (0, inf),
    "faults": (0, 1),
    "search_lag": (0, inf),
    "slow_seconds": (0, inf),
    "long_threads": (0, inf),
    "missing_share": (0, 1),
    "threadless_share": (0, 1),
    "zero_share": (0, 1),
    "omitted_share": (0, 1),
    "replica_lag": (0, LONGEST_REPLICA_LAG),
    "replica_share": (0, 1),
    "silent_share": (0, 1),
    "ambiguous_writes": (0, 1),
    "refused_writes": (0, 1),
    "interrupt_share": (0, 1),
    "long_macro_list": (1, inf),
    "odd": (0, inf),
    "trickle_seconds": (0, inf),
    "bomb_megabytes": (1, inf),
    "stamp_offset": (-CENTURY, CENTURY),
    "date_offset": (-CENTURY, CENTURY),
    "reset_offset": (-CENTURY, CENTURY),
}
CHOICES = {
    "region": ("US", "EU", "AU"),
    "cursor": get_args(Cursor),
    "id_order": get_args(IdOrder),
}


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """All fields have working defaults. Raises `ValueError` with one line for a value that makes no sense.

    They say how the workspace begins. What goes wrong can be changed while it runs: see `World`."""

    conversations: int = 2000
    days: int = 90
    """The history reaches this many days back from the moment of creation."""
    seed: int = 7
    corpus: Path | None = None
    """JSON Lines (optionally .xz) of real conversations to serve instead of the written workspace."""
    activity: float = 2.0
    """Changes a minute that happen by themselves as the clock moves; 0 for a quiet workspace."""
    rate_limit: int = 1667
    """Requests allowed in each window of ten seconds."""
    latency_ms: float = 20.0
    faults: float = 0.0
    """Share of requests (0 to 1) that fail in one of the ways a real network does."""
    search_lag: float = 5.0
    """Seconds until a change can be found by search."""
    token: str = field(default=DEMO_BEARER, repr=False)
    region: str = "US"
    workspace: str = "Harbourly"
    """The name of the workspace; another name is another workspace."""
    inclusive_bounds: bool = True
    """Whether `>` and `<` on numbers include the bound (the documentation says so, practice is disputed)."""
    heavy_page: int = 0
    """Searches that ask for more per page than this time out (504); 0 turns it off."""
    slow_seconds: float = 2.0
    """How long a "slow" fault keeps its caller waiting."""
    tie: int | None = None
    """Size of the largest group of conversations that share one `updated_at`; None: 180 or a tenth."""
    long_threads: int = 3
    """How many conversations have more than 500 parts."""
    deletions: bool = True
    """Whether the activity deletes a conversation now and then."""

    missing_share: float = 0.0
    """Share of GET /conversations/{id} that answer 404 although the conversation exists."""
    threadless_share: float = 0.0
    """Share of GET /conversations/{id} that lack parts, each in one of the ways of `ThreadlessShape`."""
    zero_share: float = 0.0
    """Share of searches of conversations that wrongly find none."""
    omitted_share: float = 0.0
    """Share of the matching conversations that each search leaves out of its list and of its count."""
    replica_lag: float = 0.0
    """Seconds by which GET /conversations/{id} is behind, when a lagging replica answers."""
    replica_share: float = 1.0
    """Share of GET /conversations/{id} that a lagging replica answers."""
    silent_share: float = 0.0
    """Share of the activity's changes that leave `updated_at` alone."""
    silent_redactions: bool = False
    """Whether a redaction leaves `updated_at` alone."""
    unlisted_deletions: bool = False
    """Whether deleted conversations are missing from GET /conversations/deleted."""
    cursor: Cursor = "keyset"
    """What a cursor of search remembers: the last conversation, or only how many have been listed."""
    id_order: IdOrder = "number"
    """Whether search takes ids for numbers, or for text: sorted as text, and refused with `>` and `<`."""
    odd: int = 0
    """How many conversations answer with JSON that breaks the documented shape (see `odd.ODDITIES`)."""
    refused: tuple[str, ...] = ()
    """Paths, such as "/teams", that are refused with 403."""
    retry_after: str | None = None
    """The Retry-After header of 429 and 503; None: there is none, as with Intercom."""
    stamp_offset: float = 0.0
    """Seconds by which the clock that stamps changes is ahead."""
    date_offset: float = 0.0
    """Seconds by which the Date header is ahead."""
    reset_offset: float = 0.0
    """Seconds by which the clock of the rate limit (X-RateLimit-Reset) is ahead."""
    front_ends: tuple[float, ...] = (0.0,)
    """One entry for each front-end, which answer in turn: seconds by which its Date is ahead."""
    trickle_seconds: float = 1.0
    """The pause after each byte of a trickling answer."""
    bomb_megabytes: int = 300
    """What a compressed answer of some hundred kilobytes expands to."""

    ambiguous_writes: float = 0.0
    """Share of the writes whose end leaves open whether they were applied (`faults.AMBIGUOUS`)."""
    refused_writes: float = 0.0
    """Share of the writes that are refused for no reason (`faults.REFUSALS`)."""
    interrupt_share: float = 0.0
    """Share of GET /conversations/{id} right before which the customer has written."""
    inbox_seat: bool = True
    """Whether the teammate whose token it is has an inbox seat; without one, writes are forbidden."""
    comment_reopens: bool = False
    """Whether a teammate's comment opens a closed or snoozed conversation (not documented)."""
    rewritten_bodies: bool = False
    """Whether the HTML of a message is stored with other tags and attributes than it was sent with."""
    long_macro_list: int = 30
    """Pages of at least so many macros leave out their bodies."""

    def __post_init__(self) -> None:
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:  # also for nan
                limits = f"at least {low}" if high == inf else f"between {low:g} and {high:g}"
                raise ValueError(f"{name} must be {limits}, not {value}")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be {' or '.join(choices)}, not {getattr(self, name)!r}")
        if wrong := [path for path in self.refused if not path.startswith("/")]:
            raise ValueError(f"refused must be paths such as /teams, not {wrong[0]!r}")
        for name in ("front_ends", "token", "workspace"):
            if not getattr(self, name):
                raise ValueError(f"{name} must not be empty")
        if self.ambiguous_writes + self.refused_writes > 1:
            raise ValueError("ambiguous_writes and refused_writes must not be more than 1 together")
