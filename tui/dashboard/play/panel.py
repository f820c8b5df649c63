"""The widgets of play mode: progress bar, conversation and summary."""

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

from tui.dashboard.composer.messages import MessageQueued
from tui.dashboard.play.messages import ConversationSkipped, DoneMeanwhile, NewMatchesFound, QueueFetched
from tui.dashboard.play.queries import fetch_queue, find_done, find_new_matches, skip
from tui.dashboard.play.queue import DECISION_WORDS, Made, PlayQueue
from tui.dashboard.play.skip_reason_dialog import SkipReasonDialog
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.marks import Ageing
from tui.dashboard.triage.messages import ActionRestored, AnnotationsChanged, ChangesUndone, Decision
from tui.formatting import counted, duration, number
from tui.store.listing_pages import Listing

LOOKED_AHEAD = 20
"""How many conversations are checked whether they were done meanwhile."""
BAR_CELLS = 16
"""Width of the progress bar."""


class PlayBar(Static):
    """ "▶ Inbox  7 of 31  ━━━━────────────  3 done · 1 skipped        ▲ 4 new · + adds them"."""

    progress: reactive[Content] = reactive(Content(""))
    new_matches: reactive[Content] = reactive(Content(""))

    def show(self, queue: PlayQueue, *, outside: bool = False) -> None:
        """`outside`: the conversation on screen is not the queue's current one."""
        self.progress = Content("  ").join(
            part
            for part in (
                Content.assemble(("▶ ", "$text-accent"), (queue.title, "bold")),
                Content.styled(queue.progress, "bold $text-primary"),
                progress_bar(queue.fraction),
                Content.styled(decision_summary(queue), "$muted"),
                Content.styled(current_hint(queue, outside=outside), "$text-warning"),
            )
            if part
        )
        new = len(queue.new_matches)
        self.new_matches = Content.styled(f"▲ {number(new)} new · + adds them" if new else "", "reverse")

    def render(self) -> Content:
        width = self.size.width
        room = width - self.new_matches.cell_length - 1
        left = self.progress
        if left.cell_length > room:
            left = left.truncate(max(0, room), ellipsis=True)
        gap = max(1, width - left.cell_length - self.new_matches.cell_length)
        return Content.assemble(left, " " * gap, self.new_matches)


def current_hint(queue: PlayQueue, *, outside: bool) -> str:
    """A remark on the conversation on screen."""
    if outside:
        return "not in the queue · b goes back to it"
    return f"earlier: {DECISION_WORDS[queue.decision]}" if queue.decision else ""


def progress_bar(fraction: float) -> Content:
    """Readable without colour: the two parts are drawn with different strokes."""
    done = round(fraction * BAR_CELLS)
    return Content.assemble(("━" * done, "$text-success"), ("╌" * (BAR_CELLS - done), "$muted"))


def decision_summary(queue: PlayQueue) -> str:
    """ "3 done · 1 skipped"."""
    return " · ".join(
        f"{number(count)} {DECISION_WORDS[decision]}" for decision, count in queue.decision_counts
    )


class PlaySummary(Static, can_focus=True):
    """Follows the last conversation, and an early end."""

    HELP = "The decisions made in this queue. Each can be undone."

    def on_mount(self) -> None:
        self.display = False
        self.border_title = "summary"
        self.border_subtitle = "Enter close · b back · u undo"

    def show(self, queue: PlayQueue, now: datetime) -> None:
        self.update(summary_content(queue, now))


def summary_content(queue: PlayQueue, now: datetime) -> Content:
    """ "Inbox: 10 of 571 reviewed in 20 s", then how often each decision was made."""
    elapsed = duration((now - queue.started_at).total_seconds())
    title = f"{queue.title}: {number(queue.reviewed)} of {number(len(queue))} reviewed in {elapsed}"
    lines = [Content.styled(title, "bold $text-primary"), Content("")]
    for decision, count in queue.decision_counts:
        lines.append(Content.assemble((f"{number(count):>6}", "bold"), f"  {DECISION_WORDS[decision]}"))
    if undecided := len(queue) - queue.reviewed:
        lines.append(Content.styled(f"{number(undecided):>6}  not decided", "$muted"))
    if new := len(queue.new_matches):
        lines.append(Content(""))
        lines.append(
            Content.styled(f"{counted(new, 'new match', 'new matches')} · + adds them", "$text-accent")
        )
    return Content("\n").join(lines)


