"""The lines above a thread, which do not scroll: title, customer, state and times.

Customers decide how long names and remarks are. Each is shortened, and so is each line: what is cut is on the
customer screen.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content
from textual.geometry import Size

from tui.cells import fit
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.triage.marks import SLA_STYLES, STATE_GLYPHS, Age, Ageing, annotation_line
from tui.domain import ConversationRow, Thread
from tui.formatting import counted, moment, rating_words, short_age
from tui.text import one_line

STATE_STYLES = {"open": "$text-primary", "snoozed": "$text-warning", "closed": "$muted"}
AGE_STYLES = {Age.FRESH: "$muted", Age.WARM: "$text-warning", Age.LATE: "bold $text-error"}
MAX_NAME = 40
"""Cells of a name, of a company, team or service level too, and of the remark of a rating."""
MAX_EMAIL = 60
"""Cells of an e-mail address."""
ROOMY = 24
"""Lines of header and thread from which a line of the header may be wrapped once."""


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
        space: Size,
    ) -> None:
        """`matches` is a text such as "match 2 of 7", or empty; `brief` leaves out what the list shows.

        `space` is the size of header and thread together. Each line is shortened to its width or, if it is
        high, to twice that. Rating and tags have a line of their own where they do not fit behind the state.
        """
        width = max(1, space.width - self.gutter.width)
        title = Content.assemble(
            (f"{matches}  " if matches else "", "$text-accent"), (title_of(row, thread), "bold")
        )
        state, details = state_line(row, thread, now, zone), details_line(row, thread)
        both = Content("  ").join(each for each in (state, details) if each)
        if brief:
            lines = [title, both]
        else:
            states = [both] if both.cell_length <= width or not details else [state, details]
            times = times_line(row, now, zone, self.ageing)
            lines = [title, customer_line(row, thread), *states, times]
        if marks := annotation_line(row.annotation, now, zone):
            lines.append(marks)
        room = width * (2 if space.height >= ROOMY else 1)
        self.set_text(Content("\n").join(line.truncate(room, ellipsis=True) for line in lines))
        self.display = True

    def clear(self) -> None:
        self.display = False


def brief(text: str, width: int) -> str:
    """The text in one line of at most `width` cells."""
    return fit(one_line(text), width)


def title_of(row: ConversationRow, thread: Thread | None) -> str:
    """The title of the thread, or the subject; never empty."""
    title = thread.title if thread else ""
    return one_line(title or row.subject) or f"Conversation with {brief(row.customer.name, MAX_NAME)}"


def caption(row: ConversationRow, thread: Thread | None, matches: str) -> Content:
    """Title, customer and assignee, for one line."""
    title = (thread.title if thread else "") or row.subject
    customer, assignee = fit(row.customer.name, MAX_NAME), fit(row.assignee, MAX_NAME) or "unassigned"
    return Content.assemble(
        (f"{matches}  " if matches else "", "$text-accent"),
        (fit(title, MAX_NAME) or customer, "bold $foreground"),
        (f" · {customer} · {assignee}" if title else f" · {assignee}", "$muted"),
    )


def customer_line(row: ConversationRow, thread: Thread | None) -> Content:
    """Name, e-mail address and company of the customer."""
    name, email = row.customer.name, row.customer.email
    parts: list[tuple[str, str]] = [(brief(name, MAX_NAME), "$text-primary")]
    if email and email != name:
        parts.append((f" <{brief(email, MAX_EMAIL)}>", "$muted"))
    if thread and thread.company:
        parts.append((f" · {brief(thread.company, MAX_NAME)}", ""))
    return Content.assemble(*parts)


def state_line(row: ConversationRow, thread: Thread | None, now: datetime, zone: tzinfo | None) -> Content:
    """State, priority, assignee and service level."""
    details: list[str] = []
    if row.state == "snoozed" and row.snoozed_until is not None:
        details.append(f"until {moment(row.snoozed_until, now, zone)}")
    if row.priority in {"high", "urgent"}:
        details.append(f"{row.priority} priority")
    details.append(brief(row.assignee, MAX_NAME) or "unassigned")
    if row.team:
        details.append(brief(row.team, MAX_NAME))
    state = (f"{STATE_GLYPHS[row.state]} {row.state}", f"bold {STATE_STYLES[row.state]}")
    sla = sla_text(row, thread)
    service = (f" · {sla}" if sla else "", SLA_STYLES.get(row.sla_status, ""))
    return Content.assemble(state, *(f" · {detail}" for detail in details), service)


def details_line(row: ConversationRow, thread: Thread | None) -> Content:
    """Rating and tags; empty where there are none."""
    details: list[str] = []
    if thread and thread.rating is not None:
        details.append(f"rated {rating_words(thread.rating, '')}")
    if thread and thread.rating_remark:
        details.append(f"“{brief(thread.rating_remark, MAX_NAME)}”")
    tags = Content.styled("  ".join(f"#{one_line(tag)}" for tag in row.tags), "$text-accent")
    rating = Content(" · ".join(details))
    return Content("  ").join(each for each in (rating, tags) if each)


def sla_text(row: ConversationRow, thread: Thread | None) -> str:
    """The service level and its status, such as "SLA First reply 4h missed"; empty if there is none."""
    if not row.sla_status:
        return ""
    return " ".join(filter(None, ("SLA", brief(thread.sla_name, MAX_NAME) if thread else "", row.sla_status)))


def waiting_text(row: ConversationRow, now: datetime, ageing: Ageing) -> Content:
    """How long the customer has been waiting; empty if they are not."""
    if row.waiting_since is None:
        return Content("")
    seconds = (now - row.waiting_since).total_seconds()
    age = ageing.age(seconds)
    return Content.styled(f"waiting {short_age(seconds)}", AGE_STYLES[age])


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
