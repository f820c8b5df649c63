"""Play mode: the conversation at its place in the queue, the progress bar and the summary."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.formatting import duration, number
from tui.dashboard.play.messages import ConversationSkipped, NewMatchesFound
from tui.dashboard.play.queries import find_new_matches, skip
from tui.dashboard.play.queue import DECISION_WORDS, PlayQueue
from tui.dashboard.play.skip_reason_dialog import SkipReasonDialog
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.marks import Ageing
from tui.dashboard.triage.messages import ActionRestored, AnnotationsChanged
from tui.formatting import counted
from tui.query import Query

BAR_CELLS = 16
"""Width of the progress bar."""


class PlayBar(Static):
    """ "▶ Inbox  7 of 31  ━━━━────────────  3 done · 1 skipped        4 new · + joins them"."""

    words: reactive[Content] = reactive(Content(""))
    news: reactive[Content] = reactive(Content(""))

    def show(self, queue: PlayQueue, *, aside: bool = False) -> None:
        self.words = Content("  ").join(
            part
            for part in (
                Content.assemble(("▶ ", "$text-accent"), (queue.title, "bold")),
                Content.styled(queue.progress, "bold $text-primary"),
                progress_bar(queue.fraction),
                Content.styled(tally_words(queue), "$muted"),
                Content.styled(place_words(queue, aside=aside), "$text-warning"),
            )
            if part
        )
        waiting = len(queue.waiting)
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


def place_words(queue: PlayQueue, *, aside: bool) -> str:
    """What is to be known about the conversation on screen."""
    if aside:
        return "aside, not in the queue · b goes back"
    return f"was {DECISION_WORDS[queue.decision]}" if queue.decision else ""


def progress_bar(fraction: float) -> Content:
    """Readable without colour: the two parts are drawn with different strokes."""
    done = round(fraction * BAR_CELLS)
    return Content.assemble(("━" * done, "$text-success"), ("╌" * (BAR_CELLS - done), "$muted"))


def tally_words(queue: PlayQueue) -> str:
    """ "3 done · 1 skipped"."""
    return " · ".join(f"{number(times)} {DECISION_WORDS[decision]}" for decision, times in queue.tally)


class PlaySummary(Static, can_focus=True):
    """Shown behind the last conversation, and when one leaves early."""

    HELP = "What was decided in this queue. Everything of it can be undone."

    def on_mount(self) -> None:
        self.display = False
        self.border_title = "session"
        self.border_subtitle = "enter closes · b back · u undo"

    def show(self, queue: PlayQueue, now: datetime) -> None:
        self.update(summary_content(queue, now))


def summary_content(queue: PlayQueue, now: datetime) -> Content:
    lines = [
        Content.styled(
            f"{queue.title}: {counted(len(queue), 'conversation')}"
            f" in {duration((now - queue.began).total_seconds())}",
            "bold $text-primary",
        ),
        Content(""),
    ]
    for decision, times in queue.tally:
        lines.append(Content.assemble((f"{number(times):>6}", "bold"), f"  {DECISION_WORDS[decision]}"))
    if queue.untouched:
        lines.append(Content.styled(f"{number(queue.untouched):>6}  not decided", "$muted"))
    if queue.waiting:
        lines.append(Content(""))
        lines.append(
            Content.styled(f"{number(len(queue.waiting))} new came in · + joins them", "$text-accent")
        )
    return Content("\n").join(lines)


class PlayPanel(Vertical):
    """A decision on the present conversation opens the next one; the summary follows the last one."""

    HELP = (
        "Star, done, follow-up, note and skip go on to the next conversation of the queue. The keys that read"
        " a conversation work here too; those for the next and the previous one move without a decision."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,right", "skip", "Skip", id="play_skip", tooltip="Next conversation without a decision"),
        Binding(
            "S", "skip_because", "Skip, why", id="play_skip_because", tooltip="Skip with a reason", show=False
        ),
        Binding("b,left", "back", "Back", id="play_back", tooltip="Previous conversation"),
        Binding("plus", "join", "Join new", id="play_join", tooltip="Add the new matches to the queue"),
    ]

    bar = getters.query_one("#play-bar", PlayBar)
    thread = getters.query_one("#thread", ThreadView)
    summary = getters.query_one("#play-summary", PlaySummary)

    def __init__(self, store: StoreThread, queue: PlayQueue, query: Query) -> None:
        super().__init__(id="play-panel")
        self._store = store
        self._query = query
        self.queue = queue
        self._is_deciding = False
        """Whether a change was requested and is not made yet; until then there is nothing to decide on."""
        self._aside: int | None = None
        """A conversation that is read in between, outside the queue."""

    def compose(self) -> ComposeResult:
        yield PlayBar(id="play-bar")
        yield ThreadView(self._store, id="thread")
        yield PlaySummary(id="play-summary")

    def on_mount(self) -> None:
        self.thread.header.ageing = Ageing.of(self._store.workspace.settings)
        self.show_place()

    @property
    def current(self) -> int | None:
        """None also while the summary is shown, and while a decision is being stored."""
        if self._is_deciding:
            return None
        if self._aside is not None:
            return self._aside
        return None if self.summary.display else self.queue.current

    @property
    def targets(self) -> Collection[int]:
        """The conversation to annotate."""
        return () if self.current is None else (self.current,)

    def show_place(self, *, ended: bool = False) -> None:
        """Show the conversation at the queue's place, or the summary after the last one."""
        current, self._aside = self.queue.current, None
        ended = ended or current is None
        self.summary.display = ended
        self.thread.display = not ended
        self.bar.show(self.queue)
        if ended:
            self._show_summary()
            self.summary.focus()
        elif current is not None:
            self.thread.read(current, None, self._query)
            self.thread.scroll.focus()
        self.refresh_bindings()

    def _show_summary(self) -> None:
        self.summary.show(self.queue, self._store.workspace.clock())

    # --- reading

    def go_to(self, conversation_id: int) -> None:
        """Read one in between; a decision on it, or any move in the queue, goes back to the queue."""
        if conversation_id == self.queue.current:
            self.show_place()
            return
        self._aside = conversation_id
        self.bar.show(self.queue, aside=True)
        self.thread.read(conversation_id, None, self._query)
        self.refresh_bindings()

    def go_on(self, step: int) -> None:
        if self._aside is not None or (self.queue.onward() if step > 0 else self.queue.back()):
            self.show_place()

    def zoom(self) -> bool:
        self.toggle_class("-zoomed")
        return self.has_class("-zoomed")

    @property
    def is_aside(self) -> bool:
        """Whether a conversation outside the queue is read."""
        return self._aside is not None

    # --- decisions

    def start_decision(self) -> None:
        """A change was requested."""
        self._is_deciding = True
        self.refresh_bindings()

    def cancel_decision(self) -> None:
        """The change could not be made."""
        self._is_deciding = False
        self.refresh_bindings()

    def decide(self, message: AnnotationsChanged) -> None:
        """Go on; a change of nothing (the conversation is gone) is no decision."""
        self._is_deciding = False
        if message.action.count:
            self.queue.decide(next(iter(message.ids)), message.decision, message.action.id)
        else:
            self.queue.onward()
        self.show_place()

    @on(ConversationSkipped)
    def _skipped(self, message: ConversationSkipped) -> None:
        self._is_deciding = False
        self.queue.decide(message.conversation_id, "skipped")
        self.show_place()

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.cancel_decision()

    def restore(self, message: ActionRestored) -> None:
        """Show the conversation whose decision was undone, to be decided anew."""
        if message.action is not None and not message.redone:
            self.queue.undone(message.action.id)
        self.show_place()

    # --- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "join":
            return bool(self.queue.waiting)
        if action == "skip_because":
            return self.is_mounted and self.current is not None and self._aside is None
        if action == "skip":
            return self.is_mounted and self.current is not None
        return True

    def _skip(self, conversation_id: int, reason: str) -> None:
        function = partial(skip, conversation_id=conversation_id, reason=reason)
        self._store.run(Job(JobKind.WRITE, "skip", function), self)
        self.start_decision()

    def action_skip(self) -> None:
        if self._aside is not None:
            self.show_place()
        elif (current := self.current) is not None:
            self._skip(current, "")

    def action_skip_because(self) -> None:
        skipped = self.current

        def answered(reason: str | None) -> None:
            if reason is not None and skipped is not None:
                self._skip(skipped, reason)

        if skipped is not None:
            self.app.push_screen(SkipReasonDialog(), answered)

    def action_back(self) -> None:
        stays = self._aside is not None or (self.summary.display and self.queue.current is not None)
        if stays or self.queue.back():
            self.show_place()

    # --- new matches

    def conversations_stored(self, ids: Collection[int]) -> None:
        """These conversations changed in the store."""
        if self.thread.conversation_id in ids:
            self.thread.read_again()
        function = partial(find_new_matches, query=self._query, known=self.queue.ids)
        self._store.run(Job(JobKind.OTHER, "new matches", function), self)

    @on(NewMatchesFound)
    def _new_matches_found(self, message: NewMatchesFound) -> None:
        self.queue.offer(message.ids)
        self.bar.show(self.queue)
        if self.summary.display:
            self._show_summary()
        self.refresh_bindings()

    def action_join(self) -> None:
        self.queue.join()
        self.show_place()
