"""Settings: a file or an environment is read, or refused in one clean line that names a line of the file."""

from __future__ import annotations

import re
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from tests.attacks import ATTACKS, commands_in
from tests.fuzzing.mutation import changed_text, joined, repeated
from tui.settings import Settings, SettingsError, load_settings
from tui.settings.editing import change_settings
from tui.settings.loading import CHECKS, settings_from_source

_LONGEST_MESSAGE = 600
"""Characters of a message about a file."""
_PLACE = re.compile(r"line (\d+)")
_NAMES = (
    *CHECKS,
    "token",
    "keymap.refresh",
    "toasts.changes",
    "keymap.a.b",
    '"a b"',
    '"\\u001b[31m"',
    "''",
    "x",
)
_VALUES = (
    *(
        "5",
        "0",
        "-1",
        "true",
        "false",
        '"7d"',
        '"5m"',
        '"info"',
        '"22:00-07:00"',
        '"osc9"',
        '"nord"',
        "[]",
        "{}",
    ),
    *(
        '"https://api.eu.intercom.io"',
        '"http://127.0.0.1:8"',
        '"http://[::1"',
        '"https://x:y"',
        '"~/x"',
        '"~nobody/x"',
    ),
    *(
        "1e400",
        "nan",
        "0x7f",
        "9" * 5_000,
        "1979-05-27T07:32:00Z",
        "07:32:00",
        '"\\u0000"',
        '"\\u001b[31m"',
        '"\\u202e"',
    ),
    *(
        '{ refresh = "f5" }',
        "{ refresh = 5 }",
        "{ changes = true }",
        "[[1]]",
        '"""\na\n"""',
        "'''\n\n'''",
        '""',
        "'x'",
    ),
    *("[" * 400, "{a=" * 400, '"\\ud800"', '"9999999y"', '"1000000000000d"', '"²d"', '"٣d"'),
)
_SIGNS = (
    *"\n\r\t=[]{}#\"',.\\",
    " = ",
    "\n[keymap]\n",
    "\n[toasts]\n",
    "[[x]]\n",
    "\n# é\n",
    "\x00",
    "\ufeff",
    '"""',
    "'''",
)
_LINES = tuple(f"{name} = {value}\n" for name in _NAMES for value in _VALUES)
PIECES = (*_NAMES, *_VALUES, *_SIGNS, *_LINES, *ATTACKS.values())
_EVERYTHING = """
base_url = "https://api.eu.intercom.io"
database = "mirror.db"
history = "26w"
tolerance = "10m"
settle = 30
overlap = 0
interval = "2m"
waiting_warm = "2h"
waiting_late = "1d"
name = "Acme"
color = "teal"
theme = "nord"
log_level = "debug"
log_path = "~/x.log"
token_command = "pass show x"
use_keyring = false
quiet_hours = "22:00-07:00"
bell = true
desktop_notifications = "osc9"

# keys
[keymap]
refresh = "f5,ctrl+r"
quit = "q"

[toasts]
changes = false
"""
VALID = (_EVERYTHING, 'keymap = { refresh = "f5" }\ntoasts.changes = true\n')
_VARIABLES = (
    "FASTINTERCOM_BASE_URL",
    "FASTINTERCOM_DATABASE",
    "FASTINTERCOM_CONFIG",
    "FASTINTERCOM_PROFILE",
    "INTERCOM_ACCESS_TOKEN",
)


class Sources(NamedTuple):
    file: str
    environ: dict[str, str]


class SettingsFiles:
    """Reads a file and an environment; what is read is changed as the preferences do."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._path = Path(self._open.enter_context(tempfile.TemporaryDirectory())) / "config.toml"

    def close(self) -> None:
        self._open.close()

    def make(self, random: Random) -> Sources:
        kind = random.random()
        if kind < 0.3:
            file = joined(random, _LINES, 6)
        elif kind < 0.5:
            file = joined(random, PIECES, 12)
        elif kind < 0.97:
            file = changed_text(random, random.choice(VALID), PIECES)
        else:
            file = repeated(random, PIECES, 30_000)
        values = [
            value
            for value in (*ATTACKS.values(), *(text.strip('"') for text in _VALUES))
            if _may_be_in_environment(value)
        ]
        environ = {name: random.choice(values) for name in _VARIABLES if random.random() < 0.2}
        return Sources(file, environ)

    def size(self, value: Sources) -> int:
        return len(value.file) + sum(map(len, value.environ.values()))

    def check(self, value: Sources) -> None:
        try:
            settings = settings_from_source(value.file, self._path)
        except SettingsError as error:
            self._check_error(error, value.file)
        else:
            use(settings)
            self._change(value.file)
        try:
            use(load_settings(environ={"FASTINTERCOM_CONFIG": str(self._written("")), **value.environ}))
        except SettingsError as error:
            self._check_error(error, "")

    def _written(self, source: str) -> Path:
        self._path.write_bytes(source.encode("utf-8", "surrogatepass"))
        return self._path

    def _change(self, source: str) -> None:
        """Change a setting in the file."""
        try:
            self._written(source)
            changed = change_settings(self._path, {"bell": True, "toasts": {"changes": False}})
        except SettingsError as error:
            self._check_error(error, source)
        else:
            assert changed.bell
            loaded = load_settings(config=self._path)
            assert msgspec.structs.replace(loaded, base_url_sources=()) == changed

    def _check_error(self, error: SettingsError, source: str) -> None:
        message = str(error).replace(str(self._path), "config.toml")
        assert not commands_in(message), ascii(message)
        assert "\n" not in message
        if message.startswith("config.toml, ") and (place := _PLACE.search(message)):
            assert len(message) <= _LONGEST_MESSAGE, message
            assert 1 <= int(place[1]) <= max(1, source.count("\n") + source.count("\r") + 1), message


def _may_be_in_environment(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def use(settings: Settings) -> None:
    """What the program computes from settings."""
    assert settings.history_seconds > 0
    assert 0 < settings.waiting_warm_seconds < settings.waiting_late_seconds
    assert settings.settle < settings.tolerance
    repr(settings)
