"""What a session of play mode came to."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from tui.dashboard.triage.session import WORDS, Session
from tui.dashboard.words import duration, number
from tui.formatting import counted


class PlaySummary(Static, can_focus=True):
    """Shown behind the last conversation, and when one leaves early."""

    HELP = "What was decided in this session. Everything of it can be undone."

    def on_mount(self) -> None:
        self.display = False
        self.border_title = "session"
        self.border_subtitle = "enter closes · b back · u undo"

    def show(self, session: Session, now: datetime) -> None:
        self.update(summary(session, now))


def summary(session: Session, now: datetime) -> Content:
    lines = [
        Content.styled(
            f"{session.title}: {counted(len(session), 'conversation')}"
            f" in {duration((now - session.began).total_seconds())}",
            "bold $text-primary",
        ),
        Content(""),
    ]
    for decision, times in session.tally:
        lines.append(Content.assemble((f"{number(times):>6}", "bold"), f"  {WORDS[decision]}"))
    if session.untouched:
        lines.append(Content.styled(f"{number(session.untouched):>6}  not decided", "$muted"))
    if session.waiting:
        lines.append(Content(""))
        lines.append(
            Content.styled(f"{number(len(session.waiting))} new came in · + joins them", "$text-accent")
        )
    return Content("\n").join(lines)
