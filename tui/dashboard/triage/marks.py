"""The glyphs for what is noted locally and for service levels, in the list and above the thread. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content

from tui.dashboard.words import moment
from tui.domain import NO_FLAGS, AnnotationFlags

STAR, DONE, FOLLOW_UP, NOTE = "★", "☑", "⚑", "✎"
SELECTED = "■"
SLA_MARKS = {"missed": ("‼SLA", "overdue"), "active": ("SLA", "muted"), "hit": ("✓SLA", "muted")}
"""Intercom's word → what a row shows, and in which style. Other words ("cancelled") are not shown there."""
SLA_STYLES = {"missed": "bold $text-error", "hit": "$text-success"}


def is_due(marks: AnnotationFlags, now: datetime) -> bool:
    return marks.follow_up_at is not None and marks.follow_up_at <= now


def glyphs(marks: AnnotationFlags, now: datetime) -> list[tuple[str, str]]:
    """What a row shows of the annotation: (glyph, name of its style)."""
    if marks is NO_FLAGS:
        return []
    shown = (
        (marks.starred, STAR, "star"),
        (marks.done, DONE, "closed"),
        (marks.follow_up_at is not None, FOLLOW_UP, "overdue" if is_due(marks, now) else "tag"),
        (marks.has_note, NOTE, "late"),
    )
    return [(glyph, style) for wanted, glyph, style in shown if wanted]


def marks_line(marks: AnnotationFlags, now: datetime, zone: tzinfo | None) -> Content:
    """The annotation in words; empty when nothing is noted."""
    parts: list[tuple[str, str]] = []
    if marks.starred:
        parts.append((f"{STAR} starred", "$text-accent"))
    if marks.done:
        parts.append((f"{DONE} done for today", "$text-success"))
    if marks.follow_up_at is not None:
        due = is_due(marks, now)
        words = "follow-up due since" if due else "follow-up"
        style = "bold $text-error" if due else "$text-primary"
        parts.append((f"{FOLLOW_UP} {words} {later(marks.follow_up_at, now, zone)}", style))
    if marks.has_note:
        parts.append((f"{NOTE} my note", "$text-warning"))
    return Content(" · ").join(Content.styled(text, style) for text, style in parts)


def later(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time to come on the reader's clock: "15:00", "tomorrow 09:00", "Mon 23 Dec 09:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days < 0:
        return moment(at, now, zone)
    if days == 0:
        return local.strftime("%H:%M")
    if days == 1:
        return f"tomorrow {local:%H:%M}"
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"
