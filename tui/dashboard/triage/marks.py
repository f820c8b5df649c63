"""Glyphs and texts for annotations, service levels, waiting times and reminders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Self

from textual.content import Content

from tui.dashboard.triage.messages import FollowUpsDue
from tui.domain import NO_FLAGS, AnnotationFlags, ConversationRow
from tui.formatting import counted, moment
from tui.settings import Settings

AGES_EVERY = 10.0
"""Seconds between two redraws of the waiting times and ages on screen."""


class Age(Enum):
    """How long a customer waits: the name of a style, and a glyph for terminals without colour."""

    FRESH = ("muted", "·")
    WARM = ("late", "!")
    LATE = ("overdue", "‼")

    def __init__(self, style: str, glyph: str) -> None:
        self.style = style
        self.glyph = glyph


@dataclass(frozen=True, slots=True)
class Ageing:
    """The seconds of waiting from which a conversation is warm, and late."""

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
"""Intercom's SLA status → the text in a row and its style. Other statuses ("cancelled") are not shown."""
SLA_STYLES = {"missed": "bold $text-error", "hit": "$text-success"}


def is_due(flags: AnnotationFlags, now: datetime) -> bool:
    return flags.follow_up_at is not None and flags.follow_up_at <= now


def glyphs(flags: AnnotationFlags, now: datetime) -> list[tuple[str, str]]:
    """The annotation in a row: (glyph, name of its style)."""
    if flags is NO_FLAGS:
        return []
    shown = (
        (flags.starred, STAR, "star"),
        (flags.done, DONE, "closed"),
        (flags.follow_up_at is not None, FOLLOW_UP, "overdue" if is_due(flags, now) else "tag"),
        (flags.has_note, NOTE, "late"),
    )
    return [(glyph, style) for is_set, glyph, style in shown if is_set]


def annotation_line(flags: AnnotationFlags, now: datetime, zone: tzinfo | None) -> Content:
    """The annotation in words; empty where there is none."""
    parts: list[tuple[str, str]] = []
    if flags.starred:
        parts.append((f"{STAR} starred", "$text-accent"))
    if flags.done:
        parts.append((f"{DONE} done for today", "$text-success"))
    if flags.follow_up_at is not None:
        due = is_due(flags, now)
        words = "follow-up due since" if due else "follow-up"
        style = "bold $text-error" if due else "$text-primary"
        parts.append((f"{FOLLOW_UP} {words} {later_text(flags.follow_up_at, now, zone)}", style))
    if flags.has_note:
        parts.append((f"{NOTE} my note", "$text-warning"))
    return Content(" · ").join(Content.styled(text, style) for text, style in parts)


def later_text(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time in the future on the reader's clock: "15:00", "tomorrow 09:00", "Mon 23 Dec 09:00"."""
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


MOST_NAMED = 3
"""How many conversations a toast names at most."""


def follow_ups_due_text(due: FollowUpsDue) -> tuple[str, str]:
    """Title and message of the toast."""
    title = f"{counted(len(due.due), 'follow-up')} due"
    lines = [row_title(row) for row in due.rows[:MOST_NAMED]]
    if (more := len(due.rows) - len(lines)) > 0:
        lines.append(f"and {more:,} more: has:followup")
    return title, "\n".join(lines)


def row_title(row: ConversationRow) -> str:
    """Customer and subject, on one line."""
    return f"{row.customer.name}: {row.subject or row.snippet.text}"[:100]
