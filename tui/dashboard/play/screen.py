"""Play mode: review the conversations of a queue one after the other."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.acting.actions import CHANGES, ActingActions
from tui.dashboard.acting.messages import (
    ChangeRefused,
    ChangesMade,
    ChoiceOffered,
    RetryOrDropChosen,
    RetryOrDropDone,
)
from tui.dashboard.common.actions import Actions
from tui.dashboard.common.footer import FooterKeys, KeyFooter
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.composer.actions import ComposerActions
from tui.dashboard.play.messages import PlayEnd
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.store_thread import StoreFailed, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.messages import LinkFollowed
from tui.dashboard.triage.actions import NEED_TARGETS, TriageActions
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    ChangesUndone,
    NoteFetched,
)
from tui.dashboard.triage.targets import Targets
from tui.store.listing_pages import Listing
from tui.sync.events import ConversationsStored, OutboxChanged
from tui.workspace import Workspace

FOOTER = (
    ("done", "done"),
    ("close", "close"),
    ("snooze", "snooze"),
    ("play_skip", "skip"),
    ("play_back", "back"),
    ("reply", "reply"),
    ("follow_up", "remind"),
    ("note", "note"),
    ("undo", "undo"),
    ("star", "star"),
    ("play_join", "add new"),
    ("next_match", "match"),
    ("play_close", "close"),
    ("play_end", "end"),
)
"""What the footer shows, the most important first."""


class PlayScreen(Screen[PlayEnd]):
    """Dismissed with where it ended, what was changed, and perhaps a query to search for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ThreadActions.BINDINGS,
        *TriageActions.BINDINGS,
        *ActingActions.BINDINGS,
        *ComposerActions.BINDINGS,
        Binding("escape", "end", "End", id="play_end", tooltip="End play mode: the summary, then the list"),
        Binding("enter", "close", "Close", id="play_close", tooltip="Back to the list"),
    ]

    panel = getters.query_one("#play-panel", PlayPanel)

    def __init__(self, store: StoreThread, feed: SyncFeed, queue: PlayQueue, listing: Listing) -> None:
        super().__init__(id="play", classes="-reading")
        self._store = store
        self._feed = feed
        self._queue = queue
        self._listing = listing
        self._features: dict[str, Actions] = {}
        self._changed: frozenset[int] = frozenset()
        """The conversations that were changed."""

    def compose(self) -> ComposeResult:
        yield PlayPanel(self._store, self._queue, self._listing)
        yield KeyFooter()

    def on_mount(self) -> None:
        panel = self.panel
        self.triage = TriageActions(self, self._store, lambda: panel.targets, panel.start_decision)
        self._thread = ThreadActions(self, panel.thread, panel, self._store)
        self.acting = ActingActions(self, self._store, lambda: panel.targets, on_start=panel.start_decision)
        composer = ComposerActions(
            self, self._store, self._feed, panel.thread, lambda: panel.current, panel.wrote
        )
        self._features = {
            "triage": self.triage,
            "thread": self._thread,
            "acting": self.acting,
            "composer": composer,
        }
        self._feed.subscribe(self)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    @property
    def workspace(self) -> Workspace:
        return self._store.workspace

    @property
    def command_targets(self) -> Targets | None:
        """The conversation for the user's own commands, if there is one; None while the screen opens."""
        return self.panel.targets if self._features else None

    @property
    def is_waiting(self) -> bool:
        """Whether a conversation is still to be shown."""
        return self.panel.is_waiting

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return True
        if action == "close":
            return self.panel.summary.display
        match parameters:
            case ("triage", str(name)) if name in NEED_TARGETS:
                return self.panel.current is not None
            case ("acting", str(name)) if name in CHANGES:
                return self.panel.current is not None
            case (str(feature), str(name), *_) if action == "feature" and feature in self._features:
                return self._features[feature].is_enabled(name)
        return True

    def footer_keys(self) -> FooterKeys:
        return FooterKeys(tuple(key for key in FOOTER if self._is_offered(key[0])))

    def _is_offered(self, action_id: str) -> bool:
        if not self._features:
            return True
        return self.acting.is_on if action_id in CHANGES else self.triage.offers(action_id)

    def action_feature(self, feature: str, name: str, *arguments: object) -> None:
        self._features[feature].run(name, *arguments)

    def action_end(self) -> None:
        """Go back to the queue, then to the summary if there were decisions, then to the list."""
        if self.panel.is_outside_queue:
            self.panel.show_current()
        elif self._queue.reviewed and not self.panel.summary.display:
            self.panel.show_current(ended=True)
        else:
            self._end()

    def action_close(self) -> None:
        self._end()

    def _end(self, query: str | None = None) -> None:
        self.dismiss(PlayEnd(self._queue.last_shown, self._changed, query))

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        message.stop()
        self._end(message.query)

    @on(LinkFollowed)
    def _link_followed(self, message: LinkFollowed) -> None:
        self._thread.follow(message)

    @on(NoteFetched)
    def _note_fetched(self, message: NoteFetched) -> None:
        self.triage.edit_note(message)

    @on(AnnotationsChanged)
    def _annotations_changed(self, message: AnnotationsChanged) -> None:
        self.triage.confirm(message)
        self._changed = self._changed.union(message.ids or ())
        self.panel.decide(message)

    @on(AnnotationRefused)
    def _annotation_refused(self, message: AnnotationRefused) -> None:
        self.triage.report_refused(message)
        self.panel.cancel_decision()

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.panel.cancel_decision()

    @on(ActionRestored)
    def _action_restored(self, message: ActionRestored) -> None:
        self.triage.confirm_restored(message)
        self.panel.restore(message)
        self.refresh_bindings()

    def changed_elsewhere(self) -> None:
        """Show what another program changed in the conversation on screen."""
        if self.is_mounted:
            self.panel.thread.read_again()

    @on(ChangesUndone)
    def _changes_undone(self, message: ChangesUndone) -> None:
        self.triage.confirm_undone(message)
        self.panel.restore_changes(message)
        self.refresh_bindings()
        self.show_changes(message.undone.conversation_ids)

    # --- changes in Intercom

    @on(ChoiceOffered)
    def _choice_offered(self, message: ChoiceOffered) -> None:
        self.acting.choose(message)

    @on(ChangesMade)
    def _changes_made(self, message: ChangesMade) -> None:
        self.acting.confirm(message)
        self._changed = self._changed.union(message.ids)
        self.panel.decide_change(next(iter(message.ids)), message.kind, message.batch)

    @on(ChangeRefused)
    def _change_refused(self, message: ChangeRefused) -> None:
        self.acting.report_refused(message)
        self.panel.cancel_decision()

    @on(RetryOrDropChosen)
    def _retry_or_drop_chosen(self, message: RetryOrDropChosen) -> None:
        self.acting.decide(message)

    @on(RetryOrDropDone)
    def _retry_or_drop_done(self, message: RetryOrDropDone) -> None:
        self.acting.confirm_retry_or_drop(message)
        self.show_changes((message.conversation_id,))

    def show_changes(self, ids: Collection[int]) -> None:
        """Show what the outbox intends with these conversations, or no longer does."""
        if self.panel.thread.conversation_id in ids:
            self.panel.thread.read_again()

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        match message.event:
            case ConversationsStored(ids):
                self.panel.conversations_stored(ids)
            case OutboxChanged(ids):
                self.show_changes(ids)
            case _:
                pass
