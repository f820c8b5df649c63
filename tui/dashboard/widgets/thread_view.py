"""The thread under the cursor: header, messages, notes and events, with the matches of the search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import groupby, islice
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.messages import MatchSpans, ThreadAwaited, ThreadFetched
from tui.dashboard.reads import StoreReads
from tui.dashboard.widgets.part_view import PartView
from tui.dashboard.widgets.thread_header import ThreadHeader
from tui.dashboard.words import counted
from tui.domain import ConversationRow, Part, PartKind, Thread
from tui.query import Query

FIRST_PARTS = 12
"""Parts mounted at once; they fill any screen."""
MORE_PARTS = 24
"""Parts mounted in each further step, so that a long thread never holds up a key."""


class ThreadScroll(VerticalScroll):
    """The part of the preview that scrolls and takes the focus."""

    HELP = "The conversation. Notes marked INTERNAL NOTE were never seen by the customer."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="thread_down", tooltip="A line down"),
        Binding("k", "scroll_up", "Up", show=False, id="thread_up", tooltip="A line up"),
        Binding("space", "page_down", "Page down", show=False, id="thread_page", tooltip="A page down"),
        Binding("g", "scroll_home", "Start", show=False, id="thread_start", tooltip="The opening message"),
        Binding("G", "scroll_end", "End", show=False, id="thread_end", tooltip="The newest message"),
    ]


class ThreadView(Vertical):
    """Told with `read` what to show; it has the thread read and shows it when it is here."""

    header = getters.query_one("#thread-header", ThreadHeader)
    scroll = getters.query_one("#thread-scroll", ThreadScroll)
    notice = getters.query_one("#thread-notice", Static)

    def __init__(
        self,
        reads: StoreReads,
        clock: Clock = system_clock,
        zone: tzinfo | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._reads = reads
        self._query: Query | None = None
        self._clock = clock
        self._zone = zone
        self._row: ConversationRow | None = None
        self._thread: Thread | None = None
        self._matches: tuple[MatchSpans, ...] = ()
        self._queue: Iterator[PartView] = iter(())
        self._left = 0
        """Parts not mounted yet."""
        self._hits: list[tuple[PartView, int]] = []
        self._hit: int | None = None
        self._aim: tuple[PartView, int] | None = None

    def compose(self) -> ComposeResult:
        header = ThreadHeader(id="thread-header")
        header.display = False
        yield header
        yield Static(id="thread-notice")
        yield ThreadScroll(id="thread-scroll")

    @property
    def conversation_id(self) -> int | None:
        return self._row.id if self._row else None

    @property
    def is_waiting(self) -> bool:
        """Whether parts of a long thread are still to be mounted."""
        return self._left > 0

    @property
    def has_matches(self) -> bool:
        return bool(self._hits)

    def clear(self, words: str = "") -> None:
        """Nothing to read; `words` say why."""
        self._row, self._thread = None, None
        self.header.clear()
        self._empty(words)

    def read(self, conversation_id: int, row: ConversationRow | None, query: Query | None) -> None:
        """Show this conversation: its header at once if `row` is known, the thread when it was read."""
        self._query = query
        if row is not None and conversation_id != self.conversation_id:
            self._row, self._thread = row, None
            self._empty("")
            self._show_header()
        self._reads.thread(self, conversation_id, query)

    def read_again(self) -> None:
        """The conversation on screen changed in the store."""
        if self.conversation_id is not None:
            self._reads.thread(self, self.conversation_id, self._query)

    @on(ThreadFetched)
    async def _fetched(self, fetched: ThreadFetched) -> None:
        """Show a thread. The same conversation shown again keeps its place."""
        thread = fetched.thread
        if thread is None:
            self.clear("This conversation is no longer in the mirror.")
            return
        if thread == self._thread and fetched.matches == self._matches:
            return
        same = self.conversation_id == thread.conversation.id and fetched.matches == self._matches
        place = self.scroll.scroll_y if same else 0
        self._row, self._thread, self._matches = thread.conversation, thread, fetched.matches
        self._empty(notice_of(thread))
        await self.scroll.remove_children()
        now = self._clock()
        views = [PartView(parts, spans, now, self._zone) for parts, spans in folded(thread, fetched.matches)]
        self._hits = [(view, number) for view in views for number in range(len(view.matches))]
        self._queue, self._left = iter(views), len(views)
        self._mount_more(FIRST_PARTS)
        self._show_header()
        self.refresh_bindings()
        if thread.conversation.thread_pending:
            self.post_message(ThreadAwaited(thread.conversation.id))
        if same:
            self.call_after_refresh(self.scroll.scroll_to, y=place, animate=False)
        elif self._hits:
            self.call_after_refresh(self.go_to_match, 1)

    def go_to_match(self, step: int) -> bool:
        """Scroll to the next (1) or previous (-1) match; False when there is none."""
        if not self._hits:
            return False
        if self._hit is not None:
            self._hits[self._hit][0].mark(None)
        self._hit = 0 if self._hit is None else (self._hit + step) % len(self._hits)
        view, number = self._hits[self._hit]
        while not view.is_attached and self._mount_more(MORE_PARTS):
            pass
        view.mark(number)
        self._show_header()
        self._aim = (view, number)
        self.call_after_refresh(self._reveal)
        return True

    def _reveal(self) -> None:
        """Scroll to the match aimed at; repeated when the last parts are there, which may have been needed
        below it for it to come up high enough."""
        if self._aim is None:
            return
        view, number = self._aim
        if view.is_attached:
            line = view.virtual_region.y + view.line_of(number)
            self.scroll.scroll_to(y=max(0, line - self.scroll.size.height // 3), animate=False)

    def _show_header(self) -> None:
        if self._row is None:
            return
        matches = ""
        if self._hits:
            total = len(self._hits)
            matches = counted(total, "match", "matches")
            if self._hit is not None and total > 1:
                matches = f"match {self._hit + 1} of {total}"
        self.header.show(
            self._row, self._thread, self._clock(), self._zone, matches=matches, brief=self._brief
        )

    @property
    def _brief(self) -> bool:
        """Whether there is room for a short header only: below the list, on a small screen."""
        return self.screen.has_class("-narrow") and not self.screen.has_class("-reading")

    def on_resize(self) -> None:
        self._show_header()

    def _empty(self, words: str) -> None:
        self._queue, self._left = iter(()), 0
        self._hits, self._hit, self._aim = [], None, None
        self.scroll.remove_children()
        self.scroll.scroll_to(y=0, animate=False)
        self.notice.update(Content(words))
        self.notice.display = bool(words)

    def _mount_more(self, count: int) -> bool:
        """Mount the next parts and, when the screen is painted, those after; False when none are left."""
        views = list(islice(self._queue, count))
        if not views:
            self._reveal()
            return False
        self._left -= len(views)
        self.scroll.mount_all(views)
        queue = self._queue
        self.call_after_refresh(lambda: queue is self._queue and self._mount_more(MORE_PARTS))
        return True


def notice_of(thread: Thread) -> str:
    if thread.deleted_at is not None:
        return "Deleted in Intercom; this is the last copy."
    if thread.conversation.thread_pending:
        return "fetching…"
    if thread.missing_parts:
        return f"{thread.missing_parts:,} earlier parts are not available from Intercom."
    return ""


def folded(thread: Thread, matches: tuple[MatchSpans, ...]) -> Iterator[tuple[list[Part], MatchSpans]]:
    """Parts as they are shown: events in a row go together, messages and notes stand alone."""
    numbered = enumerate(thread.parts)
    for is_event, run in groupby(numbered, key=lambda item: item[1].kind is PartKind.EVENT):
        if is_event:
            yield [part for _, part in run], ()
        else:
            for number, part in run:
                yield [part], matches[number] if number < len(matches) else ()