class PlayPanel(Vertical):
    """Shows one conversation of the queue; a decision opens the next one, the summary follows the last."""

    HELP = (
        "Star, done, follow-up, note, skip and changes in Intercom open the next conversation of the queue."
        " The keys for reading a conversation work here too; } and { open the next and the previous one"
        " without a decision."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,right", "skip", "Skip", id="play_skip", tooltip="Next conversation without a decision"),
        Binding(
            "S",
            "skip_because",
            "Skip because",
            id="play_skip_because",
            tooltip="Skip with a reason",
            show=False,
        ),
        Binding("b,left", "back", "Back", id="play_back", tooltip="Previous conversation"),
        Binding(
            "plus",
            "add_new",
            "Add new",
            id="play_join",
            tooltip="Add the new matches to the end of the queue",
        ),
    ]

    bar = getters.query_one("#play-bar", PlayBar)
    thread = getters.query_one("#thread", ThreadView)
    summary = getters.query_one("#play-summary", PlaySummary)

    def __init__(self, store: StoreThread, queue: PlayQueue, listing: Listing) -> None:
        """`listing` is what the queue consists of, which is read from the store."""
        super().__init__(id="play-panel")
        self._store = store
        self._listing = listing
        self.queue = queue
        self._unchecked: frozenset[int] = frozenset()
        """Conversations that were stored since the start and may be new matches."""
        self._is_deciding = False
        """Whether a decision is being stored; until then no other can be made."""
        self._is_going_on = False
        """Whether the conversation on screen follows a decision: then it is one that is still to be done."""
        self._outside_id: int | None = None
        """The conversation on screen, where it is not the queue's current one."""

    def compose(self) -> ComposeResult:
        yield PlayBar(id="play-bar")
        yield ThreadView(self._store, id="thread")
        yield PlaySummary(id="play-summary")

    def on_mount(self) -> None:
        self.thread.header.ageing = Ageing.of(self._store.workspace.settings)
        self.summary.display = False
        self._store.run(Job(JobKind.SEARCH, "queue", partial(fetch_queue, listing=self._listing)), self)

    @on(QueueFetched)
    def _queue_fetched(self, message: QueueFetched) -> None:
        self.queue.start(message.ids, is_cut=message.is_cut)
        self.show_current()

    @property
    def is_waiting(self) -> bool:
        """Whether a conversation is still to be shown."""
        return not self.queue.has_started or self.thread.is_waiting

    @property
    def current(self) -> int | None:
        """The conversation that can be decided on; None at the summary, and while a decision is stored."""
        if self._is_deciding:
            return None
        if self._outside_id is not None:
            return self._outside_id
        return None if self.summary.display else self.queue.current

    @property
    def targets(self) -> Collection[int]:
        """The conversation to annotate."""
        return () if self.current is None else (self.current,)

    def show_current(self, *, ended: bool = False) -> None:
        """Show the queue's current conversation, or the summary after the last one."""
        current, self._outside_id = self.queue.current, None
        ended = ended or current is None
        self.summary.display = ended
        self.thread.display = not ended
        self.bar.show(self.queue)
        if ended:
            self._show_summary()
            self.summary.focus()
        elif current is not None:
            self.thread.read(current, None, self._listing.query)
            self.thread.scroll.focus()
            self._find_done()
        self.refresh_bindings()

    def _find_done(self) -> None:
        """Look whether the conversations that come next were done meanwhile."""
        ids = tuple(self.queue.following(LOOKED_AHEAD))
        function = partial(find_done, listing=self._listing, ids=ids)
        self._store.run(Job(JobKind.OTHER, "done meanwhile", function), self)

    @on(DoneMeanwhile)
    def _done_meanwhile(self, message: DoneMeanwhile) -> None:
        message.stop()
        if (
            self.queue.set_done_meanwhile(message.checked, message.ids)
            and self._is_going_on
            and not self._is_deciding
        ):
            self.queue.skip_done_meanwhile()
            self.show_current()

    def _show_summary(self) -> None:
        self.summary.show(self.queue, self._store.workspace.clock())

    # --- reading

    def go_to(self, conversation_id: int) -> None:
        """Show another conversation; a decision on it, or a move in the queue, returns to the queue."""
        if conversation_id == self.queue.current:
            self.show_current()
            return
        self._outside_id = conversation_id
        self.bar.show(self.queue, outside=True)
        self.thread.read(conversation_id, None, self._listing.query)
        self.refresh_bindings()

    def go_by(self, step: int) -> None:
        if self._outside_id is not None or (self.queue.go_forward() if step > 0 else self.queue.go_back()):
            self._is_going_on = False
            self.show_current()

    def zoom(self) -> bool:
        self.toggle_class("-zoomed")
        return self.has_class("-zoomed")

    @property
    def is_outside_queue(self) -> bool:
        """Whether the conversation on screen is not the queue's current one."""
        return self._outside_id is not None

    # --- decisions

    def start_decision(self) -> None:
        """Disable decisions while a change is being stored."""
        self._is_deciding = True
        self.refresh_bindings()

    def cancel_decision(self) -> None:
        """Enable decisions after a change could not be stored."""
        self._is_deciding = False
        self.refresh_bindings()

    def decide(self, message: AnnotationsChanged) -> None:
        """Record the change as a decision and show the next conversation.

        Where nothing was changed, because the conversation was deleted, there is no decision.
        """
        self._is_deciding = False
        if message.action.count and message.ids:
            self.queue.decide(next(iter(message.ids)), message.decision, Made(message.action.id))
        else:
            self.queue.go_forward()
        self._is_going_on = True
        self.show_current()

    def decide_change(self, conversation_id: int, decision: Decision, batch: int) -> None:
        """Record a change in Intercom as a decision and show the next conversation."""
        self.queue.decide(conversation_id, decision, Made(batch=batch))
        self._is_deciding, self._is_going_on = False, True
        self.show_current()

    def wrote(self, conversation_id: int, message: MessageQueued | None) -> None:
        """Show the next conversation once a message to this one is in the outbox."""
        if message is None:
            self.thread.read_again()
            return
        decision: Decision = "replied" if message.kind == "reply" else "team note"
        if conversation_id == self.queue.current:
            self.queue.decide(conversation_id, decision, Made(batch=message.batch))
            self._is_going_on = True
        self.show_current()

    @on(ConversationSkipped)
    def _skipped(self, message: ConversationSkipped) -> None:
        self._is_deciding, self._is_going_on = False, True
        self.queue.decide(message.conversation_id, "skipped")
        self.show_current()

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.cancel_decision()

    def restore(self, message: ActionRestored) -> None:
        """Return to the conversation whose decision was undone."""
        if message.action is not None and not message.redone:
            self.queue.undo(Made(message.action.id))
        self._is_going_on = False
        self.show_current()

    def restore_changes(self, message: ChangesUndone) -> None:
        """Return to the conversation whose change was taken back; stay where it cannot be."""
        undone = message.undone
        if undone.cancelled or undone.inverse:
            self.queue.undo(Made(batch=undone.batch))
            self._is_going_on = False
            self.show_current()

    # --- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "add_new":
            return bool(self.queue.new_matches)
        if action == "skip_because":
            return self.is_mounted and self.current is not None and self._outside_id is None
        if action == "skip":
            return self.is_mounted and self.current is not None
        return True

    def _skip(self, conversation_id: int, reason: str) -> None:
        function = partial(skip, conversation_id=conversation_id, reason=reason)
        self._store.run(Job(JobKind.WRITE, "skip", function), self)
        self.start_decision()

    def action_skip(self) -> None:
        if self._outside_id is not None:
            self.show_current()
        elif (current := self.current) is not None:
            self._skip(current, "")

    def action_skip_because(self) -> None:
        current = self.current

        def answered(reason: str | None) -> None:
            if reason is not None and current is not None:
                self._skip(current, reason)

        if current is not None:
            self.app.push_screen(SkipReasonDialog(), answered)

    def action_back(self) -> None:
        stays = self._outside_id is not None or (self.summary.display and self.queue.current is not None)
        if stays or self.queue.go_back():
            self._is_going_on = False
            self.show_current()

    # --- new matches

    def conversations_stored(self, ids: Collection[int]) -> None:
        """Show what changed in the conversation on screen, and look for new matches."""
        if self.thread.conversation_id in ids:
            self.thread.read_again()
        self._unchecked = self._unchecked.union(ids, self.queue.new_matches) - self.queue.ids
        function = partial(find_new_matches, listing=self._listing, ids=self._unchecked)
        self._store.run(Job(JobKind.OTHER, "new matches", function), self)

    @on(NewMatchesFound)
    def _new_matches_found(self, message: NewMatchesFound) -> None:
        self._unchecked -= message.checked
        self.queue.set_new_matches(message.ids)
        self.bar.show(self.queue)
        if self.summary.display:
            self._show_summary()
        self.refresh_bindings()

    def action_add_new(self) -> None:
        self.queue.append_new_matches()
        self.show_current()
