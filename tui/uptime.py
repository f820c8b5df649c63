"""A clock for "so many seconds from now" that goes on while the machine sleeps."""

from __future__ import annotations

import sys
import time

if sys.platform == "linux":

    def uptime() -> float:
        """Seconds since the machine started, those in which it was suspended included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # CLOCK_MONOTONIC stands still meanwhile

elif sys.platform == "darwin":

    def uptime() -> float:
        """Seconds since the machine started, those in which it slept included."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic() stands still meanwhile

else:

    def uptime() -> float:
        """Seconds since some moment; Windows counts those in which it slept."""
        return time.monotonic()
