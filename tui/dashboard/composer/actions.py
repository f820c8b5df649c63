"""Actions that open the composer, on the main screen and in play mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.composer.messages import Kind, MessageQueued
from tui.dashboard.composer.screen import ComposerScreen
from tui.dashboard.composer.words import wait_words
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.thread.view import ThreadView


class ComposerActions(Actions):
    """Writes to the conversation of the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "B", "feature('composer', 'reply')", "Reply", id="reply", tooltip="Write back to the customer"
        ),
        Binding(
            "M",
            "feature('composer', 'note')",
            "Team note",
            id="team_note",
            tooltip="Write a note for the team in Intercom",
            show=False,
        ),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        store: StoreThread,
        feed: SyncFeed,
        thread: ThreadView,
        conversation: Callable[[], int | None],
        on_closed: Callable[[int, MessageQueued | None], object],
    ) -> None:
        """`conversation` returns the one to write to; `on_closed` is called with it when the composer closed,
        and with the message that was put into the outbox, if one was."""
        self._screen = screen
        self._store = store
        self._feed = feed
        self._thread = thread
        self._conversation = conversation
        self._on_closed = on_closed

    def is_enabled(self, name: str) -> bool:
        return self._conversation() is not None

    def reply(self) -> None:
        self._open("reply")

    def note(self) -> None:
        self._open("note")

    def edit(self, conversation_id: int, write_id: int) -> None:
        """Edit a message of the outbox that was not sent."""
        self._push(conversation_id, "reply", write_id)

    def _open(self, kind: Kind) -> None:
        if (conversation_id := self._conversation()) is not None:
            self._push(conversation_id, kind)

    def _push(self, conversation_id: int, kind: Kind, write_id: int | None = None) -> None:
        row = self._thread.row
        screen = ComposerScreen(
            self._store,
            self._feed,
            conversation_id,
            kind,
            row=row if row is not None and row.id == conversation_id else None,
            write_id=write_id,
        )

        def closed(message: MessageQueued | None) -> None:
            if message is not None:
                self._confirm(message)
            self._on_closed(conversation_id, message)

        self._screen.app.push_screen(screen, closed)

    def _confirm(self, message: MessageQueued) -> None:
        app = self._screen.app
        undo = app.shown_key("undo") if isinstance(app, ShowsKeys) else "u"
        when = (
            f"sends in {wait_words(message.window)} · {undo} takes it back"
            if message.window
            else "is being sent"
        )
        self._screen.notify(f"The {message.kind} {when}", markup=False)
