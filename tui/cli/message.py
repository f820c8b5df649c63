"""What `note` and `reply` share: a message to one conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.arguments import TEXT, ConversationNumber
from tui.cli.bulk import acted, dry_run_option, json_option, known_rows, with_threads
from tui.cli.exits import ExitCode
from tui.cli.message_text import (
    MessageKind,
    filled,
    read_attachments,
    read_text,
    saved_as_draft,
    saved_to_file,
)
from tui.cli.options import Invocation
from tui.cli.outbox_output import acting_as_words
from tui.cli.output import flush, json_answer, write
from tui.cli.sending import acting_workspace, finish, wait_option
from tui.clock import to_epoch
from tui.text import clean
from tui.visible import visible, visible_name
from tui.writes import Note, Reply, check_write

if TYPE_CHECKING:
    from tui.workspace import Workspace

text_option = click.option("--text", type=TEXT, metavar="TEXT", help="The text, in a small Markdown.")
file_option = click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with the text. Stdin is read for -, and without --text and --file.",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was given on the command line."""

    conversation_id: int
    text: str | None
    file: Path | None
    images: tuple[str, ...]
    attached: tuple[Path, ...]
    dry_run: bool
    wait: bool
    as_json: bool


def with_message(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the argument and the options of a message, and pass them on as a `Message`."""

    @wraps(function)
    def packed(invocation: Invocation, **given: Any) -> int:
        return function(invocation, Message(**given))

    for option in reversed(
        (
            click.argument("conversation_id", metavar="CONVERSATION", type=ConversationNumber()),
            text_option,
            file_option,
            click.option(
                "--image",
                "images",
                multiple=True,
                type=TEXT,
                metavar="URL",
                help="The address of an image that Intercom fetches; repeatable.",
            ),
            click.option(
                "--attach",
                "attached",
                multiple=True,
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="A file to send with it; repeatable.",
            ),
            dry_run_option,
            wait_option,
            json_option,
        )
    ):
        packed = option(packed)
    return packed


def send_message(invocation: Invocation, message: Message, kind: MessageKind) -> ExitCode:
    """Put a message into the outbox, and send it. A text of stdin that cannot be sent is kept.

    Raises as the outbox, and `CommandError`.
    """
    given = read_text(message.text, message.file)
    id_ = message.conversation_id
    with (
        saved_to_file(given, f"{kind}-{id_}"),
        acting_workspace(invocation, sends=not message.dry_run) as workspace,
        saved_as_draft(given, workspace, kind, id_),
    ):
        make = Note if kind == "note" else Reply
        written = make(given.text, message.images, read_attachments(message.attached))
        check_write(written, to_epoch(workspace.clock()))
        rows = known_rows(workspace, [id_])
        refusal = workspace.outbox.refusal(kind)
        if refusal is None and not message.dry_run:
            with_threads(invocation, workspace, rows)
        written = make(filled(workspace, given.text, id_), written.urls, written.files)
        if message.dry_run:
            given.is_kept = True
            if refusal is not None:
                invocation.info(f"It would not be sent now: {refusal}.")
            return _show_plan(workspace, written, message, kind, rows[0].customer.name)
        ids = acted(workspace, written, [id_])
        given.is_kept = True
        answer = _plan_json(kind, id_, dry_run=False)
        return finish(invocation, workspace, ids, wait=message.wait, as_json=message.as_json, answer=answer)


def _plan_json(kind: MessageKind, conversation_id: int, *, dry_run: bool) -> dict[str, object]:
    lists: dict[str, object] = {"change": [conversation_id], "already": [], "changed": [], "reopened": []}
    return {"kind": kind, "dry_run": dry_run, **lists}


def _show_plan(
    workspace: Workspace, written: Note | Reply, message: Message, kind: MessageKind, customer: str
) -> ExitCode:
    if message.as_json:
        plan = _plan_json(kind, message.conversation_id, dry_run=True)
        write(json_answer({**plan, "writes": [], "error": None}))
    else:
        identity = workspace.outbox.identity()
        who = f" as {acting_as_words(identity)}" if identity else ""
        whom = f" to {visible_name(customer)}" if kind == "reply" else ""
        write(f"conversation {message.conversation_id} · {kind}{whom}{who}")
        for text in visible(clean(written.text).strip()).split("\n"):
            write(f"  {text}".rstrip())
        for name in (*(file.name for file in written.files), *written.urls):
            write(f"  [{visible_name(name)}]")
    flush()
    return ExitCode.OK
