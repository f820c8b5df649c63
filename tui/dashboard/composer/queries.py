"""What the composer reads and writes. Runs on the store thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.clock import to_epoch
from tui.dashboard.composer.messages import (
    Began,
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
from tui.dashboard.composer.preview import preview
from tui.domain import PartKind, ThreadPart
from tui.macros import gap_words, missing, render
from tui.outbox import ActingOff
from tui.snippets import FOLDER, read_snippets
from tui.visible import visible_line
from tui.workspace import Workspace
from tui.writes import BadWrite, Note, QueuedWrite, Reply


def read_composer(workspace: Workspace, *, conversation_id: int, write_id: int | None) -> ComposerRead:
    """`write_id`: the message of the outbox that is to be edited."""
    outbox, settings = workspace.outbox, workspace.settings
    thread = workspace.thread(conversation_id)
    edited = outbox.read([write_id])[0] if write_id is not None else None
    read = ComposerRead(
        kind=None,
        text="",
        is_draft=False,
        attached=0,
        began=None,
        identity=outbox.identity(),
        windows={"reply": settings.undo_window_of("reply"), "note": settings.undo_window_of("note")},
        values=workspace.placeholder_values(thread),
        own_parts=_own_parts(workspace, conversation_id),
        fetched_at=workspace.thread_fetched_at(conversation_id),
        is_missing=thread is None or thread.deleted_at is not None,
    )
    if edited is not None:
        _begin_with(read, edited)
    elif (draft := outbox.draft(conversation_id)) is not None:
        read.kind, read.text = ("note" if draft[0] == "note" else "reply"), draft[1]
        read.is_draft = True
        saved_at = outbox.draft_saved_at(conversation_id)
        read.began = None if saved_at is None else Began(to_epoch(saved_at))
    return read


def _begin_with(read: ComposerRead, edited: QueuedWrite) -> None:
    if not isinstance(edited.write, Note | Reply):
        read.is_missing = True
        return
    read.kind = "note" if isinstance(edited.write, Note) else "reply"
    read.text = edited.write.text
    read.attached = len(edited.write.urls) + len(edited.write.files)
    read.began = Began(edited.seen.at, frozenset(edited.seen.ids))


def look_at_thread(workspace: Workspace, *, conversation_id: int) -> ThreadAsOf:
    return ThreadAsOf(workspace.thread_fetched_at(conversation_id))


def save_draft(workspace: Workspace, *, conversation_id: int, kind: Kind, text: str) -> None:
    """Keep what is being written; nothing but white space discards it. A deleted conversation keeps none."""
    if workspace.rows([conversation_id]):
        workspace.outbox.save_draft(conversation_id, kind, text if text.strip() else "")


def send_message(workspace: Workspace, *, outgoing: Outgoing) -> MessageQueued | MessageRefused:
    """Put a message into the outbox, and discard its draft; an edited one has none.

    It is refused when somebody wrote what its author has not seen; what is stored later holds it up.
    """
    id_, kind = outgoing.conversation_id, outgoing.kind
    seen = workspace.outbox.seen([id_])  # first: what is stored after that is newer
    thread = workspace.thread(id_)
    if thread is None or thread.deleted_at is not None:
        return MessageRefused("the conversation is no longer there: nothing was sent, and your text stays")
    unseen = [
        part
        for part in messages_of(thread.parts, _own_parts(workspace, id_))
        if part.id not in outgoing.known
    ]
    if unseen:
        author = visible_line(unseen[-1].author.name)
        words = f"{author} wrote meanwhile: read it above, then send again"
        return MessageRefused(words, newer=frozenset(part.id for part in unseen))
    values = workspace.placeholder_values(thread)
    if (gap := missing(outgoing.text, values)) is not None:
        return MessageRefused(gap_words(gap), (gap.start, gap.end))
    text = render(outgoing.text, values)
    try:
        if outgoing.write_id is not None:
            batch = workspace.outbox.edit(outgoing.write_id, text).batch
        else:
            write_type = Note if kind == "note" else Reply
            batch = workspace.act(write_type(text, outgoing.urls, outgoing.files), [id_], seen).number
            workspace.outbox.save_draft(id_, kind, "")
    except (ActingOff, BadWrite, LookupError) as error:
        return MessageRefused(str(error.args[0]))
    return MessageQueued(id_, kind, batch, workspace.settings.undo_window_of(kind))


def make_preview(_: Workspace, *, text: str, values: Mapping[str, str]) -> PreviewMade:
    """Here, because a long text takes a while."""
    return PreviewMade(preview(render(text, values)))


def read_macros(workspace: Workspace) -> MacrosRead:
    """The workspace's macros and the user's own snippets, by name."""
    folder = workspace.settings.config_path.parent / FOLDER
    own = read_snippets(folder)
    choices = [
        *(SavedText(snippet.name, snippet.text, is_own=True) for snippet in own.snippets),
        *(
            SavedText(macro.name, macro.text, is_own=False)
            for macro in workspace.outbox.macros()
            if macro.text
        ),
    ]
    problem = ""
    if own.problems:
        more = f" · {len(own.problems) - 1} more" if len(own.problems) > 1 else ""
        problem = f"{own.problems[0]}{more}"
    return MacrosRead(tuple(sorted(choices, key=lambda each: each.name.casefold())), problem, str(folder))


def messages_of(parts: Iterable[ThreadPart], own: frozenset[int]) -> list[ThreadPart]:
    """What others wrote: messages and notes that did not come from this outbox."""
    return [part for part in parts if part.kind is not PartKind.EVENT and part.id not in own]


def _own_parts(workspace: Workspace, conversation_id: int) -> frozenset[int]:
    return frozenset(
        write.part_id for write in workspace.outbox.of(conversation_id) if write.part_id is not None
    )
