"""Who, what and where things stand: the lines above a thread that do not scroll away."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content
from textual.widgets import Static

from tui.dashboard.row_strip import STATE_GLYPHS
from tui.dashboard.words import ago, counted, moment, short_age
from tui.domain import ConversationRow, Thread

STATE_STYLES = {"open": "$text-primary", "snoozed": "$text-warning", "closed": "$text-muted"}


class ThreadHeader(Static):
    """Shows a row at once, and more of it when the thread is here."""

    def show(
        self, row: ConversationRow, thread: Thread | None, now: datetime, zone: tzinfo | None, matches: str
    ) -> None:
        """`matches` is a word such as "match 2 of 7", or empty."""
        lines = [
            Content.assemble((title_of(row, thread), "bold"), ("  " + matches if matches else "", "$accent")),
            customer_line(row, thread),
            standing_line(row, now, zone),
        ]
        if row.tags or (thread and thread.sla_name) or (thread and thread.rating is not None):
            lines.append(extras_line(row, thread))
        self.update(Content("\n").join(lines))

    def clear(self) -> None:
        self.update(Content(""))


def title_of(row: ConversationRow, thread: Thread | None) -> str:
    return (thread.title if thread and thread.title else row.subject) or "Conversation"


def customer_line(row: ConversationRow, thread: Thread | None) -> Content:
    parts: list[tuple[str, str]] = [(row.customer.name, "$text-primary")]
    if row.customer.email and row.customer.email != row.customer.name:
        parts.append((f" <{row.customer.email}>", "$text-muted"))
    if thread and thread.company:
        parts.append((f" · {thread.company}", ""))
    parts.append((f"  #{row.id}", "$text-muted"))
    return Content.assemble(*parts)


def standing_line(row: ConversationRow, now: datetime, zone: tzinfo | None) -> Content:
    words: list[str] = []
    if row.state == "snoozed" and row.snoozed_until is not None:
        words.append(f"until {moment(row.snoozed_until, now, zone)}")
    if row.priority in {"high", "urgent"}:
        words.append(f"{row.priority} priority")
    words.append(row.assignee or "unassigned")
    if row.team:
        words.append(row.team)
    words.append(counted(row.message_count, "message"))
    if row.waiting_since is not None:
        words.append(f"waiting {short_age((now - row.waiting_since).total_seconds())}")
    words.append(f"opened {moment(row.created_at, now, zone)}")
    words.append(f"updated {ago((now - row.updated_at).total_seconds())}")
    state = (f"{STATE_GLYPHS[row.state]} {row.state}", f"bold {STATE_STYLES[row.state]}")
    return Content.assemble(state, *(f" · {word}" for word in words))


def extras_line(row: ConversationRow, thread: Thread | None) -> Content:
    parts: list[str | tuple[str, str]] = [(" ".join(f"#{tag}" for tag in row.tags), "$text-accent")]
    if thread and thread.rating is not None:
        remark = f" “{thread.rating_remark}”" if thread.rating_remark else ""
        parts.append(f"  rated {thread.rating} of 5{remark}")
    if thread and thread.sla_name:
        parts.append(f"  SLA {thread.sla_name} {thread.sla_status}")
    return Content.assemble(*parts)
