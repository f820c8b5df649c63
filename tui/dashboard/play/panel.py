"""Play mode: the conversation at its place in the queue, the progress bar and the summary."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.common.messages import StoreFailed
from tui.dashboard.formatting import duration, number
from tui.dashboard.play.messages import ConversationSkipped, NewMatchesFound
from tui.dashboard.play.queue import DECISION_WORDS, PlayQueue
from tui.dashboard.play.skip_reason_dialog import SkipReasonDialog
from tui.dashboard.results.queries import StoreReads
from tui.dashboard.sync_status.messages import ConversationsArrived
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.marks import Ageing
from tui.dashboard.triage.messages import ActionRestored, AnnotationRefused, AnnotationsChanged
from tui.dashboard.triage.queries import TriageJobs
from tui.query import Query
from tui.text import counted

BAR_CELLS = 16
"""Width of the progress bar."""


class PlayBar(Static):
    """ "▶ Inbox  7 of 31  ━━━━────────────  3 done · 1 skipped        4 new · + joins them"."""

    words: reactive[Content] = reactive(Content(""))
    news: reactive[Content] = reactive(Content(""))

    def show(self, session: PlayQueue, *, aside: bool = False) -> None:
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


def place_words(session: PlayQueue, *, aside: bool) -> str:
    """What is to be known about the conversation on screen."""
    if aside:
        return "aside, not in the queue · b goes back"
    return f"was {DECISION_WORDS[session.decision]}" if session.decision else ""


def progress_bar(fraction: float) -> Content:
    """Readable without colour: the two parts are drawn with different strokes."""
    done = round(fraction * BAR_CELLS)
    return Content.assemble(("━" * done, "$text-success"), ("╌" * (BAR_CELLS - done), "$muted"))


def tally_words(session: PlayQueue) -> str:
    """ "3 done · 1 skipped"."""
    return " · ".join(f"{number(times)} {DECISION_WORDS[decision]}" for decision, times in session.tally)


class PlaySummary(Static, can_focus=True):
    """Shown behind the last conversation, and when one leaves early."""

    HELP = "What was decided in this session. Everything of it can be undone."

    def on_mount(self) -> None:
        self.display = False
        self.border_title = "session"
        self.border_subtitle = "enter closes · b back · u undo"

    def show(self, session: PlayQueue, now: datetime) -> None:
        self.update(summary_content(session, now))


def summary_content(session: PlayQueue, now: datetime) -> Content:
    lines = [
        Content.styled(
            f"{session.title}: {counted(len(session), 'conversation')}"
            f" in {duration((now - session.began).total_seconds())}",
            "bold $text-primary",
        ),
        Content(""),
    ]
    for decision, times in session.tally:
        lines.append(Content.assemble((f"{number(times):>6}", "bold"), f"  {DECISION_WORDS[decision]}"))
    if session.untouched:
        lines.append(Content.styled(f"{number(session.untouched):>6}  not decided", "$muted"))
    if session.waiting:
        lines.append(Content(""))
        lines.append(
            Content.styled(f"{number(len(session.waiting))} new came in · + joins them", "$text-accent")
        )
    return Content("\n").join(lines)


class PlayPanel(TriageActions):
    """A decision on the present conversation opens the next one; behind the last one stands the summary."""

    HELP = (
        "Star, done, follow-up, note and skip go on to the next conversation of the queue. The keys that read"
        " one work here too; those to the next and the previous one look ahead and back without a decision."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,right", "skip", "Skip", id="play_skip", tooltip="On to the next without a decision"),
        Binding(
            "S", "skip_because", "Skip, why", id="play_skip_because", tooltip="Skip and note why", show=False
        ),
        Binding("b,left", "back", "Back", id="play_back", tooltip="Back to the one before"),
        Binding("plus", "join", "Join new", id="play_join", tooltip="Append what came in meanwhile"),
    ]

    bar = getters.query_one("#play-bar", PlayBar)
    thread = getters.query_one("#thread", ThreadView)
    reading = getters.query_one("#play-reading", ThreadActions)
    summary = getters.query_one("#play-summary", PlaySummary)

    def __init__(self, jobs: TriageJobs, reads: StoreReads, session: PlayQueue, query: Query) -> None:
        super().__init__(jobs, id="play-desk")
        self._reads = reads
        self._query = query
        self.session = session
        self._deciding = False
        """Whether a step was asked for and is not made yet; until then there is nothing to decide on."""
        self._aside: int | None = None
        """A conversation that is read in between: it is not the queue's turn."""

    def compose(self) -> ComposeResult:
        yield PlayBar(id="play-bar")
        thread = ThreadView(self._reads, id="thread")
        yield ThreadActions(thread, self, self._reads, id="play-reading")
        yield PlaySummary(id="play-summary")

    def on_mount(self) -> None:
        self.thread.header.ageing = Ageing.of(self._jobs.workspace.settings)
        self.show_place()

    @property
    def current(self) -> int | None:
        """None also while the summary is shown, and while a decision is being stored."""
        if self._deciding:
            return None
        if self._aside is not None:
            return self._aside
        return None if self.summary.display else self.session.current

    def show_place(self, *, ended: bool = False) -> None:
        """Show the conversation at the session's place, or the summary behind the last one."""
        current, self._aside = self.session.current, None
        ended = ended or current is None
        self.summary.display = ended
        self.reading.display = not ended
        self.bar.show(self.session)
        if ended:
            self.summary.show(self.session, self._clock())
            self.summary.focus()
        elif current is not None:
            self.thread.read(current, None, self._query)
            self.thread.scroll.focus()
        self.refresh_bindings()

    # --- what is read

    def go_to(self, conversation_id: int) -> None:
        """Read one in between; a decision on it, or any step in the queue, goes back to the queue."""
        if conversation_id == self.session.current:
            self.show_place()
            return
        self._aside = conversation_id
        self.bar.show(self.session, aside=True)
        self.thread.read(conversation_id, None, self._query)
        self.refresh_bindings()

    def go_on(self, step: int) -> None:
        if self._aside is not None or (self.session.onward() if step > 0 else self.session.back()):
            self.show_place()

    def zoom(self) -> bool:
        self.toggle_class("-zoomed")
        return self.has_class("-zoomed")

    @property
    def is_aside(self) -> bool:
        """Whether another conversation than the queue's is read."""
        return self._aside is not None

    # --- decisions

    def begun(self) -> None:
        self._deciding = True
        self.refresh_bindings()

    @on(AnnotationsChanged)
    @on(ConversationSkipped)
    def _decided(self, message: AnnotationsChanged | ConversationSkipped) -> None:
        """A step that changed nothing (the conversation is gone) is no decision, but goes on as well."""
        self._deciding = False
        if isinstance(message, ConversationSkipped):
            self.session.decide(message.conversation_id, "skipped")
        elif message.action.count:
            self.session.decide(next(iter(message.ids)), message.decision, message.action.id)
        else:
            self.session.onward()
        self.show_place()

    @on(AnnotationRefused)
    @on(StoreFailed)
    def _undecided(self) -> None:
        """The step could not be made; it is told elsewhere."""
        self._deciding = False
        self.refresh_bindings()

    @on(ActionRestored)
    def _restored(self, message: ActionRestored) -> None:
        """What was undone is shown, to be decided anew."""
        if message.action is not None and not message.redone:
            self.session.undone(message.action.id)
        self.show_place()

    # --- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "join":
            return bool(self.session.waiting)
        if action == "skip_because":
            return self.is_mounted and self.current is not None and self._aside is None
        if action in {"star", "done", "follow_up", "note", "skip"}:
            return self.is_mounted and self.current is not None
        return True

    def action_skip(self) -> None:
        if self._aside is not None:
            self.show_place()
        elif (current := self.current) is not None:
            self._jobs.skip(self, current, "")
            self.begun()

    def action_skip_because(self) -> None:
        skipped = self.current

        def answered(reason: str | None) -> None:
            if reason is not None and skipped is not None:
                self._jobs.skip(self, skipped, reason)
                self.begun()

        if skipped is not None:
            self.app.push_screen(SkipReasonDialog(), answered)

    def action_back(self) -> None:
        stays = self._aside is not None or (self.summary.display and self.session.current is not None)
        if stays or self.session.back():
            self.show_place()

    # --- what comes in meanwhile

    @on(ConversationsArrived)
    def _arrived(self, message: ConversationsArrived) -> None:
        if self.thread.conversation_id in message.ids:
            self.thread.read_again()
        self._jobs.newcomers(self, self._query, self.session.ids)

    @on(NewMatchesFound)
    def _newcomers(self, message: NewMatchesFound) -> None:
        self.session.offer(message.ids)
        self.bar.show(self.session)
        if self.summary.display:
            self.summary.show(self.session, self._clock())
        self.refresh_bindings()

    def action_join(self) -> None:
        self.session.join()
        self.show_place()
