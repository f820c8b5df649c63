"""Glyphs and words for annotations, service levels, waiting times and reminders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Self

from textual.content import Content

from tui.dashboard.formatting import moment
from tui.dashboard.triage.messages import FollowUpsDue
from tui.domain import NO_FLAGS, AnnotationFlags, ConversationRow
from tui.formatting import counted
from tui.settings import Settings

AGES_EVERY = 10.0
"""Seconds between two redraws of the ages on screen."""


class Age(Enum):
    """The name of the style, and the glyph that says the same."""

    FRESH = ("muted", "·")
    WARM = ("late", "!")
    LATE = ("overdue", "‼")

    def __init__(self, style: str, glyph: str) -> None:
        self.style = style
        self.glyph = glyph


@dataclass(frozen=True, slots=True)
class Ageing:
    """From how many seconds of waiting on a conversation is warm, and late."""

    warm: int = 2 * 3600
    late: int = 24 * 3600

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.waiting_warm_seconds, settings.waiting_late_seconds)

    def age(self, seconds: float) -> Age:
        if seconds >= self.late:
            return Age.LATE
        return Age.WARM if seconds >= self.warm else Age.FRESH


STAR, DONE, FOLLOW_UP, NOTE = "★", "☑", "⚑", "✎"
STATE_GLYPHS = {"open": "●", "snoozed": "◷", "closed": "✓"}
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
        parts.append((f"{FOLLOW_UP} {words} {later_text(marks.follow_up_at, now, zone)}", style))
    if marks.has_note:
        parts.append((f"{NOTE} my note", "$text-warning"))
    return Content(" · ").join(Content.styled(text, style) for text, style in parts)


def later_text(at: datetime, now: datetime, zone: tzinfo | None) -> str:
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
