"""Glyphs and texts for states, priorities, service levels, annotations, waiting times and reminders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Self

from textual.content import Content

from tui.cells import fit
from tui.dashboard.triage.messages import FollowUpsChecked
from tui.domain import NO_FLAGS, AnnotationFlags, ConversationRow
from tui.formatting import counted, moment
from tui.settings import Settings

AGES_EVERY = 10.0
"""Seconds between two redraws of the waiting times and ages on screen."""


class Age(Enum):
    """How long a customer waits; the value is the name of a style."""

    FRESH = "fresh"
    WARM = "warm"
    LATE = "late"


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
NOTHING = "·"
"""The glyph of a cell of the gutter that has nothing to say."""
TO_SEND, NOT_SENT = "⇡", "✗"
"""Changes in the outbox: on their way, and held or failed."""
SLA_STYLES = {"missed": "bold $text-error", "hit": "$text-success"}

Mark = tuple[str, str]
"""A glyph, and the name of its style in a row."""

NO_MARK: Mark = (NOTHING, "muted")
PRIORITY_MARKS: dict[str, Mark] = {"high": ("↑", "raised"), "urgent": ("⇈", "overdue")}
SLA_MARKS: dict[str, Mark] = {"active": ("!", "raised"), "missed": ("‼", "overdue"), "hit": ("✓", "kept")}
"""Intercom's SLA status → its mark. Other statuses ("cancelled") have none."""
UNSENT_MARKS: dict[str, Mark] = {"going": (TO_SEND, "raised"), "undecided": (NOT_SENT, "overdue")}
MARK_CELLS = 4
"""Cells of the gutter: the state, the priority, the SLA and what the user did with a conversation."""

LEGEND: tuple[tuple[str, str], ...] = (
    ("● ◷ ✓", "state: open, snoozed, closed"),
    ("↑ ⇈", "priority: high, urgent"),
    ("! ‼ ✓", "SLA: running, missed, kept"),
    ("★ ☑ ⚑ ✎ ⇡ ✗", "yours: star, done, follow-up, note, change to be sent, change not sent"),
)
"""The marks of each cell of the gutter, and what they mean."""


def is_due(flags: AnnotationFlags, now: datetime) -> bool:
    return flags.follow_up_at is not None and flags.follow_up_at <= now


def annotation_mark(flags: AnnotationFlags, now: datetime) -> Mark:
    """The most important part of the annotation; a follow-up that is due comes before all others."""
    if flags is NO_FLAGS:
        return NO_MARK
    marks = (
        (is_due(flags, now), (FOLLOW_UP, "due")),
        (flags.starred, (STAR, "star")),
        (flags.done, (DONE, "closed")),
        (flags.follow_up_at is not None, (FOLLOW_UP, "tag")),
        (flags.has_note, (NOTE, "tag")),
    )
    return next((mark for is_set, mark in marks if is_set), NO_MARK)


def gutter_marks(row: ConversationRow, now: datetime) -> tuple[Mark, Mark, Mark, Mark]:
    """The marks of a conversation, one for each cell of the gutter."""
    return (
        (STATE_GLYPHS[row.state], row.state),
        PRIORITY_MARKS.get(row.priority, NO_MARK),
        SLA_MARKS.get(row.sla_status, NO_MARK),
        UNSENT_MARKS.get(row.unsent) or annotation_mark(row.annotation, now),
    )


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
MAX_TITLE = 100
"""Cells of customer and subject in a toast and in the palette."""


def follow_ups_due_text(due: FollowUpsChecked) -> tuple[str, str]:
    """Title and message of the toast."""
    title = f"{counted(len(due.due), 'follow-up')} due"
    lines = [row_title(row) for row in due.rows[:MOST_NAMED]]
    if (more := len(due.rows) - len(lines)) > 0:
        lines.append(f"and {more:,} more: is:due")
    return title, "\n".join(lines)


def row_title(row: ConversationRow) -> str:
    """Customer and subject, on one line; a long name leaves space for the subject."""
    customer = fit(row.customer.name, MAX_TITLE // 2)
    return fit(f"{customer}: {row.subject or row.snippet.text}", MAX_TITLE)
