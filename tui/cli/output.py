"""What the commands print: data on stdout, messages on stderr, JSON that is safe in a terminal."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from tui.cli.exits import StdoutClosed

SCHEMA_VERSION = 1
"""Of every JSON answer; raised when a key changes its meaning or goes away."""

_MOST_DIGITS = 6
"""Of a number of columns; one with more is no terminal's."""

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def json_text(value: object) -> str:
    """One line of JSON (see `to_json`) in which characters that control a terminal are escaped."""
    from tui.answers import to_json

    text = to_json(value, ascii_only=not _is_utf8(sys.stdout))
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def json_answer(value: Mapping[str, object]) -> str:
    """`json_text` of a whole answer, with `schema_version` as its first key."""
    return json_text({"schema_version": SCHEMA_VERSION, **value})


def write(text: str) -> None:
    """Print a line of data. Raises `StdoutClosed` when nobody reads stdout any more."""
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError:
        raise StdoutClosed from None


def flush() -> None:
    """Hand out what was written. Raises `StdoutClosed`."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise StdoutClosed from None


def in_one_line(text: object) -> str:
    """A path, or a text that may name one, as it is printed for people: no line end, nothing that steers.

    Spaces stay, so that what can be copied is the path.
    """
    from tui.text import clean

    return clean(str(text)).replace("\n", " ")


def print_message(text: str) -> None:
    """Print a line for people on stderr. A closed stderr is ignored."""
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def prepare_streams() -> None:
    """Keep closed streams, and characters that the terminal's encoding lacks, from raising errors."""
    if sys.stdout is None:  # closed by the parent process
        sys.stdout = _open_null_device()
    if sys.stderr is None:
        sys.stderr = _open_null_device()
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _open_null_device() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def silence_stdout() -> None:
    """Point stdout at the null device, so that the interpreter's last flush cannot fail."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def is_terminal(stream: TextIO) -> bool:
    return not stream.closed and stream.isatty()


def _has_colour(stream: TextIO) -> bool:
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str, stream: TextIO) -> str:
    """`text` with an SGR code such as "1" (bold) or "2" (dim), where the stream shows colours."""
    return f"\x1b[{code}m{text}\x1b[0m" if text and _has_colour(stream) else text


def text_width() -> int | None:
    """Cells of a line on stdout: `COLUMNS`, else the terminal's; None where there is none."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) <= _MOST_DIGITS and int(columns) > 0:
        return int(columns)
    return terminal_width() if is_terminal(sys.stdout) else None


def terminal_width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"
