"""What a simulated workspace looks like and how badly its API behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

DEMO_BEARER = "simulator"
"""The bearer that the stand-in accepts unless told otherwise; it opens nothing real."""


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """All fields have working defaults. Raises `ValueError` with one line for a value that makes no sense."""

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

    def __post_init__(self) -> None:
        self._at_least("conversations", self.conversations, 0)
        self._at_least("days", self.days, 1)
        self._at_least("activity", self.activity, 0)
        self._at_least("rate_limit", self.rate_limit, 1)
        self._at_least("latency_ms", self.latency_ms, 0)
        self._at_least("search_lag", self.search_lag, 0)
        self._at_least("slow_seconds", self.slow_seconds, 0)
        self._at_least("long_threads", self.long_threads, 0)
        if not 0 <= self.faults <= 1:
            raise ValueError(f"faults must lie between 0 and 1 (a share of the requests), not {self.faults}")
        if self.region not in {"US", "EU", "AU"}:
            raise ValueError(f"region must be US, EU or AU, not {self.region!r}")
        if not self.token:
            raise ValueError("token must not be empty")

    @staticmethod
    def _at_least(name: str, value: float, low: int) -> None:
        if value < low:
            raise ValueError(f"{name} must be at least {low}, not {value}")
