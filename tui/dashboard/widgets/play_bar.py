"""The line above the conversation that is played: which queue, how far, what was decided, what came in."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.triage.session import WORDS, Session
from tui.dashboard.words import number

CELLS = 16
"""Width of the progress bar."""


class PlayBar(Static):
    """ "▶ Inbox  7 of 31  ━━━━────────────  3 done · 1 skipped        4 new · + joins them"."""

    words: reactive[Content] = reactive(Content(""))
    news: reactive[Content] = reactive(Content(""))

    def show(self, session: Session, *, aside: bool = False) -> None:
        self.words = Content("  ").join(
            part
            for part in (
                Content.assemble(("▶ ", "$text-accent"), (session.title, "bold")),
                Content.styled(session.progress, "bold $text-primary"),
                progress_bar(session.fraction),
                Content.styled(tally_words(session), "$muted"),
                Content.styled(place_words(session, aside=aside), "$text-warning"),
            )
            if part
        )
        waiting = len(session.waiting)
        self.news = Content.styled(f"▲ {number(waiting)} new · + joins them" if waiting else "", "reverse")

    def render(self) -> Content:
        width = self.size.width
        room = width - self.news.cell_length - 1
        left = (
            self.words.truncate(max(0, room), ellipsis=True) if self.words.cell_length > room else self.words
        )
        return Content.assemble(
            left, " " * max(1, width - left.cell_length - self.news.cell_length), self.news
        )


def place_words(session: Session, *, aside: bool) -> str:
    """What is to be known about the conversation on screen."""
    if aside:
        return "aside, not in the queue · b goes back"
    return f"was {WORDS[session.decision]}" if session.decision else ""


def progress_bar(fraction: float) -> Content:
    """Readable without colour: the two parts are drawn with different strokes."""
    done = round(fraction * CELLS)
    return Content.assemble(("━" * done, "$text-success"), ("╌" * (CELLS - done), "$muted"))


def tally_words(session: Session) -> str:
    """ "3 done · 1 skipped"."""
    return " · ".join(f"{number(times)} {WORDS[decision]}" for decision, times in session.tally)
