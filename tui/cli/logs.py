"""The log file: 0600, small, and never a body or a token in it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.settings import Secret

LARGEST = 1_000_000
"""Bytes; a larger log is moved to `….1` when the next program starts."""
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


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
    """Send what `tui` logs to `path`. Yields False, and logs nowhere, when the file cannot be written.

    `secrets` may grow later. Other libraries' logs are left out: they may speak of headers and bodies.
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


def _handler(path: Path) -> logging.FileHandler | None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(path.with_name(path.name + ".1"))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.close(descriptor)
        path.chmod(0o600)
        return logging.FileHandler(path, encoding="utf-8")
    except OSError:
        return None
