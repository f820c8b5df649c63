"""Writing a file so that it is either complete or unchanged."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import TextIO


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
    try:
        if private:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # Windows replaces no file that is open, so the temporary one is closed first.
        if path.exists() and not private:
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
