"""The thread view: a header, and the messages, notes and events with the matches of the search."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from tui.dashboard.acting.change_block import ChangeBlock, ChangeKeys
from tui.dashboard.acting.words import ShownChange
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.split import Split
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.thread.header import ThreadHeader, caption
from tui.dashboard.thread.layout import Link, MatchSpans
from tui.dashboard.thread.messages import ThreadAwaited, ThreadFetched
from tui.dashboard.thread.queries import fetch_thread
from tui.dashboard.thread.scroll import ThreadScroll
from tui.dashboard.triage.marks import AGES_EVERY
from tui.domain import ConversationRow, Thread, ThreadPart
from tui.formatting import counted
from tui.query import Query

TICK = 1.0
"""Seconds between two looks at how soon a change is sent."""
NARROW = 100
"""Columns of the terminal below which the thread is shown below the list."""


class ThreadView(Vertical):
    """Shows the conversation passed to `read`, once its thread is fetched from the store."""

    caption: reactive[Content] = reactive(Content(""))
    """The header in one line, for the divider above; empty while the header is shown."""

    header = getters.query_one("#thread-header", ThreadHeader)
    scroll = getters.query_one("#thread-scroll", ThreadScroll)
    notice = getters.query_one("#thread-notice", StaticText)

    def __init__(self, store: StoreThread, *, is_composing: bool = False, id: str | None = None) -> None:  # noqa: A002
        """`is_composing`: the draft of the conversation is on screen."""
        super().__init__(id=id)
        self._is_composing = is_composing
        self._draft = ""
        """The kind of the draft of the conversation."""
        self._store = store
        self._query: Query | None = None
        self._awaited_id: int | None = None
        """The conversation whose thread was requested from Intercom and is not stored yet."""
        self._conversation_id: int | None = None
        self._row: ConversationRow | None = None
        self._thread: Thread | None = None
        self._matches: tuple[MatchSpans, ...] = ()
        self._links: tuple[Link, ...] = ()
        self._unsent: tuple[ShownChange, ...] = ()

    def compose(self) -> ComposeResult:
        header = ThreadHeader(id="thread-header")
        header.display = False
        yield header
        yield StaticText(id="thread-notice")
        yield ThreadScroll(id="thread-scroll")

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY, self._show_header)
        self.set_interval(TICK, lambda: self.scroll.tick(self._store.workspace.clock()))

    @property
    def conversation_id(self) -> int | None:
        """The conversation that is shown, or will be."""
        return self._conversation_id

    @property
    def row(self) -> ConversationRow | None:
        """The conversation as a row of the results; None also until it is fetched."""
        return self._row

    @property
    def thread(self) -> Thread | None:
        """The thread of the conversation; None also until it is fetched."""
        return self._thread

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the thread, numbered from 1."""
        return self._links

    @property
    def part(self) -> ThreadPart | None:
        """The selected message, or the first visible one."""
        message = self.scroll.message
        return message.item.part if message is not None else None

    @property
    def is_waiting(self) -> bool:
        """Whether parts of a long thread are still to be laid out."""
        return self.scroll.is_waiting

    @property
    def has_matches(self) -> bool:
        return self.scroll.match_position[1] > 0

    def clear(self, notice: str = "") -> None:
        """Show no conversation, but a notice."""
        self._conversation_id = None
        self._show_row(None)
        self._show_notice(notice)

    def _show_row(self, row: ConversationRow | None) -> None:
        """Show what is known before the thread is fetched."""
        self._row, self._thread, self._links, self._unsent = row, None, (), ()
        self.scroll.clear()
        self._show_notice("")
        if row is None:
            self.header.clear()
            self.caption = Content("")
        else:
            self._show_header()

    def read(self, conversation_id: int, row: ConversationRow | None, query: Query | None) -> None:
        """Show this conversation: its header at once if `row` is known, its thread once it is fetched."""
        self._query = query
        if conversation_id != self._conversation_id:
            self._conversation_id = conversation_id
            self._show_row(row)
        self._fetch(conversation_id)

    def _fetch(self, conversation_id: int) -> None:
        function = partial(fetch_thread, conversation_id=conversation_id, query=self._query)
        self._store.run(Job(JobKind.THREAD, "thread", function), self)

    def read_again(self) -> None:
        """Fetch the conversation on screen again, because it changed in the store."""
        if self.conversation_id is not None:
            self._fetch(self.conversation_id)

    @on(ThreadFetched)
    def _thread_fetched(self, fetched: ThreadFetched) -> None:
        """Show a thread. If it was shown before, the same lines stay in view."""
        if fetched.conversation_id != self._conversation_id:
            return  # another conversation was chosen since
        thread = fetched.thread
        if thread is None:
            self.clear("This conversation is no longer stored.")
            return
        draft, self._draft = self._draft, fetched.draft
        if (thread, fetched.matches, fetched.unsent) == (self._thread, self._matches, self._unsent):
            if draft != fetched.draft:
                self._show_notice(self._notice_of(thread))
            return
        again = self._thread is not None and matches_continue(self._matches, fetched.matches)
        self._row, self._thread, self._matches = thread.conversation, thread, fetched.matches
        self._links, self._unsent = fetched.layout.links, fetched.unsent
        self._show_notice(self._notice_of(thread))
        workspace = self._store.workspace
        self.scroll.show(
            fetched.layout,
            workspace.clock(),
            workspace.tz,
            thread.annotation.note,
            self._unsent_blocks(),
            again=again,
        )
        self._show_header()
        self.refresh_bindings()
        if not thread.conversation.thread_pending:
            self._awaited_id = None
        elif self._awaited_id != thread.conversation.id:  # asked for once, however often it is read meanwhile
            self._awaited_id = thread.conversation.id
            self.post_message(ThreadAwaited(thread.conversation.id))
        if not again and self.has_matches:
            self.go_to_match(1)

    def _unsent_blocks(self) -> list[ChangeBlock]:
        """What is not sent; the keys are for the first change that needs a decision."""
        app, now = self.app, self._store.workspace.clock()
        keys = ChangeKeys()
        if isinstance(app, ShowsKeys):
            named = ("undo", "retry_change", "edit_change", "drop_change", "read_newer")
            keys = ChangeKeys(*(app.shown_key(name) for name in named))
        first = next((change for change in self._unsent if change.write.is_undecided), None)
        return [ChangeBlock(change, now, keys, has_keys=change is first) for change in self._unsent]

    def _notice_of(self, thread: Thread) -> str:
        """Why the thread may be incomplete, and that a draft waits."""
        draft = ""
        if self._draft and not self._is_composing and isinstance(self.app, ShowsKeys):
            key = self.app.shown_key("team_note" if self._draft == "note" else "reply")
            draft = f"draft of a {self._draft} · {key} goes on with it"
        return " · ".join(filter(None, (notice_of(thread), draft)))

    def go_to_match(self, step: int) -> bool:
        """Select the next (1) or previous (-1) match; False if there is none."""
        found = self.scroll.go_to_match(step)
        self._show_header()
        return found

    def _show_header(self) -> None:
        if self._row is None:
            return
        selected, total = self.scroll.match_position
        matches = counted(total, "match", "matches") if total else ""
        if selected is not None and total > 1:
            matches = f"match {selected} of {total}"
        self.caption = caption(self._row, self._thread, matches) if self._is_below_list else Content("")
        self.header.show(
            self._row,
            self._thread,
            self._store.workspace.clock(),
            self._store.workspace.tz,
            matches=matches,
            brief=self._brief,
            space=self.content_size,
        )
        self.header.display = not self.caption

    @property
    def _is_below_list(self) -> bool:
        """Whether the thread is on a small screen, below the list."""
        split = self.parent
        alone = split is not None and (split.has_class("-reading") or split.has_class("-zoomed"))
        return self.app.size.width < NARROW and isinstance(split, Split) and not alone

    @property
    def _brief(self) -> bool:
        """Whether the header is short: on a small screen, below the list."""
        alone = any(node.has_class("-reading") for node in self.ancestors)
        return self.app.size.width < NARROW and not alone

    def on_resize(self) -> None:
        self._show_header()

    def _show_notice(self, text: str) -> None:
        self.notice.set_text(text)
        self.notice.display = bool(text)


def matches_continue(before: tuple[MatchSpans, ...], now: tuple[MatchSpans, ...]) -> bool:
    """Whether the matches are the same as before, apart from those in new parts."""
    return now[: len(before)] == before if before else not now


def notice_of(thread: Thread) -> str:
    """Why the thread may be incomplete; empty if it is not."""
    if thread.deleted_at is not None:
        return "Deleted in Intercom. This is the last version."
    if thread.conversation.thread_pending:
        return "fetching…"
    if thread.missing_parts:
        return f"{counted(thread.missing_parts, 'earlier part')} not available from Intercom."
    return ""
