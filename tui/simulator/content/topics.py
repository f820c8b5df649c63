"""All topics."""

from __future__ import annotations

from tui.simulator.content.topics_account import TOPICS as ACCOUNT

TOPICS = (*ACCOUNT,)
