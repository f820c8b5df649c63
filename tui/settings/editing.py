"""Changing the settings file, with its comments, order and layout kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tui.files import atomic_writer
from tui.settings.loading import read_source, settings_from_source
from tui.settings.model import Settings, SettingsError

Value = str | int | bool | Mapping[str, str | bool] | None


def change_settings(path: Path, changes: Mapping[str, Value]) -> Settings:
    """Set these keys in the file, or remove those that are None; of a table, only the keys given.

    The new file is validated before it replaces the old one, atomically and with mode 0600. Returns the
    settings that it contains (without flags and environment). Raises `SettingsError` and then writes nothing.
    """
    import tomlkit  # here, because only changing the settings needs it
    from tomlkit.items import Table

    before = read_source(path, required=False)
    settings_from_source(before, path)
    document = tomlkit.parse(before)
    for key, value in changes.items():
        if value is None:
            document.pop(key, None)
        elif isinstance(value, Mapping):
            table = document.get(key)
            if not isinstance(table, Table):
                table = tomlkit.table()
                for inner, kept in (document.pop(key, None) or {}).items():
                    table[inner] = kept
                document[key] = table
            for inner, wanted in value.items():
                table[inner] = wanted
        else:
            document[key] = value
    source = tomlkit.dumps(document)
    settings = settings_from_source(source, path)
    if source != before:
        write_private(path, source)
    return settings


def write_private(path: Path, text: str) -> None:
    """Replace `path` by a 0600 file with this text. Raises `SettingsError`."""
    try:
        with atomic_writer(path, private=True) as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
