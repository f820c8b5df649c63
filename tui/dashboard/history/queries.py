"""What the sync history and the log read. Run on the store thread."""

from __future__ import annotations

RUNS = 200
"""Syncs shown at most."""
LOG_TAIL = 65_536
"""Bytes read from the end of the log."""
