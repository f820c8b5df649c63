"""Writing a file so that it is either complete or unchanged, private folders, and reading within a limit."""

from __future__ import annotations

import os
import secrets
import shlex
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EFBIG, EINVAL, EISDIR
from pathlib import Path
from typing import TextIO

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_ROOT = 0
"""The user to whom the system's folders belong."""


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, for their owner alone. Raises `OSError`.

    `Path.mkdir` gives its mode to the last folder only.
    """
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def read_ordinary_file(path: Path, largest: int) -> tuple[bytes, os.stat_result]:
    """What is in a file, with its owner and mode.

    Raises `OSError` for anything but a file of up to `largest` bytes. A pipe or a device is neither waited
    for nor opened.
    """
    _require_ordinary(path.stat())
    # A pipe may have taken its place since.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        _require_ordinary(found)
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(EFBIG, f"it is larger than {largest:,} bytes")
    return content, found


def others_who_may_write(path: Path, found: os.stat_result) -> tuple[str, str]:
    """Who else than its owner, who must be this user, may change or replace a file, and the command against
    that if there is one. Both are empty where nobody may, and on Windows, which has no such modes."""
    if sys.platform == "win32":
        return "", ""
    if found.st_uid != os.getuid():
        return f"{path} belongs to another user", ""
    for folder in dict.fromkeys((path.parent, path.resolve().parent)):
        about = folder.stat()
        if about.st_uid not in {os.getuid(), _ROOT}:
            return f"the folder {folder} belongs to another user", ""
        if about.st_mode & _OTHERS_WRITE:
            return f"others can write to the folder {folder}", f"chmod go-w {shlex.quote(str(folder))}"
    if found.st_mode & _OTHERS_WRITE:
        return f"others can write to {path}", f"chmod go-w {shlex.quote(str(path))}"
    return "", ""


def _require_ordinary(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(EINVAL, "it is no ordinary file")


def create_private(path: Path) -> int:
    """Make a file for its owner alone, and return its descriptor. Raises `OSError` if there is a file."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def part_of(path: Path) -> Path:
    """A name beside `path` for a file that is to take its place when it is complete."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")


@contextmanager
def atomic_writer(path: Path, *, private: bool = False) -> Iterator[TextIO]:
    """Yield a UTF-8 text file that replaces `path` when the block ends without an error.

    Until then `path` is untouched; after an error or an interruption no other file is left behind. A new file
    can be read by its owner only (0600); an existing one keeps its permissions unless it is to be `private`,
    which also creates missing folders (0700). Symbolic links are followed; a pipe or a device is written
    directly. Raises `OSError` with the name of the file.
    """
    path = path.resolve()
    try:
        with _writer(path, private) as file:
            yield file
    except OSError as error:
        if error.filename is None:  # a write names no file
            error.filename = str(path)
        raise


@contextmanager
def _writer(path: Path, private: bool) -> Iterator[TextIO]:
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "is a folder; name a file", str(path))
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as device:
            yield device
        return
    temporary = part_of(path)
    try:
        try:
            if private:
                make_private_folder(path.parent)
            handle = create_private(temporary)
        except OSError as error:
            raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from None
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # Windows replaces no file that is open, so the temporary one is closed first.
        if path.exists() and not private:
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError, NotADirectoryError):
            temporary.unlink()
        raise
