"""One line above the results when the answer is not complete; nothing at all when it is."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.keys import KnowsKeys
from tui.dashboard.messages import GapFillRequested
from tui.dashboard.picture import Standing
from tui.freshness import SyncState

SYNCING = "Syncing…"


class VerdictBanner(Static):
    """Shows the exact words for a stale or partial verdict, and the key that fills the gap."""

    standing: reactive[Standing | None] = reactive(None, layout=True)
    syncing: reactive[bool] = reactive(False, layout=True)
    fill_key: reactive[str] = reactive("f")
    """How the key that fills the gap is shown."""

    def on_mount(self) -> None:
        if isinstance(self.app, KnowsKeys):
            self.fill_key = self.app.shown_key("fill_gap")

    def watch_standing(self, standing: Standing | None) -> None:
        state = SyncState.FRESH if standing is None or not standing.message else standing.state
        for each in SyncState:
            self.set_class(each is state, f"-{each.value}")
        self.display = state is not SyncState.FRESH

    def render(self) -> Content:
        standing = self.standing
        if standing is None or not standing.message:
            return Content("")
        message = f"{standing.state.glyph} {standing.message}"
        if self.syncing:
            note = (SYNCING, "italic $muted")
        else:
            verb = "fills it" if standing.state is SyncState.PARTIAL else "syncs now"
            note = (f"{self.fill_key} {verb}", "bold")
        return Content.assemble(message, "  ", note)

    def on_click(self) -> None:
        if self.standing is not None:
            self.post_message(GapFillRequested(self.standing.verdict.gaps))
