"""The log file: private (0600), limited in size, and without message texts and tokens."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from filelock import FileLock, Timeout

from tui.files import make_private_folder
from tui.settings import Secret

LARGEST = 1_000_000
"""Bytes; a larger log is renamed to `….1`."""
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class SharedRotatingFileHandler(RotatingFileHandler):
    """A `RotatingFileHandler` for a file that several processes append to.

    Before each record it reopens the file if another process has renamed it. It renames the file itself only
    under a lock beside it (`….lock`); a record that comes while another process holds that lock goes
    to the end of the old file. Windows renames no file that another process has open: there the file grows
    until this process is the only one.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST, backups: int = 1) -> None:
        self._rename_lock = FileLock(f"{path}.lock", timeout=0, mode=0o600)
        super().__init__(path, maxBytes=largest, backupCount=backups, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_open_private)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - the name in logging
        self._reopen_if_renamed()
        return self.stream is not None and os.fstat(self.stream.fileno()).st_size >= self.maxBytes

    def doRollover(self) -> None:  # noqa: N802 - the name in logging
        with contextlib.suppress(Timeout, OSError), self._rename_lock:
            if not self._reopen_if_renamed():
                super().doRollover()

    def _reopen_if_renamed(self) -> bool:
        """Whether the open file is no longer that of the path; then the latter is open now."""
        path = Path(self.baseFilename)
        with contextlib.suppress(FileNotFoundError):
            if self.stream and os.path.samestat(os.fstat(self.stream.fileno()), path.stat()):
                return False
        if self.stream:
            self.stream.close()
        self.stream = self._open()
        return True

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name in logging
        """A record that cannot be written is lost: the user is told what fails, not that the log does."""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk has not taken until now
            super().close()


def _open_private(path: str, flags: int) -> int:
    # A pipe that nobody reads is an error instead of a wait for somebody.
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    if os.name == "posix" and stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, 0o600)  # a log that was there before may have been readable by others
    return descriptor


class _Redacting(logging.Formatter):
    """Replaces the token wherever it might have slipped into a message or a traceback."""

    def __init__(self, secrets: list[Secret]) -> None:
        super().__init__(FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = secret.hide_in(text)
        return text


@contextmanager
def logging_to(path: Path, level: str, secrets: list[Secret]) -> Iterator[bool]:
    """Send what `tui` logs to `path`. Yields False, and logs nowhere, if the file cannot be written.

    `secrets` may grow later. The logs of other libraries are left out: they may contain headers and bodies.
    """
    logger = logging.getLogger("tui")
    handler = _handler(path)
    attached: logging.Handler = handler or logging.NullHandler()
    attached.setFormatter(_Redacting(secrets))
    logger.addHandler(attached)
    before, propagated = logger.level, logger.propagate
    logger.setLevel(level.upper())
    logger.propagate = False
    try:
        yield handler is not None
    finally:
        logger.removeHandler(attached)
        logger.setLevel(before)
        logger.propagate = propagated
        attached.close()


def _handler(path: Path) -> logging.Handler | None:
    try:
        make_private_folder(path.parent)
        return SharedRotatingFileHandler(path)
    except OSError:
        return None
