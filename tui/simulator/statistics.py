"""Intercom's `statistics` of a conversation, computed from its thread."""

from __future__ import annotations

from statistics import median

from tui.simulator.model import Json, SimulatedConversation


def measure(conversation: SimulatedConversation) -> Json:
    """All the documented values; None where nothing of the kind happened. Durations are seconds."""
    began = conversation.created_at
    assignments: list[int] = []
    closes: list[tuple[int, str]] = []
    replies: list[int] = []
    waits: list[int] = []
    customer = conversation.source.author.is_customer
    contact_at = began if customer else None
    first_contact = contact_at
    waiting = contact_at
    reopens = 0
    for part in conversation.thread:
        at = part.created_at
        if part.assigned_to is not None:
            assignments.append(at)
        if part.type == "close":
            closes.append((at, part.author.id))
        if "open" in part.type and part.type != "note_and_reopen":
            reopens += 1
        if not part.body or part.type.startswith("note"):
            continue
        if part.author.is_customer:
            contact_at = at
            first_contact = at if first_contact is None else first_contact
            waiting = at if waiting is None else waiting
        elif part.author.kind == "admin":
            replies.append(at)
            if waiting is not None:
                waits.append(at - waiting)
                waiting = None
    return {
        "type": "conversation_statistics",
        "time_to_assignment": assignments[0] - began if assignments else None,
        "time_to_admin_reply": replies[0] - began if replies else None,
        "time_to_first_close": closes[0][0] - began if closes else None,
        "time_to_last_close": closes[-1][0] - began if closes else None,
        "median_time_to_reply": int(median(waits)) if waits else None,
        "first_contact_reply_at": first_contact,
        "first_assignment_at": assignments[0] if assignments else None,
        "first_admin_reply_at": replies[0] if replies else None,
        "first_close_at": closes[0][0] if closes else None,
        "last_assignment_at": assignments[-1] if assignments else None,
        "last_assignment_admin_reply_at": next(
            (at for at in replies if assignments and at >= assignments[-1]), None
        ),
        "last_contact_reply_at": contact_at,
        "last_admin_reply_at": replies[-1] if replies else None,
        "last_close_at": closes[-1][0] if closes else None,
        "last_closed_by_id": closes[-1][1] if closes else None,
        "count_reopens": reopens,
        "count_assignments": len(assignments),
        "count_conversation_parts": conversation.part_count,
    }
