"""Request budgets: so many in each window of ten seconds."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 10


@dataclass(slots=True)
class RateLimit:
    """Counts requests by the simulator's clock. Windows begin at whole multiples of ten seconds."""

    limit: int
    window: int = -1
    used: int = 0

    def take(self, now: float) -> bool:
        """Counts one request; False when the window's budget is spent."""
        window = int(now // WINDOW)
        if window != self.window:
            self.window, self.used = window, 0
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Reset": str((self.window + 1) * WINDOW),
        }
