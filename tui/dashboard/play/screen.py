"""Play mode: the conversations of a queue, one after the other, each with a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.play.panel import PlayPanel
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.results.queries import StoreReads
from tui.dashboard.sync_status.messages import ConversationsArrived, as_message
from tui.dashboard.triage.queries import TriageJobs
from tui.query import Query
from tui.sync.events import SyncEvent


class PlayScreen(Screen[str | None]):
    """Takes the whole terminal; works on what is stored, so offline too.

    Ends with a query to search for, or with None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "End", id="play_end", tooltip="To the summary, and from there to the list"),
        Binding("enter", "close", "Close", id="play_close", tooltip="Back to the list"),
    ]

    desk = getters.query_one("#play-desk", PlayPanel)

    def __init__(self, jobs: TriageJobs, reads: StoreReads, session: PlayQueue, query: Query) -> None:
        super().__init__(id="play", classes="-reading")
        self._jobs = jobs
        self._reads = reads
        self._session = session
        self._query = query
        self._unsubscribe: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        yield PlayPanel(self._jobs, self._reads, self._session, self._query)
        yield KeyFooter()

    def on_mount(self) -> None:
        self._unsubscribe = self._jobs.workspace.subscribe(self._relay)

    def on_unmount(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _relay(self, event: SyncEvent) -> None:
        """Called on the engine's thread: nothing but posting is safe here."""
        message = as_message(event)
        if isinstance(message, ConversationsArrived):
            self.desk.post_message(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "close" or (self.is_mounted and self.desk.summary.display)

    def action_end(self) -> None:
        """From aside into the queue; the first time to the summary, if there is anything to sum up."""
        if self.desk.is_aside:
            self.desk.show_place()
        elif self._session.tally and not self.desk.summary.display:
            self.desk.show_place(ended=True)
        else:
            self.dismiss(None)

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        message.stop()
        self.dismiss(message.query)

    def action_close(self) -> None:
        self.dismiss(None)
