"""The words for follow-ups that are due. Pure."""

from __future__ import annotations

from tui.dashboard.triage.messages import FollowUpsDue
from tui.domain import ConversationRow
from tui.formatting import counted

NAMED = 3
"""Conversations that a toast names at most."""


def announcement(due: FollowUpsDue) -> tuple[str, str]:
    """Title and text of the toast."""
    title = f"{counted(len(due.due), 'follow-up')} due"
    lines = [name_of(row) for row in due.rows[:NAMED]]
    if (more := len(due.rows) - len(lines)) > 0:
        lines.append(f"and {more:,} more: has:followup")
    return title, "\n".join(lines)


def name_of(row: ConversationRow) -> str:
    """Who and what, on one line."""
    return f"{row.customer.name}: {row.subject or row.snippet.text}"[:100]
