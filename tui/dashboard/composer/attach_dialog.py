"""Attaches files and the addresses of images to a message, within Intercom's limits."""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from tui.dashboard.common.dialog import Dialog
from tui.files import read_ordinary_file
from tui.formatting import size
from tui.text import clean, one_line
from tui.writes import MAX_ATTACHMENTS, MAX_FILE, AttachedFile, BadWrite, Note, check_write


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes with a message."""

    urls: tuple[str, ...] = ()
    files: tuple[AttachedFile, ...] = ()

    def __len__(self) -> int:
        return len(self.urls) + len(self.files)

    def without(self, index: int) -> Attached:
        """Without the one at this place in the order files, addresses."""
        if index < len(self.files):
            return Attached(self.urls, self.files[:index] + self.files[index + 1 :])
        index -= len(self.files)
        return Attached(self.urls[:index] + self.urls[index + 1 :], self.files)


class AttachDialog(Dialog[Attached]):
    """Dismissed with what is attached then."""

    TITLE_TEXT = "attach"
    KEYS = "Enter add · ^d remove · Esc done"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+d", "remove", "Remove", id="attach_remove", tooltip="Remove the attachment", priority=True
        ),
        Binding("down", "move(1)", "Next", id="attach_next", tooltip="Next attachment", priority=True),
        Binding(
            "up", "move(-1)", "Previous", id="attach_previous", tooltip="Previous attachment", priority=True
        ),
    ]

    entry = getters.query_one("#attach-entry", Input)
    options = getters.query_one("#attach-options", OptionList)

    def __init__(self, attached: Attached) -> None:
        super().__init__()
        self._attached = attached

    def compose_body(self) -> ComposeResult:
        limits = (
            f"{MAX_ATTACHMENTS} files and {MAX_ATTACHMENTS} images at most;"
            f" the files together {size(MAX_FILE)}"
        )
        yield Static(Content.styled(limits, "$muted"))
        yield Input(
            placeholder="path of a file, or https:// address of an image", id="attach-entry", compact=True
        )
        options = OptionList(id="attach-options", markup=False, compact=True)
        options.can_focus = False
        yield options

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        self.options.clear_options()
        self.options.add_options(
            [
                *(Content(f"{file.name} · {size(file.size)}") for file in self._attached.files),
                *(Content(one_line(url)) for url in self._attached.urls),
            ]
        )
        self.options.display = bool(self._attached)
        self.options.highlighted = len(self._attached) - 1 if self._attached else None

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        if not typed:
            self.dismiss(self._attached)
            return
        try:
            added = (
                with_address(self._attached, typed)
                if "://" in typed
                else await with_file(self._attached, typed)
            )
        except BadWrite as error:
            self.show_problem(str(error))
            return
        self._attached = added
        self.show_problem("")
        self.entry.value = ""
        self._show()

    def action_remove(self) -> None:
        if (index := self.options.highlighted) is not None:
            self._attached = self._attached.without(index)
            self.show_problem("")
            self._show()

    def action_move(self, step: int) -> None:
        if self._attached:
            self.options.highlighted = ((self.options.highlighted or 0) + step) % len(self._attached)

    def action_leave(self) -> None:
        self.dismiss(self._attached)


def with_address(attached: Attached, address: str) -> Attached:
    """Raises `BadWrite`."""
    return _checked(Attached((*attached.urls, one_line(address)), attached.files))


async def with_file(attached: Attached, path: str) -> Attached:
    """With the file as it is now. Raises `BadWrite`."""
    file = await asyncio.to_thread(read_file, path)
    return _checked(Attached(attached.urls, (*attached.files, file)))


def read_file(path: str) -> AttachedFile:
    """Raises `BadWrite`."""
    try:
        full = Path(path).expanduser()
        data, _ = read_ordinary_file(full, MAX_FILE)
    except OSError as error:
        raise BadWrite(f"{one_line(path)}: {error.strerror}") from None
    except (RuntimeError, ValueError):  # no such home folder, a NUL
        raise BadWrite(f"{one_line(path)}: there is no such file") from None
    if not data:
        raise BadWrite(f"{one_line(path)}: the file is empty")
    kind, _ = mimetypes.guess_type(full.name)
    return AttachedFile(one_line(clean(full.name)), kind or "application/octet-stream", len(data), data)


def _checked(attached: Attached) -> Attached:
    check_write(Note("-", attached.urls, attached.files), 0)
    return attached
