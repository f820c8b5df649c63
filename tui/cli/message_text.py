"""The text and the files of a note or a reply, as they are given on the command line."""

from __future__ import annotations

import contextlib
import mimetypes
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.output import in_one_line, is_terminal, print_message
from tui.writes import MAX_FILE, AttachedFile

if TYPE_CHECKING:
    from tui.workspace import Workspace

LARGEST = 2_000_000
"""Bytes of a text; far more than a message may have."""
MessageKind = Literal["note", "reply"]


@dataclass(slots=True)
class GivenText:
    """A text, which is lost with the program if it came by stdin."""

    text: str
    from_stdin: bool = False
    is_kept: bool = False
    """It is in the outbox, or saved elsewhere."""


def read_text(text: str | None, file: Path | None) -> GivenText:
    """The text of `--text`, of `--file` ("-": stdin), or else of stdin, unless that is a terminal.

    Raises a usage error, `CommandError` for what is no text, and `OSError`.
    """
    if text is not None and file is not None:
        raise click.UsageError("give the text with --text or with --file, not with both")
    if text is not None:
        return GivenText(text)
    if file is not None and str(file) != "-":
        from tui.files import read_ordinary_file

        try:
            return GivenText(_decoded(read_ordinary_file(file, LARGEST)[0], in_one_line(file)))
        except OSError as error:
            raise _unreadable(file, error) from None
    if file is None and (sys.stdin is None or is_terminal(sys.stdin)):
        raise click.UsageError("give the text with --text, with --file, or on stdin")
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise CommandError(f"stdin: it is larger than {LARGEST:,} bytes", ExitCode.USAGE)
    return GivenText(_decoded(content, "stdin"), from_stdin=True)


def filled(workspace: Workspace, text: str, conversation_id: int) -> str:
    """The text of a message with its placeholders filled. Raises `CommandError` for one that cannot be."""
    from tui.macros import gap_words, missing, render

    values = workspace.placeholder_values(workspace.thread(conversation_id))
    if (gap := missing(text, values)) is not None:
        line = text.count("\n", 0, gap.start) + 1
        raise CommandError(f"line {line}: {in_one_line(gap_words(gap))}", ExitCode.USAGE)
    return render(text, values)


def read_attachments(paths: Sequence[Path]) -> tuple[AttachedFile, ...]:
    """The files to send with a message. Raises `CommandError`."""
    from tui.files import read_ordinary_file
    from tui.text import one_line

    found = []
    for path in paths:
        try:
            data, _ = read_ordinary_file(path, MAX_FILE)
        except OSError as error:
            raise _unreadable(path, error) from None
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        found.append(AttachedFile(one_line(path.name), kind, len(data), data))
    return tuple(found)


@contextmanager
def saved_to_file(given: GivenText, name: str) -> Iterator[None]:
    """If what is done inside fails before a text of stdin is kept, save it to a private file."""
    try:
        yield
    except BaseException:
        if given.from_stdin and given.text.strip() and not given.is_kept:
            with contextlib.suppress(OSError):
                descriptor, path = tempfile.mkstemp(prefix=f"fastintercom-{name}-", suffix=".txt")
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(given.text)
                print_message(f"Your text is kept in {in_one_line(path)}")
        raise


@contextmanager
def saved_as_draft(
    given: GivenText, workspace: Workspace, kind: MessageKind, conversation_id: int
) -> Iterator[None]:
    """The same, but as the draft of the conversation in the mirror, unless there is another one."""
    try:
        yield
    except BaseException:
        if (
            given.from_stdin
            and given.text.strip()
            and not given.is_kept
            and _is_free(workspace, conversation_id)
        ):
            from tui.store.errors import StoreError

            with contextlib.suppress(StoreError):
                workspace.outbox.save_draft(conversation_id, kind, given.text)
                given.is_kept = True
                print_message(f"Your text is kept as the draft of conversation {conversation_id}.")
        raise


def _is_free(workspace: Workspace, conversation_id: int) -> bool:
    if workspace.read_only or not workspace.rows([conversation_id]):
        return False
    return workspace.outbox.draft(conversation_id) is None


def _unreadable(path: Path, error: OSError) -> CommandError:
    why = error.strerror or "it cannot be read"
    return CommandError(f"{in_one_line(path)}: {why[:1].lower()}{why[1:]}", ExitCode.USAGE)


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise CommandError(f"{where}: not UTF-8 text", ExitCode.USAGE) from None
