"""The lines above a thread, which do not scroll: title, customer, state and times."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content

from tui.dashboard.common.static_text import StaticText
from tui.dashboard.triage.marks import SLA_STYLES, STATE_GLYPHS, Age, Ageing, annotation_line
from tui.domain import ConversationRow, Thread
from tui.formatting import counted, moment, short_age

STATE_STYLES = {"open": "$text-primary", "snoozed": "$text-warning", "closed": "$muted"}
AGE_STYLES = {Age.FRESH: "$muted", Age.WARM: "$text-warning", Age.LATE: "bold $text-error"}


class ThreadHeader(StaticText):
    """Shows a row of the results, with more details once the thread is read."""

    ageing = Ageing()

    def show(
        self,
        row: ConversationRow,
        thread: Thread | None,
        now: datetime,
        zone: tzinfo | None,
        *,
        matches: str,
        brief: bool,
    ) -> None:
        """`matches` is a text such as "match 2 of 7", or empty; `brief` leaves out what the list shows."""
        title = Content.assemble(
            (f"{matches}  " if matches else "", "$text-accent"), (title_of(row, thread), "bold")
        )
        lines = [title, state_line(row, thread, now, zone)]
        if not brief:
            lines.insert(1, customer_line(row, thread))
            lines.append(times_line(row, now, zone, self.ageing))
        if marks := annotation_line(row.annotation, now, zone):
            lines.append(marks)
        self.set_text(Content("\n").join(lines))
        self.display = True

    def clear(self) -> None:
        self.display = False


def title_of(row: ConversationRow, thread: Thread | None) -> str:
    """The title of the thread, or the subject; never empty."""
    title = thread.title if thread else ""
    return title or row.subject or f"Conversation with {row.customer.name}"


def customer_line(row: ConversationRow, thread: Thread | None) -> Content:
    """Name, e-mail address and company of the customer."""
    parts: list[tuple[str, str]] = [(row.customer.name, "$text-primary")]
    if row.customer.email and row.customer.email != row.customer.name:
        parts.append((f" <{row.customer.email}>", "$muted"))
    if thread and thread.company:
        parts.append((f" · {thread.company}", ""))
    return Content.assemble(*parts)


def state_line(row: ConversationRow, thread: Thread | None, now: datetime, zone: tzinfo | None) -> Content:
    """State, priority, assignee, rating, service level and tags."""
    details: list[str] = []
    if row.state == "snoozed" and row.snoozed_until is not None:
        details.append(f"until {moment(row.snoozed_until, now, zone)}")
    if row.priority in {"high", "urgent"}:
        details.append(f"{row.priority} priority")
    details.append(row.assignee or "unassigned")
    if row.team:
        details.append(row.team)
    if thread and thread.rating is not None:
        details.append(f"rated {thread.rating} of 5")
    if thread and thread.rating_remark:
        details.append(f"“{thread.rating_remark}”")
    state = (f"{STATE_GLYPHS[row.state]} {row.state}", f"bold {STATE_STYLES[row.state]}")
    sla = sla_text(row, thread)
    service = (f" · {sla}" if sla else "", SLA_STYLES.get(row.sla_status, ""))
    tags = (" ".join(f" #{tag}" for tag in row.tags), "$text-accent")
    return Content.assemble(
        state, *(f" · {detail}" for detail in details), service, " " if row.tags else "", tags
    )


def sla_text(row: ConversationRow, thread: Thread | None) -> str:
    """The service level and its status, such as "SLA First reply 4h missed"; empty if there is none."""
    if not row.sla_status:
        return ""
    return " ".join(filter(None, ("SLA", thread.sla_name if thread else "", row.sla_status)))


def waiting_text(row: ConversationRow, now: datetime, ageing: Ageing) -> Content:
    """How long the customer has been waiting; empty if they are not."""
    if row.waiting_since is None:
        return Content("")
    seconds = (now - row.waiting_since).total_seconds()
    age = ageing.age(seconds)
    return Content.styled(f"{age.glyph} waiting {short_age(seconds)}", AGE_STYLES[age])


def times_line(row: ConversationRow, now: datetime, zone: tzinfo | None, ageing: Ageing) -> Content:
    """How long the customer has been waiting, the number of messages, times and id."""
    details = (
        counted(row.message_count, "message"),
        f"opened {moment(row.created_at, now, zone)}",
        f"updated {moment(row.updated_at, now, zone)}",
        f"#{row.id}",
    )
    waiting = waiting_text(row, now, ageing)
    return Content.assemble(waiting, " · " if waiting else "", Content.styled(" · ".join(details), "$muted"))
