"""One conversation: a page of its thread within the character budget, or all of it as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mcp_types import CallToolResult

from tui.domain import Thread, ThreadPart
from tui.formatting import counted, date_time, number
from tui.freshness import Verdict
from tui.freshness_words import SyncOutlook
from tui.markdown import part_markdown, thread_markdown
from tui.mcp.cursor import BUDGET, ThreadPosition, read_cursor, write_cursor
from tui.mcp.errors import BadArgument
from tui.mcp.fence import NOTICE, fenced
from tui.mcp.mirror import Mirror
from tui.mcp.reply import refusal, reply
from tui.mcp.searching import conversation_shape
from tui.mcp.shapes import Author, ConversationDetails, ConversationThread, Part
from tui.query import Query
from tui.shown import shown_thread
from tui.text import clean
from tui.workspace import Workspace

OVERHEAD = 200
"""Characters that an entry takes beside its text."""
LONGEST_DOCUMENT = 200_000
"""Characters of a conversation as Markdown."""


def judge(workspace: Workspace, id_: int) -> Verdict:
    """Whether anything may be missing of a conversation: from its last known activity on."""
    rows = workspace.rows([id_])
    return _judge(workspace, rows[0].updated_at) if rows else workspace.verdict()


def _judge(workspace: Workspace, since: datetime) -> Verdict:
    start = min(since, workspace.clock())
    return workspace.verdict(Query("", start=start))


def read_thread(mirror: Mirror, id_: int, cursor: str | None, outlook: SyncOutlook) -> CallToolResult:
    """A page of a conversation, on a thread that uses the store. Raises `BadArgument` for its cursor."""
    workspace = mirror.workspace
    found = workspace.thread(id_)
    if found is None:
        verdict = workspace.verdict()
        shape = ConversationThread(
            conversation=None,
            parts=[],
            next_cursor=None,
            notice=NOTICE,
            sync_info=mirror.sync_info(verdict, outlook),
        )
        return refusal(f"{_why_unknown(workspace, id_)} {mirror.sentence(verdict, outlook)}", shape)
    thread = shown_thread(found)
    pieces, following = _page(thread, _start(thread, id_, cursor))
    verdict = _judge(workspace, thread.conversation.updated_at)
    shape = ConversationThread(
        conversation=_details(thread),
        parts=[_part(piece) for piece in pieces],
        next_cursor=None if following is None else write_cursor(following),
        notice=NOTICE,
        sync_info=mirror.sync_info(verdict, outlook),
    )
    head = [_head(workspace, thread)] if cursor is None else []
    entries = "\n\n".join(head + [_markdown(workspace, piece) for piece in pieces])
    return reply(mirror.sentence(verdict, outlook), shape, _words(shape), others=entries)


def document(mirror: Mirror, id_: int) -> str:
    """A conversation as Markdown, on a thread that uses the store. Raises `BadArgument` if it is unknown."""
    workspace, outlook = mirror.workspace, mirror.workspace.outlook()
    thread = workspace.thread(id_)
    if thread is None:
        sentence = mirror.sentence(workspace.verdict(), outlook)
        raise BadArgument(f"{_why_unknown(workspace, id_)} {sentence}")
    text = thread_markdown(thread, workspace.tz)
    sentence = mirror.sentence(_judge(workspace, thread.conversation.updated_at), outlook)
    cut = f"It is cut after {number(LONGEST_DOCUMENT)} characters; get_conversation gives all of it in pages."
    return "\n".join(
        [sentence, *([cut] if len(text) > LONGEST_DOCUMENT else []), fenced(text[:LONGEST_DOCUMENT])]
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """An entry of a thread, or a part of the text of a long one."""

    part: ThreadPart
    offset: int
    end: int

    @property
    def text(self) -> str:
        return self.part.text[self.offset : self.end]

    @property
    def is_cut(self) -> bool:
        return self.end < len(self.part.text)


def _start(thread: Thread, id_: int, cursor: str | None) -> tuple[int, int]:
    """The number of the entry where a page begins, and the character of its text."""
    if cursor is None:
        return 0, 0
    position = read_cursor(cursor, ThreadPosition)
    if position.conversation != id_:
        raise BadArgument("cursor: it belongs to another conversation; leave it out to begin this one")
    for index, part in enumerate(thread.parts):
        if part.id == position.part and 0 <= position.offset <= len(part.text):
            return index, position.offset
    raise BadArgument("cursor: the thread has changed since; leave it out to begin again")


def _page(thread: Thread, start: tuple[int, int]) -> tuple[list[_Piece], ThreadPosition | None]:
    """The entries from a place on that the budget allows, or a piece of one, and where the next begin."""
    first, offset = start
    pieces = list[_Piece]()
    room = BUDGET
    for part in thread.parts[first:]:
        size = len(part.text) - offset
        if size > room and pieces:
            return pieces, ThreadPosition(thread.conversation.id, part.id, 0)
        piece = _Piece(part, offset, offset + min(size, BUDGET))
        pieces.append(piece)
        if piece.is_cut:
            return pieces, ThreadPosition(thread.conversation.id, part.id, piece.end)
        room -= size + OVERHEAD
        offset = 0
    return pieces, None


def _part(piece: _Piece) -> Part:
    part = piece.part
    return Part(
        id=part.id,
        kind=part.kind.value,
        author=Author(type=part.author.kind, name=part.author.name, email=part.author.email or None),
        created_at=part.created_at,
        text=clean(piece.text),
        offset=piece.offset,
        is_cut=piece.is_cut,
        attachments=[each.name for each in part.attachments],
        redacted=part.redacted,
        truncated=part.truncated,
    )


def _details(thread: Thread) -> ConversationDetails:
    row = thread.conversation
    return ConversationDetails(
        **conversation_shape(row).model_dump(),
        title=thread.title,
        company=thread.company or None,
        channel=thread.channel or None,
        rating=thread.rating,
        rating_remark=thread.rating_remark or None,
        part_count=len(thread.parts),
        thread_pending=row.thread_pending,
        missing_parts=thread.missing_parts,
        deleted_at=thread.deleted_at,
    )


def _head(workspace: Workspace, thread: Thread) -> str:
    """The facts, without the entries."""
    return thread_markdown(replace(thread, parts=()), workspace.tz).strip()


def _markdown(workspace: Workspace, piece: _Piece) -> str:
    text = part_markdown(replace(piece.part, text=piece.text), workspace.tz)
    return f"(from character {number(piece.offset + 1)} on)\n{text}" if piece.offset else text


def _words(shape: ConversationThread) -> str:
    details = shape.conversation
    assert details is not None  # noqa: S101 - for mypy
    words = [f"Conversation {details.id}, {counted(details.part_count, 'entry', 'entries')}."]
    if details.deleted_at is not None:
        words.append("Intercom deleted it; its messages are gone here too.")
    if details.thread_pending:
        words.append("Its thread is still to be fetched, or has changed since.")
    if details.missing_parts:
        missing = counted(details.missing_parts, "older entry", "older entries")
        words.append(f"Intercom does not give out {missing}.")
    if shape.parts and shape.parts[-1].is_cut:
        words.append("The last entry here is cut.")
    if shape.next_cursor:
        words.append(f"More with cursor: {shape.next_cursor}")
    return " ".join(words)


def _why_unknown(workspace: Workspace, id_: int) -> str:
    purged_at = workspace.purged_at(id_)
    if purged_at is not None:
        when = date_time(purged_at, workspace.tz)
        return f"Conversation {id_} was deleted from this mirror on purpose, {when}."
    if not workspace.total():
        return f"There is no conversation {id_} in the mirror, which is empty."
    return (
        f"There is no conversation {id_} in the mirror, which goes back to "
        f"{date_time(workspace.history_start(), workspace.tz)}."
    )
