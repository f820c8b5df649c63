"""The thread under the cursor: header, messages, notes and events, with the matches of the search."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.dashboard.common.static_text import StaticText
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.thread.header import ThreadHeader
from tui.dashboard.thread.layout import Link, MatchSpans
from tui.dashboard.thread.messages import ThreadAwaited, ThreadFetched
from tui.dashboard.thread.queries import fetch_thread
from tui.dashboard.thread.scroll import ThreadScroll
from tui.dashboard.triage.marks import AGES_EVERY
from tui.domain import ConversationRow, Thread, ThreadPart
from tui.query import Query
from tui.text import counted

NARROW = 100
"""Cells of the terminal below which the thread stands below the list."""


class ThreadView(Vertical):
    """Told with `read` what to show; it has the thread read and shows it when it is here."""

    header = getters.query_one("#thread-header", ThreadHeader)
    scroll = getters.query_one("#thread-scroll", ThreadScroll)
    notice = getters.query_one("#thread-notice", StaticText)

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._query: Query | None = None
        self._wanted: int | None = None
        self._row: ConversationRow | None = None
        self._thread: Thread | None = None
        self._matches: tuple[MatchSpans, ...] = ()
        self._links: tuple[Link, ...] = ()

    def compose(self) -> ComposeResult:
        header = ThreadHeader(id="thread-header")
        header.display = False
        yield header
        yield StaticText(id="thread-notice")
        yield ThreadScroll(id="thread-scroll")

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY, self._show_header)

    @property
    def conversation_id(self) -> int | None:
        """What is shown, or about to be."""
        return self._wanted

    @property
    def row(self) -> ConversationRow | None:
        """What is shown, as a line of the results knows it."""
        return self._row

    @property
    def thread(self) -> Thread | None:
        """What is shown, once it was read."""
        return self._thread

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the thread, numbered from 1."""
        return self._links

    @property
    def part(self) -> ThreadPart | None:
        """The message that was gone to, else the first in view."""
        message = self.scroll.message
        return message.passage.part if message is not None else None

    @property
    def is_waiting(self) -> bool:
        """Whether parts of a long thread are still to be laid out."""
        return self.scroll.is_waiting

    @property
    def has_matches(self) -> bool:
        return self.scroll.match_place[1] > 0

    def clear(self, words: str = "") -> None:
        """Nothing to read; `words` say why."""
        self._wanted = None
        self._show_row(None)
        self._tell(words)

    def _show_row(self, row: ConversationRow | None) -> None:
        """What is known before the thread was read."""
        self._row, self._thread, self._links = row, None, ()
        self.scroll.clear()
        self._tell("")
        if row is None:
            self.header.clear()
        else:
            self._show_header()

    def read(self, conversation_id: int, row: ConversationRow | None, query: Query | None) -> None:
        """Show this conversation: its header at once if `row` is known, the thread when it was read."""
        self._query = query
        if conversation_id != self._wanted:
            self._wanted = conversation_id
            self._show_row(row)
        self._fetch(conversation_id)

    def _fetch(self, conversation_id: int) -> None:
        function = partial(fetch_thread, conversation_id=conversation_id, query=self._query)
        self._store.run(Job(JobKind.THREAD, "thread", function), self)

    def read_again(self) -> None:
        """The conversation on screen changed in the store."""
        if self.conversation_id is not None:
            self._fetch(self.conversation_id)

    @on(ThreadFetched)
    def _fetched(self, fetched: ThreadFetched) -> None:
        """Show a thread. The same conversation shown again keeps its place."""
        if fetched.conversation_id != self._wanted:
            return  # another one is wanted by now
        thread = fetched.thread
        if thread is None:
            self.clear("This conversation is no longer in the mirror.")
            return
        if thread == self._thread and fetched.matches == self._matches:
            return
        again = self._thread is not None and goes_on(self._matches, fetched.matches)
        self._row, self._thread, self._matches = thread.conversation, thread, fetched.matches
        self._links = fetched.reading.links
        self._tell(notice_of(thread))
        workspace = self._store.workspace
        self.scroll.show(
            fetched.reading, workspace.clock(), workspace.tz, thread.annotation.note, again=again
        )
        self._show_header()
        self.refresh_bindings()
        if thread.conversation.thread_pending:
            self.post_message(ThreadAwaited(thread.conversation.id))
        if not again and self.has_matches:
            self.go_to_match(1)

    def go_to_match(self, step: int) -> bool:
        """Scroll to the next (1) or previous (-1) match; False when there is none."""
        found = self.scroll.go_to_match(step)
        self._show_header()
        return found

    def _show_header(self) -> None:
        if self._row is None:
            return
        place, total = self.scroll.match_place
        matches = counted(total, "match", "matches") if total else ""
        if place is not None and total > 1:
            matches = f"match {place} of {total}"
        self.header.show(
            self._row,
            self._thread,
            self._store.workspace.clock(),
            self._store.workspace.tz,
            matches=matches,
            brief=self._brief,
        )

    @property
    def _brief(self) -> bool:
        """Whether there is room for a short header only: below the list, on a small screen."""
        alone = any(node.has_class("-reading") for node in self.ancestors)
        return self.app.size.width < NARROW and not alone

    def on_resize(self) -> None:
        self._show_header()

    def _tell(self, words: str) -> None:
        self.notice.set_text(words)
        self.notice.display = bool(words)


def goes_on(before: tuple[MatchSpans, ...], now: tuple[MatchSpans, ...]) -> bool:
    """Whether a thread shows the matches it showed before, in its new parts perhaps more."""
    return now[: len(before)] == before if before else not now


def notice_of(thread: Thread) -> str:
    if thread.deleted_at is not None:
        return "Deleted in Intercom; this is the last copy."
    if thread.conversation.thread_pending:
        return "fetching…"
    if thread.missing_parts:
        return f"{counted(thread.missing_parts, 'earlier part')} not available from Intercom."
    return ""
