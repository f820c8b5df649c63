"""Files that only their owner can read, replaced in one step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tui.settings.model import SettingsError


def write_private(path: Path, text: str) -> None:
    """Replace `path` by a 0600 file with this text. Raises `SettingsError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror})") from None
