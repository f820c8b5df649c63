"""Writes a message with the conversation in view."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tui.clock import to_epoch
from tui.dashboard.common.footer import FooterKeys, KeyFooter
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.common.terminal_program import TerminalProgramFailed
from tui.dashboard.composer.attach_dialog import AttachDialog, Attached
from tui.dashboard.composer.macro_dialog import MacroDialog
from tui.dashboard.composer.messages import (
    ComposerRead,
    Kind,
    MacrosRead,
    MessageQueued,
    MessageRefused,
    Outgoing,
    PreviewMade,
    SavedText,
    ThreadAsOf,
)
from tui.dashboard.composer.preview import MessagePreview
from tui.dashboard.composer.queries import (
    look_at_thread,
    make_preview,
    messages_of,
    read_composer,
    read_macros,
    save_draft,
    send_message,
)
from tui.dashboard.composer.words import (
    as_of_words,
    heading,
    known_when_begun,
    location_of,
    newer_words,
    send_words,
)
from tui.dashboard.permission.permission import when_allowed
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.thread.messages import ThreadAwaited, ThreadFetched
from tui.dashboard.thread.view import NARROW, ThreadView
from tui.dashboard.triage.note_editor import edit_in_editor
from tui.domain import ConversationRow, ThreadPart
from tui.formatting import counted
from tui.sync.events import ConversationsStored
from tui.workspace import Workspace

SAVE_AFTER = 1.0
"""Seconds after a key until the draft is saved."""
PREVIEW_AFTER = 0.1
"""Seconds after a key until the preview is made anew."""
FRESH = 30
"""Seconds for which a fetched thread needs no other look before somebody answers it."""
LOOK_EVERY = 0.25
LOOKS = 40
"""How often it is looked whether the thread came, until it is said that it did not."""
ROOM_FOR_HEADING = 20
"""Cells of the line that what happened since leaves to the heading at least."""


class ComposerScreen(Screen[MessageQueued | None]):
    """Dismissed with the message that was put into the outbox; with None when it is kept as a draft, or not.

    Nothing is lost: the text is saved while it is typed, and stays when the outbox does not take it.
    """

    HELP = (
        "What is typed is kept as a draft of the conversation until it is sent or discarded."
        " Tab reaches the conversation above. \\{{ is written for {{ that begins no placeholder."
    )
    AUTO_FOCUS = "#composer-entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s,ctrl+enter",
            "send",
            "Send",
            id="send_message",
            tooltip="Put the message into the outbox, which sends it after a while",
            priority=True,
        ),
        Binding(
            "ctrl+n",
            "switch_kind",
            "Note or reply",
            id="switch_kind",
            tooltip="Make a note for the team of the reply, or a reply to the customer of the note",
            priority=True,
        ),
        Binding(
            "ctrl+o",
            "insert_macro",
            "Macro",
            id="insert_macro",
            tooltip="Insert a macro or a snippet",
            priority=True,
        ),
        Binding(
            "ctrl+e",
            "edit",
            "Editor",
            id="edit_message",
            tooltip="Write the message in $VISUAL or $EDITOR",
            priority=True,
        ),
        Binding(
            "ctrl+t",
            "attach",
            "Attach",
            id="attach",
            tooltip="Attach files or images",
            priority=True,
        ),
        Binding("f4", "preview", "Preview", id="preview_message", tooltip="Show the message as it is sent"),
        Binding(
            "ctrl+d",
            "discard",
            "Discard",
            id="discard_draft",
            tooltip="Discard what is written",
            priority=True,
        ),
        Binding("escape", "leave", "Leave", id="keep_draft", tooltip="Close the composer and keep the draft"),
    ]

    thread = getters.query_one("#thread", ThreadView)
    heading_line = getters.query_one("#composer-heading", StaticText)
    problem_line = getters.query_one("#composer-problem", StaticText)
    entry = getters.query_one("#composer-entry", TextArea)
    body = getters.query_one("#composer-body", Horizontal)
    preview_pane = getters.query_one(MessagePreview)

    def __init__(
        self,
        store: StoreThread,
        feed: SyncFeed,
        conversation_id: int,
        kind: Kind,
        *,
        row: ConversationRow | None = None,
        write_id: int | None = None,
    ) -> None:
        """`write_id`: the message of the outbox that is edited. `row` is shown until the thread is read."""
        super().__init__(id="composer")
        self._store = store
        self._feed = feed
        self._conversation_id = conversation_id
        self._kind: Kind = kind
        self._row = row
        self._write_id = write_id
        self._read: ComposerRead | None = None
        self._attached = Attached()
        self._begun_with: frozenset[int] | None = None
        """The messages that were there when this one was begun; None while that is not known."""
        self._known: frozenset[int] = frozenset()
        """The messages that its author has seen."""
        self._newer = 0
        self._looks_left = 0
        """How often it is still looked whether the thread came."""
        self._did_not_come = False
        self._keeps_draft = write_id is None
        self._text = ""
        """What is typed; the screen outlives the widget that has it."""
        self._saved: tuple[Kind, str] | None = None
        """The draft as it is stored."""
        self._save_timer: Timer | None = None
        self._preview_timer: Timer | None = None
        self._is_sending = False
        self._confirms_discarding = False

    @property
    def workspace(self) -> Workspace:
        return self._store.workspace

    def compose(self) -> ComposeResult:
        yield ThreadView(self._store, is_composing=True, id="thread")
        yield StaticText(id="composer-heading")
        with Horizontal(id="composer-body"):
            area = TextArea(id="composer-entry", compact=True, highlight_cursor_line=False)
            area.cursor_blink = False
            yield area
            yield MessagePreview(id="composer-preview")
        yield StaticText(id="composer-problem")
        yield KeyFooter()

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self._show_problem("")
        self._show_heading()
        self.body.set_class(self.app.size.width >= NARROW, "-preview")
        self.thread.read(self._conversation_id, self._row, None)
        function = partial(read_composer, conversation_id=self._conversation_id, write_id=self._write_id)
        self._store.run(Job(JobKind.SEARCH, "composer", function), self)
        when_allowed(self, self._store, self._kind, lambda: None, self._close_refused)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)
        self._save_draft()

    @property
    def is_waiting(self) -> bool:
        """Whether what was requested is not shown yet."""
        return self._read is None or self._is_sending or self.thread.is_waiting

    def footer_keys(self) -> FooterKeys:
        window = 0 if self._read is None else self._read.windows[self._kind]
        other = "note" if self._kind == "reply" else "reply"
        switch = () if self._write_id is not None else (("switch_kind", f"{other} instead"),)
        leave = "keep draft" if self._text.strip() and self._keeps_draft else "back"
        return FooterKeys(
            (
                ("send_message", send_words(self._kind, window)),
                *switch,
                ("insert_macro", "macro"),
                ("edit_message", "editor"),
                ("keep_draft", leave),
                ("attach", "attach"),
                ("discard_draft", "discard"),
                ("preview_message", "preview"),
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"switch_kind", "attach"}:
            return self._write_id is None
        return True

    # --- what it begins with

    @on(ComposerRead)
    def _composer_read(self, message: ComposerRead) -> None:
        if message.is_missing:
            self.notify("This conversation is no longer there.", severity="warning", markup=False)
            self.dismiss(None)
            return
        self._read = message
        if message.kind is not None:
            typed, asked_for = self.entry.text, self._kind
            self._kind = message.kind
            self._set_text(message.text + typed)
            self._saved = (message.kind, message.text) if message.is_draft else None
            if message.kind != asked_for:
                key = self._key("switch_kind")
                words = (
                    f"This is the draft of a {message.kind} that you began; {key} makes a {asked_for} of it"
                )
                self._show_problem(words)
        self.entry.placeholder = "Write to the customer…" if self._kind == "reply" else "Write to the team…"
        self._fetch_if_old(message.fetched_at)
        self._show_heading()
        self._note_messages()
        self._preview_soon()
        self.refresh_bindings()

    def _fetch_if_old(self, fetched_at: int) -> None:
        """Have the thread fetched now, unless that was done a moment ago."""
        if to_epoch(self.workspace.clock()) - fetched_at > FRESH:
            self.post_message(ThreadAwaited(self._conversation_id))
            self._looks_left = LOOKS
            self._look_soon()

    def _look_soon(self) -> None:
        function = partial(look_at_thread, conversation_id=self._conversation_id)
        job = Job(JobKind.OTHER, "thread as of", function)
        self.set_timer(LOOK_EVERY, lambda: self._store.run(job, self))

    @on(ThreadAsOf)
    def _thread_as_of(self, message: ThreadAsOf) -> None:
        if self._read is None or not self._looks_left:
            return
        self._looks_left -= 1
        if message.fetched_at != self._read.fetched_at:
            self._looks_left = 0
        elif self._looks_left:
            self._look_soon()
        else:
            self._did_not_come = True
        self._show_heading()

    def _close_refused(self) -> None:
        """Nothing can be sent: what was typed meanwhile is kept."""
        self._close()

    # --- the thread

    @on(ThreadFetched)
    def _thread_fetched(self, message: ThreadFetched) -> None:
        if message.thread is None:
            return
        is_first = self._begun_with is None
        self._note_messages()
        if is_first:
            self._show_end()

    def _show_end(self) -> None:
        """Show the newest messages, once all above and below them has its size."""
        self.call_after_refresh(self.thread.scroll.action_scroll_end)

    def _messages(self) -> list[ThreadPart]:
        own = frozenset[int]() if self._read is None else self._read.own_parts
        return [] if self.thread.thread is None else messages_of(self.thread.thread.parts, own)

    def _note_messages(self) -> None:
        """Note what was there when the message was begun, and what came since."""
        thread = self.thread.thread
        if thread is None or self._read is None:
            return
        messages = self._messages()
        if self._begun_with is None and not thread.conversation.thread_pending:
            self._begun_with = known_when_begun(messages, self._read.began)
            self._known |= {part.id for part in messages}
        if self._begun_with is not None:
            newer = [part for part in messages if part.id not in self._begun_with]
            if len(newer) > self._newer:
                self._show_end()
            self._newer = len(newer)
        self._show_heading()

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        event = message.event
        if isinstance(event, ConversationsStored) and self._conversation_id in event.ids:
            self.thread.read_again()

    # --- what is shown

    def _show_heading(self) -> None:
        row = self.thread.row or self._row
        identity = None if self._read is None else self._read.identity
        left = heading(row, self._kind, identity, is_edit=self._write_id is not None)
        if attached := len(self._attached) + (0 if self._read is None else self._read.attached):
            left = Content.assemble(left, f" · {attached} attached")
        right = self._since()
        width = self.app.size.width - 2
        if right.cell_length > width - ROOM_FOR_HEADING:
            right = right.truncate(max(0, width - ROOM_FOR_HEADING), ellipsis=True)
        left = left.truncate(max(0, width - right.cell_length - 1), ellipsis=True)
        gap = max(1, width - left.cell_length - right.cell_length)
        self.heading_line.set_text(Content.assemble(left, " " * gap, right), layout=False)

    def _since(self) -> Content:
        """What is newer than what is written, or whether that is known."""
        if self._newer:
            return Content.styled(newer_words(self._newer), "bold $text-warning")
        if self._looks_left:
            return Content.styled("asking Intercom for newer messages…", "$muted")
        if self._did_not_come and self._read is not None:
            words = as_of_words(self._read.fetched_at, self.workspace.clock(), self.workspace.tz)
            return Content.styled(words, "$text-warning")
        return Content("")

    def _show_problem(self, words: str) -> None:
        self.problem_line.set_text(words)
        self.problem_line.display = bool(words)

    def _key(self, action_id: str) -> str:
        return self.app.shown_key(action_id) if isinstance(self.app, ShowsKeys) else action_id

    def on_resize(self) -> None:
        self._show_heading()
        self._show_end()

    # --- typing

    def on_key(self, event: events.Key) -> None:
        """Type what came before the text area was there, which has all other characters itself."""
        if event.is_printable and event.character and self.focused is self.entry:
            event.stop()
            self.entry.insert(event.character)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        had_text, self._text = bool(self._text.strip()), event.text_area.text
        self._confirms_discarding = False
        if self._read is None:
            return
        if self._save_timer is None:
            self._save_timer = self.set_timer(SAVE_AFTER, self._save_draft)
        self._preview_soon()
        if had_text != bool(self._text.strip()):  # the footer says whether there is a draft
            self.refresh_bindings()

    def _set_text(self, text: str) -> None:
        self.entry.replace(text, (0, 0), self.entry.document.end)
        self.entry.move_cursor(self.entry.document.end)

    def _save_draft(self) -> None:
        if self._save_timer is not None:
            self._save_timer.stop()
            self._save_timer = None
        if self._read is None or not self._keeps_draft:
            return
        draft = (self._kind, self._text)
        if draft != (self._saved or (self._kind, "")):
            self._saved = draft
            function = partial(
                save_draft, conversation_id=self._conversation_id, kind=draft[0], text=draft[1]
            )
            self._store.run(Job(JobKind.WRITE, "draft", function), self)

    # --- the preview

    def _preview_soon(self) -> None:
        if self.body.has_class("-preview") and self._preview_timer is None:
            self._preview_timer = self.set_timer(PREVIEW_AFTER, self._make_preview)

    def _make_preview(self) -> None:
        self._preview_timer = None
        values = {} if self._read is None else self._read.values
        function = partial(make_preview, text=self.entry.text, values=values)
        self._store.run(Job(JobKind.OTHER, "preview", function), self)

    @on(PreviewMade)
    def _preview_made(self, message: PreviewMade) -> None:
        self.preview_pane.show(message.content)

    def action_preview(self) -> None:
        self.body.toggle_class("-preview")
        self._preview_soon()

    # --- keys

    def action_switch_kind(self) -> None:
        self._kind = "note" if self._kind == "reply" else "reply"
        self._show_problem("")
        self._show_heading()
        self._save_draft()
        self.refresh_bindings()

    def action_insert_macro(self) -> None:
        self._store.run(Job(JobKind.OTHER, "macros", read_macros), self)

    @on(MacrosRead)
    def _macros_read(self, message: MacrosRead) -> None:
        if self.is_current:
            self.app.push_screen(MacroDialog(message), self._insert)

    def _insert(self, choice: SavedText | None) -> None:
        if choice is not None:
            start, end = self.entry.selection
            self.entry.replace(choice.text, start, end, maintain_selection_offset=False)

    def action_attach(self) -> None:
        def answered(attached: Attached | None) -> None:
            if attached is not None:
                self._attached = attached
                self._show_heading()

        self.app.push_screen(AttachDialog(self._attached), answered)

    def action_edit(self) -> None:
        """Open the editor with what was typed before."""
        self.entry.call_later(self._edit)

    def _edit(self) -> None:
        try:
            environment = self.workspace.environment_for_programs()
            text = edit_in_editor(self.app, self.entry.text, environment, self._kind)
        except TerminalProgramFailed as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        self._set_text(text)

    # --- sending and leaving

    def action_send(self) -> None:
        """Send what was typed before."""
        self.entry.call_later(self._send)

    def _send(self) -> None:
        if self._read is None or self._is_sending:
            return
        self._is_sending = True
        outgoing = Outgoing(
            self._conversation_id,
            self._kind,
            self.entry.text,
            self._attached.urls,
            self._attached.files,
            self._known,
            self._write_id,
        )
        self._store.run(Job(JobKind.WRITE, "message", partial(send_message, outgoing=outgoing)), self)

    @on(MessageQueued)
    def _queued(self, message: MessageQueued) -> None:
        message.stop()
        self._is_sending = False
        self._keeps_draft = False  # it was discarded with that
        self.dismiss(message)

    @on(MessageRefused)
    def _refused(self, message: MessageRefused) -> None:
        self._is_sending = False
        self._known |= message.newer
        if message.newer:
            self.thread.read_again()
        self._show_problem(message.words[:1].upper() + message.words[1:])
        if message.at is not None:
            start, end = (location_of(self.entry.text, index) for index in message.at)
            self.entry.selection = Selection(start, end)
            self.entry.scroll_cursor_visible()
        self.entry.focus()

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self._is_sending = False

    def _close(self) -> None:
        """Close, once the draft is on its way to the store: who is below shows whether there is one."""
        self._save_draft()
        self.dismiss(None)

    def action_leave(self) -> None:
        """Leave once what was typed before is there, to be kept."""
        self.entry.call_later(self._leave)

    def _leave(self) -> None:
        if self._write_id is not None and self._read is not None and self.entry.text != self._read.text:
            if not self._confirms_discarding:
                self._confirms_discarding = True
                key = self._key("keep_draft")
                self._show_problem(f"{key} again leaves the message as it was, without your changes")
                return
        elif self._keeps_draft and self.entry.text.strip() and self._read is not None:
            lost = f", without what was attached ({len(self._attached)})" if self._attached else ""
            self.notify(f"The draft is kept{lost}.", markup=False)
        self._text = self.entry.text
        self._close()

    def action_discard(self) -> None:
        """Discard the text, when it is asked for twice."""
        self.entry.call_later(self._discard)

    def _discard(self) -> None:
        if self._read is None:
            return
        if self.entry.text.strip() and not self._confirms_discarding:
            self._confirms_discarding = True
            characters = counted(len(self.entry.text.strip()), "character")
            self._show_problem(f"{self._key('discard_draft')} again discards what is written ({characters})")
            return
        self._text = ""
        self._close()
