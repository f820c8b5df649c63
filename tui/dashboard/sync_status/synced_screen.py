"""The base of the screens that show data of the sync."""

from __future__ import annotations

from textual import getters
from textual.app import ComposeResult

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.sync_line import SyncLine


class SyncedScreen(SecondaryScreen):
    """A secondary screen that receives `SyncEventReceived`, and shows the sync in a line at the bottom.

    Subclasses yield their widgets from `compose_body`.
    """

    sync_line = getters.query_one(SyncLine)

    def __init__(self, store: StoreThread, feed: SyncFeed, *, id: str) -> None:  # noqa: A002
        super().__init__(store, id=id)
        self._feed = feed

    def compose(self) -> ComposeResult:
        yield from self.compose_body()
        yield SyncLine(self._feed, self.workspace.clock, self.workspace.tz)
        yield KeyFooter()

    def compose_body(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        self._feed.subscribe(self)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)
