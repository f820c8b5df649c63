"""Play mode: review the conversations of a queue one after the other."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.store_thread import StoreFailed, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.messages import LinkFollowed
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    NoteFetched,
)
from tui.store.listing_pages import Listing
from tui.sync.events import ConversationsStored

DECISIONS = frozenset({"star", "done", "follow_up", "note"})
"""Triage actions that need a conversation."""


class PlayScreen(Screen[str | None]):
    """Dismissed with a query to search for, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ThreadActions.BINDINGS,
        *TriageActions.BINDINGS,
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

    def compose(self) -> ComposeResult:
        yield PlayPanel(self._store, self._queue, self._listing)
        yield KeyFooter()

    def on_mount(self) -> None:
        panel = self.panel
        self._triage = TriageActions(self, self._store, lambda: panel.targets, panel.start_decision)
        self._thread = ThreadActions(self, panel.thread, panel, self._store)
        self._features = {"triage": self._triage, "thread": self._thread}
        self._feed.subscribe(self)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

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
            case ("triage", str(name)) if name in DECISIONS:
                return self.panel.current is not None
            case (str(feature), str(name), *_) if action == "feature" and feature in self._features:
                return self._features[feature].is_enabled(name)
        return True

    def action_feature(self, feature: str, name: str, *arguments: object) -> None:
        self._features[feature].run(name, *arguments)

    def action_end(self) -> None:
        """Go back to the queue, then to the summary if there were decisions, then to the list."""
        if self.panel.is_outside_queue:
            self.panel.show_current()
        elif self._queue.reviewed and not self.panel.summary.display:
            self.panel.show_current(ended=True)
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        message.stop()
        self.dismiss(message.query)

    @on(LinkFollowed)
    def _link_followed(self, message: LinkFollowed) -> None:
        self._thread.follow(message)

    @on(NoteFetched)
    def _note_fetched(self, message: NoteFetched) -> None:
        self._triage.edit_note(message)

    @on(AnnotationsChanged)
    def _annotations_changed(self, message: AnnotationsChanged) -> None:
        self._triage.confirm(message)
        self.panel.decide(message)

    @on(AnnotationRefused)
    def _annotation_refused(self, message: AnnotationRefused) -> None:
        self._triage.report_refused(message)
        self.panel.cancel_decision()

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.panel.cancel_decision()

    @on(ActionRestored)
    def _action_restored(self, message: ActionRestored) -> None:
        self._triage.confirm_restored(message)
        self.panel.restore(message)

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, ConversationsStored):
            self.panel.conversations_stored(message.event.ids)
